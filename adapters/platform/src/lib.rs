//! What a platform is: where an artifact runs, how it is packed, and what of a policy it cannot do.
//!
//! Each platform is one [`Platform`] in its own folder, and one row in `adapters/platforms.rs`. `adapters/README.md`
//! has the recipe.

mod answers;
mod baked;
mod platform;

pub use answers::{
    AdoptAnswers, Answer, Answers, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers,
    IdAnswers, Refusal, RenewAnswers, Reservation, ScopeAnswers, SignalAnswers,
};
pub use baked::{BakedPolicy, File};
pub use platform::{NextStep, Packing, Platform, Templates};

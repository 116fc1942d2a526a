//! Rule 5: whether the visitor consents, as far as the request says.
//!
//! 1. Any denial wins: `Sec-GPC: 1` (W3C Global Privacy Control) or `DNT: 1` where the policy counts them, then any
//!    cookie of a consent platform, and any duplicate of it.
//! 2. Then any grant.
//! 3. Then the region: where consent is required, nothing happens until there is an answer; elsewhere the visitor gets
//!    an id.
//!
//! | answer | the browser has no visitor cookie | the browser has one |
//! |---|---|---|
//! | granted, or not required | the next rules decide | the next rules decide |
//! | pending | `skipped`, `consent_pending` | the same; the cookie stays, and no signal carries the id |
//! | denied | `skipped`, `consent_denied` | `forgotten`, `consent_denied`: the cookie is expired |
//!
//! A cookie that cannot be read (cut off, of another version, malformed, stale) counts as no answer, never as a grant.
//!
//! [`ConsentRule::ask`] is called once for each request in scope, between reading the cookie (rule 4) and everything
//! that could write one. `decide.rs` expires the cookies after a denial.
//!
//! The readers take bytes that a visitor can make up. They allocate nothing, keep nothing but a place in the text, and
//! have no way to fail but "cannot be read". `docs/consent.md` has what each platform's cookie looks like.

mod answer;
mod bits;
#[cfg(feature = "checks")]
mod check;
mod cmp;
mod cookies;
mod gpp;
#[cfg(feature = "checks")]
mod places;
mod reader;
mod rule;
mod settings;
mod shape;
mod tcf;

pub use answer::Answer;
pub use cmp::Cmp;
pub use rule::ConsentAnswer;
pub(crate) use rule::{Consent, ConsentRule, sent};
pub use settings::{ConsentSettings, ConsentSource, Required};
pub use shape::{Container, Effect, Missing, Reading, Shape};

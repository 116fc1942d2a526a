//! JavaScript taken apart into tokens: what the check of the dialect, the minifier and the packing of modules look at.
//!
//! There is no syntax tree. Tokens with their brackets matched are enough for all three.

mod comments;
mod names;
mod syntax;
mod token;

pub use comments::without_comments;
pub use names::{declared, declared_in};
pub use syntax::Syntax;
pub use token::{KEYWORDS, Kind, Token, place, tokens};

//! Rule 5: what the visitor has said about being recognised.
//!
//! [`ConsentRule::ask`] is called once for each request in scope, between reading the cookie (rule 4) and everything
//! that could write one. A denial expires cookies of ours where the browser sent any, and a pending answer leaves
//! everything as it is and exposes no id: `decide.rs` sees to both.
//!
//! The readers take bytes that a visitor can make up. They allocate nothing, keep nothing but a place in the text, and
//! have no way to fail but "cannot be read", which counts as not given.

mod answer;
mod bits;
#[cfg(feature = "checks")]
mod check;
mod cmp;
mod cookies;
mod gpp;
mod json;
mod reader;
mod rule;
mod settings;
mod tcf;
mod text;

pub use answer::Answer;
pub use cmp::Cmp;
pub use rule::ConsentAnswer;
pub(crate) use rule::{Consent, ConsentRule, sent};
pub use settings::{ConsentSettings, ConsentSource, Required};

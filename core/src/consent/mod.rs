//! Rule 5: what the visitor has said about being recognised.
//!
//! [`ask`] is called once for each request in scope, between reading the cookie (rule 4) and everything that could write
//! one. What comes of the answer is decided in `decide.rs`: a denial expires cookies of ours where the browser sent any, and
//! a pending answer leaves everything as it is and tells nobody an id.
//!
//! The readers take bytes that a visitor can make up. They allocate nothing, keep nothing but a place in the text, and have
//! no way to fail but "cannot be read", which counts as not given.

mod answer;
mod bits;
#[cfg(feature = "checks")]
mod check;
mod cookies;
mod gpp;
mod json;
mod reader;
mod rule;
mod settings;
mod tcf;
mod text;

pub use answer::Answer;
pub(crate) use rule::ConsentRule;
pub use settings::{Cmp, ConsentSettings, ConsentSource, Required};

use crate::exchange::{Fields, Request};
use crate::outcome::Reason;
use crate::policy::Policy;
use crate::witness::Witness;

/// What a visitor has said, as far as the request tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// The policy does not ask, or not in this country.
    NotAsked,
    /// Yes.
    Granted,
    /// No, and how that was said.
    Denied(Reason),
    /// No answer yet, or none that can be read.
    Pending(Reason),
}

/// Asks a request for the visitor's consent.
pub(crate) fn ask<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    witness: &mut impl Witness,
) -> Consent {
    policy.consent.ask(request, now, witness)
}

/// One cookie of the policy, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentAnswer<'a> {
    /// Who writes it.
    pub cmp: Cmp,
    /// Its name; without the number that some names end in.
    pub cookie: &'a str,
    /// What it says; `None` where the request has no such cookie.
    pub answer: Option<Answer>,
}

/// What each of the policy's consent cookies says in a request, on its own: for showing.
pub fn consent_as_read<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
    now: u64,
) -> impl Iterator<Item = ConsentAnswer<'a>> {
    let rule = &policy.consent;
    rule.readers().map(move |reader| ConsentAnswer {
        cmp: reader.cmp,
        cookie: reader.name(),
        answer: rule.read(&reader, fields, now),
    })
}

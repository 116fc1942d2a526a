//! Rule 5: what the visitor has said about being recognised. So far no policy can ask; this is the place where it will be
//! answered.
//!
//! [`ask`] is the whole of the rule's face: it is called once for each request in scope, between reading the cookie
//! (rule 4) and everything that could write one. It looks at the request's fields (consent cookies, `Sec-GPC`, `DNT`),
//! at [`Request::country`] and at the policy, allocates nothing, cannot panic, and tells the witness what it saw, as
//! [`Rule::Consent`](crate::witness::Rule). What comes of the answer is decided in `decide.rs`:
//!
//! - [`Consent::NotAsked`] and [`Consent::Granted`]: the rules go on;
//! - [`Consent::Denied`]: cookies of ours are expired where the browser sent any (outcome `forgotten`), else nothing is done;
//! - [`Consent::Pending`]: nothing is done, and no id is told to anybody.
//!
//! New fields to read are added to [`Field`](crate::Field), and to [`Policy::reads`] where a policy asks for them; new
//! reasons to [`Reason`](crate::Reason).

use crate::exchange::{Fields, Request};
use crate::outcome::Reason;
use crate::policy::Policy;
use crate::witness::Witness;

/// What a visitor has said, as far as the request tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "no policy asks for consent yet")]
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
pub(crate) const fn ask<Q: Fields + ?Sized>(
    _policy: &Policy,
    _request: &Request<'_, Q>,
    _witness: &mut impl Witness,
) -> Consent {
    Consent::NotAsked
}

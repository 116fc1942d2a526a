//! Rule 6: requests that no person is behind, or that a browser makes ahead of its user. So far no policy can tell them
//! apart; this is the place where they will be.
//!
//! [`declared`] is asked once for each request in scope, after consent (rule 5) and before an id is renewed, adopted or
//! minted. It reads `User-Agent` and what else a crawler says of itself, allocates nothing, cannot panic, and tells the
//! witness what it saw, as [`Rule::Bots`](crate::witness::Rule). The reason that it returns ends the decision: skipped.
//!
//! [`speculation`] is asked once for each request; what it returns only marks the visit. It is for the policy to say
//! whether the headers are read at all ([`Policy::reads`]): each is a look-up that every page pays for.

use crate::exchange::Fields;
use crate::outcome::Reason;
use crate::policy::Policy;
use crate::witness::Witness;

/// A page that a browser fetches before its user asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speculation {
    /// Fetched only; it may never be shown.
    Prefetch,
    /// Fetched and run; it may never be shown.
    Prerender,
}

/// Why a request is left alone as that of a crawler or of a link preview; `None` where it may be a person's.
pub(crate) const fn declared<Q: Fields + ?Sized>(
    _policy: &Policy,
    _fields: &Q,
    _witness: &mut impl Witness,
) -> Option<Reason> {
    None
}

/// Whether a browser asks ahead of its user.
pub(crate) const fn speculation<Q: Fields + ?Sized>(
    _policy: &Policy,
    _fields: &Q,
) -> Option<Speculation> {
    None
}

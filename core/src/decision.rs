//! The result of a decision: an outcome, a reason, and what the edits are made of.

use crate::http::id::VisitorId;
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::rules::bots::Speculation;
use crate::rules::caches::Caches;
use crate::rules::signals::Signal;

/// What is decided when only the request is known: who the visitor is, and what comes of it unless the response says
/// otherwise. It borrows nothing, so it can wait for the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestDecision {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) id: Option<VisitorId>,
    pub(crate) speculation: Option<Speculation>,
    /// When it was decided, in Unix seconds: what the marker of a renewal says.
    pub(crate) now: u64,
}

impl RequestDecision {
    /// The visitor's id, old or new; `None` where the request is out of scope, or the visitor is to be forgotten.
    ///
    /// A new id reaches the visitor only if the response turns out to be in scope, too.
    pub const fn id(&self) -> Option<VisitorId> {
        self.id
    }

    /// What will come of it, unless the response is out of scope.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Whether the browser asks ahead of its user, where the policy reads the headers that tell.
    pub const fn speculation(&self) -> Option<Speculation> {
        self.speculation
    }

    /// Outcome, reason and id, as the signal headers carry them.
    pub(crate) const fn signal(&self) -> Signal {
        Signal {
            outcome: self.outcome,
            reason: self.reason,
            speculation: self.speculation,
            id: self.id,
        }
    }

    /// The decision for a visitor who has an id.
    pub(crate) const fn recognised(self, id: VisitorId, outcome: Outcome, reason: Reason) -> Self {
        Self {
            outcome,
            reason,
            id: Some(id),
            ..self
        }
    }

    /// The decision for a request or response that a rule leaves alone.
    pub(crate) const fn skipped(self, reason: Reason) -> Self {
        Self {
            outcome: Outcome::Skipped,
            reason,
            id: None,
            ..self
        }
    }
}

/// What to do with a response.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) request: RequestDecision,
    /// In the case of the request's host, or of the policy's list; `None` for a host-only cookie.
    pub(crate) domain: Option<&'a [u8]>,
    /// By plain http on loopback, where not every browser takes `Secure`.
    pub(crate) on_loopback: bool,
    pub(crate) caches: Caches,
}

impl<'a> Decision<'a> {
    /// What came of it.
    pub const fn outcome(&self) -> Outcome {
        self.request.outcome
    }

    /// Why.
    pub const fn reason(&self) -> Reason {
        self.request.reason
    }

    /// The visitor's id; `None` where the exchange was skipped, or the visitor forgotten.
    pub const fn id(&self) -> Option<VisitorId> {
        self.request.id
    }

    /// What was decided when only the request was known.
    pub const fn request(&self) -> RequestDecision {
        self.request
    }

    /// The value of the signal header, whether or not the policy asks for one.
    pub const fn signal(&self) -> Signal {
        self.request.signal()
    }
}

//! The result of a decision: an outcome, a reason, and what the edits are made of.

use core::fmt;

use crate::bots::Speculation;
use crate::caches::Caches;
use crate::edit::{RequestEdits, ResponseEdits};
use crate::id::VisitorId;
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::set_cookie::SetCookie;
use crate::text::{self, Text};

/// What the request alone tells. It borrows nothing, so it can wait for the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) id: Option<VisitorId>,
    pub(crate) speculation: Option<Speculation>,
    /// When it was decided, in Unix seconds: what the marker of a renewal says.
    pub(crate) now: u64,
}

impl Visit {
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

    /// The changes to make to the request before the origin gets it, in order: what the client sent under the name of the
    /// signal header goes, always; what takes its place is ours.
    pub const fn request_edits<'p>(&self, policy: &'p Policy) -> RequestEdits<'p> {
        RequestEdits::new(*self, policy)
    }

    /// The visit of somebody who has an id.
    pub(crate) const fn of(self, id: VisitorId, outcome: Outcome, reason: Reason) -> Self {
        Self {
            outcome,
            reason,
            id: Some(id),
            ..self
        }
    }

    /// The visit of a request or response that a rule leaves alone.
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
    pub(crate) visit: Visit,
    /// In the case of the request's host, or of the policy's list.
    pub(crate) domain: Option<&'a [u8]>,
    pub(crate) on_loopback: bool,
    pub(crate) caches: Caches,
}

impl<'a> Decision<'a> {
    /// What came of it.
    pub const fn outcome(&self) -> Outcome {
        self.visit.outcome
    }

    /// Why.
    pub const fn reason(&self) -> Reason {
        self.visit.reason
    }

    /// The visitor's id; `None` where the exchange was skipped, or the visitor forgotten.
    pub const fn id(&self) -> Option<VisitorId> {
        self.visit.id
    }

    /// What the request told.
    pub const fn visit(&self) -> Visit {
        self.visit
    }

    /// The `Set-Cookie` that carries the id, if any. Others may go with it: [`edits`](Self::edits) has them all.
    pub fn set_cookie(&self) -> Option<SetCookie<'a>> {
        self.id_line()
    }

    /// The changes to make to the response, in order: `Set-Cookie` lines first, then other fields.
    pub const fn edits(&self) -> ResponseEdits<'_, 'a> {
        ResponseEdits::new(self)
    }

    /// The value of the signal header, whether or not the policy asks for one.
    pub const fn signal(&self) -> Signal {
        Signal(self.visit)
    }
}

/// Outcome, reason and id as a structured field (RFC 9651 §3.3): `issued;reason=new_visitor;id="6f1c…"`; with
/// `;speculation=prefetch` or `prerender` before the id where the browser asks ahead of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(pub(crate) Visit);

impl Text for Signal {
    fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let speculation = match self.0.speculation {
            Some(speculation) => [";speculation=", speculation.as_str()],
            None => [""; 2],
        };
        let id = self.0.id.map(|id| id.text());
        let id = match &id {
            Some(id) => [";id=\"", text::of(id), "\""],
            None => [""; 3],
        };
        text::pieces(
            out,
            &[
                self.0.outcome.as_str(),
                ";reason=",
                self.0.reason.as_str(),
                speculation[0],
                speculation[1],
                id[0],
                id[1],
                id[2],
            ],
        )
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

//! The result of a decision: an outcome, a reason, and the edits to make to the response.

use core::fmt;

use crate::id::VisitorId;
use crate::outcome::{Outcome, Reason};
use crate::set_cookie::SetCookie;

/// What the request alone tells. It borrows nothing, so it can wait for the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit(pub(crate) Result<Identity, Reason>);

/// A visitor as the request shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: VisitorId,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
}

impl Visit {
    /// The visitor's id, old or new; `None` where the request is out of scope.
    ///
    /// A new id reaches the visitor only if the response turns out to be in scope, too.
    pub fn id(&self) -> Option<VisitorId> {
        self.0.ok().map(|identity| identity.id)
    }

    /// What will come of it, unless the response is out of scope.
    pub fn outcome(&self) -> Outcome {
        self.0.map_or(Outcome::Skipped, |identity| identity.outcome)
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.0
            .map_or_else(|reason| reason, |identity| identity.reason)
    }
}

/// What to do with a response.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub(crate) visit: Visit,
    pub(crate) set_cookie: Option<SetCookie<'a>>,
    pub(crate) response_header: Option<&'a str>,
}

/// One change to a response. An adapter makes them in order, and no others.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Edit<'a> {
    /// Append a `Set-Cookie` header, after those of the origin, which stay as they are.
    AppendSetCookie(SetCookie<'a>),
    /// Set a header by this name, in place of any that is there.
    SetHeader(&'a str, Signal),
}

impl<'a> Decision<'a> {
    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        self.visit.outcome()
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.visit.reason()
    }

    /// The visitor's id; `None` where the exchange was skipped.
    pub fn id(&self) -> Option<VisitorId> {
        self.visit.id()
    }

    /// The `Set-Cookie` to append, if any.
    pub const fn set_cookie(&self) -> Option<&SetCookie<'a>> {
        self.set_cookie.as_ref()
    }

    /// The changes to make, in order.
    pub fn edits(&self) -> impl Iterator<Item = Edit<'a>> + use<'a> {
        let signal = Signal(self.visit);
        let cookie = self.set_cookie.map(Edit::AppendSetCookie);
        let header = self
            .response_header
            .map(|name| Edit::SetHeader(name, signal));
        cookie.into_iter().chain(header)
    }

    /// The value of the signal header, whether or not the policy asks for one.
    pub const fn signal(&self) -> Signal {
        Signal(self.visit)
    }
}

/// Outcome, reason and id as a structured field (RFC 9651 §3.3): `issued;reason=new_visitor;id="6f1c…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(Visit);

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};reason={}", self.0.outcome(), self.0.reason())?;
        match self.0.id() {
            Some(id) => write!(f, ";id=\"{id}\""),
            None => Ok(()),
        }
    }
}

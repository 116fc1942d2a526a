//! The result of a decision: an outcome, a reason, and what the edits are made of.
//!
//! [`RequestDecision`] is the result of the first half, and [`Decision`] that of both. What can be read from each is
//! here; the edits that follow from it are in `edit.rs`.

use crate::http::id::VisitorId;
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::rules::bots::Speculation;
use crate::rules::caches::Caches;
use crate::rules::signals::Signal;

/// What is decided when only the request is known: who the visitor is, and what will be done unless the response is out
/// of scope.
///
/// [`on_request`](crate::on_request) makes it, and [`on_response`](crate::on_response) completes it. It is a small
/// value that borrows nothing and implements `Copy`, so it can wait for the response wherever that is convenient, such
/// as in the extensions of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestDecision {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) id: Option<VisitorId>,
    pub(crate) speculation: Option<Speculation>,
    /// When it was decided, in Unix seconds: the value of the renewal marker.
    pub(crate) now: u64,
}

impl RequestDecision {
    /// The visitor's id, old or new. `None` if the request is out of scope, if consent is denied or pending, and for
    /// bots that get no id.
    ///
    /// A new id reaches the visitor only if the response is in scope too. Before that it may never be seen again.
    pub const fn id(&self) -> Option<VisitorId> {
        self.id
    }

    /// What will be done, unless the response is out of scope.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why the request came out as it did.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Whether the browser prefetches or prerenders the page. Always `None` under a policy that exposes this nowhere,
    /// because the headers that say so are not read then.
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

/// What to do with a response: an outcome, a reason, and the edits.
///
/// [`decide`](fn@crate::decide) and [`on_response`](crate::on_response) make it. It borrows the policy and the host of the
/// request, and nothing of the response. [`edits`](Self::edits) are made one by one while the caller asks for them, so
/// a decision that nobody looks at costs nothing more.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) request: RequestDecision,
    /// In the case of the request's host, or of the policy's list; `None` for a host-only cookie.
    pub(crate) domain: Option<&'a [u8]>,
    /// Whether the request was plain http on loopback, where not every browser accepts `Secure`.
    pub(crate) on_loopback: bool,
    pub(crate) caches: Caches,
}

impl<'a> Decision<'a> {
    /// What is done.
    pub const fn outcome(&self) -> Outcome {
        self.request.outcome
    }

    /// Why the exchange came out as it did.
    pub const fn reason(&self) -> Reason {
        self.request.reason
    }

    /// The visitor's id. `None` if the exchange is skipped or the visitor is forgotten
    /// ([`Outcome::has_id`]).
    pub const fn id(&self) -> Option<VisitorId> {
        self.request.id
    }

    /// Outcome, reason, id and speculation, in the form of the first half of the decision. They take the response into
    /// account.
    pub const fn request(&self) -> RequestDecision {
        self.request
    }

    /// Outcome, reason and id as the signal headers carry them, whether or not the policy asks for such a header.
    ///
    /// ```
    /// # use hardtack::{Exchange, Policy, Request, Response, Scheme, Settings, Target, decide};
    /// # let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
    /// # let exchange = Exchange {
    /// #     request: Request {
    /// #         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
    /// #         method: b"GET",
    /// #         path: b"/",
    /// #         country: None,
    /// #         fields: &[("sec-fetch-dest", "document")][..],
    /// #     },
    /// #     response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
    /// # };
    /// let decision = decide(&policy, &exchange, 1_750_000_000, [7; 16]);
    /// assert_eq!(
    ///     decision.signal().to_string(),
    ///     r#"issued;reason=new_visitor;id="07070707-0707-4707-8707-070707070707""#,
    /// );
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
    pub const fn signal(&self) -> Signal {
        self.request.signal()
    }
}

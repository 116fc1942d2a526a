//! The observer that a layer notifies, and what it is given.

use hardtack::{Decision, LogLine, NoTrace, Target, Trace};
use http::{HeaderMap, Method, StatusCode, Uri};

/// Is notified of every decision, once its edits are made. Called on the request's path: be quick.
///
/// It is for metrics and for logs of one's own. Clones of one observer have to share what they count.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use hardtack_tower::hardtack::NoTrace;
/// use hardtack_tower::{Decided, Observer, Outcome, VisitorLayer};
///
/// /// Counts new visitors.
/// #[derive(Clone, Debug, Default)]
/// struct NewVisitors(Arc<AtomicU64>);
///
/// impl Observer for NewVisitors {
///     type Trace = NoTrace;
///
///     fn trace(&self) -> NoTrace {
///         NoTrace
///     }
///
///     fn decided(&self, decided: &Decided<'_>, _: NoTrace) {
///         if decided.decision.outcome() == Outcome::Issued {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let count = NewVisitors::default();
/// let layer = VisitorLayer::default().observe(count.clone());
/// # let _ = layer;
/// assert_eq!(count.0.load(Ordering::Relaxed), 0);
/// ```
pub trait Observer: Clone + Send + Sync + 'static {
    /// Records how a decision is made, rule by rule; [`NoTrace`] where only what comes of it counts.
    type Trace: Trace + std::fmt::Debug + Send + 'static;

    /// A trace of one decision.
    fn trace(&self) -> Self::Trace;

    /// Whether it wants to be notified of this exchange. Where it does not, less of the request is kept until the
    /// response is there.
    fn is_enabled(&self) -> bool {
        true
    }

    /// A decision was made, before this trace.
    fn decided(&self, decided: &Decided<'_>, trace: Self::Trace);
}

/// Observes nothing, at no cost: the default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    type Trace = NoTrace;

    fn trace(&self) -> NoTrace {
        NoTrace
    }

    fn is_enabled(&self) -> bool {
        false
    }

    fn decided(&self, _: &Decided<'_>, _: NoTrace) {}
}

/// A decision and the exchange that it was made for.
///
/// ```
/// use hardtack_tower::Decided;
///
/// /// A line for an access log of one's own.
/// fn line(decided: &Decided<'_>) -> String {
///     let decision = &decided.decision;
///     let (method, path) = (decided.method, decided.uri.path());
///     format!("{method} {path} {}: {} ({})", decided.status, decision.outcome(), decision.reason())
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Decided<'a> {
    /// Unix time in seconds, as the decision took it.
    pub now: u64,
    /// The decision.
    pub decision: Decision<'a>,
    /// The request's method.
    pub method: &'a Method,
    /// The request's URI, as the service received it.
    pub uri: &'a Uri,
    /// Scheme and host, as the decision took them.
    pub target: Target<'a>,
    /// The response's status.
    pub status: StatusCode,
    /// The response's headers, with the edits.
    pub headers: &'a HeaderMap,
}

impl<'a> Decided<'a> {
    /// The log line of rule 12, whether or not the policy asks for it. It leaves the id out where the policy says so.
    pub fn log_line(&self) -> LogLine<'a> {
        LogLine {
            time: self.now,
            decision: self.decision,
            method: self.method.as_str().as_bytes(),
            host: self.target.host,
            path: self.uri.path().as_bytes(),
            status: self.status.as_u16(),
        }
    }
}

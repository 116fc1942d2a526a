//! The observer that a layer notifies, and what it is given.

use hardtack::{Decision, LogLine, NoTrace, Target, Trace};
use http::{HeaderMap, Method, StatusCode, Uri};

/// Is notified of every decision, once its edits are made. Called on the request's path: be quick.
pub trait Observer: Clone + Send + Sync + 'static {
    /// Watches a decision being made; [`NoTrace`] where only what comes of it counts.
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

/// Observes nothing.
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
#[derive(Debug)]
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
    /// The log line of rule 12.
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

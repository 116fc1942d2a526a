//! What one worker counts. No other worker writes here, and whoever scrapes reads all of them.

use std::sync::atomic::{AtomicU64, Ordering};

use hardtack::{Outcome, Reason};
use http::{Response, StatusCode};

use super::histogram::Histogram;
use crate::access_log::Handling;
use crate::body::Body;
use crate::proxy::GeneratedError;
use crate::proxy_protocol::Fault;

/// From half a millisecond to ten seconds, in nanoseconds.
const REQUEST_BOUNDS: &[u64] = &[
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// From a quarter of a microsecond to a millisecond, in nanoseconds.
const DECISION_BOUNDS: &[u64] = &[
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
];

/// The decision of one request in this many is timed: reading the clock four times takes as long as a decision.
pub(super) const SAMPLE: u64 = 64;

/// The `kind` of each upstream error that is counted.
pub(super) const UPSTREAM_ERRORS: [(GeneratedError, &str); 6] = [
    (GeneratedError::Unreachable, "unreachable"),
    (GeneratedError::NoResponse, "no_response"),
    (GeneratedError::BadResponse, "bad_response"),
    (GeneratedError::ConnectTimeout, "connect_timeout"),
    (GeneratedError::ResponseTimeout, "response_timeout"),
    (GeneratedError::Overload, "overload"),
];

/// The counters of a worker, in cache lines of their own: a write does not slow down another worker's.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Counters {
    decisions: [[AtomicU64; Reason::ALL.len()]; Outcome::ALL.len()],
    requests: [AtomicU64; Class::ALL.len()],
    upstream_errors: [AtomicU64; UPSTREAM_ERRORS.len()],
    unidentified: [AtomicU64; Fault::ALL.len()],
    asked: AtomicU64,
    pub(super) request_duration: Histogram,
    pub(super) decision_duration: Histogram,
    pub(super) response_bytes: AtomicU64,
    pub(super) refused: AtomicU64,
}

/// What a request is counted as: the first digit of its response's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Informational,
    Successful,
    Redirection,
    ClientError,
    ServerError,
    /// There was no response: the client went away, or broke the protocol.
    None,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            decisions: [const { [const { AtomicU64::new(0) }; Reason::ALL.len()] };
                Outcome::ALL.len()],
            requests: [const { AtomicU64::new(0) }; Class::ALL.len()],
            upstream_errors: [const { AtomicU64::new(0) }; UPSTREAM_ERRORS.len()],
            unidentified: [const { AtomicU64::new(0) }; Fault::ALL.len()],
            asked: AtomicU64::new(0),
            request_duration: Histogram::new(REQUEST_BOUNDS),
            decision_duration: Histogram::new(DECISION_BOUNDS),
            response_bytes: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }
}

impl Counters {
    /// Counts a decision.
    pub(crate) fn count_decision(&self, outcome: Outcome, reason: Reason) {
        add(&self.decisions[outcome as usize][reason as usize], 1);
    }

    /// Counts a request that was refused because it could not be read.
    pub(crate) fn count_unreadable(&self, status: Option<StatusCode>) {
        add(&self.refused, 1);
        self.count_request(status.map_or(Class::None, Class::of));
    }

    /// Counts what this server has generated itself instead of the site's response.
    pub(super) fn count_generated(&self, response: &Response<Body>) {
        let extensions = response.extensions();
        let error = extensions.get::<GeneratedError>();
        let kind = UPSTREAM_ERRORS
            .iter()
            .position(|(kind, _)| Some(kind) == error);
        if let Some(kind) = kind {
            add(&self.upstream_errors[kind], 1);
        }
        let is_refusal = matches!(extensions.get(), Some(Handling::Refused(_)));
        if is_refusal || error.is_some_and(|error| !error.is_upstream_fault()) {
            add(&self.refused, 1);
        }
    }

    /// Counts a connection that did not begin with a header of the PROXY protocol.
    pub(crate) fn count_unidentified(&self, fault: Fault) {
        add(&self.unidentified[fault as usize], 1);
    }

    pub(super) fn count_request(&self, class: Class) {
        add(&self.requests[class as usize], 1);
    }

    pub(super) fn count_bytes(&self, bytes: usize) {
        add(&self.response_bytes, bytes as u64);
    }

    /// Whether to time the decision of this request.
    pub(super) fn samples_decision(&self) -> bool {
        self.asked
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(SAMPLE)
    }

    pub(super) fn decisions(&self, outcome: Outcome, reason: Reason) -> u64 {
        read(&self.decisions[outcome as usize][reason as usize])
    }

    pub(super) fn requests(&self, class: Class) -> u64 {
        read(&self.requests[class as usize])
    }

    pub(super) fn unidentified(&self, fault: Fault) -> u64 {
        read(&self.unidentified[fault as usize])
    }

    /// By the place in [`UPSTREAM_ERRORS`].
    pub(super) fn upstream_errors(&self, kind: usize) -> u64 {
        read(&self.upstream_errors[kind])
    }
}

impl Class {
    pub(super) const ALL: [Self; 6] = [
        Self::Informational,
        Self::Successful,
        Self::Redirection,
        Self::ClientError,
        Self::ServerError,
        Self::None,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "1xx",
            Self::Successful => "2xx",
            Self::Redirection => "3xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
            Self::None => "none",
        }
    }

    /// A status of an upstream may be up to 999, which clients take for 5xx (RFC 9110 §15).
    pub(super) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            ..200 => Self::Informational,
            200..300 => Self::Successful,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

pub(super) fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_counter_of_its_own() {
        let counters = Counters::default();
        for outcome in Outcome::ALL {
            for reason in Reason::ALL {
                counters.count_decision(outcome, reason);
                assert_eq!(counters.decisions(outcome, reason), 1, "{outcome} {reason}");
            }
        }
        for fault in Fault::ALL {
            counters.count_unidentified(fault);
            assert_eq!(counters.unidentified(fault), 1, "{fault}");
        }
        for class in Class::ALL {
            counters.count_request(class);
            assert_eq!(counters.requests(class), 1, "{class:?}");
        }
    }

    #[test]
    fn each_status_has_a_class() {
        for (status, class) in [
            (101, "1xx"),
            (200, "2xx"),
            (304, "3xx"),
            (404, "4xx"),
            (502, "5xx"),
            (999, "5xx"),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Class::of(status).as_str(), class);
        }
    }
}

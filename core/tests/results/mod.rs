//! Everything that a decision comes to, as text that can be compared.

use hardtack::{Decision, LogLine, Policy, decide, on_request, on_response};
use hardtack_conformance::{Observed, OwnedExchange};

/// What came of an exchange. The log line is there whether or not the policy asks for one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Results {
    pub(crate) observed: Observed,
    pub(crate) log: String,
}

impl Results {
    /// What is left once the log line, which tells the host as received, is out of the way.
    pub(crate) fn without_log(self) -> Observed {
        self.observed
    }
}

pub(crate) fn results(
    policy: &Policy,
    exchange: &OwnedExchange,
    now: u64,
    entropy: [u8; 16],
) -> Results {
    let decision = decide(policy, &exchange.borrow(), now, entropy);
    Results::of(decision, exchange, now)
}

pub(crate) fn results_in_halves(
    policy: &Policy,
    exchange: &OwnedExchange,
    now: u64,
    entropy: [u8; 16],
) -> Results {
    let whole = exchange.borrow();
    let visit = on_request(policy, &whole.request, now, entropy);
    let decision = on_response(policy, visit, whole.request.target, &whole.response);
    Results::of(decision, exchange, now)
}

pub(crate) fn set_cookie(
    policy: &Policy,
    exchange: &OwnedExchange,
    entropy: [u8; 16],
) -> Option<String> {
    let decision = decide(policy, &exchange.borrow(), 0, entropy);
    decision.set_cookie().map(|line| line.to_string())
}

impl Results {
    fn of(decision: Decision<'_>, exchange: &OwnedExchange, now: u64) -> Self {
        Self {
            observed: Observed::of(&decision, None),
            log: LogLine::new(now, decision, &exchange.borrow()).to_string(),
        }
    }
}

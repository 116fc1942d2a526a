//! What the policy decides for an exchange.

use std::fmt;

use hardtack::{
    Country, Exchange as Decided, Outcome, Policy, Reason, Request, Response, Scheme, Target,
    decide,
};

use crate::results::Exchange;

/// The core's decision, for the request that was sent and the response that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its outcome.
    pub outcome: Outcome,
    /// Its reason.
    pub reason: Reason,
    /// The id that it found, where it found one.
    pub id: Option<String>,
    /// The `Set-Cookie` that it would write, if any, with an id of its own where it mints one.
    pub set_cookie: Option<String>,
}

impl Expected {
    /// Decides. The random bytes do not matter, because a new id is only expected to be new.
    pub fn of(policy: &Policy, exchange: &Exchange, country: Option<Country>) -> Self {
        let authority = exchange.authority();
        let origin_fields = origin_fields(exchange);
        let scheme = match exchange.url.scheme() {
            "https" => Scheme::Https,
            _ => Scheme::Http,
        };
        let decided = Decided {
            request: Request {
                target: Target {
                    scheme,
                    host: authority.as_bytes(),
                },
                method: exchange.method.as_bytes(),
                path: exchange.url.path().as_bytes(),
                country,
                fields: &exchange.request_headers,
            },
            response: Response {
                status: exchange.status,
                fields: &origin_fields,
            },
        };
        let decision = decide(policy, &decided, exchange.at, [0x5a; 16]);
        Self {
            outcome: decision.outcome(),
            reason: decision.reason(),
            id: decision.id().map(|id| id.to_string()),
            set_cookie: decision.set_cookie().map(|set| set.to_string()),
        }
    }

    /// Whether a `Set-Cookie` is expected, including one that deletes.
    pub fn sets(&self) -> bool {
        self.set_cookie.is_some() || self.outcome == Outcome::Forgotten
    }

    /// Whether a new id is expected.
    pub fn makes_an_id(&self) -> bool {
        matches!(self.outcome, Outcome::Issued | Outcome::Replaced)
    }
}

/// The response's headers without cookies: the decision is made as if nothing had set ours yet, and none depends on
/// another one.
fn origin_fields(exchange: &Exchange) -> Vec<(String, String)> {
    let fields = exchange.response_headers.iter();
    let others = fields.filter(|(name, _)| name != "set-cookie");
    others.cloned().collect()
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.outcome, self.reason.sentence())
    }
}

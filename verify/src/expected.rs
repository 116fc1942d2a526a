//! What the policy decides for an exchange, and what came instead.

use std::fmt;

use hardtack::{
    Country, Exchange as Decided, Outcome, Policy, Reason, Request, Response, Scheme, Target,
    decide,
};

use crate::survey::Exchange;

/// The decision of the core, for the request that was sent and the response that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its outcome.
    pub outcome: Outcome,
    /// Its reason.
    pub reason: Reason,
    /// The id that it found, where it found one.
    pub id: Option<String>,
    /// The `Set-Cookie` that it would write, if any, with an id of its own where it makes one.
    pub set_cookie: Option<String>,
}

/// The response's headers that were the site's cookie's, left out: the decision is made as if nobody had set it yet.
fn origin_fields(exchange: &Exchange, name: &str) -> Vec<(String, String)> {
    let is_ours = |field: &&(String, String)| field.0 == "set-cookie" && named(&field.1) == name;
    let others = exchange.came.iter().filter(|field| !is_ours(field));
    others.cloned().collect()
}

impl Expected {
    /// Decides. The random bytes are of no matter, for a new id is only held to be new.
    pub fn of(policy: &Policy, exchange: &Exchange, country: Option<Country>) -> Self {
        let authority = exchange.authority();
        let came = origin_fields(exchange, policy.cookie_name());
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
                fields: &exchange.sent,
            },
            response: Response {
                status: exchange.status,
                fields: &came,
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

    /// Whether a `Set-Cookie` is to come, be it one that deletes.
    pub fn sets(&self) -> bool {
        self.set_cookie.is_some() || self.outcome == Outcome::Forgotten
    }

    /// Whether a new id is to come.
    pub fn makes_an_id(&self) -> bool {
        matches!(self.outcome, Outcome::Issued | Outcome::Replaced)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.outcome, self.reason.sentence())
    }
}

/// What the response did with the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// Left it alone.
    Nothing,
    /// Set it.
    Set(SetCookie),
    /// Deleted it.
    Forgotten(SetCookie),
}

/// A `Set-Cookie` as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The whole header.
    pub header: String,
    /// The value.
    pub value: String,
    /// The attributes, names in lower case, in order.
    pub attributes: Vec<(String, String)>,
}

impl Came {
    /// What the last `Set-Cookie` by that name says, for that is what browsers go by.
    pub fn of(exchange: &Exchange, name: &str) -> Self {
        let ours = exchange
            .values("set-cookie")
            .filter(|header| named(header) == name);
        match ours.last().map(SetCookie::read) {
            None => Self::Nothing,
            Some(set) if set.deletes(exchange.at) => Self::Forgotten(set),
            Some(set) => Self::Set(set),
        }
    }

    /// The cookie, where one is set.
    pub const fn set(&self) -> Option<&SetCookie> {
        match self {
            Self::Set(set) => Some(set),
            Self::Nothing | Self::Forgotten(_) => None,
        }
    }
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no cookie"),
            Self::Set(set) => write!(f, "{}", set.value),
            Self::Forgotten(_) => f.write_str("deleted"),
        }
    }
}

/// The name that a `Set-Cookie` sets.
pub(crate) fn named(header: &str) -> &str {
    let pair = header.split(';').next().unwrap_or_default();
    pair.split_once('=').map_or("", |(name, _)| name.trim())
}

impl SetCookie {
    /// Reads a header as browsers do (RFC 6265bis §5.6).
    pub(crate) fn read(header: &str) -> Self {
        let mut parts = header.split(';');
        let pair = parts.next().unwrap_or_default();
        let value = pair.split_once('=').map_or("", |(_, value)| value.trim());
        let attributes = parts.map(|part| match part.split_once('=') {
            Some((name, value)) => (name.trim().to_ascii_lowercase(), value.trim().to_string()),
            None => (part.trim().to_ascii_lowercase(), String::new()),
        });
        Self {
            header: header.to_string(),
            value: value.to_string(),
            attributes: attributes.collect(),
        }
    }

    /// The last attribute by that name, which is the one that counts.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let named = self.attributes.iter().rev().find(|(key, _)| key == name);
        named.map(|(_, value)| &**value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// `Domain` without a leading dot, in lower case; nothing where it is empty, which browsers take for absent.
    pub(crate) fn domain(&self) -> Option<String> {
        let domain = self.attribute("domain")?;
        let domain = domain.strip_prefix('.').unwrap_or(domain);
        (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
    }

    /// How long the cookie lives from `now` on, in seconds; nothing for one that ends with the session.
    pub(crate) fn lifetime(&self, now: u64) -> Option<i64> {
        if let Some(age) = self.attribute("max-age").and_then(|age| age.parse().ok()) {
            return Some(age);
        }
        let expires = httpdate::parse_http_date(self.attribute("expires")?).ok()?;
        let expires = expires
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let seconds = i64::try_from(expires.as_secs()).ok()?;
        Some(seconds - i64::try_from(now).ok()?)
    }

    /// Whether it takes the cookie away.
    pub(crate) fn deletes(&self, now: u64) -> bool {
        self.lifetime(now).is_some_and(|seconds| seconds <= 0)
    }
}

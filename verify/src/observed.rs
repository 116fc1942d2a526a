//! What a response does with the visitor cookie.

use std::fmt;

use hardtack::{Accept, SetCookieParts, VisitorId};

use crate::results::Exchange;

/// What the response did with the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObservedCookie {
    /// It left the cookie alone.
    Untouched,
    /// It set the cookie.
    Set(SetCookie),
    /// It deleted the cookie.
    Deleted(SetCookie),
}

/// A `Set-Cookie` value as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// The whole header.
    pub header: String,
    /// The cookie's value.
    pub value: String,
}

impl ObservedCookie {
    /// What the last `Set-Cookie` of that name says, for browsers go by the last one.
    pub fn of(exchange: &Exchange, name: &str) -> Self {
        let ours = exchange
            .values("set-cookie")
            .filter(|header| cookie_name(header) == name);
        match ours.last().map(SetCookie::read) {
            None => Self::Untouched,
            Some(set) if set.deletes(exchange.at) => Self::Deleted(set),
            Some(set) => Self::Set(set),
        }
    }

    /// The cookie, where it is set.
    pub const fn set(&self) -> Option<&SetCookie> {
        match self {
            Self::Set(set) => Some(set),
            Self::Untouched | Self::Deleted(_) => None,
        }
    }
}

impl fmt::Display for ObservedCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untouched => f.write_str("no cookie"),
            Self::Set(set) => f.write_str(&set.value),
            Self::Deleted(_) => f.write_str("deleted"),
        }
    }
}

/// The name that a `Set-Cookie` sets.
pub(crate) fn cookie_name(header: &str) -> &str {
    SetCookieParts::of(header).name
}

/// Whether a value is a UUID of version 4.
pub(crate) fn is_uuid(value: &str) -> bool {
    VisitorId::parse(value.as_bytes(), Accept::V4).is_some()
}

impl SetCookie {
    pub(crate) fn read(header: &str) -> Self {
        Self {
            header: header.to_string(),
            value: SetCookieParts::of(header).value.to_string(),
        }
    }

    /// The last attribute of that name, which is the one that counts.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        SetCookieParts::of(&self.header).attribute(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// Whether `SameSite` is there and has this value, in any case.
    pub(crate) fn is_same_site(&self, wanted: &str) -> bool {
        let value = self.attribute("samesite");
        value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    }

    /// `Domain` without a leading dot, in lower case; `None` where it is empty, which browsers treat as absent.
    pub(crate) fn domain(&self) -> Option<String> {
        let domain = self.attribute("domain")?;
        let domain = domain.strip_prefix('.').unwrap_or(domain);
        (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
    }

    /// How long the cookie lives from `now` on, in seconds; `None` for a session cookie.
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

    /// Whether it deletes the cookie.
    pub(crate) fn deletes(&self, now: u64) -> bool {
        self.lifetime(now).is_some_and(|seconds| seconds <= 0)
    }
}

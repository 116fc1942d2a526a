//! Rule 10: the `Set-Cookie` lines are appended, byte for byte the same on every platform.
//!
//! The attributes are the policy's. `Domain` depends on the request's host, and `Secure` is left off on plain http from
//! loopback, where Safari would refuse the cookie and nobody listens in.

#[cfg(feature = "checks")]
mod check;
mod settings;

pub use settings::{CookieSettings, DomainSetting};

use crate::http::domain::DomainRule;
use crate::http::exchange::{Scheme, Target};
use crate::http::host::Host;
use crate::http::set_cookie::{Attributes, CookieText};

/// What the lines of a policy's cookies are made of.
#[derive(Clone, Debug)]
pub(crate) struct WriteRule {
    /// The cookie that carries the id.
    pub(crate) cookie: CookieText,
    pub(crate) domain: DomainRule,
    /// `Max-Age` of the cookie in seconds.
    pub(crate) max_age: u64,
    pub(crate) attributes: Attributes,
}

impl WriteRule {
    pub(crate) fn new(cookie: &CookieSettings, domain: DomainRule) -> Self {
        let attributes = cookie.attributes();
        Self {
            cookie: CookieText::new(&cookie.name, cookie.max_age, &cookie.path, attributes),
            domain,
            max_age: cookie.max_age,
            attributes,
        }
    }

    /// What of a line depends on where the request went: the `Domain`, in the case of the request's host or of the
    /// policy's list, and whether that is loopback by plain http.
    #[inline(always)]
    pub(crate) fn place<'a>(&'a self, target: Target<'a>) -> (Option<&'a [u8]>, bool) {
        let host = Host::parse(target.host);
        // Rule 1 lets a Secure cookie and plain http meet on loopback only.
        let relaxed = self.attributes.secure || host.is_loopback();
        (
            self.domain.domain(host),
            target.scheme == Scheme::Http && relaxed,
        )
    }
}

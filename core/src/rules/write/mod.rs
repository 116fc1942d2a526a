//! Rule 10: the `Set-Cookie` lines are appended, byte for byte the same on every platform.
//!
//! The attributes are the policy's. `Domain` depends on the request's host, and `Secure` is left off on plain http from
//! loopback, where Safari would refuse the cookie and nobody listens in.
//!
//! | host | `Domain` with `auto` |
//! |---|---|
//! | `shop.example.co.uk` | `example.co.uk` |
//! | `github.io`, a public suffix | none: the cookie is host-only |
//! | `192.0.2.10`, `[::1]`, `localhost`, `example.com.` | none |
//!
//! Lines are appended, each as a header of its own (RFC 6265bis §3), because a response may have other cookies, such as
//! logins, which have to survive. The text of a line is made in `http/set_cookie.rs`.

#[cfg(feature = "checks")]
mod check;
mod settings;

pub use settings::{CookieSettings, DomainSetting};

use crate::http::domain::DomainRule;
use crate::http::exchange::{Scheme, Target};
use crate::http::host::Host;

/// The parts of a line that depend on where the request went: the `Domain`, in the case of the request's host or of the
/// policy's list, and whether the request was plain http on loopback.
#[inline(always)]
pub(crate) fn placement<'a>(
    settings: &CookieSettings,
    domain: &'a DomainRule,
    target: Target<'a>,
) -> (Option<&'a [u8]>, bool) {
    let host = Host::parse(target.host);
    // Rule 1 lets a Secure cookie and plain http meet on loopback only.
    let relaxed = settings.secure || host.is_loopback();
    let on_loopback = target.scheme == Scheme::Http && relaxed;
    (domain.domain(host), on_loopback)
}

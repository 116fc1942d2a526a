//! Cookie name prefixes: promises about attributes that browsers hold a server to.
//!
//! A cookie whose name has a prefix, and that lacks what the prefix promises, is rejected as a whole. So the checks
//! refuse such a policy, and `Secure` stays on loopback where the prefix needs it.

use super::text;

/// The name prefixes by which a server promises attributes (RFC 6265bis §4.1.3, and the layered-cookies draft).
/// Browsers compare them without regard to case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// None of the others.
    None,
    /// `__Secure-`: `Secure`.
    Secure,
    /// `__Host-`: `Secure`, the path `/`, no `Domain`.
    Host,
    /// `__Http-`: `Secure` and `HttpOnly`.
    Http,
    /// `__Host-Http-`: all of these.
    HostHttp,
}

impl Prefix {
    pub(crate) fn of(name: &str) -> Self {
        let begins = |prefix: &str| {
            name.as_bytes()
                .get(..prefix.len())
                .is_some_and(|head| text::same(head, prefix.as_bytes()))
        };
        // The longer one first: `__Host-Http-` begins with `__Host-`.
        match () {
            () if begins("__Host-Http-") => Self::HostHttp,
            () if begins("__Host-") => Self::Host,
            () if begins("__Secure-") => Self::Secure,
            () if begins("__Http-") => Self::Http,
            () => Self::None,
        }
    }

    pub(crate) fn wants_secure(self) -> bool {
        self != Self::None
    }

    #[cfg(feature = "checks")]
    pub(crate) const fn wants_http_only(self) -> bool {
        matches!(self, Self::Http | Self::HostHttp)
    }

    #[cfg(feature = "checks")]
    pub(crate) const fn wants_host_only(self) -> bool {
        matches!(self, Self::Host | Self::HostHttp)
    }
}

//! What a decision looks at: one request and one response, without their bodies.
//!
//! All of it is borrowed from the platform's own types, as bytes. So an adapter copies nothing, and nothing has to be
//! valid UTF-8.

use super::country::Country;

/// The scheme that the visitor's browser used.
///
/// It has to come from whoever terminates TLS: from the connection itself, or from a proxy that the server trusts. A
/// `Secure` cookie is set for [`Https`](Self::Https) only, and on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain text, `http`.
    Http,
    /// HTTP over TLS, `https`.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Where a request went: all of the request that the second half of the decision needs.
///
/// The host determines the cookie's `Domain`, and what counts as the same site for a redirect.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The scheme that the browser used.
    pub scheme: Scheme,
    /// `Host` or `:authority` as received, in any case, with a port or without. Empty if there was none; the cookie is
    /// host-only then.
    pub host: &'a [u8],
}

/// A request, without its body. `F` is a list of header fields ([`Fields`](crate::Fields)).
///
/// ```
/// use hardtack::{Country, Request, Scheme, Target};
///
/// let fields = [("sec-fetch-dest", "document"), ("accept", "text/html")];
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com:8443" },
///     method: b"GET",
///     path: b"/basket?item=3",
///     country: Country::parse(b"FR"),
///     fields: &fields[..],
/// };
/// assert_eq!(request.target.scheme.as_str(), "https");
/// ```
#[derive(Debug)]
pub struct Request<'a, F: ?Sized> {
    /// Scheme and host.
    pub target: Target<'a>,
    /// The method, in the case in which it was received (methods are case-sensitive, RFC 9110 §9.1).
    pub method: &'a [u8],
    /// The path, percent-encoded as received. A query and a fragment may follow and are ignored.
    pub path: &'a [u8],
    /// The country that the platform says the request comes from; `None` if it does not say. Never pass on what a
    /// client says: consent depends on the country (rule 5).
    pub country: Option<Country>,
    /// The header fields. Those of [`Field::REQUEST`](crate::Field::REQUEST) are read.
    pub fields: &'a F,
}

/// A response, without its body. `F` is a list of header fields ([`Fields`](crate::Fields)).
#[derive(Debug)]
pub struct Response<'a, F: ?Sized> {
    /// The status code, such as 200.
    pub status: u16,
    /// The header fields, with those that the origin set. Those of [`Field::RESPONSE`](crate::Field::RESPONSE) are
    /// read.
    pub fields: &'a F,
}

/// A request and the response to it, as [`decide`](fn@crate::decide) takes them.
#[derive(Debug)]
pub struct Exchange<'a, Q: ?Sized, R: ?Sized> {
    /// What the browser asked for.
    pub request: Request<'a, Q>,
    /// What the origin answered.
    pub response: Response<'a, R>,
}

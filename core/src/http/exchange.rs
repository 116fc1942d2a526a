//! What a decision looks at: one request and one response, without their bodies.

use super::country::Country;

/// The scheme that the visitor's browser used, as far as whoever terminates TLS can vouch for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain text.
    Http,
    /// TLS.
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

/// Where a request went: all that is still needed of it when the response is there.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The scheme the browser used.
    pub scheme: Scheme,
    /// `Host` or `:authority` as received: any case, port or not. Empty where there was none.
    pub host: &'a [u8],
}

/// A request, without its body.
#[derive(Debug)]
pub struct Request<'a, F: ?Sized> {
    /// Scheme and host.
    pub target: Target<'a>,
    /// The method, case as received (methods are case-sensitive, RFC 9110 §9.1).
    pub method: &'a [u8],
    /// The path, percent-encoded as received. What follows a `?` is ignored.
    pub path: &'a [u8],
    /// The country that the platform says the request comes from; `None` where it does not say. Never what a client
    /// says.
    pub country: Option<Country>,
    /// The header fields.
    pub fields: &'a F,
}

/// A response, without its body.
#[derive(Debug)]
pub struct Response<'a, F: ?Sized> {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub fields: &'a F,
}

/// A request and the response to it.
#[derive(Debug)]
pub struct Exchange<'a, Q: ?Sized, R: ?Sized> {
    /// What the browser asked.
    pub request: Request<'a, Q>,
    /// What the origin answered.
    pub response: Response<'a, R>,
}

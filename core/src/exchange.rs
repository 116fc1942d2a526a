//! What a decision looks at: one request, one response, and the few header fields that matter.

use crate::country::Country;

/// A header field that a rule reads. The list is closed, so an adapter knows which headers it has to hand over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// Request: `Accept`, read where fetch metadata names no destination.
    Accept,
    /// Request: `Cookie`.
    Cookie,
    /// Request: `Sec-Fetch-Dest`.
    SecFetchDest,
    /// Request: `Sec-Fetch-Mode`.
    SecFetchMode,
    /// Request: `X-Requested-With`, which script libraries send with their calls.
    XRequestedWith,
    /// Request: `Sec-Purpose`, by which browsers say that they fetch ahead of their user.
    SecPurpose,
    /// Request: `Purpose`, the same in older browsers.
    Purpose,
    /// Request: `X-Moz`, the same in older Firefox.
    XMoz,
    /// Request: `Sec-GPC`, the Global Privacy Control.
    SecGpc,
    /// Request: `DNT`, Do Not Track.
    Dnt,
    /// Request: `User-Agent`.
    UserAgent,
    /// Request: `Upgrade-Insecure-Requests`, which Chromium and Firefox send with navigations.
    UpgradeInsecureRequests,
    /// Response: `Content-Type`.
    ContentType,
    /// Response: `Location`.
    Location,
    /// Response: `Set-Cookie`.
    SetCookie,
    /// Response: `Cache-Control`.
    CacheControl,
    /// Response: `CDN-Cache-Control` (RFC 9213).
    CdnCacheControl,
    /// Response: `Cloudflare-CDN-Cache-Control`.
    CloudflareCdnCacheControl,
    /// Response: `Vercel-CDN-Cache-Control`.
    VercelCdnCacheControl,
    /// Response: `Netlify-CDN-Cache-Control`.
    NetlifyCdnCacheControl,
    /// Response: `Surrogate-Control`, read by Fastly and Varnish.
    SurrogateControl,
    /// Response: `Edge-Control`, read by Akamai.
    EdgeControl,
    /// Response: `X-Accel-Expires`, read by nginx.
    XAccelExpires,
}

impl Field {
    /// Every field, requests' first.
    pub const ALL: [Self; 23] = [
        Self::Accept,
        Self::Cookie,
        Self::SecFetchDest,
        Self::SecFetchMode,
        Self::XRequestedWith,
        Self::SecPurpose,
        Self::Purpose,
        Self::XMoz,
        Self::SecGpc,
        Self::Dnt,
        Self::UserAgent,
        Self::UpgradeInsecureRequests,
        Self::ContentType,
        Self::Location,
        Self::SetCookie,
        Self::CacheControl,
        Self::CdnCacheControl,
        Self::CloudflareCdnCacheControl,
        Self::VercelCdnCacheControl,
        Self::NetlifyCdnCacheControl,
        Self::SurrogateControl,
        Self::EdgeControl,
        Self::XAccelExpires,
    ];

    /// The field's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Cookie => "cookie",
            Self::SecFetchDest => "sec-fetch-dest",
            Self::SecFetchMode => "sec-fetch-mode",
            Self::XRequestedWith => "x-requested-with",
            Self::SecPurpose => "sec-purpose",
            Self::Purpose => "purpose",
            Self::XMoz => "x-moz",
            Self::SecGpc => "sec-gpc",
            Self::Dnt => "dnt",
            Self::UserAgent => "user-agent",
            Self::UpgradeInsecureRequests => "upgrade-insecure-requests",
            Self::ContentType => "content-type",
            Self::Location => "location",
            Self::SetCookie => "set-cookie",
            Self::CacheControl => "cache-control",
            Self::CdnCacheControl => "cdn-cache-control",
            Self::CloudflareCdnCacheControl => "cloudflare-cdn-cache-control",
            Self::VercelCdnCacheControl => "vercel-cdn-cache-control",
            Self::NetlifyCdnCacheControl => "netlify-cdn-cache-control",
            Self::SurrogateControl => "surrogate-control",
            Self::EdgeControl => "edge-control",
            Self::XAccelExpires => "x-accel-expires",
        }
    }
}

/// A list of header fields. Names compare without regard to case; values are bytes, in the order of the message.
pub trait Fields {
    /// Every value of `field`, in order. A field that occurs twice gives two values.
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]>;

    /// Whether any of `fields` is there. Default: each is asked for; a list that knows what it has can say so at once.
    #[inline]
    fn has_any(&self, fields: &[Field]) -> bool {
        let mut fields = fields.iter();
        fields.any(|field| self.values(*field).next().is_some())
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Fields for [(N, V)] {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let wanted = field.name().as_bytes();
        self.iter()
            .filter(move |(name, _)| is_name(name.as_ref(), wanted))
            .map(|(_, value)| value.as_ref())
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Fields for alloc::vec::Vec<(N, V)> {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        self.as_slice().values(field)
    }
}

/// Compares names without regard to case. The last byte first, for many names begin alike (`sec-fetch-`, `accept-`) and
/// few end alike; then all bytes, without an early end. What [`Field`] names hold, letters and hyphens, differs from its
/// upper-case form in one bit at most, and no other byte that a header name may hold becomes it with that bit set.
fn is_name(name: &[u8], wanted: &[u8]) -> bool {
    const LOWER: u8 = 0x20;
    let (Some(last), Some(wanted_last)) = (name.last(), wanted.last()) else {
        return false;
    };
    name.len() == wanted.len()
        && last | LOWER == *wanted_last
        && name
            .iter()
            .zip(wanted)
            .fold(0, |all, (a, b)| all | ((a | LOWER) ^ b))
            == 0
}

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
    /// The country that the platform says the request comes from; `None` where it does not say. Never what a client says.
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

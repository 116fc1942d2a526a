//! The header fields that rules read, as one closed list.
//!
//! A field is one row of the table below. Its place in [`Field::ALL`], its name, its number in the WebAssembly engine
//! and its constants in JavaScript follow from the row.

/// Makes the enum, its lists and its names out of the rows.
macro_rules! fields {
    (
        request { $($(#[$request_doc:meta])+ $request:ident = $request_name:literal,)+ }
        response { $($(#[$response_doc:meta])+ $response:ident = $response_name:literal,)+ }
        targeted { $($(#[$targeted_doc:meta])+ $targeted:ident = $targeted_name:literal,)+ }
    ) => {
        /// A header field that a rule reads.
        ///
        /// The list is closed, so an adapter knows which headers it has to pass on.
        /// [`Policy::reads`](crate::Policy::reads) says which of them one policy needs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$request_doc])+ $request,)+
            $($(#[$response_doc])+ $response,)+
            $($(#[$targeted_doc])+ $targeted,)+
        }

        impl Field {
            /// The fields of requests.
            pub const REQUEST: &[Self] = &[$(Self::$request),+];

            /// The fields of responses.
            pub const RESPONSE: &[Self] = &[$(Self::$response,)+ $(Self::$targeted,)+];

            /// Those fields of responses that address one kind of cache, which obeys them before `Cache-Control`
            /// (RFC 9213 and the caches' own documentation).
            pub const TARGETED: &[Self] = &[$(Self::$targeted),+];

            /// Every field, requests' first.
            pub const ALL: [Self; Self::REQUEST.len() + Self::RESPONSE.len()] =
                [$(Self::$request,)+ $(Self::$response,)+ $(Self::$targeted,)+];

            /// The field's name in lower case.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$request => $request_name,)+
                    $(Self::$response => $response_name,)+
                    $(Self::$targeted => $targeted_name,)+
                }
            }

            /// The field of this name, which has to be in lower case; `None` for a field that no rule reads.
            ///
            /// ```
            /// use hardtack::Field;
            ///
            /// assert_eq!(Field::from_name("sec-gpc"), Some(Field::SecGpc));
            /// assert_eq!(Field::from_name("referer"), None);
            /// ```
            pub fn from_name(name: &str) -> Option<Self> {
                Some(match name {
                    $($request_name => Self::$request,)+
                    $($response_name => Self::$response,)+
                    $($targeted_name => Self::$targeted,)+
                    _ => return None,
                })
            }
        }
    };
}

fields! {
    request {
        /// `Accept`, read where fetch metadata names no destination.
        Accept = "accept",
        /// `Cookie`, read for the id, the renewal marker, consent and adoption.
        Cookie = "cookie",
        /// `Sec-Fetch-Dest`, what the response is for (W3C Fetch Metadata).
        SecFetchDest = "sec-fetch-dest",
        /// `Sec-Fetch-Mode`, how the browser asks (W3C Fetch Metadata).
        SecFetchMode = "sec-fetch-mode",
        /// `X-Requested-With`: `XMLHttpRequest` with calls of script libraries, an app's name from Android's WebView.
        XRequestedWith = "x-requested-with",
        /// `Sec-Purpose`, by which browsers say that they prefetch or prerender a page.
        SecPurpose = "sec-purpose",
        /// `Purpose`, the same in Safari and older Chromium.
        Purpose = "purpose",
        /// `X-Moz`, the same in older Firefox.
        XMoz = "x-moz",
        /// `Sec-GPC`, the Global Privacy Control.
        SecGpc = "sec-gpc",
        /// `DNT`, Do Not Track.
        Dnt = "dnt",
        /// `User-Agent`, by which declared bots are recognised.
        UserAgent = "user-agent",
        /// `Upgrade-Insecure-Requests`, which Chromium and Firefox send with navigations.
        UpgradeInsecureRequests = "upgrade-insecure-requests",
    }
    response {
        /// `Content-Type`, which says whether the response is a page.
        ContentType = "content-type",
        /// `Location`, which says whether a redirect leaves the site.
        Location = "location",
        /// `Set-Cookie`, read for the names that the origin sets.
        SetCookie = "set-cookie",
        /// `Cache-Control`, which says whether shared caches may store the response (RFC 9111 §5.2).
        CacheControl = "cache-control",
    }
    targeted {
        /// `CDN-Cache-Control`, read by content delivery networks (RFC 9213).
        CdnCacheControl = "cdn-cache-control",
        /// `Cloudflare-CDN-Cache-Control`, read by Cloudflare alone.
        CloudflareCdnCacheControl = "cloudflare-cdn-cache-control",
        /// `Vercel-CDN-Cache-Control`, read by Vercel alone.
        VercelCdnCacheControl = "vercel-cdn-cache-control",
        /// `Netlify-CDN-Cache-Control`, read by Netlify alone.
        NetlifyCdnCacheControl = "netlify-cdn-cache-control",
        /// `Surrogate-Control`, read by Fastly and Varnish.
        SurrogateControl = "surrogate-control",
        /// `Edge-Control`, read by Akamai.
        EdgeControl = "edge-control",
        /// `X-Accel-Expires`, read by nginx.
        XAccelExpires = "x-accel-expires",
        /// `Deno-CDN-Cache-Control`, read by Deno Deploy before `CDN-Cache-Control`.
        DenoCdnCacheControl = "deno-cdn-cache-control",
    }
}

/// A list of header fields. Names compare without regard to case; values are bytes, in the order of the message.
///
/// Slices and vectors of pairs of a name and a value implement the trait. An adapter implements it for its platform's
/// own list, so that nothing is copied.
///
/// # Example
///
/// ```
/// use std::collections::HashMap;
///
/// use hardtack::{Field, Fields};
///
/// /// Headers of a server that keeps lower-case names, each with all of its values.
/// struct Headers(HashMap<String, Vec<Vec<u8>>>);
///
/// impl Fields for Headers {
///     fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
///         self.0.get(field.name()).into_iter().flatten().map(Vec::as_slice)
///     }
/// }
///
/// let cookies = vec![b"theme=dark".to_vec(), b"FPD=1".to_vec()];
/// let headers = Headers(HashMap::from([("cookie".to_string(), cookies)]));
/// assert!(headers.values(Field::Cookie).eq([&b"theme=dark"[..], b"FPD=1"]));
/// assert!(!headers.has_any(&[Field::SecGpc, Field::Dnt]));
/// ```
pub trait Fields {
    /// Every value of `field`, in order. A field that occurs twice gives two values.
    ///
    /// A platform that joins values with commas may give one value instead; the rules read both forms.
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]>;

    /// Whether any of `fields` is there.
    ///
    /// By default each field is asked for. A list that knows which fields it has can answer at once.
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

/// Compares names without regard to case. `wanted` is in lower case.
///
/// The last byte is compared first, because many names begin alike (`sec-fetch-`, `accept-`) and few end alike; then
/// all bytes, without an early end. The bytes in names of a [`Field`], letters and hyphens, differ from their
/// upper-case form in one bit at most, and no other byte that a header name may hold becomes one of them with that bit
/// set.
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

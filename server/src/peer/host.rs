//! Whether a request names its host once, legibly, and without contradiction.
//!
//! Otherwise two readers can take the request for two sites: this server and a cache in front of it, for example.

use http::header::HOST;
use http::{Request, Version};

/// Whether host and authority are as RFC 9112 §3.2 and RFC 9113 §8.3.1 demand. HTTP/1.1 requires `Host`; in HTTP/2, a
/// `Host` that differs from `:authority` is an error.
pub(crate) fn names_one_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() != Version::HTTP_11,
        (Some(host), None) => {
            host.as_bytes().iter().copied().all(is_host_byte)
                && !contradicts(request, host.as_bytes())
        }
        (Some(_), Some(_)) => false,
    }
}

/// A byte of `uri-host [ ":" port ]` (RFC 3986 §3.2).
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%:[]!$&'()*+,;=".contains(&byte)
}

fn contradicts<B>(request: &Request<B>, host: &[u8]) -> bool {
    let authority = request.uri().authority();
    request.version() == Version::HTTP_2
        && authority.is_some_and(|own| !own.as_str().as_bytes().eq_ignore_ascii_case(host))
}

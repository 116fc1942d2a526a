//! Whether a request says whom it is for: once, legibly, and without contradicting itself.
//!
//! Where it does not, two readers can take it for two sites: this server and a cache in front of it, for example.

use http::header::HOST;
use http::{Request, Version};

/// Whether host and authority are as RFC 9112 §3.2 and RFC 9113 §8.3.1 ask. In HTTP/1.1, `Host` is a must; in HTTP/2,
/// one that differs from `:authority` is an error.
pub(crate) fn is_clear<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() != Version::HTTP_11,
        (Some(host), None) => {
            host.as_bytes().iter().copied().all(may_be_in_host)
                && !contradicts(request, host.as_bytes())
        }
        (Some(_), Some(_)) => false,
    }
}

/// `uri-host [ ":" port ]` of RFC 3986 §3.2, byte by byte.
fn may_be_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%:[]!$&'()*+,;=".contains(&byte)
}

fn contradicts<B>(request: &Request<B>, host: &[u8]) -> bool {
    let authority = request.uri().authority();
    request.version() == Version::HTTP_2
        && authority.is_some_and(|told| !told.as_str().as_bytes().eq_ignore_ascii_case(host))
}

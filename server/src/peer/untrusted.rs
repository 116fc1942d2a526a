//! A warning about a proxy whose reports are not heard.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderMap;

use super::connection::Connection;
use super::forwarded::{X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO};
use super::trusted_proxies::TrustedProxies;

/// Any client can send these headers, so the log must not grow with them.
static WARNED: AtomicBool = AtomicBool::new(false);

/// Warns if a peer that is not trusted reports a visitor; once in the life of the process.
pub(crate) fn warn_if_untrusted(
    headers: &HeaderMap,
    connection: Connection,
    trusted: &TrustedProxies,
) {
    let peer = connection.peer.ip().to_canonical();
    if is_unheard(headers, peer, trusted) && !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "ignored X-Forwarded-For, -Host and -Proto from {peer}: if that is your proxy, start with --trust {}",
            entry(peer)
        );
    }
}

fn is_unheard(headers: &HeaderMap, peer: IpAddr, trusted: &TrustedProxies) -> bool {
    let reports = [X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO];
    reports.iter().any(|name| headers.contains_key(name)) && !trusted.trusts(peer)
}

/// The peer, as a list of trusted proxies has it.
fn entry(peer: IpAddr) -> String {
    match peer.is_loopback() {
        true => "loopback".to_owned(),
        false => peer.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(trusted: &str, name: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("x"));
        let trusted = trusted.parse().unwrap();
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(is_unheard(&headers, peer, &trusted), expected, "{name}");
    }

    #[test]
    fn reports_of_an_untrusted_peer_are_unheard() {
        check("", "x-forwarded-for", true);
        check("loopback", "x-forwarded-host", true);
        check("10.0.0.2", "x-forwarded-proto", true);
    }

    #[test]
    fn those_of_a_trusted_peer_and_other_headers_are_not() {
        check("10.0.0.1", "x-forwarded-for", false);
        check("private", "x-forwarded-proto", false);
        check("", "via", false);
        check("", "x-forwarded-port", false);
    }

    #[test]
    fn the_flag_names_the_peer() {
        assert_eq!(entry("127.0.0.1".parse().unwrap()), "loopback");
        assert_eq!(entry("::1".parse().unwrap()), "loopback");
        assert_eq!(entry("192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}

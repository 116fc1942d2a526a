//! Client address, scheme and host, from the connection and from the headers of trusted proxies.
//!
//! A peer's headers count only if [`TrustedProxies`] lists it, and then without limit: a trusted proxy must itself set
//! or remove `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-For`. If both are sent, `X-Forwarded-*` takes
//! precedence over `Forwarded` (RFC 7239). In a list, the first element is the visitor's own; addresses, however, are
//! read from the end: see [`client_address`].

use std::net::{IpAddr, SocketAddr};

use hardtack::Scheme;
use http::header::{FORWARDED, HOST, HeaderName};
use http::uri::Authority;
use http::{HeaderMap, Uri};

use super::connection::Connection;
use super::trusted_proxies::TrustedProxies;

pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(crate) const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The scheme that the visitor used: as a trusted peer reports it, else the connection's own.
pub fn scheme(headers: &HeaderMap, connection: Connection, trusted: &TrustedProxies) -> Scheme {
    reported(headers, &X_FORWARDED_PROTO, "proto", connection, trusted)
        .and_then(parse_scheme)
        .unwrap_or_else(|| connection.scheme())
}

/// The host that the visitor used, with its port if any: as a trusted peer reports it, else as requested.
///
/// As requested means `:authority` in HTTP/2 and the target's host in an HTTP/1.1 request for an absolute URL
/// (RFC 9112 §3.2.2), else the first `Host` header. The text is not checked.
pub fn host<'a>(
    uri: &'a Uri,
    headers: &'a HeaderMap,
    connection: Connection,
    trusted: &TrustedProxies,
) -> Option<&'a str> {
    reported(headers, &X_FORWARDED_HOST, "host", connection, trusted)
        .or_else(|| requested_host(uri, headers))
}

/// The visitor's address: the nearest one that is not a trusted proxy's.
///
/// Anybody can write anything at the front of `X-Forwarded-For`. Therefore it is read from its end, where each proxy
/// has added the address of its own peer, for as long as the addresses are trusted.
pub fn client_address(
    headers: &HeaderMap,
    connection: Connection,
    trusted: &TrustedProxies,
) -> IpAddr {
    let mut nearest = connection.peer.ip().to_canonical();
    let mut farther = reported_addresses(headers);
    while trusted.trusts(nearest) {
        match farther.next() {
            Some(Some(address)) => nearest = address,
            // Not an address (RFC 7239 allows `unknown` and `_name`), or the end of the list.
            Some(None) | None => break,
        }
    }
    nearest
}

/// The host that the request itself names, whatever proxies report.
pub(crate) fn requested_host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    match uri.authority() {
        Some(authority) => Some(without_credentials(authority)),
        None => headers.get(HOST)?.to_str().ok(),
    }
}

fn without_credentials(authority: &Authority) -> &str {
    let text = authority.as_str();
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

fn parse_scheme(word: &str) -> Option<Scheme> {
    let is = |scheme: &str| word.eq_ignore_ascii_case(scheme);
    match word {
        _ if is("https") || is("wss") => Some(Scheme::Https),
        _ if is("http") || is("ws") => Some(Scheme::Http),
        _ => None,
    }
}

/// What a trusted peer reports: the first element of `header`, else the parameter in `Forwarded`.
fn reported<'a>(
    headers: &'a HeaderMap,
    header: &HeaderName,
    parameter: &str,
    connection: Connection,
    trusted: &TrustedProxies,
) -> Option<&'a str> {
    if !trusted.trusts(connection.peer.ip()) {
        return None;
    }
    let value = match headers.get(header) {
        Some(value) => value.to_str().ok()?.split(',').next()?.trim(),
        None => forwarded_parameter(elements(headers, &FORWARDED).next()?, parameter)?,
    };
    Some(value).filter(|value| !value.is_empty())
}

/// The addresses that proxies report, the nearest first.
fn reported_addresses(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let (header, is_plain) = match headers.contains_key(X_FORWARDED_FOR) {
        true => (X_FORWARDED_FOR, true),
        false => (FORWARDED, false),
    };
    let values = headers.get_all(header).into_iter().rev();
    values.flat_map(move |value| {
        value
            .to_str()
            .unwrap_or("")
            .rsplit(',')
            .map(move |element| match is_plain {
                true => parse_address(element),
                false => parse_address(forwarded_parameter(element, "for")?),
            })
    })
}

/// The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
fn parse_address(element: &str) -> Option<IpAddr> {
    let element = element.trim();
    let socket = || element.parse().ok().map(|socket: SocketAddr| socket.ip());
    let bracketed = || element.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let ip: IpAddr = element.parse().ok().or_else(socket).or_else(bracketed)?;
    Some(ip.to_canonical())
}

fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
}

/// The value of `name` in one element such as `for=192.0.2.1;proto="https"`.
///
/// A comma or semicolon inside quotes ends the value early: neither can be part of an address, a scheme or a host.
fn forwarded_parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let pairs = element
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1:4711";
    const VISITOR: &str = "203.0.113.7:4711";

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let pairs = lines.iter().map(|line| line.split_once(": ").unwrap());
        let parsed = |(name, value): (&'static str, &'static str)| {
            (
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
        };
        let mut headers = HeaderMap::new();
        pairs.map(parsed).for_each(|(name, value)| {
            headers.append(name, value);
        });
        headers
    }

    fn connection(peer: &str, tls: bool) -> Connection {
        Connection {
            peer: peer.parse().unwrap(),
            tls,
        }
    }

    fn trusted() -> TrustedProxies {
        "10.0.0.0/8, 2001:db8::/32".parse().unwrap()
    }

    #[track_caller]
    fn check_scheme(peer: &str, tls: bool, lines: &[&'static str], expected: &str) {
        let scheme = scheme(&headers(lines), connection(peer, tls), &trusted());
        assert_eq!(scheme.as_str(), expected, "{peer} {tls} {lines:?}");
    }

    #[test]
    fn the_connection_has_a_scheme() {
        check_scheme(VISITOR, false, &[], "http");
        check_scheme(VISITOR, true, &[], "https");
        check_scheme(PROXY, true, &[], "https");
    }

    #[test]
    fn a_trusted_peer_reports_the_scheme() {
        check_scheme(PROXY, false, &["x-forwarded-proto: https"], "https");
        check_scheme(PROXY, true, &["x-forwarded-proto: HTTP"], "http");
        check_scheme(PROXY, false, &["x-forwarded-proto: https, http"], "https");
        check_scheme(PROXY, false, &["x-forwarded-proto: wss"], "https");
        check_scheme(
            PROXY,
            false,
            &["forwarded: for=192.0.2.1;Proto=\"https\", proto=http"],
            "https",
        );
        check_scheme(
            PROXY,
            false,
            &["forwarded: proto=http", "x-forwarded-proto: https"],
            "https",
        );
        check_scheme(
            "[::ffff:10.0.0.1]:80",
            false,
            &["x-forwarded-proto: https"],
            "https",
        );
    }

    #[test]
    fn a_visitor_cannot_claim_a_scheme() {
        check_scheme(VISITOR, false, &["x-forwarded-proto: https"], "http");
        check_scheme(VISITOR, false, &["forwarded: proto=https"], "http");
    }

    #[test]
    fn an_invalid_scheme_is_ignored() {
        check_scheme(PROXY, true, &["x-forwarded-proto: gopher"], "https");
        check_scheme(PROXY, false, &["x-forwarded-proto: "], "http");
        check_scheme(PROXY, false, &["x-forwarded-proto: ,https"], "http");
        check_scheme(PROXY, false, &["forwarded: ;;==,"], "http");
    }

    #[track_caller]
    fn check_host(peer: &str, target: &'static str, lines: &[&'static str], expected: &str) {
        let (uri, headers) = (Uri::from_static(target), headers(lines));
        let host = host(&uri, &headers, connection(peer, false), &trusted());
        assert_eq!(
            host.unwrap_or("none"),
            expected,
            "{peer} {target} {lines:?}"
        );
    }

    #[test]
    fn the_request_names_the_host() {
        check_host(VISITOR, "/", &["host: a.example:8080"], "a.example:8080");
        check_host(
            VISITOR,
            "/",
            &["host: a.example", "host: b.example"],
            "a.example",
        );
        check_host(
            VISITOR,
            "http://b.example/",
            &["host: a.example"],
            "b.example",
        );
        check_host(VISITOR, "http://me:pw@b.example:81/", &[], "b.example:81");
        check_host(VISITOR, "/", &[], "none");
        check_host(VISITOR, "/", &["host: \u{e9}"], "none");
    }

    #[test]
    fn a_trusted_peer_reports_the_host() {
        let host = "host: inner";
        check_host(
            PROXY,
            "/",
            &[host, "x-forwarded-host: a.example"],
            "a.example",
        );
        check_host(
            PROXY,
            "/",
            &[host, "x-forwarded-host: a.example, b"],
            "a.example",
        );
        check_host(
            PROXY,
            "/",
            &[host, "forwarded: host=\"a.example:81\""],
            "a.example:81",
        );
        check_host(PROXY, "/", &[host, "x-forwarded-host: "], "inner");
        check_host(
            VISITOR,
            "/",
            &[host, "x-forwarded-host: a.example"],
            "inner",
        );
    }

    #[track_caller]
    fn check_client(peer: &str, lines: &[&'static str], expected: &str) {
        let client = client_address(&headers(lines), connection(peer, false), &trusted());
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn the_client_is_the_nearest_address_that_is_not_a_trusted_proxy() {
        check_client(VISITOR, &["x-forwarded-for: 192.0.2.1"], "203.0.113.7");
        check_client(PROXY, &[], "10.0.0.1");
        check_client(PROXY, &["x-forwarded-for: 192.0.2.1"], "192.0.2.1");
        check_client(PROXY, &["x-forwarded-for: 6.6.6.6, 192.0.2.1"], "192.0.2.1");
        check_client(
            PROXY,
            &["x-forwarded-for: 192.0.2.1, 10.0.0.9"],
            "192.0.2.1",
        );
        check_client(PROXY, &["x-forwarded-for: 10.0.0.8, 10.0.0.9"], "10.0.0.8");
        check_client(
            PROXY,
            &["x-forwarded-for: 6.6.6.6", "x-forwarded-for: 192.0.2.1"],
            "192.0.2.1",
        );
    }

    #[test]
    fn addresses_are_read_in_every_notation() {
        check_client(PROXY, &["x-forwarded-for: 192.0.2.1:80"], "192.0.2.1");
        check_client(PROXY, &["x-forwarded-for: 2001:470::1"], "2001:470::1");
        check_client(PROXY, &["x-forwarded-for: [2001:470::1]:80"], "2001:470::1");
        check_client(PROXY, &["x-forwarded-for: [2001:470::1]"], "2001:470::1");
        check_client(PROXY, &["x-forwarded-for: ::ffff:192.0.2.1"], "192.0.2.1");
        check_client(
            PROXY,
            &["forwarded: for=6.6.6.6, for=\"[2001:470::1]:80\";proto=http"],
            "2001:470::1",
        );
        check_client(
            "[::ffff:10.0.0.1]:80",
            &["x-forwarded-for: 192.0.2.1"],
            "192.0.2.1",
        );
    }

    #[test]
    fn an_invalid_address_ends_the_search() {
        check_client(PROXY, &["x-forwarded-for: 192.0.2.1, unknown"], "10.0.0.1");
        check_client(PROXY, &["x-forwarded-for: 192.0.2.1, "], "10.0.0.1");
        check_client(
            PROXY,
            &["x-forwarded-for: 192.0.2.1, unknown, 10.0.0.9"],
            "10.0.0.9",
        );
        check_client(PROXY, &["forwarded: for=_hidden"], "10.0.0.1");
        check_client(PROXY, &["forwarded: proto=https"], "10.0.0.1");
    }
}

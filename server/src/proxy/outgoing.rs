//! The visitor's request head, rewritten for the upstream.
//!
//! 1. Hop-by-hop fields are removed ([`hop_by_hop`]), and so is `Expect`: hyper's server answers `100-continue` as soon
//!    as the upstream accepts the body.
//! 2. `Host` stays as the visitor sent it, so that the site makes links and cookies for its own name. A request without
//!    one gets the upstream's.
//! 3. Cookie field lines are joined into one by `; ` (RFC 9113 §8.2.3).
//! 4. Fields with an underscore in their name are removed ([`header_names`](super::header_names)).
//! 5. `X-Forwarded-For`, `-Host` and `-Proto` report client, host and scheme. Those of a trusted peer are extended;
//!    those of any other peer are removed, and so is every other field in which a proxy reports its client, such as
//!    `Forwarded`, `X-Real-IP` and `CF-Connecting-IP` ([`is_report`](crate::peer::is_report)).
//!
//! No `Via` is added: many servers stop compressing when they receive one.

use std::net::IpAddr;

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, FORWARDED, HOST, HeaderName, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body::Body as _;

use super::header_names::HeaderNames;
use super::hop_by_hop;
use super::request_body::RequestBody;
use super::upstream::Upstream;
use crate::peer::{
    Connection, TrustedProxies, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO,
    requested_host, scheme,
};

/// The request to the upstream, from the visitor's request head and `body`.
pub(super) fn request(
    head: http::request::Parts,
    target: Uri,
    body: RequestBody,
    upgrade: Option<&HeaderValue>,
    forwarding: Forwarding<'_>,
) -> Request<RequestBody> {
    let mut headers = head.headers;
    let accepts_trailers = hop_by_hop::accepts_trailers(&headers);
    let host = host(&head.uri, &headers);

    hop_by_hop::strip(&mut headers);
    headers.remove(EXPECT);
    join_cookies(&mut headers);
    forwarding.names.strip(&mut headers);
    forwarding.apply(&mut headers, host.as_ref());
    headers.insert(
        HOST,
        host.unwrap_or_else(|| upstream_host(forwarding.upstream)),
    );
    set_connection(&mut headers, accepts_trailers, upgrade);
    set_length(&mut headers, &head.method, &body);

    let mut request = Request::new(body);
    *request.method_mut() = head.method;
    *request.uri_mut() = target;
    *request.headers_mut() = headers;
    request
}

/// The visitor's connection, whom to trust, the upstream that the report goes to, and which headers go with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forwarding<'a> {
    pub(super) connection: Connection,
    pub(super) trusted: &'a TrustedProxies,
    pub(super) upstream: &'a Upstream,
    pub(super) names: &'a HeaderNames,
}

impl Forwarding<'_> {
    fn apply(&self, headers: &mut HeaderMap, host: Option<&HeaderValue>) {
        let peer = self.connection.peer.ip().to_canonical();
        let scheme = scheme(headers, self.connection, self.trusted).as_str();
        if !self.trusted.trusts(peer) {
            self.remove_claims(headers);
        }
        append(headers, X_FORWARDED_FOR, &peer.to_string());
        headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme));
        if let (Some(host), false) = (host, headers.contains_key(X_FORWARDED_HOST)) {
            headers.insert(X_FORWARDED_HOST, host.clone());
        }
        if headers.contains_key(FORWARDED) {
            append(headers, FORWARDED, &forwarded_for(peer));
        }
    }

    /// Removes the fields in which the peer claims to be a proxy.
    fn remove_claims(&self, headers: &mut HeaderMap) {
        let claims = headers.keys().filter(|name| self.names.is_claim(name));
        let claims: Vec<HeaderName> = claims.cloned().collect();
        for claim in claims {
            headers.remove(claim);
        }
    }
}

/// Adds an element to the list in all lines of `name`, and joins them into one line.
fn append(headers: &mut HeaderMap, name: HeaderName, element: &str) {
    let mut list = joined(headers, &name, b", ");
    if !list.is_empty() {
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(element.as_bytes());
    if let Ok(list) = HeaderValue::from_maybe_shared(list) {
        headers.insert(name, list);
    }
}

/// An element of `Forwarded`. An IPv6 address is in brackets, and therefore in quotes (RFC 7239 §6).
fn forwarded_for(peer: IpAddr) -> String {
    match peer {
        IpAddr::V4(peer) => format!("for={peer}"),
        IpAddr::V6(peer) => format!("for=\"[{peer}]\""),
    }
}

fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).into_iter().nth(1).is_none() {
        return;
    }
    if let Ok(cookie) = HeaderValue::from_maybe_shared(joined(headers, &COOKIE, b"; ")) {
        headers.insert(COOKIE, cookie);
    }
}

fn joined(headers: &HeaderMap, name: &HeaderName, separator: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = headers
        .get_all(name)
        .into_iter()
        .map(HeaderValue::as_bytes)
        .collect();
    lines.join(separator)
}

fn host(uri: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    match uri.authority() {
        Some(_) => HeaderValue::from_str(requested_host(uri, headers)?).ok(),
        None => headers.get(HOST).cloned(),
    }
}

fn upstream_host(upstream: &Upstream) -> HeaderValue {
    // Every byte of an authority is valid in a header.
    HeaderValue::from_str(upstream.authority()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Sets the fields that describe the connection to the upstream.
fn set_connection(headers: &mut HeaderMap, accepts_trailers: bool, upgrade: Option<&HeaderValue>) {
    let options = match (accepts_trailers, upgrade.is_some()) {
        (false, false) => return,
        (true, false) => "te",
        (false, true) => "upgrade",
        (true, true) => "te, upgrade",
    };
    headers.insert(CONNECTION, HeaderValue::from_static(options));
    if accepts_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    if let Some(protocols) = upgrade {
        headers.insert(UPGRADE, protocols.clone());
    }
}

/// Sets the body's framing where hyper's own does not suffice: it drops a `GET` body of unknown length, and trailers
/// after a known length. Some servers demand `Content-Length: 0` of a `POST` without a body.
fn set_length(headers: &mut HeaderMap, method: &Method, body: &RequestBody) {
    let expects_body = [Method::POST, Method::PUT, Method::PATCH].contains(method);
    if body.is_end_stream() {
        if expects_body {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
    } else if body.size_hint().exact().is_none() || headers.contains_key(TRAILER) {
        headers.remove(CONTENT_LENGTH);
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
}

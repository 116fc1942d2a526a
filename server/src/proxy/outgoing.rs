//! The visitor's request head, rewritten for the upstream.
//!
//! 1. Fields of the visitor's connection go ([`hop_by_hop`]), and with them `Expect`: the server
//!    above answers `100-continue` as soon as the upstream takes the body.
//! 2. `Host` stays what the visitor used, so that the site makes links and cookies for its own name;
//!    only a request without any gets the upstream's.
//! 3. Cookie lines become one, joined by `; ` (RFC 9113 section 8.2.3).
//! 4. `X-Forwarded-For`, `-Host` and `-Proto` say who asked for what. A trusted peer's are continued;
//!    anyone else's go, and so do `Forwarded`, `X-Real-IP` and all other `X-Forwarded-` fields.
//!
//! There is no `Via`: many servers stop compressing when they see one.

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, FORWARDED, HOST, HeaderName, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body::Body as _;

use super::forwarded::{X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, requested, scheme};
use super::request_body::RequestBody;
use super::{Connection, TrustedProxies, Upstream, hop_by_hop};

/// What the upstream is asked for, from the visitor's head and `body`.
pub(super) fn request(
    head: http::request::Parts,
    target: Uri,
    body: RequestBody,
    upgrade: Option<&HeaderValue>,
    forwarding: Forwarding<'_>,
) -> Request<RequestBody> {
    let mut headers = head.headers;
    let takes_trailers = hop_by_hop::takes_trailers(&headers);
    let host = host(&head.uri, &headers);

    hop_by_hop::strip(&mut headers);
    headers.remove(EXPECT);
    join_cookies(&mut headers);
    forwarding.apply(&mut headers, host.as_ref());
    headers.insert(HOST, host.unwrap_or_else(|| own_host(forwarding.upstream)));
    state_connection(&mut headers, takes_trailers, upgrade);
    state_length(&mut headers, &head.method, &body);

    let mut request = Request::new(body);
    *request.method_mut() = head.method;
    *request.uri_mut() = target;
    *request.headers_mut() = headers;
    request
}

/// What is said about the visitor, and to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forwarding<'a> {
    pub(super) connection: Connection,
    pub(super) trusted: &'a TrustedProxies,
    pub(super) upstream: &'a Upstream,
}

impl Forwarding<'_> {
    fn apply(&self, headers: &mut HeaderMap, host: Option<&HeaderValue>) {
        let peer = self.connection.peer.ip().to_canonical();
        let scheme = scheme(headers, self.connection, self.trusted).as_str();
        if !self.trusted.trusts(peer) {
            forget_claims(headers);
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
}

/// Removes what the visitor says about themselves.
fn forget_claims(headers: &mut HeaderMap) {
    let is_claim = |name: &&HeaderName| {
        let name = name.as_str();
        name.starts_with("x-forwarded-") || name == "x-real-ip" || name == "forwarded"
    };
    let claims: Vec<HeaderName> = headers.keys().filter(is_claim).cloned().collect();
    for claim in claims {
        headers.remove(claim);
    }
}

/// Adds an element to the list that all lines of `name` make up, as one line.
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

/// An element of `Forwarded`; IPv6 stands in brackets, and therefore in quotes (RFC 7239 section 6).
fn forwarded_for(peer: std::net::IpAddr) -> String {
    match peer {
        std::net::IpAddr::V4(peer) => format!("for={peer}"),
        std::net::IpAddr::V6(peer) => format!("for=\"[{peer}]\""),
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
        Some(_) => HeaderValue::from_str(requested(uri, headers)?).ok(),
        None => headers.get(HOST).cloned(),
    }
}

fn own_host(upstream: &Upstream) -> HeaderValue {
    // An authority holds no byte that a header could not.
    HeaderValue::from_str(upstream.authority()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Says what our own connection to the upstream can do.
fn state_connection(headers: &mut HeaderMap, takes_trailers: bool, upgrade: Option<&HeaderValue>) {
    let options = match (takes_trailers, upgrade.is_some()) {
        (false, false) => return,
        (true, false) => "te",
        (false, true) => "upgrade",
        (true, true) => "te, upgrade",
    };
    headers.insert(CONNECTION, HeaderValue::from_static(options));
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    if let Some(protocols) = upgrade {
        headers.insert(UPGRADE, protocols.clone());
    }
}

/// Frames the body where hyper would get it wrong: it drops a `GET` body of unknown length, and
/// trailers after a known one; and where there is none, some servers demand that a `POST` says so.
fn state_length(headers: &mut HeaderMap, method: &Method, body: &RequestBody) {
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

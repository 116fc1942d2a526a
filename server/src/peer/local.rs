//! Whether a request comes from this machine.

use http::header::HOST;
use http::{HeaderValue, Request};

use super::connection::Connection;
use super::forwarding_headers;

/// Whether a client on this machine asks for a host of this machine.
///
/// A name that resolves to loopback does not count (DNS rebinding), nor does a request with a
/// [header of a proxy](forwarding_headers). A proxy on this machine that adds none looks like a client on it, so this
/// alone protects nothing.
pub(crate) fn is_local<B>(request: &Request<B>, connection: Connection) -> bool {
    let headers = request.headers();
    let authority = request.uri().authority();
    let authority = authority.map(|authority| authority.as_str().as_bytes());
    let host = authority.or_else(|| headers.get(HOST).map(HeaderValue::as_bytes));
    connection.peer.ip().to_canonical().is_loopback()
        && !forwarding_headers::has_any(headers)
        && host.is_some_and(hardtack::is_loopback)
}

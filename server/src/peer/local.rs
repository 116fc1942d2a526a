//! Whether a request comes from this machine.

use http::header::{FORWARDED, HOST, VIA};
use http::{HeaderValue, Request};

use super::connection::Connection;
use super::forwarded::X_FORWARDED_FOR;

/// Whether a client on this machine asks for a host of this machine.
///
/// A name that resolves to loopback does not count (DNS rebinding), nor does a request that a proxy on this machine
/// forwards for somebody else.
pub(crate) fn is_local<B>(request: &Request<B>, connection: Connection) -> bool {
    let headers = request.headers();
    let is_forwarded = [FORWARDED, VIA, X_FORWARDED_FOR]
        .iter()
        .any(|name| headers.contains_key(name));
    let authority = request.uri().authority();
    let authority = authority.map(|authority| authority.as_str().as_bytes());
    let host = authority.or_else(|| headers.get(HOST).map(HeaderValue::as_bytes));
    connection.peer.ip().to_canonical().is_loopback()
        && !is_forwarded
        && host.is_some_and(hardtack::is_loopback)
}

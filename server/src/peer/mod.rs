//! Who the client is and what it asked for: its address, the scheme and the host of a request.
//!
//! The peer is whoever opened the connection. The client is the visitor, who may be behind trusted proxies; then the
//! peer is one of those, and `X-Forwarded-*` or `Forwarded` names the client.

mod connection;
mod forwarded;
mod host;
mod local;
mod trusted_proxies;

pub use self::connection::Connection;
pub use self::forwarded::{client_address, host, scheme};
pub use self::trusted_proxies::{TrustedProxies, TrustedProxiesError};

pub(crate) use self::forwarded::{
    X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, requested_host,
};
pub(crate) use self::host::names_one_host;
pub(crate) use self::local::is_local;

//! Who the client is and what it asked for: its address, the scheme and the host of a request.
//!
//! The peer is whoever opened the connection. The client is the visitor, who may be behind trusted proxies; then the
//! peer is one of those, and `X-Forwarded-*` or `Forwarded` names the client. Where a proxy reports nothing, the
//! operator can say in a [`PublicUrl`] what visitors ask for.

mod connection;
mod forwarded;
mod forwarding_headers;
mod host;
mod local;
mod public_url;
mod target;
mod trusted_proxies;
mod untrusted;

pub use self::connection::Connection;
pub use self::forwarded::{client_address, host, scheme};
pub use self::public_url::{PublicUrl, PublicUrlError};
pub use self::trusted_proxies::{TrustedProxies, TrustedProxiesError};

pub(crate) use self::forwarded::{
    X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, requested_host,
};
pub(crate) use self::forwarding_headers::is_report;
pub(crate) use self::host::names_one_host;
pub(crate) use self::local::is_local;
pub(crate) use self::target::TargetResolver;
pub(crate) use self::untrusted::warn_if_untrusted;

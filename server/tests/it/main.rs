//! The whole server from outside: real sockets, real files, real upstreams, and clients that behave well and badly.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

mod http2;
mod origin;
mod reload;
mod served;
mod tls;
mod wire;

mod admin;
mod chunked;
mod cookies;
mod crowds;
mod forged;
mod identity;
mod inspected;
mod inspector;
mod inspector_access;
mod limits;
mod logged;
mod malformed;
mod many;
mod protocols;
mod proxied;
mod proxy_protocol;
mod public_url;
mod stopping;
mod timeouts;
mod traversal;
mod upstream_limits;
mod workers;

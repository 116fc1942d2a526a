//! The whole server from outside: real sockets, real files, real upstreams, and clients of every temper.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails in a test is to fail the test"
)]

mod http2;
mod origin;
mod served;
mod tls;
mod wire;

mod cookies;
mod identity;
mod inspected;
mod inspector;
mod limits;
mod malformed;
mod many;
mod patience;
mod protocols;
mod proxied;
mod stopping;
mod traversal;
mod workers;

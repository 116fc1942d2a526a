//! What a server is told before it starts.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hardtack::{Policy, Settings};
use hardtack_tower::Decided;
use tokio_rustls::rustls::ServerConfig;

use crate::edge::EdgeRun;
use crate::files::{Files, OpenError};
use crate::proxy::{Timeouts, TrustedProxies, Upstream};

/// How to listen, and what to do with each exchange.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Threads that accept and answer, each with a loop of its own.
    pub workers: NonZeroUsize,
    /// TLS with these certificates; plain http without.
    pub tls: Option<Arc<ServerConfig>>,
    /// How much and how long a client may.
    pub limits: Limits,
    /// Who may tell scheme, host and client address in `X-Forwarded-*`.
    pub trusted: TrustedProxies,
    /// The policy, and how it was written.
    pub policy: PolicyInForce,
    /// Who sees the inspector.
    pub inspector: Inspection,
}

/// A checked policy with what it was made from, which the inspector explains.
#[derive(Clone, Debug)]
pub struct PolicyInForce {
    /// What decides.
    pub policy: Arc<Policy>,
    /// What it was made from.
    pub settings: Arc<Settings>,
    /// Where it was read: a file's name, or `built-in defaults`.
    pub source: String,
}

/// Who sees the inspector at `/.hardtack/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inspection {
    /// Nobody; the path is the site's own.
    Off,
    /// Browsers on this machine that ask for a loopback host, with no proxy in between.
    #[default]
    Loopback,
    /// Everybody who can reach the server. It shows each visitor's id to each visitor.
    Everybody,
}

/// How much and how long a client may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; further ones wait to be accepted. Default 10,000.
    pub connections: usize,
    /// Bytes of one request's headers; more are answered with 431. HTTP/1.1 requests may have up to twice as many, if
    /// they come in one piece. At least 8,192. Default 65,536.
    pub header_bytes: usize,
    /// Bytes of a request's body that are passed upstream; more are answered with 413. Default 1 GiB.
    pub body_bytes: u64,
    /// For a request's headers to arrive, and for the next request on a connection that is kept; HTTP/2 clients have to
    /// answer pings, sent as often. Default 30 s.
    pub headers: Duration,
    /// For the next request on an HTTP/2 connection whose client answers pings. Default 5 min.
    pub idle: Duration,
    /// For a TLS handshake. Default 10 s.
    pub handshake: Duration,
    /// For a client to take the next bytes of a response; in HTTP/2, of each. Default 60 s.
    pub write: Duration,
    /// For exchanges under way to end, once the server was told to stop. Default 10 s. HTTP/2 connections with none under way
    /// get a second, whether or not their clients heed GOAWAY.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            header_bytes: 65_536,
            body_bytes: 1 << 30,
            headers: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            handshake: Duration::from_secs(10),
            write: Duration::from_secs(60),
            shutdown: Duration::from_secs(10),
        }
    }
}

/// Where responses come from.
#[derive(Debug)]
pub enum Site {
    /// A folder.
    Files(Files),
    /// Another server.
    Upstream(Upstream, Timeouts),
}

impl Site {
    /// The files of a folder.
    ///
    /// # Errors
    ///
    /// If the folder can't be read.
    pub fn folder(root: impl AsRef<Path>) -> Result<Self, OpenError> {
        Files::open(root).map(Self::Files)
    }
}

/// Takes a line for each decision. Called on the request's path, from every worker: hand the line on, and return.
pub trait AccessLog: fmt::Debug + Send + Sync + 'static {
    /// A decision was made.
    fn record(&self, decided: &Decided<'_>);

    /// An [edge artifact](crate::Server::with_edge) has made something of a response, or was not asked. Default: no line.
    fn ran(&self, run: &EdgeRun<'_>) {
        let _ = run;
    }
}

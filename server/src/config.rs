//! The configuration of a server.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hardtack::{Policy, Settings};
use tokio_rustls::rustls::ServerConfig;

use crate::files::{Files, OpenError};
use crate::peer::{PublicUrl, TrustedProxies};
use crate::proxy::{Timeouts, Upstream, UpstreamLimits};
use crate::rate::RateLimit;

/// Where to listen, and how to treat each exchange.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port; port 0 chooses a free one.
    pub listen: SocketAddr,
    /// Whether other processes of the same user may listen on the same port (`SO_REUSEPORT`), so that a new process can
    /// start before the old one stops. Default of the command: no.
    pub reuse_port: bool,
    /// Threads that serve connections, each with its own runtime.
    pub workers: NonZeroUsize,
    /// TLS with these certificates; plain HTTP if `None`.
    pub tls: Option<Arc<ServerConfig>>,
    /// What one client may use: connections, bytes, time.
    pub limits: Limits,
    /// What the proxy may use: connections, memory.
    pub upstream_limits: UpstreamLimits,
    /// Peers that may report scheme, host and client address in `X-Forwarded-*`, and the client address in a header of
    /// the PROXY protocol.
    pub trusted: TrustedProxies,
    /// Whether each connection must begin with a header of the PROXY protocol, version 1 or 2. One that does not within
    /// [`Limits::handshake`] is closed. The address that a trusted peer reports counts in place of its own. Default of
    /// the command: no.
    pub proxy_protocol: bool,
    /// The scheme and the host that visitors use, whatever requests and proxies say. What is forwarded upstream does
    /// not change.
    pub public_url: Option<PublicUrl>,
    /// The policy, with its source.
    pub policy: PolicyInForce,
    /// Who sees the inspector.
    pub inspector: Inspection,
}

/// A checked policy with the settings that it was made from, which the inspector explains.
#[derive(Clone, Debug)]
pub struct PolicyInForce {
    /// The checked policy.
    pub policy: Arc<Policy>,
    /// The settings that it was made from.
    pub settings: Arc<Settings>,
    /// Where it was read from: a file's name, or `built-in defaults`.
    pub source: String,
}

/// Who sees the inspector at `/.hardtack/`: of these clients, those that have the link
/// ([`Server::inspector_link`](crate::Server::inspector_link)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inspection {
    /// Nobody; the path is the site's own.
    Off,
    /// Clients on this machine that ask for a loopback host, with no header of a proxy.
    #[default]
    Loopback,
    /// All clients. Whoever has the link sees the ids of all visitors.
    Everybody,
}

/// What clients may use: connections, bytes, time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Concurrent connections. For further ones, idle ones are closed, or they wait. Default 10,000.
    pub connections: usize,
    /// Concurrent connections of one client: an IPv4 address, or an IPv6 network of 64 bits. Further ones are closed at
    /// once. Trusted proxies have no limit. Default 1,000.
    pub connections_per_client: usize,
    /// Requests of one client, by its address as trusted proxies report it; one too many is answered with 429. Default:
    /// no limit.
    pub rate: Option<RateLimit>,
    /// Concurrent streams of one HTTP/2 connection; further ones are refused. Default 128; RFC 9113
    /// §6.5.2 recommends at least 100.
    pub streams: u32,
    /// Header lines of one HTTP/1.1 request; a request with more is answered with 431. Default 512.
    pub header_lines: usize,
    /// Bytes of one request's headers; a request with more is answered with 431. An HTTP/1.1 request that arrives in
    /// one piece may have up to twice as many. At least 8,192. Default 65,536.
    pub header_bytes: usize,
    /// Bytes of a request's body that are forwarded upstream; a request with more is answered with 413. Default 1 GiB.
    pub body_bytes: u64,
    /// Time for a request's headers to arrive, and for the next request on a kept-alive connection. HTTP/2 clients must
    /// answer the pings that are sent at the same interval. Default 30 s.
    pub headers: Duration,
    /// Time for the next request on an HTTP/2 connection whose client answers pings. Default 5 min.
    pub idle: Duration,
    /// Time for a TLS handshake, and before it for a header of the PROXY protocol. Default 10 s.
    pub handshake: Duration,
    /// Time for a client to accept the next bytes of a response; in HTTP/2, of each response. Default 60 s.
    pub write: Duration,
    /// Time for exchanges in flight to complete once the server stops. Default 10 s. An HTTP/2 connection with none in
    /// flight is closed after one second, even if its client ignores GOAWAY.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_client: 1000,
            rate: None,
            streams: 128,
            header_lines: 512,
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
    /// An upstream server.
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

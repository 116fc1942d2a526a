//! The limits of `serve`.

use std::num::NonZeroU32;
use std::time::Duration;

use hardtack_server::proxy::{Timeouts, UpstreamLimits};
use hardtack_server::{Limits, RateLimit};

use super::upstream_limits;
use crate::values::from;

/// Limits; times are in seconds.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
#[group(skip)]
pub(crate) struct Args {
    /// Accept this many concurrent connections [default: half of the files that may be open, at most 10000]
    ///
    /// When all places are taken, connections that wait for a request are closed, the longest idle first.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = from::<usize>(1))]
    max_connections: Option<usize>,

    /// Accept this many concurrent connections of one client [default: a tenth of --max-connections, at least 100]
    ///
    /// A client is an IPv4 address or an IPv6 network of 64 bits. Further connections are closed at once. Proxies that
    /// --trust names have no limit.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = from::<usize>(1))]
    max_connections_per_client: Option<usize>,

    /// Answer this many requests of one client a second, and more with 429 [default: no limit]
    ///
    /// A client is an IPv4 address or an IPv6 network of 64 bits, as the proxies that --trust names report it.
    #[arg(long, value_name = "N[/s]", hide_short_help = true, value_parser = per_second)]
    rate_limit: Option<NonZeroU32>,

    /// Answer this many requests of one client at once, after a pause [default: as --rate-limit]
    #[arg(
        long,
        value_name = "N",
        hide_short_help = true,
        requires = "rate_limit"
    )]
    rate_burst: Option<NonZeroU32>,

    /// Accept this many concurrent requests on one HTTP/2 connection
    #[arg(long, value_name = "N", default_value_t = Limits::default().streams, hide_short_help = true, value_parser = from::<u32>(1))]
    max_streams: u32,

    /// Accept this many header lines of an HTTP/1.1 request
    #[arg(long, value_name = "N", default_value_t = Limits::default().header_lines, hide_short_help = true, value_parser = from::<usize>(1))]
    max_headers: usize,

    /// Accept this many bytes of a request's headers
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().header_bytes, hide_short_help = true, value_parser = from::<usize>(8192))]
    max_header_bytes: usize,

    /// Accept this many bytes of a request's body
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes, hide_short_help = true)]
    max_body_bytes: u64,

    /// Wait this long for a request's headers, and for the next request on an open connection
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().headers.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    header_timeout: u64,

    /// Wait this long for a TLS handshake, and before it for a header of the PROXY protocol
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().handshake.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    handshake_timeout: u64,

    /// Wait this long for the next request on an HTTP/2 connection whose client answers pings
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().idle.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    idle_timeout: u64,

    /// Wait this long for a client to accept the next bytes of a response
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().write.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    write_timeout: u64,

    /// Wait this long for the upstream to accept a connection
    #[arg(long, conflicts_with = "dir", value_name = "SECONDS", default_value_t = Timeouts::default().connect.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    connect_timeout: u64,

    /// Wait this long for the upstream to begin its response
    #[arg(long, conflicts_with = "dir", value_name = "SECONDS", default_value_t = Timeouts::default().response_headers.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    response_timeout: u64,

    /// Wait this long for the next bytes of a body, from the client or the upstream
    ///
    /// A stream of server-sent events must send a comment more often.
    #[arg(long, value_name = "SECONDS", default_value_t = Timeouts::default().idle_body.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    body_timeout: u64,

    #[command(flatten)]
    upstream: upstream_limits::Args,

    /// Wait this long for exchanges in flight to complete after SIGTERM or SIGINT
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().shutdown.as_secs(), hide_short_help = true)]
    stop_timeout: u64,
}

/// A rate, as `10` or `10/s`.
fn per_second(text: &str) -> Result<NonZeroU32, String> {
    let number = text.strip_suffix("/s").unwrap_or(text);
    let number = number.parse();
    number.map_err(|_| "write a number of requests a second, such as 10/s".to_string())
}

impl Args {
    /// The limits for clients of a process that may open this many files.
    pub(crate) fn limits(&self, open_files: u64) -> Limits {
        let half = usize::try_from(open_files / 2).unwrap_or(usize::MAX);
        let most = half.clamp(1, Limits::default().connections);
        let connections = self.max_connections.unwrap_or(most);
        let per_client = self.max_connections_per_client;
        Limits {
            connections,
            connections_per_client: per_client.unwrap_or_else(|| (connections / 10).max(100)),
            rate: self.rate(),
            streams: self.max_streams,
            header_lines: self.max_headers,
            header_bytes: self.max_header_bytes,
            body_bytes: self.max_body_bytes,
            headers: Duration::from_secs(self.header_timeout),
            handshake: Duration::from_secs(self.handshake_timeout),
            idle: Duration::from_secs(self.idle_timeout),
            write: Duration::from_secs(self.write_timeout),
            shutdown: Duration::from_secs(self.stop_timeout),
        }
    }

    fn rate(&self) -> Option<RateLimit> {
        let per_second = self.rate_limit?;
        Some(RateLimit {
            per_second,
            burst: self.rate_burst.unwrap_or(per_second),
        })
    }

    /// What the proxy may use, in a process that may open this many files.
    pub(crate) fn upstream(&self, open_files: u64) -> UpstreamLimits {
        self.upstream.limits(open_files)
    }

    /// The timeouts for the upstream.
    pub(crate) const fn timeouts(&self) -> Timeouts {
        Timeouts {
            connect: Duration::from_secs(self.connect_timeout),
            response_headers: Duration::from_secs(self.response_timeout),
            idle_body: Duration::from_secs(self.body_timeout),
        }
    }
}

//! The limits of `serve` for connections to the upstream, and for what passes.

use std::time::Duration;

use hardtack_server::proxy::UpstreamLimits;

use crate::values::from;

/// Limits for the upstream; times are in seconds.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
#[group(skip)]
pub(super) struct Args {
    /// Use this many connections to the upstream at once [default: a quarter of the files that may be open, at most
    /// 1024]
    ///
    /// A WebSocket uses one until it closes.
    #[arg(long, conflicts_with = "dir", value_name = "N", hide_short_help = true, value_parser = from::<usize>(1))]
    max_upstream_connections: Option<usize>,

    /// Use this many of them for the requests of one client [default: half of --max-upstream-connections]
    ///
    /// A client is an IPv4 address or an IPv6 network of 64 bits, as the proxies that --trust names report it.
    #[arg(long, conflicts_with = "dir", value_name = "N", hide_short_help = true, value_parser = from::<usize>(1))]
    max_upstream_per_client: Option<usize>,

    /// Let this many requests wait for one of these connections, and answer more with 503
    ///
    /// No client has more than half of these places.
    #[arg(long, conflicts_with = "dir", value_name = "N", default_value_t = UpstreamLimits::default().queue, hide_short_help = true)]
    upstream_queue: usize,

    /// Wait this long for one of these connections, and then answer with 503
    #[arg(long, conflicts_with = "dir", value_name = "SECONDS", default_value_t = UpstreamLimits::default().queue_timeout.as_secs(), hide_short_help = true)]
    upstream_queue_timeout: u64,

    /// Keep this many idle connections to the upstream [default: half of --max-upstream-connections]
    #[arg(long, conflicts_with = "dir", value_name = "N", hide_short_help = true)]
    upstream_idle_connections: Option<usize>,

    /// Keep an idle connection to the upstream this long; less than the upstream does
    #[arg(long, conflicts_with = "dir", value_name = "SECONDS", default_value_t = UpstreamLimits::default().keepalive.as_secs(), hide_short_help = true)]
    upstream_keepalive: u64,

    /// Accept this many header lines of an upstream's response
    #[arg(long, conflicts_with = "dir", value_name = "N", default_value_t = UpstreamLimits::default().header_lines, hide_short_help = true, value_parser = from::<usize>(1))]
    max_upstream_headers: usize,

    /// Receive this many bytes of a request's body before a connection to the upstream is used
    ///
    /// Otherwise a client that sends slowly would hold one. What follows is streamed; with 0, all is.
    #[arg(long, conflicts_with = "dir", value_name = "BYTES", default_value_t = UpstreamLimits::default().buffer_request, hide_short_help = true)]
    buffer_request: usize,
}

impl Args {
    /// The limits in a process that may open this many files.
    pub(super) fn limits(&self, open_files: u64) -> UpstreamLimits {
        let defaults = UpstreamLimits::for_open_files(open_files);
        let most = self.max_upstream_connections;
        let limits = most.map_or(defaults, |most| defaults.with_connections(most));
        let (per_client, idle) = (self.max_upstream_per_client, self.upstream_idle_connections);
        UpstreamLimits {
            per_client: per_client.unwrap_or(limits.per_client),
            queue: self.upstream_queue,
            queue_timeout: Duration::from_secs(self.upstream_queue_timeout),
            idle_connections: idle.unwrap_or(limits.idle_connections),
            keepalive: Duration::from_secs(self.upstream_keepalive),
            header_lines: self.max_upstream_headers,
            buffer_request: self.buffer_request,
            ..limits
        }
    }
}

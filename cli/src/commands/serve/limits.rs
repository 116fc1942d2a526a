//! The limits of `serve`.

use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use hardtack_server::Limits;
use hardtack_server::proxy::Timeouts;

/// Limits; times are in seconds.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
#[group(skip)]
pub(crate) struct Args {
    /// Accept this many concurrent connections
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections, hide_short_help = true, value_parser = from::<usize>(1))]
    max_connections: usize,

    /// Accept this many bytes of a request's headers
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().header_bytes, hide_short_help = true, value_parser = from::<usize>(8192))]
    max_header_bytes: usize,

    /// Accept this many bytes of a request's body
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes, hide_short_help = true)]
    max_body_bytes: u64,

    /// Wait this long for a request's headers, and for the next request on an open connection
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().headers.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    header_timeout: u64,

    /// Wait this long for a TLS handshake
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().handshake.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    handshake_timeout: u64,

    /// Wait this long for the next request on an HTTP/2 connection whose client answers pings
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().idle.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    idle_timeout: u64,

    /// Wait this long for a client to accept the next bytes of a response
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().write.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    write_timeout: u64,

    /// Wait this long for the upstream to accept a connection
    #[arg(long, value_name = "SECONDS", default_value_t = Timeouts::default().connect.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    connect_timeout: u64,

    /// Wait this long for the upstream to begin its response
    #[arg(long, value_name = "SECONDS", default_value_t = Timeouts::default().response_headers.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    response_timeout: u64,

    /// Wait this long for the next bytes of a body, from the client or the upstream
    ///
    /// A stream of server-sent events must send a comment more often.
    #[arg(long, value_name = "SECONDS", default_value_t = Timeouts::default().idle_body.as_secs(), hide_short_help = true, value_parser = from::<u64>(1))]
    body_timeout: u64,

    /// Wait this long for exchanges in flight to complete after SIGTERM or SIGINT
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().shutdown.as_secs(), hide_short_help = true)]
    stop_timeout: u64,
}

/// A number that is not less than `least`: with less, no request could be answered.
fn from<T: TryFrom<u64> + Clone + Send + Sync + 'static>(least: u64) -> RangedU64ValueParser<T> {
    RangedU64ValueParser::new().range(least..)
}

impl Args {
    /// The limits for clients.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            connections: self.max_connections,
            header_bytes: self.max_header_bytes,
            body_bytes: self.max_body_bytes,
            headers: Duration::from_secs(self.header_timeout),
            handshake: Duration::from_secs(self.handshake_timeout),
            idle: Duration::from_secs(self.idle_timeout),
            write: Duration::from_secs(self.write_timeout),
            shutdown: Duration::from_secs(self.stop_timeout),
        }
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

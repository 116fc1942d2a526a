//! `--proxy-protocol`: connections begin with the address of their client.

use hardtack_server::peer::TrustedProxies;

use crate::error::Error;
use crate::output::Output;

/// Whether connections begin with a header.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    /// Take the client's address from a PROXY protocol header, with which each connection must begin
    ///
    /// For load balancers that pass on bytes alone, as HAProxy's `send-proxy` and AWS's Network Load Balancer do;
    /// versions 1 and 2. A connection without a valid header is closed. The header counts if it comes from a proxy that
    /// --trust names, and its client then counts as the peer: in limits, in the log, and for the upstream.
    #[arg(long, hide_short_help = true)]
    proxy_protocol: bool,
}

impl Args {
    pub(super) const fn is_on(&self) -> bool {
        self.proxy_protocol
    }
}

/// Refuses headers of which none would count.
pub(super) fn check(args: &super::Args) -> Result<(), Error> {
    if args.proxy_protocol.is_on() && args.trust == TrustedProxies::none() {
        let message = "--proxy-protocol has no effect without --trust";
        return Err(Error::usage(message).hint(
            "name the load balancer, such as --trust 10.0.0.0/8: only what it reports is believed",
        ));
    }
    Ok(())
}

/// Prints what becomes of a browser that opens the address itself.
pub(super) fn explain(output: &Output, args: &super::Args) {
    if args.proxy_protocol.is_on() {
        output.note("connections without a PROXY protocol header are closed: open the load balancer's address");
    }
}

//! `--inspector`: who sees the inspector, and the link to it.

use std::net::IpAddr;

use clap::ValueEnum;
use hardtack_server::{Config, Inspection, Server};

use super::Args;
use crate::output::{LITERAL, Output};

/// Which clients see the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InspectorAccess {
    /// Browsers on this machine that have opened the link
    Loopback,
    /// All who have the link; each of them sees the ids of all visitors
    Everybody,
    /// Nobody
    Off,
}

/// Who sees it. What is in front of an upstream, behind a load balancer, or open to other machines, shows it only if
/// asked.
pub(super) fn access(args: &Args, listening: IpAddr) -> Inspection {
    match args.inspector {
        Some(InspectorAccess::Loopback) => Inspection::Loopback,
        Some(InspectorAccess::Everybody) => Inspection::Everybody,
        Some(InspectorAccess::Off) => Inspection::Off,
        None if args.upstream.is_some() || args.proxy_protocol.is_on() => Inspection::Off,
        None if !listening.is_loopback() => Inspection::Off,
        None => Inspection::Loopback,
    }
}

/// The link, of the server at `url`. `None` if nobody sees the inspector.
pub(super) fn link(server: &Server, config: &Config, url: &str) -> Option<String> {
    let link = server.inspector_link()?;
    Some(match (config.inspector, &config.public_url) {
        (Inspection::Everybody, Some(public)) => format!("{public}{link}"),
        _ => format!("{}{link}", url.trim_end_matches('/')),
    })
}

/// Prints how to ask for the inspector, if it is off without having been switched off.
pub(super) fn explain(output: &Output, args: &Args, link: Option<&str>) {
    if link.is_none() && args.inspector.is_none() {
        let because = match args.upstream {
            Some(_) => "with --upstream",
            None if args.proxy_protocol.is_on() => "with --proxy-protocol",
            None => "where other machines can connect",
        };
        output.note(format_args!(
            "the inspector is off {because}: {LITERAL}--inspector loopback{LITERAL:#} shows it on this machine, \
             {LITERAL}everybody{LITERAL:#} to all who have its link"
        ));
    }
}

//! The ports that are listened on.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hardtack_server::{AccessLog, Config, Server, Site};

use super::{Args, inspector, supervisor};
use crate::error::Error;

/// Opens the port, unless whoever started the process has opened one. Returns its address, too.
pub(super) fn listen(
    args: &Args,
    config: &Config,
    site: Site,
    log: Option<Arc<dyn AccessLog>>,
) -> Result<(Server, SocketAddr), Error> {
    let fail = |cause: io::Error| cannot_listen("--listen", args.listen, &cause);
    let mut config = config.clone();
    let server = match supervisor::listener().map_err(fail)? {
        Some(listener) => {
            let address = listener.local_addr().map_err(fail)?;
            config.inspector = inspector::access(args, address.ip());
            Server::on(listener, config, site, log)
        }
        None => Server::bind(config, site, log),
    };
    let server = server.map_err(fail)?;
    let address = server.local_addr().map_err(fail)?;
    Ok((server, address))
}

/// Why the address of this option cannot be listened on.
pub(super) fn cannot_listen(option: &str, address: SocketAddr, cause: &io::Error) -> Error {
    let error = Error::io(format!("cannot listen on {address}"), cause);
    match cause.kind() {
        io::ErrorKind::AddrInUse => error.hint(format!(
            "another process listens there: choose another port, such as {option} 127.0.0.1:8081"
        )),
        io::ErrorKind::PermissionDenied => error.hint(format!(
            "ports below 1024 need root: choose a higher one with {option}"
        )),
        io::ErrorKind::AddrNotAvailable => {
            error.hint("this machine does not have the address: 127.0.0.1 and 0.0.0.0 always work")
        }
        io::ErrorKind::Unsupported => {
            error.hint("this system has no SO_REUSEPORT: leave out --reuse-port")
        }
        _ => error,
    }
}

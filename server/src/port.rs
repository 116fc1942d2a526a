//! Opens a port to listen on.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};

use tokio::net::{TcpListener, TcpSocket};

use crate::runtime;

/// The most connections that may wait to be accepted; the system may allow fewer.
pub(crate) const BACKLOG: u32 = 4096;

/// Opens the port. Tokio needs a runtime for that, but must not block on it: the caller may be inside another one.
pub(crate) fn open(address: SocketAddr, reuse_port: bool) -> io::Result<StdListener> {
    let runtime = runtime::current_thread()?;
    let listener = {
        let _guard = runtime.enter();
        listen(address, reuse_port).and_then(TcpListener::into_std)
    };
    runtime.shutdown_background();
    listener
}

fn listen(address: SocketAddr, reuse_port: bool) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restarted server must not wait until the system has forgotten the connections of the old one.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    if reuse_port {
        share_port(&socket)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[cfg(all(
    unix,
    not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))
))]
fn share_port(socket: &TcpSocket) -> io::Result<()> {
    socket.set_reuseport(true)
}

#[cfg(not(all(
    unix,
    not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))
)))]
fn share_port(_: &TcpSocket) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

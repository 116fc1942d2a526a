//! A worker: a thread with its own runtime, which serves the connections that the listener hands to it.

use std::io;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

use crate::connection::Connections;
use crate::permit::ConnectionPermit;
use crate::runtime;

/// A worker, as the listener sees it.
#[derive(Debug)]
pub(crate) struct Worker {
    handoffs: UnboundedSender<Handoff>,
    load: Arc<AtomicUsize>,
    thread: JoinHandle<io::Result<()>>,
}

/// A connection on its way from the listener to a worker. The permits limit how many there can be.
#[derive(Debug)]
struct Handoff {
    stream: StdStream,
    peer: SocketAddr,
    permit: ConnectionPermit,
}

impl Worker {
    /// Starts the thread. Once the worker is stopped, exchanges in flight have `shutdown_timeout` to complete.
    pub(crate) fn start(connections: Connections, shutdown_timeout: Duration) -> io::Result<Self> {
        let (handoffs, incoming) = mpsc::unbounded_channel();
        let thread = thread::Builder::new()
            .name("hardtack".to_string())
            .spawn(move || {
                runtime::current_thread()?.block_on(serve(connections, incoming, shutdown_timeout))
            })?;
        Ok(Self {
            handoffs,
            load: Arc::default(),
            thread,
        })
    }

    /// Whether the worker still takes connections: only a panic ends it early.
    pub(crate) fn is_running(&self) -> bool {
        !self.handoffs.is_closed()
    }

    /// The number of open connections.
    pub(crate) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// Hands a connection to the worker. `permit` is released when the connection closes.
    pub(crate) fn hand_off(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        permit: Option<OwnedSemaphorePermit>,
    ) {
        let permit = ConnectionPermit::new(&self.load, permit);
        match stream.into_std() {
            // If the worker has just ended, the connection is dropped with the message.
            Ok(stream) => drop(self.handoffs.send(Handoff {
                stream,
                peer,
                permit,
            })),
            Err(error) => tracing::warn!(%error, "failed to hand over a connection"),
        }
    }

    /// Stops the worker. Its thread ends once its exchanges have completed.
    pub(crate) fn stop(self) -> JoinHandle<io::Result<()>> {
        self.thread
    }
}

async fn serve(
    connections: Connections,
    mut incoming: UnboundedReceiver<Handoff>,
    shutdown_timeout: Duration,
) -> io::Result<()> {
    let open = GracefulShutdown::new();
    while let Some(Handoff {
        stream,
        peer,
        permit,
    }) = incoming.recv().await
    {
        match TcpStream::from_std(stream) {
            Ok(stream) => drop(tokio::spawn(connections.serve(stream, peer, permit, &open))),
            Err(error) => tracing::warn!(%peer, %error, "failed to take over a connection"),
        }
    }
    if timeout(shutdown_timeout, open.shutdown()).await.is_err() {
        tracing::warn!("cut connections that were still open {shutdown_timeout:?} after the stop");
    }
    Ok(())
}

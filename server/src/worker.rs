//! A thread with a loop of its own, which serves the connections that it is given.

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
use crate::listen::runtime;

/// A worker, as whoever gives it connections sees it.
#[derive(Debug)]
pub(crate) struct Worker {
    given: UnboundedSender<Given>,
    load: Arc<AtomicUsize>,
    thread: JoinHandle<io::Result<()>>,
}

/// A connection on its way to its worker. How many there are is limited by their places.
#[derive(Debug)]
struct Given {
    stream: StdStream,
    peer: SocketAddr,
    place: Place,
}

/// Held for as long as a connection is open.
#[derive(Debug)]
pub(crate) struct Place {
    load: Arc<AtomicUsize>,
    _among_all: Option<OwnedSemaphorePermit>,
}

impl Worker {
    /// Starts a thread. When told to end, it lets exchanges under way take as long as `patience`.
    pub(crate) fn start(connections: Connections, patience: Duration) -> io::Result<Self> {
        let (given, taken) = mpsc::unbounded_channel();
        let thread = thread::Builder::new()
            .name("hardtack".to_string())
            .spawn(move || runtime()?.block_on(serve(connections, taken, patience)))?;
        Ok(Self {
            given,
            load: Arc::default(),
            thread,
        })
    }

    /// Whether it still serves: only a panic ends it early.
    pub(crate) fn is_there(&self) -> bool {
        !self.given.is_closed()
    }

    /// Connections that it has.
    pub(crate) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// Gives it a connection. `place` is given back at the connection's end.
    pub(crate) fn take(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: Option<OwnedSemaphorePermit>,
    ) {
        self.load.fetch_add(1, Ordering::Relaxed);
        let place = Place {
            load: Arc::clone(&self.load),
            _among_all: place,
        };
        match stream.into_std() {
            // A worker that has just gone drops the connection with itself.
            Ok(stream) => drop(self.given.send(Given {
                stream,
                peer,
                place,
            })),
            Err(error) => tracing::warn!(%error, "failed to hand over a connection"),
        }
    }

    /// Tells it to end. The thread does once its exchanges have.
    pub(crate) fn end(self) -> JoinHandle<io::Result<()>> {
        self.thread
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.load.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn serve(
    connections: Connections,
    mut taken: UnboundedReceiver<Given>,
    patience: Duration,
) -> io::Result<()> {
    let open = GracefulShutdown::new();
    while let Some(Given {
        stream,
        peer,
        place,
    }) = taken.recv().await
    {
        match TcpStream::from_std(stream) {
            Ok(stream) => drop(tokio::spawn(connections.serve(stream, peer, place, &open))),
            Err(error) => tracing::warn!(%peer, %error, "failed to take over a connection"),
        }
    }
    if timeout(patience, open.shutdown()).await.is_err() {
        tracing::warn!("cut connections that were still open {patience:?} after the stop");
    }
    Ok(())
}

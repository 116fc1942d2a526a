//! Who gets in: accepts connections, up to the limits for all clients and for each of them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::clients::{ClientPlace, Clients};
use crate::config::Config;
use crate::open_connections::OpenConnections;
use crate::throttle::Throttle;

/// The pause after a failed `accept`. If too many files are open, other connections can close some meanwhile.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// How long to wait for a place before more idle connections are asked to close.
const SHED_INTERVAL: Duration = Duration::from_millis(100);

/// Accepts connections.
#[derive(Debug)]
pub(crate) struct Admission {
    listener: TcpListener,
    places: Arc<Semaphore>,
    clients: Clients,
    open: OpenConnections,
    failures: Throttle,
    waiting: Option<Waiting>,
}

/// A connection that waits for a place.
type Waiting = (TcpStream, SocketAddr, ClientPlace);

/// Counts one connection against the server's limit and its client's, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _of_server: Option<OwnedSemaphorePermit>,
    of_client: ClientPlace,
}

impl Place {
    /// Counts the connection against this client's limit instead: its peer was a proxy, which has said whose it is.
    pub(crate) fn count_for(&mut self, client: ClientPlace) {
        self.of_client = client;
    }
}

impl Admission {
    pub(crate) fn new(
        listener: TcpListener,
        config: &Config,
        clients: Clients,
        open: OpenConnections,
    ) -> Self {
        let connections = config.limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            listener,
            places: Arc::new(Semaphore::new(connections)),
            clients,
            open,
            failures: Throttle::default(),
            waiting: None,
        }
    }

    /// The next connection that has a place. One over its client's limit is closed at once.
    ///
    /// If the future is dropped, the connection that waits for a place is kept for the next call.
    pub(crate) async fn accept(&mut self) -> (TcpStream, SocketAddr, Place) {
        loop {
            if self.waiting.is_none() {
                self.waiting = self.accept_any().await;
                continue;
            }
            let of_server = self.place().await;
            if let Some((stream, peer, of_client)) = self.waiting.take() {
                let place = Place {
                    _of_server: of_server,
                    of_client,
                };
                return (stream, peer, place);
            }
        }
    }

    /// The place of a connection that was accepted elsewhere; `None` if all places or its client's are taken.
    pub(crate) fn admit(&self, peer: SocketAddr) -> Option<Place> {
        let of_client = self.clients.admit(peer.ip())?;
        let of_server = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place {
            _of_server: Some(of_server),
            of_client,
        })
    }

    /// The next connection; `None` if it is over its client's limit.
    async fn accept_any(&self) -> Option<Waiting> {
        let (stream, peer) = self.accept_tcp().await;
        let of_client = self.clients.admit(peer.ip())?;
        Some((stream, peer, of_client))
    }

    async fn accept_tcp(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_client_abort(&error) => {}
                Err(error) => {
                    if let Some(count) = self.failures.count() {
                        tracing::warn!(%error, count, "failed to accept a connection");
                    }
                    self.open.shed();
                    sleep(ACCEPT_RETRY).await;
                }
            }
        }
    }

    /// Waits for a place, and sheds idle connections meanwhile. `None` only if the semaphore were closed.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(permit);
        }
        loop {
            self.open.shed();
            let permit = Arc::clone(&self.places).acquire_owned();
            if let Ok(permit) = timeout(SHED_INTERVAL, permit).await {
                return permit.ok();
            }
        }
    }
}

/// Whether the client closed the connection before it was accepted.
fn is_client_abort(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

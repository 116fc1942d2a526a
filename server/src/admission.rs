//! Who gets in: accepts connections, up to the limits for all clients and for each of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::client_key::ClientKey;
use crate::config::Config;
use crate::open_connections::OpenConnections;
use crate::peer::TrustedProxies;
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
    _of_client: ClientPlace,
}

impl Admission {
    pub(crate) fn new(listener: TcpListener, config: &Config, open: OpenConnections) -> Self {
        let connections = config.limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            listener,
            places: Arc::new(Semaphore::new(connections)),
            clients: Clients::new(config.limits.connections_per_client, config.trusted.clone()),
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
                    _of_client: of_client,
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
            _of_client: of_client,
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

/// The connections of each client. Trusted proxies have no limit: they stand for many clients.
#[derive(Debug)]
struct Clients {
    most: usize,
    trusted: TrustedProxies,
    counts: Arc<Counts>,
    refused: Throttle,
}

/// One connection of a client, until it is dropped; `None` for a trusted proxy.
#[derive(Debug)]
struct ClientPlace(Option<(ClientKey, Arc<Counts>)>);

/// The number of open connections of each client that has any.
#[derive(Debug, Default)]
struct Counts(Mutex<HashMap<ClientKey, usize>>);

impl Clients {
    fn new(most: usize, trusted: TrustedProxies) -> Self {
        Self {
            most,
            trusted,
            counts: Arc::default(),
            refused: Throttle::default(),
        }
    }

    fn admit(&self, address: IpAddr) -> Option<ClientPlace> {
        if self.trusted.trusts(address) {
            return Some(ClientPlace(None));
        }
        let client = ClientKey::new(address);
        if !self.counts.add(client, self.most) {
            self.warn(address);
            return None;
        }
        Some(ClientPlace(Some((client, Arc::clone(&self.counts)))))
    }

    fn warn(&self, address: IpAddr) {
        if let Some(refused) = self.refused.count() {
            let most = self.most;
            tracing::warn!(
                %address, most, refused,
                "closed a connection of a client that has too many: --max-connections-per-client allows more, and \
                 --trust names a proxy"
            );
        }
    }
}

impl Drop for ClientPlace {
    fn drop(&mut self) {
        if let Some((client, counts)) = &self.0 {
            counts.remove(*client);
        }
    }
}

impl Counts {
    /// Counts one more; `false` if there are `most` already.
    fn add(&self, client: ClientKey, most: usize) -> bool {
        let mut counts = self.lock();
        let count = counts.entry(client).or_default();
        let is_one_more = *count < most;
        *count += usize::from(is_one_more);
        is_one_more
    }

    fn remove(&self, client: ClientKey) {
        if let Entry::Occupied(mut count) = self.lock().entry(client) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClientKey, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(most: usize) -> Clients {
        Clients::new(most, "10.0.0.0/8".parse().unwrap())
    }

    fn admit(clients: &Clients, address: &str) -> Option<ClientPlace> {
        clients.admit(address.parse().unwrap())
    }

    #[test]
    fn each_client_has_places_of_its_own_until_its_connections_close() {
        let clients = clients(2);
        let first = admit(&clients, "192.0.2.1");
        let second = admit(&clients, "::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(admit(&clients, "192.0.2.1").is_none());
        assert!(admit(&clients, "192.0.2.2").is_some());
        drop(first);
        assert!(admit(&clients, "192.0.2.1").is_some());
        drop(second);
        assert!(clients.counts.lock().is_empty());
    }

    #[test]
    fn trusted_proxies_have_no_limit() {
        let clients = clients(1);
        let places: Vec<_> = (0..10).map(|_| admit(&clients, "10.1.2.3")).collect();
        assert!(places.iter().all(Option::is_some));
    }
}

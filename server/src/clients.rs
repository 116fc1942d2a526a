//! How many connections each client has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::client_key::ClientKey;
use crate::config::Config;
use crate::peer::TrustedProxies;
use crate::throttle::Throttle;

/// The connections of each client. Trusted proxies have no limit: they stand for many clients. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    most: usize,
    trusted: TrustedProxies,
    counts: Arc<Counts>,
    refused: Arc<Throttle>,
}

/// One connection of a client, until it is dropped; `None` for a trusted proxy.
#[derive(Debug)]
pub(crate) struct ClientPlace(Option<(ClientKey, Arc<Counts>)>);

/// The number of open connections of each client that has any.
#[derive(Debug, Default)]
struct Counts(Mutex<HashMap<ClientKey, usize>>);

impl Clients {
    pub(crate) fn of(config: &Config) -> Self {
        Self::new(config.limits.connections_per_client, config.trusted.clone())
    }

    pub(crate) fn new(most: usize, trusted: TrustedProxies) -> Self {
        Self {
            most,
            trusted,
            counts: Arc::default(),
            refused: Arc::default(),
        }
    }

    /// The place of one connection more; `None` if its client has too many.
    pub(crate) fn admit(&self, address: IpAddr) -> Option<ClientPlace> {
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

//! A bounded number of slots and a bounded line of those that wait for one: for all requests, and for each client's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client_key::ClientKey;

/// Slots, and places to wait for them.
#[derive(Debug)]
pub(super) struct Line {
    slots: Arc<Semaphore>,
    places: Semaphore,
}

/// All places to wait are taken.
#[derive(Debug)]
pub(super) struct Full;

impl Line {
    pub(super) fn new(slots: usize, places: usize) -> Self {
        Self {
            slots: Arc::new(semaphore(slots)),
            places: semaphore(places),
        }
    }

    /// Waits for a slot, which is taken until the permit is dropped.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit, Full> {
        let slots = || Arc::clone(&self.slots);
        if let Ok(slot) = slots().try_acquire_owned() {
            return Ok(slot);
        }
        let _place = self.places.try_acquire().map_err(|_| Full)?;
        // Only a closed semaphore refuses, and this one is never closed.
        slots().acquire_owned().await.map_err(|_| Full)
    }
}

/// A semaphore with this many permits, or as many as there can be.
pub(super) fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}

/// A line for each client that has a request in it. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Lines(Arc<ByClient>);

#[derive(Debug)]
struct ByClient {
    slots: usize,
    places: usize,
    lines: Mutex<HashMap<ClientKey, Arc<Line>>>,
}

/// A client's slot, until it is dropped.
#[derive(Debug)]
pub(super) struct ClientSlot {
    _permit: OwnedSemaphorePermit,
    _line: ClientLine,
}

/// A client's line. The last one that is dropped ends it.
#[derive(Debug)]
struct ClientLine {
    line: Arc<Line>,
    client: ClientKey,
    lines: Lines,
}

impl Lines {
    /// Gives each client this many slots, and places to wait for them.
    pub(super) fn new(slots: usize, places: usize) -> Self {
        Self(Arc::new(ByClient {
            slots,
            places,
            lines: Mutex::default(),
        }))
    }

    /// Waits for one of the client's slots.
    pub(super) async fn enter(&self, client: ClientKey) -> Result<ClientSlot, Full> {
        let line = self.line(client);
        Ok(ClientSlot {
            _permit: line.line.enter().await?,
            _line: line,
        })
    }

    fn line(&self, client: ClientKey) -> ClientLine {
        let mut lines = self.lock();
        let line = lines.entry(client);
        let line = line.or_insert_with(|| Arc::new(Line::new(self.0.slots, self.0.places)));
        ClientLine {
            line: Arc::clone(line),
            client,
            lines: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClientKey, Arc<Line>>> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ClientLine {
    fn drop(&mut self) {
        let mut lines = self.lines.lock();
        // One is in the table, and one is this.
        if Arc::strong_count(&self.line) == 2 {
            lines.remove(&self.client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: [u8; 4]) -> ClientKey {
        ClientKey::new(address.into())
    }

    #[tokio::test]
    async fn each_client_has_slots_of_its_own() {
        let lines = Lines::new(1, 0);
        let one = lines.enter(client([192, 0, 2, 1])).await;
        assert!(one.is_ok());
        assert!(lines.enter(client([192, 0, 2, 1])).await.is_err());
        assert!(lines.enter(client([192, 0, 2, 2])).await.is_ok());
        drop(one);
        assert!(lines.enter(client([192, 0, 2, 1])).await.is_ok());
    }

    #[tokio::test]
    async fn a_client_without_requests_is_forgotten() {
        let lines = Lines::new(2, 0);
        let (one, two) = tokio::join!(
            lines.enter(client([192, 0, 2, 1])),
            lines.enter(client([192, 0, 2, 1]))
        );
        drop(one);
        assert_eq!(lines.lock().len(), 1);
        drop(two);
        assert!(lines.lock().is_empty());
    }
}

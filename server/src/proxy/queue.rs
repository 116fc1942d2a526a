//! The queue for connections to the upstream: a request takes a slot before it takes a connection.
//!
//! No client has all of them: its requests wait for each other before they wait for those of others.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::failure::{Failure, GeneratedError};
use super::limits::UpstreamLimits;
use super::line::{ClientSlot, Full, Line, Lines, semaphore};
use crate::client_key::ClientKey;
use crate::throttle::Throttle;

/// The connections that may be in use at the same time, and those that may be open. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Queue(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    all: Line,
    by_client: Lines,
    open: Arc<Semaphore>,
    timeout: Duration,
    refused: Throttle,
}

/// Stands for one connection in use, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
    _of_client: Option<ClientSlot>,
}

impl Queue {
    /// Makes the queue that this many workers share.
    pub(crate) fn new(limits: &UpstreamLimits, workers: usize) -> Self {
        let open = limits.connections.saturating_add(limits.idle_connections);
        Self(Arc::new(Shared {
            all: Line::new(limits.connections, limits.queue),
            by_client: Lines::new(limits.per_client, limits.queue.div_ceil(2)),
            open: Arc::new(semaphore(open.saturating_add(workers))),
            timeout: limits.queue_timeout,
            refused: Throttle::default(),
        }))
    }

    /// Waits for a slot; a `client` first for one of its own. Fails if too many wait already, or none becomes free in
    /// time.
    pub(super) async fn enter(&self, client: Option<ClientKey>) -> Result<Slot, Failure> {
        let waited = timeout(self.0.timeout, self.slot(client)).await;
        let why = match waited {
            Ok(Ok(slot)) => return Ok(slot),
            Ok(Err(Full)) => "too many requests wait for a connection",
            Err(_) => "no connection became free in time",
        };
        self.warn(why);
        Err(Failure::new(GeneratedError::Overload, why))
    }

    async fn slot(&self, client: Option<ClientKey>) -> Result<Slot, Full> {
        let of_client = match client {
            Some(client) => Some(self.0.by_client.enter(client).await?),
            None => None,
        };
        Ok(Slot {
            _permit: self.0.all.enter().await?,
            _of_client: of_client,
        })
    }

    /// Waits until one more connection may be open.
    ///
    /// hyper opens one for a request that finds none idle. If another request's becomes idle first, it takes that, and
    /// the new one is opened for later requests. Where the upstream accepts slowly, those would become many.
    pub(super) async fn open(&self) -> Option<OwnedSemaphorePermit> {
        // Only a closed semaphore gives `None`, and this one is never closed.
        Arc::clone(&self.0.open).acquire_owned().await.ok()
    }

    fn warn(&self, why: &str) {
        if let Some(refused) = self.0.refused.count() {
            tracing::warn!(
                refused,
                why,
                "the connections to the upstream are in use: --max-upstream-connections and --max-upstream-per-client allow \
                 more"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn queue(connections: usize, queue: usize) -> Queue {
        let limits = UpstreamLimits {
            connections,
            queue,
            ..UpstreamLimits::default()
        };
        Queue::new(&limits, 1)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_a_slot_and_gives_up() {
        let (queue, start) = (queue(1, 1), Instant::now());
        let slot = queue.enter(None).await.unwrap();
        assert_eq!(
            queue.enter(None).await.unwrap_err().kind,
            GeneratedError::Overload
        );
        assert_eq!(start.elapsed().as_secs(), 10);
        drop(slot);
        assert!(queue.enter(None).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_at_once() {
        let (queue, start) = (queue(1, 2), Instant::now());
        let slot = queue.enter(None).await.unwrap();
        let (first, second, third) = tokio::join!(queue.enter(None), queue.enter(None), async {
            let refused = queue.enter(None).await.is_err() && start.elapsed().is_zero();
            drop(slot);
            refused
        });
        drop(second);
        assert!(first.is_ok() && third);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_waits_for_itself_leaves_slots_and_places_to_others() {
        let limits = UpstreamLimits {
            connections: 2,
            per_client: 1,
            queue: 4,
            ..UpstreamLimits::default()
        };
        let queue = Queue::new(&limits, 1);
        let client = |number| Some(ClientKey::new([192, 0, 2, number].into()));
        let slot = queue.enter(client(1)).await.unwrap();
        let waiting = [(); 100].map(|()| {
            tokio::spawn({
                let queue = queue.clone();
                async move { queue.enter(client(1)).await.map(drop).is_ok() }
            })
        });
        tokio::task::yield_now().await;
        assert!(queue.enter(client(2)).await.is_ok());
        drop(slot);
        let mut answered = 0;
        for waiting in waiting {
            answered += usize::from(waiting.await.unwrap());
        }
        assert_eq!(answered, 2);
    }
}

//! The queue for connections to the upstream: a request takes a slot before it takes a connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::failure::{Failure, GeneratedError};
use super::limits::UpstreamLimits;
use crate::throttle::Throttle;

/// The connections that may be in use at the same time, and those that may be open. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Queue(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    slots: Arc<Semaphore>,
    open: Arc<Semaphore>,
    waiting: Semaphore,
    timeout: Duration,
    refused: Throttle,
}

/// Stands for one connection in use, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot(#[expect(dead_code, reason = "held until dropped")] OwnedSemaphorePermit);

impl Queue {
    /// Makes the queue that this many workers share.
    pub(crate) fn new(limits: &UpstreamLimits, workers: usize) -> Self {
        let open = limits.connections.saturating_add(limits.idle_connections);
        Self(Arc::new(Shared {
            slots: Arc::new(semaphore(limits.connections)),
            open: Arc::new(semaphore(open.saturating_add(workers))),
            waiting: semaphore(limits.queue),
            timeout: limits.queue_timeout,
            refused: Throttle::default(),
        }))
    }

    /// Waits for a slot. Fails if too many wait already, or none becomes free in time.
    pub(super) async fn enter(&self) -> Result<Slot, Failure> {
        let free = Arc::clone(&self.0.slots).try_acquire_owned();
        match free {
            Ok(permit) => Ok(Slot(permit)),
            Err(_) => self
                .wait()
                .await
                .inspect_err(|failure| self.warn(&failure.why)),
        }
    }

    /// Waits until one more connection may be open.
    ///
    /// hyper opens one for a request that finds none idle. If another request's becomes idle first, it takes that, and
    /// the new one is opened for later requests. Where the upstream accepts slowly, those would become many.
    pub(super) async fn open(&self) -> Option<OwnedSemaphorePermit> {
        // Only a closed semaphore gives `None`, and this one is never closed.
        Arc::clone(&self.0.open).acquire_owned().await.ok()
    }

    async fn wait(&self) -> Result<Slot, Failure> {
        let overload = |why: &str| Failure::new(GeneratedError::Overload, why);
        let place = self.0.waiting.try_acquire();
        let _place = place.map_err(|_| overload("too many requests wait for a connection"))?;
        let permit = Arc::clone(&self.0.slots).acquire_owned();
        match timeout(self.0.timeout, permit).await {
            // Only a closed semaphore refuses, and this one is never closed.
            Ok(Ok(permit)) => Ok(Slot(permit)),
            _ => Err(overload("no connection became free in time")),
        }
    }

    fn warn(&self, why: &str) {
        if let Some(refused) = self.0.refused.count() {
            tracing::warn!(
                refused,
                why,
                "all connections to the upstream are in use: --max-upstream-connections allows more"
            );
        }
    }
}

fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
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
        let slot = queue.enter().await.unwrap();
        assert_eq!(
            queue.enter().await.unwrap_err().kind,
            GeneratedError::Overload
        );
        assert_eq!(start.elapsed().as_secs(), 10);
        drop(slot);
        assert!(queue.enter().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_at_once() {
        let (queue, start) = (queue(1, 2), Instant::now());
        let slot = queue.enter().await.unwrap();
        let (first, second, third) = tokio::join!(queue.enter(), queue.enter(), async {
            let refused = queue.enter().await.is_err() && start.elapsed().is_zero();
            drop(slot);
            refused
        });
        drop(second);
        assert!(first.is_ok() && third);
    }
}

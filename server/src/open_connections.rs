//! The open connections, so that idle ones can make room when all places are taken.
//!
//! nginx does the same where `worker_connections` run out: it closes kept-alive connections, the longest idle first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::progress::Progress;

/// The most connections that are closed at once, and the share of the idle ones, as in nginx.
const MOST: usize = 32;
const SHARE: usize = 8;

/// All open connections of all workers. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenConnections(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    count: u64,
    by_number: HashMap<u64, Progress>,
}

/// Stands for one connection in the list, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listed {
    list: OpenConnections,
    number: u64,
}

impl OpenConnections {
    /// Adds a connection.
    pub(crate) fn add(&self, progress: Progress) -> Listed {
        let mut open = self.lock();
        open.count += 1;
        let number = open.count;
        open.by_number.insert(number, progress);
        Listed {
            list: self.clone(),
            number,
        }
    }

    /// How many are open, and how many there have been.
    pub(crate) fn counts(&self) -> (usize, u64) {
        let open = self.lock();
        (open.by_number.len(), open.count)
    }

    /// Asks some idle connections to close, those that have been idle for longest.
    pub(crate) fn shed(&self) {
        let open = self.lock();
        let idle = |progress: &'_ Progress| progress.idle_since();
        let mut idle: Vec<_> = open
            .by_number
            .values()
            .filter_map(|progress| Some((idle(progress)?, progress)))
            .collect();
        let count = (idle.len() / SHARE).clamp(1, MOST);
        if count < idle.len() {
            idle.select_nth_unstable_by_key(count, |(since, _)| *since);
        }
        idle.iter()
            .take(count)
            .for_each(|(_, progress)| progress.shed());
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.list.lock().by_number.remove(&self.number);
    }
}

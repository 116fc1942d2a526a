//! What the server counts for whoever runs it, as `/metrics` shows it.
//!
//! No label comes from the network: each is a word of a closed list, so that nobody can make the metrics grow.

mod counters;
mod exposition;
mod histogram;
mod measurement;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::files::Files;
use crate::open_connections::OpenConnections;

pub(crate) use self::counters::Counters;
pub(crate) use self::exposition::{Format, expose};
pub(crate) use self::measurement::{DecisionTimer, Measurement};

/// All that is counted. One thread reads it, while workers write.
#[derive(Debug)]
pub(crate) struct Metrics {
    workers: Vec<Arc<Counters>>,
    open: OpenConnections,
    reloads: Reloads,
    lost_lines: LostLines,
    /// `None` where an upstream is served.
    files: Option<Arc<Files>>,
    /// Unix time in seconds.
    started: f64,
}

impl Metrics {
    pub(crate) fn new(
        workers: usize,
        open: OpenConnections,
        reloads: Reloads,
        lost_lines: LostLines,
        files: Option<Arc<Files>>,
    ) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            workers: (0..workers).map(|_| Arc::default()).collect(),
            open,
            reloads,
            lost_lines,
            files,
            started: started.unwrap_or_default().as_secs_f64(),
        }
    }

    /// What this worker counts in, before a reload and after it.
    pub(crate) fn worker(&self, index: usize) -> Option<Arc<Counters>> {
        self.workers.get(index).cloned()
    }
}

/// How often the configuration was read again. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reloads(Arc<[AtomicU64; 2]>);

impl Reloads {
    pub(crate) fn count(&self, succeeded: bool) {
        self.0[usize::from(succeeded)].fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self, succeeded: bool) -> u64 {
        self.0[usize::from(succeeded)].load(Ordering::Relaxed)
    }
}

/// Says how many lines of the logs were lost so far.
pub(crate) struct LostLines(pub(crate) Box<dyn Fn() -> u64 + Send + Sync>);

impl fmt::Debug for LostLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LostLines").field(&(self.0)()).finish()
    }
}

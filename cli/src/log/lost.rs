//! How many lines of the logs were lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A counter. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LostLines(Arc<AtomicUsize>);

impl LostLines {
    /// The lines that were lost since the start.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds lines, and returns how many there were before.
    pub(super) fn add(&self, lines: usize) -> usize {
        self.0.fetch_add(lines, Ordering::Relaxed)
    }
}

//! Warnings that an attack would repeat for each request: one a minute says enough.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often one warning may be repeated.
const INTERVAL: Duration = Duration::from_secs(60);

/// Counts events, and says when the log may be told of them.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    count: AtomicU64,
    last: Mutex<Option<Instant>>,
}

impl Throttle {
    /// Has counted nothing.
    pub(crate) const fn new() -> Self {
        Self {
            count: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }

    /// Counts an event. Returns the count so far if the log may be told now.
    pub(crate) fn count(&self) -> Option<u64> {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        self.is_due().then_some(count)
    }

    fn is_due(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| last.elapsed() >= INTERVAL);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_thousand_events_are_one_warning_a_minute() {
        let throttle = Throttle::default();
        let told: Vec<u64> = (0..1000).filter_map(|_| throttle.count()).collect();
        assert_eq!(told, [1]);
        tokio::time::advance(INTERVAL).await;
        assert_eq!(throttle.count(), Some(1001));
    }
}

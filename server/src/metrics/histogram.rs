//! Durations counted in buckets, with atomics alone: the histogram of `prometheus-client` has a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The most buckets, with the one for whatever is longer than the last bound.
const BUCKETS: usize = 16;

/// A histogram of durations. Counting one takes two atomic additions.
#[derive(Debug)]
pub(super) struct Histogram {
    /// Upper bounds in nanoseconds, ascending: fewer than there are buckets.
    bounds: &'static [u64],
    buckets: [AtomicU64; BUCKETS],
    nanoseconds: AtomicU64,
}

/// What histograms with the same bounds have counted.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counted {
    /// Upper bounds in seconds, each with the number of durations above the bound before it.
    pub(super) buckets: Vec<(f64, u64)>,
    /// In seconds.
    pub(super) sum: f64,
    pub(super) count: u64,
}

impl Histogram {
    pub(super) const fn new(bounds: &'static [u64]) -> Self {
        assert!(bounds.len() < BUCKETS);
        Self {
            bounds,
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
            nanoseconds: AtomicU64::new(0),
        }
    }

    pub(super) fn observe(&self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let bucket = self.bounds.partition_point(|bound| *bound < nanoseconds);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

impl Counted {
    /// Adds up histograms that have the same bounds.
    pub(super) fn of<'a>(histograms: impl Iterator<Item = &'a Histogram>) -> Self {
        let mut counted = Self::default();
        histograms.for_each(|histogram| counted.add(histogram));
        counted.count = counted.buckets.iter().map(|(_, count)| count).sum();
        counted
    }

    fn add(&mut self, histogram: &Histogram) {
        if self.buckets.is_empty() {
            let bounds = histogram.bounds.iter().map(|bound| seconds(*bound));
            let bounds = bounds.chain([f64::INFINITY]);
            self.buckets = bounds.map(|bound| (bound, 0)).collect();
        }
        for ((_, count), bucket) in self.buckets.iter_mut().zip(&histogram.buckets) {
            *count += bucket.load(Ordering::Relaxed);
        }
        self.sum += seconds(histogram.nanoseconds.load(Ordering::Relaxed));
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_up_to_and_including_a_bound() {
        let histograms = [const { Histogram::new(&[1_000, 2_000]) }; 2];
        for nanoseconds in [0, 1_000, 1_001, 2_000] {
            histograms[0].observe(Duration::from_nanos(nanoseconds));
        }
        histograms[1].observe(Duration::from_secs(3));
        let counted = Counted::of(histograms.iter());
        assert_eq!(
            counted.buckets,
            [(0.000_001, 2), (0.000_002, 2), (f64::INFINITY, 1)]
        );
        assert_eq!(counted.count, 5);
        assert!((counted.sum - 3.000_004_001).abs() < 1e-12, "{counted:?}");
    }
}

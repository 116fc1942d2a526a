//! What a server uses, from `/proc`: memory, descriptors and threads.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

/// How often a server is looked at.
pub(crate) const INTERVAL: Duration = Duration::from_millis(500);

/// Growth that is no leak: what allocators keep, and what pools fill up to.
const MEMORY_SLACK: u64 = 8 * 1024;
const MEMORY_PERCENT: u64 = 15;
const DESCRIPTORS_SLACK: u64 = 24;
const THREADS_SLACK: u64 = 8;

/// What a process uses at one time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Resident memory, in KiB.
    pub(crate) memory: u64,
    pub(crate) descriptors: u64,
    pub(crate) threads: u64,
}

impl Usage {
    /// What this process uses now.
    pub(crate) fn of(process: u32) -> io::Result<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let number = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            let word = line.and_then(|rest| rest.split_whitespace().next());
            word.and_then(|word| word.parse().ok()).unwrap_or_default()
        };
        Ok(Self {
            memory: number("VmRSS:"),
            descriptors: fs::read_dir(format!("/proc/{process}/fd"))?.count() as u64,
            threads: number("Threads:"),
        })
    }
}

/// What a process has used, over time.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<(Instant, Usage)>);

impl Samples {
    pub(crate) fn add(&mut self, usage: Usage) {
        self.0.push((Instant::now(), usage));
    }

    /// The medians of the first and of the last span, which is a minute, or a third of a shorter run. Before the first
    /// comes a tenth of the run in which caches and pools fill.
    pub(crate) fn ends(&self) -> Option<(Usage, Usage)> {
        let (begin, end) = (self.0.first()?.0, self.0.last()?.0);
        let whole = end - begin;
        let span = (whole / 3).min(Duration::from_secs(60));
        let warm = begin + whole / 10;
        let first = self.between(warm, warm + span);
        let last = self.between(end - span, end);
        Some((first, last))
    }

    fn between(&self, from: Instant, to: Instant) -> Usage {
        let within = self.0.iter().filter(|(at, _)| (from..=to).contains(at));
        let within: Vec<Usage> = within.map(|(_, usage)| *usage).collect();
        Usage {
            memory: median(within.iter().map(|usage| usage.memory)),
            descriptors: median(within.iter().map(|usage| usage.descriptors)),
            threads: median(within.iter().map(|usage| usage.threads)),
        }
    }
}

fn median(values: impl Iterator<Item = u64>) -> u64 {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The most that each may come to in the last span, by the first.
pub(crate) fn bound(first: Usage) -> Usage {
    Usage {
        memory: first.memory + first.memory * MEMORY_PERCENT / 100 + MEMORY_SLACK,
        descriptors: first.descriptors + DESCRIPTORS_SLACK,
        threads: first.threads + THREADS_SLACK,
    }
}

/// Whether nothing grew.
pub(crate) fn is_flat(first: Usage, last: Usage) -> bool {
    let bound = bound(first);
    last.memory <= bound.memory
        && last.descriptors <= bound.descriptors
        && last.threads <= bound.threads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(memory: u64, descriptors: u64, threads: u64, flat: bool) {
        let first = Usage {
            memory: 100_000,
            descriptors: 50,
            threads: 4,
        };
        let last = Usage {
            memory,
            descriptors,
            threads,
        };
        assert_eq!(is_flat(first, last), flat, "{last:?}");
    }

    #[test]
    fn growth_beyond_the_slack_is_seen() {
        check(100_000, 50, 4, true);
        check(90_000, 10, 2, true);
        check(123_192, 74, 12, true);
        check(123_193, 50, 4, false);
        check(100_000, 75, 4, false);
        check(100_000, 50, 13, false);
    }

    #[test]
    fn one_peak_is_no_growth() {
        assert_eq!(median([1, 900, 2, 3, 2].into_iter()), 2);
    }
}

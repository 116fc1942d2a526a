//! What the soak has counted. Every task adds to it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many faults of each kind are shown with what was seen.
const EXAMPLES: u64 = 3;

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A session that the visitor had is not known any more.
    LostLogin,
    /// A visitor got another id than before, or a page came without one.
    WrongId,
    /// A response was not the one to the request, or not whole.
    WrongBody,
    /// A 5xx while the upstream was up, or one that says something else than that it was down.
    ServerError,
    /// A connection was closed in an exchange, outside of reloads.
    Reset,
    /// There was no response.
    NoAnswer,
    /// A client that hangs was not disconnected.
    HungClient,
    /// An edit was not put in force, or not refused.
    Reload,
    /// The server panicked, or ended otherwise than by SIGTERM with status 0.
    Ended,
}

impl Fault {
    pub(crate) const ALL: [Self; 9] = [
        Self::LostLogin,
        Self::WrongId,
        Self::WrongBody,
        Self::ServerError,
        Self::Reset,
        Self::NoAnswer,
        Self::HungClient,
        Self::Reload,
        Self::Ended,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LostLogin => "lost logins",
            Self::WrongId => "wrong ids",
            Self::WrongBody => "wrong bodies",
            Self::ServerError => "5xx of its own",
            Self::Reset => "resets",
            Self::NoAnswer => "no answer",
            Self::HungClient => "hung clients kept",
            Self::Reload => "reloads missed",
            Self::Ended => "panics and bad ends",
        }
    }
}

/// Counts of all tasks.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: Mutex<BTreeMap<&'static str, u64>>,
    faults: Mutex<BTreeMap<Fault, u64>>,
    examples: Mutex<Vec<String>>,
    requests: AtomicU64,
    /// While the upstream is down.
    pub(crate) down: Windows,
    /// While connections close because of a reload.
    pub(crate) reloads: Windows,
}

impl Tally {
    /// Counts a request.
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts something that may happen.
    pub(crate) fn count(&self, what: &'static str) {
        *lock(&self.counts).entry(what).or_default() += 1;
    }

    /// Counts something that must not happen; `seen` says what it was.
    pub(crate) fn fault(&self, fault: Fault, seen: impl Into<String>) {
        let mut faults = lock(&self.faults);
        let count = faults.entry(fault).or_default();
        *count += 1;
        if *count <= EXAMPLES {
            lock(&self.examples).push(format!("{}: {}", fault.name(), seen.into()));
        }
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.counts).clone()
    }

    pub(crate) fn faults(&self, fault: Fault) -> u64 {
        lock(&self.faults).get(&fault).copied().unwrap_or_default()
    }

    pub(crate) fn examples(&self) -> Vec<String> {
        lock(&self.examples).clone()
    }
}

/// Spans of time in which something else is allowed.
#[derive(Debug, Default)]
pub(crate) struct Windows(Mutex<Vec<(Instant, Option<Instant>)>>);

impl Windows {
    /// Begins a window.
    pub(crate) fn open(&self) {
        lock(&self.0).push((Instant::now(), None));
    }

    /// Ends the window that was begun last, in a while.
    pub(crate) fn close_in(&self, after: Duration) {
        if let Some((_, end)) = lock(&self.0).last_mut() {
            *end = Some(Instant::now() + after);
        }
    }

    /// Whether any window reaches into the time since `begun`.
    pub(crate) fn overlap(&self, begun: Instant) -> bool {
        let windows = lock(&self.0);
        windows
            .iter()
            .any(|(_, end)| end.is_none_or(|end| end >= begun))
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! For how long what was found on disk is believed: under load, asking again for each request would cost as much as
//! the rest of the response.

use std::time::{Duration, Instant};

/// The clock of a folder that is served.
#[derive(Clone, Copy, Debug)]
pub(super) struct Belief {
    lasts: Duration,
    began: Instant,
}

/// A time, in microseconds since a little before the folder was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    now: u64,
    lasts: u64,
}

impl Belief {
    /// Believes nothing unless `lasts` is more than zero.
    pub(super) fn new(lasts: Duration) -> Self {
        Self {
            lasts,
            began: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        Moment {
            now: microseconds(self.began.elapsed()).saturating_add(1),
            lasts: microseconds(self.lasts),
        }
    }
}

impl Moment {
    /// What was never confirmed is not believed.
    pub(super) const NEVER: u64 = 0;

    pub(super) const fn get(self) -> u64 {
        self.now
    }

    /// Whether something that was found at this time need not be looked for again.
    pub(super) const fn believes(self, confirmed: u64) -> bool {
        confirmed != Self::NEVER && self.now.saturating_sub(confirmed) < self.lasts
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_just_found_is_believed_for_as_long_as_was_said() {
        let at = |now, lasts| Moment { now, lasts };
        for (moment, confirmed, believes) in [
            (at(1, 0), 1, false),
            (at(1, 5), Moment::NEVER, false),
            (at(1, 5), 1, true),
            (at(5, 5), 1, true),
            (at(6, 5), 1, false),
            // Another thread's clock was read a little later.
            (at(1, 5), 2, true),
        ] {
            assert_eq!(
                moment.believes(confirmed),
                believes,
                "{moment:?}, {confirmed}"
            );
        }
    }

    #[test]
    fn the_first_moment_is_one_to_remember() {
        assert_ne!(Belief::new(Duration::ZERO).now().get(), Moment::NEVER);
    }
}

//! The heartbeat: tells whoever restarts a server that hangs that it answers.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

/// Called at each interval in which every worker has answered.
pub(crate) struct Heartbeat {
    pub(crate) interval: Duration,
    pub(crate) beat: Box<dyn Fn() + Send>,
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Heartbeat").field(&self.interval).finish()
    }
}

/// A clock that ticks at each heartbeat, or never.
pub(crate) struct Heartbeats(Option<Interval>);

impl Heartbeats {
    pub(crate) fn of(heartbeat: Option<&Heartbeat>) -> Self {
        Self(heartbeat.map(|heartbeat| {
            let mut interval = interval(heartbeat.interval);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        }))
    }

    pub(crate) async fn next(&mut self) {
        match &mut self.0 {
            Some(interval) => drop(interval.tick().await),
            None => pending().await,
        }
    }
}

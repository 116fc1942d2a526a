//! Says at each interval that the server answers: for whoever restarts one that hangs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::health::Health;

/// Called at each interval in which every thread answers.
pub(crate) struct Heartbeat {
    pub(crate) interval: Duration,
    pub(crate) beat: Box<dyn Fn() + Send>,
}

impl Heartbeat {
    /// Beats until it is dropped.
    pub(crate) async fn run(self, health: Arc<Health>) {
        let mut interval = interval(self.interval);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            if health.is_alive().await {
                (self.beat)();
            }
        }
    }
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Heartbeat").field(&self.interval).finish()
    }
}

//! Waits for what AWS does by itself, and not for ever.

use std::time::Duration;

use crate::api::{Api, Clock};

use super::error::ApplyError;
use super::progress::{Progress, ProgressSink};

/// A new role is known everywhere within seconds, as a rule.
pub(super) const PROPAGATION: Duration = Duration::from_secs(90);
/// A function is created, or changed, within seconds.
const READY: Duration = Duration::from_secs(180);

/// Waits until a change has reached every edge.
///
/// # Errors
///
/// Where a call fails, or it takes longer than `limit`.
pub async fn wait_deployed<A: Api>(
    api: &A,
    distribution: &str,
    limit: Duration,
    progress: ProgressSink<'_>,
) -> Result<(), ApplyError> {
    let mut wait = Wait::new(api.poll_interval() * 3, limit);
    while api.distribution_status(distribution).await? != "Deployed" {
        if !wait.once_more(api, "the edges", progress).await {
            return Err(ApplyError::TimedOut("the distribution is not deployed yet"));
        }
    }
    Ok(())
}

/// Waits until a Lambda function accepts changes.
pub(super) async fn wait_ready<A: Api>(
    api: &A,
    function: &str,
    progress: ProgressSink<'_>,
) -> Result<(), ApplyError> {
    let mut wait = Wait::new(api.poll_interval(), READY);
    loop {
        let found = api.function(function).await?;
        let is_ready = found.is_none_or(|it| {
            // Emulators leave these out.
            it.state != "Pending" && it.update != "InProgress"
        });
        if is_ready {
            return Ok(());
        }
        if !wait.once_more(api, "the function", progress).await {
            return Err(ApplyError::TimedOut("the function does not become ready"));
        }
    }
}

/// A time that is spent in pauses.
pub(super) struct Wait {
    pause: Duration,
    left: Duration,
    polls: u32,
}

impl Wait {
    pub(super) const fn new(pause: Duration, limit: Duration) -> Self {
        Self {
            pause,
            left: limit,
            polls: 0,
        }
    }

    /// Pauses, and says whether there was time left for it.
    pub(super) async fn once_more<C: Clock>(
        &mut self,
        clock: &C,
        on: &'static str,
        progress: ProgressSink<'_>,
    ) -> bool {
        let Some(left) = self.left.checked_sub(self.pause) else {
            return false;
        };
        self.left = left;
        self.polls += 1;
        progress(Progress::Waiting {
            on,
            polls: self.polls,
        });
        clock.sleep(self.pause).await;
        true
    }
}

//! Opens the access log again on SIGUSR1, as nginx does: logrotate has moved the file away then.

use std::future::Future;

use crate::log::LogQueue;

/// Waits for `stop`, and until then reopens the log on each signal.
#[cfg(unix)]
pub(crate) async fn until(stop: impl Future<Output = ()>, log: Option<LogQueue>) {
    tokio::select! {
        () = stop => {}
        () = on_signals(log) => {}
    }
}

#[cfg(unix)]
async fn on_signals(log: Option<LogQueue>) {
    use tokio::signal::unix::{SignalKind, signal};

    // Without a handler, the system's default applies: the signal ends the process.
    if let Ok(mut signals) = signal(SignalKind::user_defined1()) {
        while signals.recv().await.is_some() {
            log.iter().for_each(LogQueue::reopen);
        }
    }
    std::future::pending().await
}

/// Waits for `stop`. There is no such signal.
#[cfg(not(unix))]
pub(crate) async fn until(stop: impl Future<Output = ()>, _: Option<LogQueue>) {
    stop.await;
}

//! Waits for the signal to stop.

use std::future::Future;

/// Makes a future that is ready once the process gets SIGINT or SIGTERM (elsewhere: Ctrl-C).
#[cfg(unix)]
pub(crate) fn signals() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};

    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        ) else {
            // Without handlers the system's own stands: the signal ends the process at once.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Makes a future that is ready once the process gets Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn signals() -> impl Future<Output = ()> {
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

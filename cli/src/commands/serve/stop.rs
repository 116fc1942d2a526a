//! Waits for a signal to stop; a second one ends the process at once.

pub(super) use self::system::Stop;

#[cfg(unix)]
mod system {
    use std::future::pending;
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use tokio::signal::unix::{SignalKind, signal};

    /// What a shell adds to a signal's number, where one has ended a process.
    const SIGNALLED: i32 = 128;

    /// Whether SIGINT or SIGTERM has been received.
    #[derive(Debug)]
    pub(in super::super) struct Stop(Arc<AtomicBool>);

    impl Stop {
        /// Listens from now on.
        ///
        /// # Errors
        ///
        /// If the system refuses a handler.
        pub(in super::super) fn listen() -> io::Result<Self> {
            let stopping = Arc::new(AtomicBool::new(false));
            for signal in [SIGINT, SIGTERM] {
                let code = SIGNALLED + signal;
                flag::register_conditional_shutdown(signal, code, Arc::clone(&stopping))?;
            }
            // Handlers run in the order of their registration: the first signal finds the flag down.
            for signal in [SIGINT, SIGTERM] {
                flag::register(signal, Arc::clone(&stopping))?;
            }
            Ok(Self(stopping))
        }

        /// Completes once the process has received one. Needs a Tokio runtime.
        pub(in super::super) async fn requested(self) {
            let (Ok(mut interrupt), Ok(mut terminate)) = (
                signal(SignalKind::interrupt()),
                signal(SignalKind::terminate()),
            ) else {
                // Then the second signal ends the process.
                return pending().await;
            };
            if self.0.load(Ordering::Relaxed) {
                return;
            }
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::future::pending;
    use std::io;

    /// Whether Ctrl-C has been pressed.
    #[derive(Debug)]
    pub(in super::super) struct Stop;

    impl Stop {
        /// Listens once it is [asked](Self::requested).
        ///
        /// # Errors
        ///
        /// None.
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        /// Completes once it has been pressed. Needs a Tokio runtime.
        pub(in super::super) async fn requested(self) {
            if tokio::signal::ctrl_c().await.is_err() {
                pending().await
            }
        }
    }
}

//! Drains connections: asks each to close, and waits until all have.

use tokio::sync::watch;

/// Connections that are drained together.
#[derive(Debug, Default)]
pub(crate) struct Drain(watch::Sender<bool>);

/// One of the connections, until it is dropped.
#[derive(Debug)]
pub(crate) struct Drained(watch::Receiver<bool>);

impl Drain {
    /// One connection more.
    pub(crate) fn connection(&self) -> Drained {
        Drained(self.0.subscribe())
    }

    /// Asks all connections to close, and completes once they have.
    pub(crate) async fn finish(self) {
        self.0.send_replace(true);
        self.0.closed().await;
    }
}

impl Drained {
    /// Completes once the connection is asked to close.
    pub(crate) async fn is_asked(&mut self) {
        // Nobody is there to ask any more if the worker has ended: that asks, too.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

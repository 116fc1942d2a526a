//! The permit that a connection holds while it is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::OwnedSemaphorePermit;

/// Counts one open connection against its worker's load and against the server's limit, until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    load: Arc<AtomicUsize>,
    _of_server: Option<OwnedSemaphorePermit>,
}

impl ConnectionPermit {
    pub(crate) fn new(load: &Arc<AtomicUsize>, of_server: Option<OwnedSemaphorePermit>) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        Self {
            load: Arc::clone(load),
            _of_server: of_server,
        }
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.load.fetch_sub(1, Ordering::Relaxed);
    }
}

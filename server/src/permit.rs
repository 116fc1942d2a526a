//! The permit that a connection holds while it is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::admission::Place;
use crate::clients::ClientPlace;

/// Counts one open connection against its worker's load, and against the limits of the server and of its client, until
/// it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    load: Arc<AtomicUsize>,
    place: Place,
}

impl ConnectionPermit {
    pub(crate) fn new(load: &Arc<AtomicUsize>, place: Place) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        Self {
            load: Arc::clone(load),
            place,
        }
    }

    /// Counts the connection against this client's limit, not its peer's.
    pub(crate) fn count_for(&mut self, client: ClientPlace) {
        self.place.count_for(client);
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.load.fetch_sub(1, Ordering::Relaxed);
    }
}

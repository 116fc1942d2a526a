//! The Tokio runtime that the listener and each worker run on: one thread, with I/O and timers.

use std::io;

use tokio::runtime::{Builder, Runtime};

pub(crate) fn current_thread() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

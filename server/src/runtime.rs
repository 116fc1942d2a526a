//! The Tokio runtime that the listener and each worker run on: one thread, with I/O and timers.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// Threads that one runtime has for file reads and name lookups; further ones wait. Tokio's default is 512.
const BLOCKING_THREADS: usize = 16;

pub(crate) fn current_thread() -> io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
}

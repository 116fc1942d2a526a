//! What reading large files may use at once: memory for chunks that no client has taken, and open files.

use std::sync::LazyLock;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::open_files::open_file_limit;

/// Bytes of one permit for memory.
const UNIT: usize = 4096;

/// The memory for chunks, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;

/// Bytes in one chunk.
pub(super) const CHUNK: usize = 64 * 1024;

/// Bytes in one chunk when memory is scarce, so that more responses can go on, each a little slower.
pub(super) const SMALL_CHUNK: usize = 2 * UNIT;

/// Bytes in one chunk when the memory is used up: as much as a stream costs anyway. If such a response had to wait, one
/// client that takes nothing could stop the downloads of all others.
pub(super) const LEAST_CHUNK: usize = UNIT;

/// The most files that are kept open between two chunks.
const OPEN_FILES: u64 = 1024;

/// One for the process, like the memory and the limit on open files.
pub(super) static READING: LazyLock<Reading> = LazyLock::new(|| {
    let open_files = (open_file_limit() / 8).min(OPEN_FILES);
    Reading::new(MEMORY, usize::try_from(open_files).unwrap_or(0))
});

/// What all reads share.
#[derive(Debug)]
pub(super) struct Reading {
    units: usize,
    memory: Semaphore,
    open_files: Semaphore,
}

impl Reading {
    pub(super) const fn new(memory: usize, open_files: usize) -> Self {
        Self {
            units: memory / UNIT,
            memory: Semaphore::const_new(memory / UNIT),
            open_files: Semaphore::const_new(open_files),
        }
    }

    /// The length of the next chunk of a body that has `remaining` bytes, with a permit for its memory.
    ///
    /// A chunk is kept until the client takes it. While clients that don't hold half of the memory, chunks are small.
    pub(super) fn memory(&self, remaining: u64) -> (usize, Option<SemaphorePermit<'_>>) {
        let chunk = match self.memory.available_permits() * 2 > self.units {
            true => CHUNK,
            false => SMALL_CHUNK,
        };
        let len = at_most(remaining, chunk);
        let units = u32::try_from(len.div_ceil(UNIT)).unwrap_or(u32::MAX);
        match self.memory.try_acquire_many(units) {
            Ok(permit) => (len, Some(permit)),
            Err(_) => (at_most(remaining, LEAST_CHUNK), None),
        }
    }

    /// A permit to keep a file open between two chunks; `None` if too many are.
    pub(super) fn open_file(&self) -> Option<SemaphorePermit<'_>> {
        self.open_files.try_acquire().ok()
    }
}

fn at_most(remaining: u64, chunk: usize) -> usize {
    usize::try_from(remaining).map_or(chunk, |remaining| remaining.min(chunk))
}

//! The limit on open files: each connection needs one, and a second one with an upstream.
//!
//! Systems start processes with a low soft limit, for old programs that depend on it, and let them raise it up to the
//! hard limit.

use std::io;

/// The limit on open files, before and after it was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFiles {
    /// The limit before.
    pub before: u64,
    /// The limit now.
    pub now: u64,
}

/// Raises the limit as far as the system allows. Only Unix has one.
///
/// # Errors
///
/// If the system refuses.
#[cfg(unix)]
pub fn raise_open_files() -> io::Result<OpenFiles> {
    let (before, _) = rlimit::Resource::NOFILE.get()?;
    let now = rlimit::increase_nofile_limit(rlimit::INFINITY)?;
    Ok(OpenFiles { before, now })
}

/// The limit now. If the system does not report it, the lowest that is usual.
#[cfg(unix)]
pub(crate) fn open_file_limit() -> u64 {
    rlimit::Resource::NOFILE.get().map_or(1024, |(now, _)| now)
}

/// There is no limit.
#[cfg(not(unix))]
pub(crate) const fn open_file_limit() -> u64 {
    u64::MAX
}

/// Raises nothing.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub const fn raise_open_files() -> io::Result<OpenFiles> {
    Ok(OpenFiles {
        before: u64::MAX,
        now: u64::MAX,
    })
}

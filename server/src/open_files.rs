//! How many files the process may have open: each connection is one, and one more with an upstream.
//!
//! Systems start programs with a low limit, for the sake of old ones that count on it, and let them raise it to a higher one.

use std::io;

/// A limit on open files, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFiles {
    /// What held when the process came here.
    pub before: u64,
    /// What holds now.
    pub now: u64,
}

/// Raises the limit as far as the system lets this process. Elsewhere than on Unix there is none.
///
/// # Errors
///
/// If the system refuses what it says that it allows.
#[cfg(unix)]
pub fn raise_open_files() -> io::Result<OpenFiles> {
    let (before, _) = rlimit::Resource::NOFILE.get()?;
    let now = rlimit::increase_nofile_limit(rlimit::INFINITY)?;
    Ok(OpenFiles { before, now })
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

//! Where a log is written: stdout, stderr or a file, without a buffer, so that what was written is known.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How long to wait for a pipe that somebody else has made non-blocking.
const RETRY: Duration = Duration::from_millis(10);

/// The destination of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    Stderr,
    /// Appended to; made if it is not there.
    File(PathBuf),
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::Stderr => f.write_str("stderr"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// An open destination.
#[derive(Debug)]
pub(super) struct Sink {
    file: File,
    /// The last write ended within a line.
    is_torn: bool,
}

/// What came of a write.
#[derive(Debug)]
pub(super) struct Written {
    /// The lines that were written whole.
    pub(super) lines: usize,
    /// Why not all of them were.
    pub(super) error: Option<io::Error>,
}

impl Sink {
    pub(super) fn open(destination: &Destination) -> io::Result<Self> {
        let file = match destination {
            Destination::Stdout => stream::duplicate(&io::stdout())?,
            Destination::Stderr => stream::duplicate(&io::stderr())?,
            Destination::File(path) => open(path)?,
        };
        Ok(Self::from(file))
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &[u8]) -> Written {
        if self.is_torn {
            // The rest of the torn line is lost already.
            self.is_torn = self.write_bytes(b"\n").1.is_err();
        }
        let (written, result) = self.write_bytes(lines);
        let written = &lines[..written];
        if let Some(last) = written.last() {
            self.is_torn = *last != b'\n';
        }
        Written {
            lines: written.iter().filter(|byte| **byte == b'\n').count(),
            error: result.err(),
        }
    }

    /// Writes until all is written or a write fails, and says how much was written.
    fn write_bytes(&mut self, bytes: &[u8]) -> (usize, io::Result<()>) {
        let mut written = 0;
        while written < bytes.len() {
            match self.file.write(&bytes[written..]) {
                Ok(0) => return (written, Err(ErrorKind::WriteZero.into())),
                Ok(more) => written += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(RETRY),
                Err(error) => return (written, Err(error)),
            }
        }
        (written, Ok(()))
    }
}

impl<F: Into<File>> From<F> for Sink {
    fn from(file: F) -> Self {
        Self {
            file: file.into(),
            is_torn: false,
        }
    }
}

/// Opens a file that holds addresses of visitors: not for everybody.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

/// A second handle of a standard stream: the library's own has a buffer and a lock that a blocked write would hold.
mod stream {
    use std::fs::File;
    use std::io;

    #[cfg(unix)]
    pub(super) fn duplicate(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
        Ok(stream.as_fd().try_clone_to_owned()?.into())
    }

    #[cfg(windows)]
    pub(super) fn duplicate(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
        Ok(stream.as_handle().try_clone_to_owned()?.into())
    }
}

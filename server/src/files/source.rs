//! A file inside the root: a small one is read into memory, a large one stays on disk.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::PathBuf;

use bytes::Bytes;

use super::root::Root;
use super::stamp::{Sighting, Stamp};

/// The largest file kept in memory, in bytes. Larger ones are read from disk for each request.
pub(super) const LARGEST_IN_MEMORY: u64 = 256 * 1024;

/// Where the bytes of a file are.
#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    /// In the file of this real path, with its stamp when it was last checked.
    Disk(PathBuf, Stamp),
}

/// A regular file inside the root.
#[derive(Debug)]
pub(super) struct Source {
    real: PathBuf,
    pub(super) stamp: Stamp,
}

/// The result of reading a file.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) content: Content,
    /// Whether the file was still unchanged after the last byte was read.
    pub(super) intact: bool,
}

impl Source {
    /// The file that was found, if it may be served.
    pub(super) fn admit(root: &Root, seen: &Sighting) -> Option<Self> {
        let stamp = seen.stamp?;
        let real = root.admit(&seen.path)?;
        Some(Self { real, stamp })
    }

    /// Reads the file; `None` if it is gone, or may not be read.
    pub(super) fn read(&self) -> io::Result<Option<Reading>> {
        match File::open(&self.real) {
            Ok(file) => self.read_from(&file).map(Some),
            Err(error) if is_absence(&error) => {
                tracing::debug!(path = %self.real.display(), %error, "file is skipped");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn read_from(&self, file: &File) -> io::Result<Reading> {
        if self.stamp.len > LARGEST_IN_MEMORY {
            let content = Content::Disk(self.real.clone(), self.stamp);
            return Ok(Reading {
                content,
                intact: self.is_still(file)?,
            });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.stamp.len).unwrap_or(0));
        file.take(LARGEST_IN_MEMORY).read_to_end(&mut bytes)?;
        let intact = bytes.len() as u64 == self.stamp.len && self.is_still(file)?;
        Ok(Reading {
            content: Content::Memory(bytes.into()),
            intact,
        })
    }

    fn is_still(&self, file: &File) -> io::Result<bool> {
        Ok(Stamp::new(&file.metadata()?) == Some(self.stamp))
    }
}

impl Content {
    /// Bytes.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(_, stamp) => stamp.len,
        }
    }

    /// Bytes held in memory.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(..) => 0,
        }
    }

    /// Whether the bytes can be UTF-8 text. A large file is not read, and counts as UTF-8.
    pub(super) fn may_be_utf8(&self) -> bool {
        match self {
            Self::Memory(bytes) => std::str::from_utf8(bytes).is_ok(),
            Self::Disk(..) => true,
        }
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Finds a file of this content, does something to it, and reads it.
    #[track_caller]
    fn check(content: &str, change: impl Fn(&Path), expect: Option<(u64, bool)>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, content).unwrap();
        // Kept open, so that a replacement cannot get the same inode.
        let _kept = File::open(&path).unwrap();
        let root = Root::open(dir.path()).unwrap();
        let source = Source::admit(&root, &Sighting::of(path.clone())).unwrap();
        change(&path);
        let reading = source.read().unwrap();
        assert_eq!(
            reading.map(|reading| (reading.content.len(), reading.intact)),
            expect
        );
    }

    fn replace(path: &Path, content: &str) {
        fs::remove_file(path).unwrap();
        fs::write(path, content).unwrap();
    }

    #[test]
    fn a_change_between_finding_and_reading_is_noticed() {
        check("abc", |_| (), Some((3, true)));
        check("", |_| (), Some((0, true)));
        check(
            "abc",
            |path| fs::write(path, "abcd").unwrap(),
            Some((4, false)),
        );
        check("abc", |path| fs::write(path, "").unwrap(), Some((0, false)));
        check("abc", |path| fs::remove_file(path).unwrap(), None);
        #[cfg(unix)]
        check("abc", |path| replace(path, "xyz"), Some((3, false)));
    }

    #[test]
    fn a_large_file_is_only_looked_at() {
        let large = "x".repeat(300_000);
        check(&large, |_| (), Some((300_000, true)));
        check(&large, |path| replace(path, "abc"), Some((300_000, false)));
        check(
            "abc",
            |path| fs::write(path, &large).unwrap(),
            Some((LARGEST_IN_MEMORY, false)),
        );
    }
}

//! Writes the files of an artifact.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::user_file::Readers;

/// A file on disk.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) path: String,
    pub(super) bytes: usize,
    pub(super) sha256: String,
}

/// Writes a file, and the folders that lead to it.
pub(super) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<Written, Error> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| readers.write(path, bytes))
        .map_err(|cause| cannot_write(path, &cause))?;
    Ok(Written {
        path: path.display().to_string(),
        bytes: bytes.len(),
        sha256: sha256(bytes),
    })
}

pub(super) fn cannot_write(path: &Path, cause: &std::io::Error) -> Error {
    Error::io(format!("cannot write `{}`", path.display()), cause)
}

/// The SHA-256 of some bytes in hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

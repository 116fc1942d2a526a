//! The served folder: the path of a name's file, and whether its real path is inside.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The folder as it was named, made absolute. It may be a link that later leads to another folder, as deployments do;
/// therefore each read file is checked again.
#[derive(Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    /// Fails if the folder cannot be listed: it is missing, unreadable, or not a folder.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::read_dir(path)?;
        std::path::absolute(path).map(Self)
    }

    /// Where a path below the root would be.
    pub(super) fn join(&self, below: &str) -> PathBuf {
        self.0.join(below)
    }

    /// The real path of `path`, all links followed, if it is inside and not hidden.
    ///
    /// The name was checked before. This check is for links, and for file systems on which a file has several names
    /// (`GIT~1` is `.git` on Windows).
    pub(super) fn admit(&self, path: &Path) -> Option<PathBuf> {
        let root = self.0.canonicalize().ok()?;
        let real = path.canonicalize().ok()?;
        let below = real.strip_prefix(root).ok()?;
        is_public(below).then_some(real)
    }
}

fn is_public(below: &Path) -> bool {
    let below = below.strip_prefix(".well-known").unwrap_or(below);
    below.components().all(|component| match component {
        Component::Normal(name) => !is_hidden(name.as_encoded_bytes()),
        _ => false,
    })
}

/// A name that starts with two dots is not hidden: Kubernetes volumes link each file into `..data/`.
fn is_hidden(name: &[u8]) -> bool {
    name.starts_with(b".") && !name.starts_with(b"..")
}

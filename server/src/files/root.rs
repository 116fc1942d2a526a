//! The served folder: where a name's file would be, and whether it really is inside.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The folder as it was given, made absolute. It may be a link that is pointed elsewhere later, as
/// deployments do; what is inside is decided anew for each file that is read.
#[derive(Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    /// Fails if the folder cannot be listed: missing, unreadable, or no folder.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::read_dir(path)?;
        std::path::absolute(path).map(Self)
    }

    /// Where a path below the root would be.
    pub(super) fn join(&self, below: &str) -> PathBuf {
        self.0.join(below)
    }

    /// The real path of `path`, all links followed, if that is inside and nothing hidden.
    ///
    /// The name was checked already; this is for links, and for file systems that know a file by
    /// several names (`GIT~1` is `.git` to Windows).
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

/// Two dots do not hide what a link leads to: Kubernetes volumes link each file into `..data/`.
fn is_hidden(name: &[u8]) -> bool {
    name.starts_with(b".") && !name.starts_with(b"..")
}

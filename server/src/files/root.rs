//! The served folder: the path of a name's file, and whether its real path is inside.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The folder as it was named, made absolute. It may be a link that later leads to another folder, as deployments do;
/// therefore each read file is checked again.
#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    /// Files that are never sent, as they were named: where links lead may change.
    hidden: Vec<PathBuf>,
    /// Names of files that are never sent, wherever they are.
    hidden_names: &'static [&'static str],
}

impl Root {
    /// Fails if the folder cannot be listed: it is missing, unreadable, or not a folder.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::read_dir(path)?;
        Ok(Self {
            path: std::path::absolute(path)?,
            hidden: Vec::new(),
            hidden_names: &[],
        })
    }

    /// Never sends these files, whatever they are called, nor any of these names.
    pub(super) fn hide(&mut self, files: &[PathBuf], names: &'static [&'static str]) {
        self.hidden = files.iter().flat_map(std::path::absolute).collect();
        self.hidden_names = names;
    }

    /// Where a path below the root would be.
    pub(super) fn join(&self, below: &str) -> PathBuf {
        self.path.join(below)
    }

    /// The real path of `path`, all links followed, if it is inside and not hidden.
    ///
    /// The name was checked before. This check is for links, and for file systems on which a file has several names
    /// (`GIT~1` is `.git` on Windows).
    pub(super) fn admit(&self, path: &Path) -> Option<PathBuf> {
        let root = self.path.canonicalize().ok()?;
        let real = path.canonicalize().ok()?;
        let below = real.strip_prefix(root).ok()?;
        (is_public(below) && !self.hides(&real)).then_some(real)
    }

    fn hides(&self, real: &Path) -> bool {
        let name = real.file_name().unwrap_or_default();
        let is = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file == real);
        let is_named = |hidden: &&str| name.eq_ignore_ascii_case(hidden);
        self.hidden_names.iter().any(is_named) || self.hidden.iter().any(is)
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

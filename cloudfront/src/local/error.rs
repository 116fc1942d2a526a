//! Why an artifact cannot be run, and what to do about it.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why an artifact cannot be run.
#[derive(Debug)]
#[non_exhaustive]
pub enum EdgeError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file is not an artifact that Lambda would take.
    Invalid(PathBuf, String),
    /// There is no Node.js.
    NoNode(OsString),
    /// Node.js cannot be started.
    Node(OsString, io::Error),
    /// The function cannot be loaded.
    Load(PathBuf, String),
}

impl EdgeError {
    /// What to do about it.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable(..) | Self::Invalid(..) => Some(
                "`hardtack build lambda-edge` or `hardtack build cloudfront-function` writes one",
            ),
            Self::NoNode(_) => {
                Some("install Node.js 20 or newer: Lambda@Edge runs functions with it")
            }
            Self::Node(..) | Self::Load(..) => None,
        }
    }
}

impl fmt::Display for EdgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(zip, _) => write!(f, "cannot read `{}`", zip.display()),
            Self::Invalid(zip, why) => {
                write!(f, "`{}` is not a valid edge artifact: {why}", zip.display())
            }
            Self::NoNode(node) => write!(f, "no `{}` to run the function with", node.display()),
            Self::Node(node, _) => write!(f, "cannot run `{}`", node.display()),
            Self::Load(zip, why) => write!(
                f,
                "the function in `{}` does not load: {why}",
                zip.display()
            ),
        }
    }
}

impl Error for EdgeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) | Self::Node(_, error) => Some(error),
            Self::Invalid(..) | Self::NoNode(_) | Self::Load(..) => None,
        }
    }
}

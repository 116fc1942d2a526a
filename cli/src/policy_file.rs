//! Finds and reads the policy: the file that `--policy` names, else ./hardtack.toml, else the defaults.

use std::io;
use std::path::{Path, PathBuf};

use hardtack::{Policy, Settings};

use crate::error::{Error, Kind};
use crate::{seal_keys, user_file};

/// The file that is read if `--policy` names none.
pub(crate) const DEFAULT: &str = "hardtack.toml";

/// A policy and its source.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    /// The file; `None` for the defaults.
    pub(crate) path: Option<PathBuf>,
    /// The settings in it.
    pub(crate) settings: Settings,
    /// The policy that was checked.
    pub(crate) policy: Policy,
}

impl PolicyFile {
    /// Reads the file `named`, or finds the policy without it.
    ///
    /// # Errors
    ///
    /// If the named file cannot be read, or the file is not a valid policy.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, Error> {
        let path = named.unwrap_or_else(|| Path::new(DEFAULT));
        match user_file::read(path, user_file::TEXT_BYTES) {
            Ok(bytes) => Self::parse(path, bytes),
            Err(cause) if named.is_none() && cause.kind() == io::ErrorKind::NotFound => {
                Self::defaults()
            }
            Err(cause) => Err(unreadable(path, &cause)),
        }
    }

    /// The source of the policy, in words.
    pub(crate) fn source(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "the defaults".to_string(),
        }
    }

    fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, Error> {
        let text = String::from_utf8(bytes).map_err(|_| {
            let message = format!("`{}` is not UTF-8 text", path.display());
            Error::new(Kind::Policy, message).hint("save it as UTF-8")
        })?;
        let loaded = hardtack_policy::from_toml_with_keys(&text, &seal_keys::find()?)
            .map_err(|problem| Error::policy(path, &problem))?;
        Ok(Self {
            path: Some(path.to_owned()),
            settings: loaded.settings,
            policy: loaded.policy,
        })
    }

    fn defaults() -> Result<Self, Error> {
        let mut settings = Settings::default();
        settings.id.keys = seal_keys::find()?;
        Ok(Self {
            path: None,
            settings,
            policy: hardtack_policy::defaults(),
        })
    }
}

fn unreadable(path: &Path, cause: &io::Error) -> Error {
    let error = Error::io(format!("cannot read `{}`", path.display()), cause);
    match cause.kind() {
        io::ErrorKind::NotFound => {
            error.hint(format!("`hardtack init -o {}` writes one", path.display()))
        }
        _ => error,
    }
}

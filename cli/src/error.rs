//! Errors as data: a message, its place in a file, its causes, a hint, and the exit code.

use std::fmt::Display;
use std::io;
use std::path::Path;

use hardtack_policy::{Position, Problem};

/// The kinds of errors. Each has its own exit code, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command found problems in what it examined.
    Found,
    /// The command line is invalid.
    Usage,
    /// The policy file is invalid.
    Policy,
    /// A file, the network or AWS failed.
    Io,
    /// The reader of the output has closed it.
    BrokenPipe,
}

impl Kind {
    /// The process's exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Policy => 3,
            Self::Io => 4,
        }
    }
}

/// The exit codes, for the help.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  problems were found, such as a warning with `check --strict`
  2  the command line is invalid
  3  the policy file is invalid
  4  a file could not be read or written, or the network or AWS failed";

/// Why a command failed: one or more reports.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    reports: Vec<Report>,
}

/// One problem.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// A lower-case fragment that names the offending value.
    pub(crate) message: String,
    /// The file and the place in it.
    pub(crate) place: Option<(String, Position)>,
    /// The key in the policy.
    pub(crate) key: Option<String>,
    /// The causes, the direct one first.
    pub(crate) causes: Vec<String>,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Error {
    /// An error of one kind.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        let report = Report {
            message,
            ..Report::default()
        };
        Self {
            kind,
            reports: vec![report],
        }
    }

    /// An invalid command line that clap cannot detect.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A failed file or network operation; `message` names the operation, such as "cannot read `a.toml`".
    pub(crate) fn io(message: impl Into<String>, cause: &io::Error) -> Self {
        let kind = match cause.kind() {
            io::ErrorKind::BrokenPipe => Kind::BrokenPipe,
            _ => Kind::Io,
        };
        let error = Self::new(kind, message).because(cause);
        match io_hint(cause.kind()) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// All problems of a policy file.
    pub(crate) fn policy(file: &Path, problem: &Problem) -> Self {
        let file = file.display().to_string();
        let reports = problem.faults().iter().map(|fault| Report {
            message: fault.message.clone(),
            place: fault.place.clone().map(|place| (file.clone(), place)),
            key: fault.key.clone(),
            causes: Vec::new(),
            hint: fault.hint.clone(),
        });
        Self {
            kind: Kind::Policy,
            reports: reports.collect(),
        }
    }

    /// Adds a cause to the last report.
    pub(crate) fn because(mut self, cause: impl Display) -> Self {
        if let Some(report) = self.reports.last_mut() {
            report.causes.push(cause.to_string());
        }
        self
    }

    /// Adds a hint to the last report.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(report) = self.reports.last_mut() {
            report.hint = Some(hint.into());
        }
        self
    }

    /// Adds the reports of another error.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.reports.extend(other.reports);
        self
    }

    /// The kind, which decides the exit code.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The reports; at least one.
    pub(crate) fn reports(&self) -> &[Report] {
        &self.reports
    }
}

/// What to do about a file. Whoever knows more says so in its place.
const fn io_hint(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::NotFound => {
            Some("check the path: a relative one begins at the current folder")
        }
        io::ErrorKind::PermissionDenied => {
            Some("run it as a user who may do that, or name another file")
        }
        io::ErrorKind::IsADirectory => Some("name a file: this is a folder"),
        io::ErrorKind::NotADirectory => Some("name another path: a part of this one is a file"),
        io::ErrorKind::ReadOnlyFilesystem => Some("name a file where this computer may write"),
        io::ErrorKind::FileTooLarge => {
            Some("name the right file: this one is too large, or never ends")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("make room on the disk"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{EXIT_CODES, Kind};

    #[test]
    fn exit_codes_are_stable_and_all_are_documented() {
        let codes = [Kind::Found, Kind::Usage, Kind::Policy, Kind::Io].map(Kind::code);
        assert_eq!(codes, [1, 2, 3, 4]);
        assert_eq!(Kind::BrokenPipe.code(), 0);
        for code in codes {
            assert!(EXIT_CODES.contains(&format!("\n  {code}  ")), "{code}");
        }
    }
}

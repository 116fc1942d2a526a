//! What can go wrong, as data: a message, its place, its causes, a hint, and the code to exit with.

use std::fmt::Display;
use std::io;
use std::path::Path;

use hardtack_policy::{Place, Problem};

/// Kinds of failure. Each has an exit code of its own, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A command looked, and found something wrong.
    Found,
    /// The command line makes no sense.
    Usage,
    /// The policy file is invalid.
    Policy,
    /// A file or the network failed.
    Io,
    /// Whoever reads our output has gone.
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

/// The exit codes, for people.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  something was found wrong, such as a warning under `check --strict`
  2  the command line makes no sense
  3  the policy file is invalid
  4  a file could not be read or written, or the network or AWS failed";

/// Why a command failed: one report or more.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    reports: Vec<Report>,
}

/// One thing that went wrong.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// A lower-case fragment that holds the offending value.
    pub(crate) message: String,
    /// The file, and the place in it.
    pub(crate) place: Option<(String, Place)>,
    /// The key of the policy.
    pub(crate) key: Option<String>,
    /// What brought it about, nearest first.
    pub(crate) causes: Vec<String>,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl Error {
    /// A failure of some kind.
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

    /// A command line that clap could not know to be wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A file or the network that failed; `message` says what was to be done, such as "cannot read `a.toml`".
    pub(crate) fn io(message: impl Into<String>, cause: &io::Error) -> Self {
        let kind = match cause.kind() {
            io::ErrorKind::BrokenPipe => Kind::BrokenPipe,
            _ => Kind::Io,
        };
        Self::new(kind, message).because(cause)
    }

    /// All that is wrong with a policy file.
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

    /// Adds what else is wrong.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.reports.extend(other.reports);
        self
    }

    /// The kind, which decides the exit code.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// What went wrong; one report at least.
    pub(crate) fn reports(&self) -> &[Report] {
        &self.reports
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

//! Why settings make no policy.

use alloc::string::String;
#[cfg(feature = "checks")]
use alloc::string::ToString as _;
use core::fmt;

/// Why settings make no policy: the key, what it holds, what is wrong, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    key: &'static str,
    value: String,
    problem: &'static str,
    hint: &'static str,
}

impl PolicyError {
    /// The key as it stands in the policy file, such as `cookie.name`.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The offending value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What to write instead.
    pub const fn hint(&self) -> &'static str {
        self.hint
    }

    #[cfg(feature = "checks")]
    pub(crate) fn new(
        key: &'static str,
        value: impl fmt::Display,
        problem: &'static str,
        hint: &'static str,
    ) -> Self {
        Self {
            key,
            value: value.to_string(),
            problem,
            hint,
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` {}", self.key, self.value, self.problem)
    }
}

impl core::error::Error for PolicyError {}

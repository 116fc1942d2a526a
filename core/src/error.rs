//! Why settings make no policy.
//!
//! Most people meet hardtack through this error. It says four things, each on its own, so that a command can print
//! them as a message with a place and a hint, and an editor as a diagnostic.

use alloc::string::String;
#[cfg(feature = "checks")]
use alloc::string::ToString as _;
use core::fmt;

/// Why settings make no policy: the key, its value, what is wrong with it, and what to write instead.
///
/// [`Policy::new`](crate::Policy::new) returns it. Its `Display` is a fragment that names the key and the value; the
/// hint is separate.
///
/// # Example
///
/// ```
/// use hardtack::{Policy, Settings};
///
/// let mut settings = Settings::default();
/// settings.cookie.name = "__Host-visitor".to_string();
///
/// let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
/// assert_eq!(error.key(), "cookie.name");
/// assert_eq!(error.value(), "__Host-visitor");
/// assert_eq!(error.to_string(), "cookie.name `__Host-visitor` forbids `Domain`");
/// assert_eq!(error.hint(), "set domain = \"none\", or use the prefix __Secure-");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    key: &'static str,
    value: String,
    problem: &'static str,
    hint: &'static str,
}

impl PolicyError {
    /// The key as it stands in the policy file: section, dot, key, such as `cookie.name`.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The offending value, as the policy file would have it. Of a list, the item that is wrong.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What to write instead, as an imperative fragment.
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

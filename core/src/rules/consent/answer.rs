//! What a visitor has said, as far as a cookie tells.

use core::fmt;

/// An answer to the question whether the visitor consents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Yes.
    Granted,
    /// Not asked yet, or what is there cannot be read: it counts as not given.
    Unknown,
    /// No.
    Denied,
}

impl Answer {
    /// The word used in `explain` and in the inspector.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Unknown => "not given",
            Self::Denied => "denied",
        }
    }

    /// Of several sources: any denial wins, then any grant.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied, _) | (_, Self::Denied) => Self::Denied,
            (Self::Granted, _) | (_, Self::Granted) => Self::Granted,
            _ => Self::Unknown,
        }
    }

    /// Of several things that are all needed: any denial wins, and nothing may be missing.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied, _) | (_, Self::Denied) => Self::Denied,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Granted,
        }
    }

    /// A grant that does not count; a denial that does.
    pub(crate) fn without_grant(self) -> Self {
        match self {
            Self::Granted => Self::Unknown,
            other => other,
        }
    }

    /// The same, or without its grant where that does not count.
    pub(crate) fn counting(self, counts: bool) -> Self {
        if counts { self } else { self.without_grant() }
    }

    pub(crate) fn yes(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

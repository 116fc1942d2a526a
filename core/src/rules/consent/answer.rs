//! What a visitor has answered, as far as a cookie says, and how answers combine (rule 5).
//!
//! A denial wins everywhere: among several sources, several things that are needed, and several duplicates.

use core::fmt;

/// An answer to the question whether the visitor consents, as one cookie holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The visitor consents to everything that the policy needs.
    Granted,
    /// The visitor has not been asked yet, or the cookie cannot be read: consent is not given.
    Unknown,
    /// The visitor denies something that the policy needs.
    Denied,
}

impl Answer {
    /// The words used in `explain` and in the inspector: `granted`, `not given`, `denied`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Unknown => "not given",
            Self::Denied => "denied",
        }
    }

    /// The answer of several sources: any denial wins, then any grant.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Denied, _) | (_, Self::Denied) => Self::Denied,
            (Self::Granted, _) | (_, Self::Granted) => Self::Granted,
            _ => Self::Unknown,
        }
    }

    /// The answer for several things that are all needed: any denial wins, and nothing may be missing.
    pub(crate) fn and(self, other: Self) -> Self {
        // They are declared in this order.
        if self as u8 > other as u8 {
            self
        } else {
            other
        }
    }

    /// The answer where a grant does not count and a denial does: a stale string, a default, implied consent.
    pub(crate) fn without_grant(self) -> Self {
        match self {
            Self::Granted => Self::Unknown,
            other => other,
        }
    }

    /// The answer itself, or [`without_grant`](Self::without_grant) if grants do not count.
    pub(crate) fn counting(self, counts: bool) -> Self {
        if counts { self } else { self.without_grant() }
    }

    /// A grant or a denial.
    pub(crate) fn yes(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{self, Denied, Granted, Unknown};

    #[track_caller]
    fn check(one: Answer, other: Answer, and: Answer, or: Answer) {
        for (one, other) in [(one, other), (other, one)] {
            assert_eq!((one.and(other), one.or(other)), (and, or), "{one} {other}");
        }
    }

    #[test]
    fn a_denial_wins_everywhere_and_a_grant_where_one_is_enough() {
        check(Granted, Granted, Granted, Granted);
        check(Granted, Unknown, Unknown, Granted);
        check(Granted, Denied, Denied, Denied);
        check(Unknown, Unknown, Unknown, Unknown);
        check(Unknown, Denied, Denied, Denied);
        check(Denied, Denied, Denied, Denied);
    }
}

//! Watches a decision being made, rule by rule.

use core::fmt;

/// The rules, in the order in which they are asked, numbered as in the crate's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// 1: which exchanges are looked at.
    Scope,
    /// 2: pages only.
    Document,
    /// 3: the origin owns its cookie.
    Origin,
    /// 4: read the cookie.
    Read,
    /// 7: renew a valid id.
    Renew,
    /// 9: mint a new one.
    Mint,
    /// 10: write the cookie.
    Write,
}

impl Rule {
    /// The rule's number in the crate's documentation.
    pub const fn number(self) -> u8 {
        match self {
            Self::Scope => 1,
            Self::Document => 2,
            Self::Origin => 3,
            Self::Read => 4,
            Self::Renew => 7,
            Self::Mint => 9,
            Self::Write => 10,
        }
    }

    /// The rule's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Document => "documents only",
            Self::Origin => "origin's cookie",
            Self::Read => "read",
            Self::Renew => "renew",
            Self::Mint => "mint",
            Self::Write => "write",
        }
    }
}

/// Is told what each rule saw. [`Blind`] is not, and costs nothing.
pub trait Witness {
    /// `rule` looked, and saw this. A rule can look more than once.
    fn saw(&mut self, rule: Rule, what: fmt::Arguments<'_>);
}

/// Sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Witness for Blind {
    #[inline(always)]
    fn saw(&mut self, _: Rule, _: fmt::Arguments<'_>) {}
}

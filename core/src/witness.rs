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
    /// 5: the visitor's consent.
    Consent,
    /// 6: crawlers and previews.
    Bots,
    /// 7: renew a valid id.
    Renew,
    /// 8: adopt another cookie's id.
    Adopt,
    /// 9: mint a new one.
    Mint,
    /// 10: write the cookie.
    Write,
    /// 11: keep caches from handing the cookie to others.
    Caches,
}

impl Rule {
    /// The rule's number in the crate's documentation.
    pub const fn number(self) -> u8 {
        match self {
            Self::Scope => 1,
            Self::Document => 2,
            Self::Origin => 3,
            Self::Read => 4,
            Self::Consent => 5,
            Self::Bots => 6,
            Self::Renew => 7,
            Self::Adopt => 8,
            Self::Mint => 9,
            Self::Write => 10,
            Self::Caches => 11,
        }
    }

    /// The rule's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Document => "documents only",
            Self::Origin => "origin's cookie",
            Self::Read => "read",
            Self::Consent => "consent",
            Self::Bots => "bots",
            Self::Renew => "renew",
            Self::Adopt => "adopt",
            Self::Mint => "mint",
            Self::Write => "write",
            Self::Caches => "caches",
        }
    }
}

/// Is told what each rule saw. [`Blind`] is not, and costs nothing.
pub trait Witness {
    /// Whether anybody looks; what is there for witnesses alone need not be done where not.
    fn watches(&self) -> bool {
        true
    }

    /// `rule` looked, and saw this. A rule can look more than once.
    fn saw(&mut self, rule: Rule, what: fmt::Arguments<'_>);
}

/// Sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Witness for Blind {
    #[inline(always)]
    fn watches(&self) -> bool {
        false
    }

    #[inline(always)]
    fn saw(&mut self, _: Rule, _: fmt::Arguments<'_>) {}
}

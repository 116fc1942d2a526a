//! Records how a decision is made, rule by rule: for `explain`, the inspector and tests.

use core::fmt;

/// Makes [`Rule`], its numbers and its names out of the rows, in the order of the numbers.
macro_rules! rules {
    ($($(#[$doc:meta])+ $rule:ident = $number:literal, $name:literal;)+) => {
        /// The rules, numbered as in the crate's documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])+ $rule = $number,)+
        }

        impl Rule {
            /// Every rule, in the order of the numbers.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$rule),+];

            /// The rule's number in the crate's documentation.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The rule's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }
        }
    };
}

rules! {
    /// Which exchanges are looked at.
    Scope = 1, "scope";
    /// Pages only.
    Document = 2, "documents only";
    /// The origin owns its cookie.
    Origin = 3, "origin's cookie";
    /// Read the cookie.
    Read = 4, "read";
    /// The visitor's consent.
    Consent = 5, "consent";
    /// Crawlers and previews.
    Bots = 6, "bots";
    /// Renew a valid id.
    Renew = 7, "renew";
    /// Adopt another cookie's id.
    Adopt = 8, "adopt";
    /// Mint a new one.
    Mint = 9, "mint";
    /// Write the cookie.
    Write = 10, "write";
    /// Keep caches from handing the cookie to others.
    Caches = 11, "caches";
    /// Expose the decision where the policy asks for it.
    Signals = 12, "signals";
}

/// Is told what each rule found. [`NoTrace`] is not, and costs nothing.
pub trait Trace {
    /// Whether anybody reads what is recorded. What is there for traces alone need not be done where not.
    fn enabled(&self) -> bool {
        true
    }

    /// `rule` looked at the exchange and found this. A rule can look more than once.
    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>);
}

/// Records nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Trace for NoTrace {
    #[inline(always)]
    fn enabled(&self) -> bool {
        false
    }

    #[inline(always)]
    fn record(&mut self, _: Rule, _: fmt::Arguments<'_>) {}
}

//! Records how a decision is made, rule by rule: for `explain`, the inspector and tests.
//!
//! [`Rule`] is one table: the variant, its number and its name follow from the row. A trace receives text that is not
//! yet formatted ([`fmt::Arguments`]), so a decision without a trace formats nothing and allocates nothing.

use core::fmt;

/// Makes [`Rule`], its numbers and its names out of the rows, in the order of the numbers.
macro_rules! rules {
    ($($(#[$doc:meta])+ $rule:ident = $number:literal, $name:literal;)+) => {
        /// The rules, numbered as in the [crate's documentation](crate#the-rules).
        ///
        /// Rules compare by their numbers. The numbers are the order of the documentation; a decision asks rules 4 to 9
        /// before rules 1 to 3 look at the response.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])+ $rule = $number,)+
        }

        impl Rule {
            /// Every rule, in the order of the numbers.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$rule),+];

            /// The rule's number in the crate's documentation, from 1 on.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The rule's name in a few lower-case words, as `hardtack explain` prints it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }
        }
    };
}

rules! {
    /// Which exchanges are in scope, by path, method, scheme, status and redirect.
    Scope = 1, "scope";
    /// Documents only: the cookie is set with pages, not with subresources.
    Document = 2, "documents only";
    /// The origin owns its cookie: nothing is added where the response sets it already.
    Origin = 3, "origin's cookie";
    /// Read the visitor's id from the request's cookies.
    Read = 4, "read";
    /// Find out whether the visitor consents.
    Consent = 5, "consent";
    /// Recognise crawlers, link previews and other declared bots.
    Bots = 6, "bots";
    /// Renew the cookie of a valid id, or keep it.
    Renew = 7, "renew";
    /// Adopt the id that another cookie holds.
    Adopt = 8, "adopt";
    /// Mint a new id.
    Mint = 9, "mint";
    /// Write the `Set-Cookie` lines.
    Write = 10, "write";
    /// Keep shared caches from serving one visitor's cookie to others.
    Caches = 11, "caches";
    /// Expose the decision where the policy says so: in headers, a script cookie, the log.
    Signals = 12, "signals";
}

/// Receives what each rule found, while a decision is made.
///
/// Pass one to [`decide_traced`](crate::decide_traced) or to the halves that end in `_traced`. [`NoTrace`] records
/// nothing and costs nothing. The texts are for people and may change; programs go by the outcome and the reason.
///
/// # Example
///
/// A trace for tests keeps the rules alone:
///
/// ```
/// use core::fmt;
/// use hardtack::{Policy, Request, Rule, Scheme, Settings, Target, Trace, on_request_traced};
///
/// #[derive(Default)]
/// struct Rules(Vec<Rule>);
///
/// impl Trace for Rules {
///     fn record(&mut self, rule: Rule, _: fmt::Arguments<'_>) {
///         self.0.push(rule);
///     }
/// }
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &[("sec-fetch-dest", "document")][..],
/// };
/// let mut rules = Rules::default();
/// on_request_traced(&policy, &request, 1_750_000_000, [7; 16], &mut rules);
/// assert_eq!(rules.0, [Rule::Scope, Rule::Document, Rule::Read, Rule::Bots, Rule::Mint]);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub trait Trace {
    /// Whether anybody reads what is recorded. Default true.
    ///
    /// If not, a rule leaves out what it does for traces alone.
    fn enabled(&self) -> bool {
        true
    }

    /// Records that `rule` looked at the exchange and found `what`, a fragment without a line break of its own. A rule
    /// can look more than once: rules 1 and 2 look at the request and at the response.
    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>);
}

/// A trace that records nothing. [`decide`](fn@crate::decide) and its halves use it.
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

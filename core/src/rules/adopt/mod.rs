//! Rule 8: a visitor who has an id in another cookie keeps that id.
//!
//! Trackers keep the id among other things: `tracker.rs` is the closed list of those that are known, with the way to
//! the part that names the visitor. Of any other cookie that part is the value.
//!
//! A UUID in the part is taken over (`taken_over`): `6f1c…`, `"6f1c…"`, `%226f1c…%22`, or one among other characters
//! that are neither letters, digits nor hyphens. Where the policy says so, an id is derived from any other part
//! (`derived`): the first 16 bytes of SHA-256 over `hardtack-adopt-v1`, a zero byte and the part, with the bits of
//! version 4 and of the variant set. The same part always gives the same id, so earlier data can be joined by the same
//! hash.
//!
//! Under a policy that seals ids every adopted id is derived, because a seal says that this site issued the id.
//!
//! | cookie | with `derive` | outcome |
//! |---|---|---|
//! | `ajs_anonymous_id=%226f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8%22` | no | `adopted`, `taken_over` |
//! | `_ga=GA1.2.1234567890.1600000000` | no | `issued`, `new_visitor` |
//! | `_ga=GA1.2.1234567890.1600000000` | yes | `adopted`, `derived` from `1234567890.1600000000` |

#[cfg(feature = "checks")]
mod check;
mod reader;
#[cfg(feature = "checks")]
mod tracker;

use alloc::string::String;
use alloc::vec::Vec;

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::id::VisitorId;
use crate::http::split::Split;
use crate::http::text;
use crate::outcome::Reason;
use crate::rules::mint::IdRule;
use crate::trace::{Rule, Trace};

#[cfg(feature = "checks")]
pub use check::AdoptSource;
use reader::{ENCODINGS, Reader, SOURCE_END, STEP_END};
#[cfg(feature = "checks")]
pub use tracker::{Step, Tracker};

/// Which other cookies' ids are adopted: section `[adopt]`, rule 8.
///
/// Scripts can write such cookies, so whoever runs a script on the page can choose the id of a visitor who has none.
///
/// ```
/// use hardtack::{Outcome, Policy, Reason, Request, Scheme, Settings, Target, on_request};
///
/// let mut settings = Settings::default();
/// settings.adopt.from = vec!["ajs_anonymous_id".to_string(), "_sp_id.*".to_string()];
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let fields = [
///     ("sec-fetch-dest", "document"),
///     ("cookie", "ajs_anonymous_id=%226f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8%22"),
/// ];
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &fields[..],
/// };
/// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
/// assert_eq!((decision.outcome(), decision.reason()), (Outcome::Adopted, Reason::TakenOver));
/// assert_eq!(decision.id().unwrap().to_string(), "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8");
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdoptSettings {
    /// Where a visitor's earlier id may be, in order of preference: words for trackers
    /// ([`Tracker::as_str`](crate::Tracker::as_str)), and names of cookies. A star at the end of a name stands for the
    /// rest of it. Default none.
    pub from: Vec<String>,
    /// Whether an id is derived from values of 12 to 1024 bytes that hold no UUID. Default false.
    pub derive: bool,
}

/// The cookies to adopt ids from, in order of preference: the checked form of [`AdoptSettings`], as the bytes that
/// stand for it in a policy's blob. There are none if the policy names no cookies.
///
/// Derive `u8`; then, for each cookie, what a pair with it begins with (the name and an equals sign; no equals sign
/// where the rest of the name follows, which the first step passes over), and the steps to the id in it. Cookies and
/// their steps are separated by [`SOURCE_END`], and steps by [`STEP_END`].
#[derive(Clone, Debug, Default)]
pub(crate) struct AdoptRule(pub(crate) Vec<u8>);

/// Rule 8: the id that a visitor has in one of the cookies that the policy names, and whether it was taken over or
/// derived.
pub(crate) fn adopted<Q: Fields + ?Sized>(
    rule: &AdoptRule,
    ids: IdRule<'_>,
    fields: &Q,
    trace: &mut impl Trace,
) -> Option<(VisitorId, Reason)> {
    let (derive, sources) = rule.0.split_first()?;
    let reader = Reader {
        ids,
        derive: *derive == 1,
    };
    let mut sources = Split::new(sources, SOURCE_END);
    while let (Some(needle), Some(steps)) = (sources.next(), sources.next()) {
        // Asked for by a trace alone.
        let name = || text::ascii(needle.strip_suffix(b"=").unwrap_or(needle));
        for header in fields.values(Field::Cookie) {
            for value in cookie::values(header, needle) {
                let found = reader.id_in(Split::new(steps, STEP_END), value, ENCODINGS);
                match found {
                    Some(found) => {
                        let how = found.1.sentence();
                        trace.record(Rule::Adopt, format_args!("{}: {how}, {}", name(), found.0));
                        return Some(found);
                    }
                    None => {
                        trace.record(
                            Rule::Adopt,
                            format_args!("{} is there, without an id", name()),
                        );
                    }
                }
            }
        }
    }
    trace.record(Rule::Adopt, format_args!("no cookie to adopt an id from"));
    None
}

//! Rule 8: a visitor who has an id in another cookie keeps that id.
//!
//! A UUID in the cookie's value is taken over (`taken_over`): `6f1c…`, `"6f1c…"`, `%226f1c…%22`, or one among other
//! parts, as in Snowplow's `_sp_id.1fff` (the first part of several, separated by dots). Where the policy says so, an
//! id is derived from any other value (`derived`): the first 16 bytes of SHA-256 over `hardtack-adopt-v1`, a zero byte
//! and the part of the value that names the visitor, with the bits of version 4 and of the variant set. The same value
//! always gives the same id, so earlier data can be joined by the same hash.
//!
//! Under a policy that seals ids every adopted id is derived, because a seal says that this site issued the id.
//!
//! | cookie | with `derive` | outcome |
//! |---|---|---|
//! | `ajs_anonymous_id=%226f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8%22` | no | `adopted`, `taken_over` |
//! | `_ga=GA1.2.1234567890.1600000000` | no | `issued`, `new_visitor` |
//! | `_ga=GA1.2.1234567890.1600000000` | yes | `adopted`, `derived` from `1234567890.1600000000` |

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::id::{Accept, VisitorId};
use crate::http::sha256::Hash;
#[cfg(feature = "checks")]
use crate::http::token::is_token;
use crate::outcome::Reason;
use crate::rules::mint::IdRule;
use crate::trace::{Rule, Trace};

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
    /// Cookies of other systems that may hold a visitor's earlier id, in order of preference. A star at the end of a
    /// name stands for the rest of it. Default none.
    pub from: Vec<String>,
    /// Whether an id is derived from values of 12 to 1024 bytes that hold no UUID. Default false.
    pub derive: bool,
}

#[cfg(feature = "checks")]
impl AdoptSettings {
    /// # Errors
    ///
    /// A name that no cookie can have, or that of the cookie itself.
    pub(crate) fn check(&self, cookie: &str) -> Result<(), PolicyError> {
        for pattern in &self.from {
            let fail = |problem, hint| Err(PolicyError::new("adopt.from", pattern, problem, hint));
            let name = pattern.strip_suffix('*').unwrap_or(pattern);
            if !is_token(name) || name.contains('*') {
                return fail(
                    "is not a valid cookie name",
                    "write a name such as \"_ga\"; a star may stand at its end",
                );
            }
            if name == cookie {
                return fail(
                    "is the cookie itself",
                    "name the cookies that were there before it",
                );
            }
        }
        Ok(())
    }
}

/// The cookies to adopt ids from, in order of preference: the checked form of [`AdoptSettings`].
#[derive(Clone, Debug)]
pub(crate) struct AdoptRule {
    sources: Vec<Source>,
    derive: bool,
}

/// A cookie, by its name and an equals sign; or, without an equals sign, by how its name begins.
#[derive(Clone, Debug)]
pub(crate) struct Source(String);

impl AdoptRule {
    /// `None` if the policy names no cookies.
    pub(crate) fn new(settings: &AdoptSettings) -> Option<Self> {
        let derive = settings.derive;
        let sources: Vec<_> = settings
            .from
            .iter()
            .map(|pattern| Source::of(pattern))
            .collect();
        (!sources.is_empty()).then_some(Self { sources, derive })
    }
}

impl Source {
    /// What a policy calls the cookie: a star at the end stands for whatever follows.
    fn of(pattern: &str) -> Self {
        Self(match pattern.strip_suffix('*') {
            Some(stem) => stem.to_string(),
            None => [pattern, "="].concat(),
        })
    }

    /// What a pair of it begins with.
    fn needle(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn name(&self) -> &str {
        self.0.strip_suffix('=').unwrap_or(&self.0)
    }
}

/// Many visitors may share a value that is shorter than this, such as `true`, `undefined` or `deleted`.
const LEAST: usize = 12;
/// Values that are longer than this are not ids, and not worth the time of a hash.
const MOST: usize = 1024;

/// Rule 8: the id that a visitor has in one of the cookies that the policy names, and whether it was taken over or
/// derived.
pub(crate) fn adopted<Q: Fields + ?Sized>(
    rule: Option<&AdoptRule>,
    ids: IdRule<'_>,
    fields: &Q,
    trace: &mut impl Trace,
) -> Option<(VisitorId, Reason)> {
    let rule = rule?;
    for source in &rule.sources {
        let name = source.name();
        for header in fields.values(Field::Cookie) {
            for value in cookie::values(header, source.needle()) {
                let found = id_in(rule, ids, source, value);
                match found {
                    Some(found) => {
                        let how = found.1.sentence();
                        trace.record(Rule::Adopt, format_args!("{name}: {how}, {}", found.0));
                        return Some(found);
                    }
                    None => {
                        trace.record(Rule::Adopt, format_args!("{name} is there, without an id"));
                    }
                }
            }
        }
    }
    trace.record(Rule::Adopt, format_args!("no cookie to adopt an id from"));
    None
}

fn id_in(
    rule: &AdoptRule,
    ids: IdRule<'_>,
    source: &Source,
    value: &[u8],
) -> Option<(VisitorId, Reason)> {
    let value = match source.needle().last() {
        Some(b'=') => value,
        _ => value.get(1 + value.iter().position(|byte| *byte == b'=')?..)?,
    };
    if value.len() > MOST {
        return None;
    }
    // A sealed id says that we issued it: another's number can only be the seed of one.
    let uuid = uuid_in(value, ids.accept);
    if let (Some(id), None) = (uuid, ids.seal) {
        return Some((id, Reason::TakenOver));
    }
    if let Some(id) = uuid {
        return Some((derived(ids, &id.text()), Reason::Derived));
    }
    let part = visitor_part(source.needle(), value);
    (rule.derive && part.len() >= LEAST).then(|| (derived(ids, part), Reason::Derived))
}

/// The first UUID that stands alone between characters other than letters, digits and hyphens. An encoded quote, `%22`,
/// may stand before it.
fn uuid_in(value: &[u8], accept: Accept) -> Option<VisitorId> {
    let is_edge = |byte: &u8| !(byte.is_ascii_alphanumeric() || *byte == b'-');
    value.split(is_edge).find_map(|part| {
        let part = match part.len() {
            VisitorId::TEXT_LEN => part,
            _ => part.strip_prefix(b"22").unwrap_or(part),
        };
        VisitorId::parse(part.get(..VisitorId::TEXT_LEN)?, accept)
            .filter(|_| part.len() == VisitorId::TEXT_LEN)
    })
}

/// The part of a value that stays the same from page view to page view. Google's `_ga` begins with a version and the
/// depth of the domain, `GA1.2.`, both of which change; Snowplow's `_sp_id` ends with times and counts.
fn visitor_part<'v>(needle: &[u8], value: &'v [u8]) -> &'v [u8] {
    let mut dots = value.iter().enumerate().filter(|(_, byte)| **byte == b'.');
    if needle.starts_with(b"_sp_id") {
        let first = dots.next().and_then(|(at, _)| value.get(..at));
        return first.unwrap_or(value);
    }
    let behind = |(at, _)| value.get(at + 1..);
    match value.starts_with(b"GA1.") {
        true => dots.nth(1).and_then(behind).unwrap_or(value),
        false => value,
    }
}

fn derived(ids: IdRule<'_>, part: &[u8]) -> VisitorId {
    let mut hash = Hash::of(b"hardtack-adopt-v1\0");
    hash.update(part);
    let digest = hash.digest();
    let mut seed = [0; 16];
    seed.copy_from_slice(&digest[..16]);
    ids.mint(seed)
}

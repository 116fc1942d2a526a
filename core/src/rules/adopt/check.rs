//! Makes an adoption rule of settings, and refuses settings that make none (rule 8).

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::reader::{
    AFTER, BASE64, BEGINS, IF_BEGINS, PERCENT, SOURCE_END, STEP_END, UNLESS, UNTIL, UNTIL_IF_ANY,
};
use super::tracker::{ANY, Step, Tracker};
use super::{AdoptRule, AdoptSettings};
use crate::error::PolicyError;
use crate::http::token::is_token;

const HINT: &str = "name the tracker, such as \"snowplow\", or its visitor's cookie";

/// A cookie that may hold a visitor's earlier id, and how it is read. [`AdoptSettings::sources`] makes these.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdoptSource {
    /// The cookie's name. A star at its end stands for the rest of it.
    pub cookie: String,
    /// The way from its value to the id.
    pub steps: &'static [Step],
}

impl AdoptSettings {
    /// The cookies that [`from`](Self::from) stands for, in order.
    ///
    /// The word for a tracker stands for its cookies. A cookie of a tracker is read as the tracker's, and any other one
    /// as a whole.
    ///
    /// ```
    /// use hardtack::{AdoptSettings, Step};
    ///
    /// let names = |from: &str| -> Vec<_> {
    ///     let mut settings = AdoptSettings::default();
    ///     settings.from = vec![from.to_string()];
    ///     settings.sources().into_iter().map(|source| source.cookie).collect()
    /// };
    /// assert_eq!(names("hubspot"), ["hubspotutk", "__hstc"]);
    /// assert_eq!(names("_sp_id.1fff"), ["_sp_id.1fff"]);
    /// ```
    pub fn sources(&self) -> Vec<AdoptSource> {
        self.from.iter().flat_map(|name| sources(name)).collect()
    }

    /// # Errors
    ///
    /// A name that no cookie can have, that of the cookie itself, that of a session's cookie, or a star that is
    /// wider than a tracker's own.
    pub(crate) fn check(&self, cookie: &str) -> Result<(), PolicyError> {
        for pattern in &self.from {
            let fail = |problem, hint| Err(PolicyError::new("adopt.from", pattern, problem, hint));
            let name = stem(pattern);
            if !is_token(name) || name.contains('*') {
                return fail(
                    "is not a valid cookie name",
                    "write a name such as \"_ga\"; a star may stand at its end",
                );
            }
            if sources(pattern)
                .iter()
                .any(|one| stem(&one.cookie) == cookie)
            {
                return fail(
                    "is the cookie itself",
                    "name the cookies that were there before it",
                );
            }
            let mut sessions = Tracker::ALL.iter().flat_map(|tracker| tracker.sessions());
            if sessions.any(|session| is_one_of(pattern, session)) {
                return fail("is a cookie of sessions, not of visitors", HINT);
            }
            if is_too_wide(pattern) {
                return fail("covers a tracker's cookies beyond its visitor's", HINT);
            }
        }
        Ok(())
    }
}

impl AdoptRule {
    /// The rule of checked settings. It is empty if they name no cookies.
    pub(crate) fn new(settings: &AdoptSettings) -> Self {
        let mut bytes = Vec::new();
        for source in settings.sources() {
            bytes.push(match bytes.is_empty() {
                true => settings.derive.into(),
                false => SOURCE_END,
            });
            let rest_of_name = source.cookie.ends_with('*');
            bytes.extend(stem(&source.cookie).bytes());
            bytes.extend((!rest_of_name).then_some(b'='));
            bytes.push(SOURCE_END);
            let first = rest_of_name.then_some(&Step::After("="));
            for (i, step) in first.into_iter().chain(source.steps).enumerate() {
                let (byte, text) = step.parts();
                bytes.extend((i > 0).then_some(STEP_END));
                bytes.push(byte);
                bytes.extend(text.bytes());
            }
        }
        Self(bytes)
    }
}

impl Step {
    /// The byte that stands for it where a policy is compiled, and its text, which is empty where it needs none.
    pub const fn parts(self) -> (u8, &'static str) {
        match self {
            Self::Percent => (PERCENT, ""),
            Self::Base64 => (BASE64, ""),
            Self::Begins(text) => (BEGINS, text),
            Self::IfBegins(text) => (IF_BEGINS, text),
            Self::After(text) => (AFTER, text),
            Self::Until(text) => (UNTIL, text),
            Self::UntilIfAny(text) => (UNTIL_IF_ANY, text),
            Self::Unless(text) => (UNLESS, text),
        }
    }
}

/// Whether a star takes in a tracker's cookies without being one of its visitor's, so that a session's or a person's id
/// would count as a whole: `_sp_*`, `ajs_*`. What is read as a tracker's, such as `_ga*`, finds nothing in the others.
fn is_too_wide(pattern: &str) -> bool {
    let names = |tracker: &Tracker| tracker.cookies().iter().map(|(cookie, _)| *cookie);
    let visitors = || Tracker::ALL.iter().flat_map(names);
    let sessions = || Tracker::ALL.iter().flat_map(|tracker| tracker.sessions());
    let covers = |beginning| {
        let mut all = visitors().chain(sessions().copied());
        all.any(|cookie| cookie.starts_with(beginning))
    };
    !visitors().any(|cookie| is_one_of(pattern, cookie))
        && pattern.strip_suffix('*').is_some_and(covers)
}

/// What one name or word of a policy stands for.
fn sources(name: &str) -> Vec<AdoptSource> {
    let mut sources: Vec<AdoptSource> = Vec::new();
    for tracker in Tracker::ALL {
        for (cookie, steps) in tracker.cookies() {
            let cookie = match () {
                () if name == tracker.as_str() => *cookie,
                () if is_one_of(name, cookie) => name,
                () => continue,
            };
            let source = AdoptSource {
                cookie: cookie.to_string(),
                steps,
            };
            // Two trackers have the same cookie.
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    if sources.is_empty() {
        sources.push(AdoptSource {
            cookie: name.to_string(),
            steps: ANY,
        });
    }
    sources
}

/// Whether a policy's name for a cookie means one that the tracker's pattern describes.
fn is_one_of(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => stem(name).starts_with(beginning.trim_end_matches('.')),
        None => stem(name) == pattern,
    }
}

/// A name without the star at its end.
fn stem(pattern: &str) -> &str {
    pattern.strip_suffix('*').unwrap_or(pattern)
}

//! The finished function, and what each feature takes up of it.

use std::collections::BTreeSet;
use std::fmt;

use hardtack::{DomainSetting, Policy, PolicyError, Reason, Settings};
use hardtack_cloudfront::limits::FUNCTION_BYTES;
use hardtack_platform::Refusal;

use crate::assemble::assemble;
use crate::constants::constants;
use crate::feature::{ANSWERS, Feature};
use crate::minify::minify;
use crate::parts::parts;
use crate::platform::PLATFORM;
use crate::secret::Secret;
use crate::wrap::Wrapped;

/// The source of the viewer-response function, whole.
pub(crate) const VIEWER_RESPONSE: &str = concat!(
    include_str!("../parts/viewer-response.js"),
    include_str!("../parts/caches.js"),
    include_str!("../parts/bots.js"),
    include_str!("../parts/adoption.js"),
    include_str!("../parts/encoded.js"),
    include_str!("../parts/consent.js"),
    include_str!("../parts/consent-json.js"),
    include_str!("../parts/consent-iab.js"),
    include_str!("../parts/signals.js"),
);

/// How a function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// With comments, for whoever looks at it in the console.
    Readable,
    /// As short as can be.
    Minified,
}

/// A function that is ready to upload.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its text, ASCII.
    pub text: String,
    /// The policy's checksum, 16 hex digits.
    pub policy_hash: String,
    /// The bytes that each feature takes up: as many fewer they would be without it alone.
    pub parts: Vec<(Feature, usize)>,
}

/// Why a policy makes no function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The settings contradict each other, or browsers would reject them.
    Policy(PolicyError),
    /// `cookie.domain` is `auto`: the site's domains have to be found first.
    Unresolved,
    /// The function cannot do what the policy asks for.
    Refused(Refusal),
}

impl Function {
    /// Compiles settings whose domains have been found, around a function that was there before, if any.
    ///
    /// # Errors
    ///
    /// If the settings are no policy, or ask for what the function cannot do. How long the function may be is not
    /// looked at: [`FUNCTION_BYTES`].
    pub fn new(
        settings: &Settings,
        secret: &Secret,
        style: Style,
        wrap: Option<&Wrapped>,
    ) -> Result<Self, BuildError> {
        let draft = Draft::new(settings, secret, style, wrap)?;
        let features = Feature::of(settings);
        let text = draft.text(&features);
        let size = |feature: &Feature| {
            let others = draft.text(&without(&features, *feature));
            (*feature, text.len().saturating_sub(others.len()))
        };
        Ok(Self {
            parts: features.iter().map(size).collect(),
            policy_hash: draft.policy_hash,
            text,
        })
    }

    /// The same, readable where there is room for the comments, else as short as can be.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn fitting(
        settings: &Settings,
        secret: &Secret,
        wrap: Option<&Wrapped>,
    ) -> Result<Self, BuildError> {
        match Self::new(settings, secret, Style::Readable, wrap)? {
            readable if readable.text.len() <= FUNCTION_BYTES => Ok(readable),
            _ => Self::new(settings, secret, Style::Minified, wrap),
        }
    }

    /// Whether settings make a function at all, before there is a secret.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn possible(settings: &Settings) -> Result<(), BuildError> {
        check(settings).map(drop)
    }

    /// [`new`](Self::new) for tests: its text alone, with features that the policy does not ask for.
    #[doc(hidden)]
    pub fn text_with(
        settings: &Settings,
        secret: &Secret,
        style: Style,
        more: &[Feature],
    ) -> Result<String, BuildError> {
        let draft = Draft::new(settings, secret, style, None)?;
        Ok(draft.text(&[&Feature::of(settings), more].concat()))
    }
}

/// Everything that a function is made of.
struct Draft<'a> {
    settings: &'a Settings,
    secret: &'a Secret,
    style: Style,
    wrap: Option<&'a Wrapped>,
    policy_hash: String,
}

impl<'a> Draft<'a> {
    fn new(
        settings: &'a Settings,
        secret: &'a Secret,
        style: Style,
        wrap: Option<&'a Wrapped>,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            policy_hash: check(settings)?,
            settings,
            secret,
            style,
            wrap,
        })
    }

    fn text(&self, features: &[Feature]) -> String {
        let names = parts(features, &self.settings.consent.from);
        let constants = constants(self.settings, &names, self.secret);
        let body = assemble(VIEWER_RESPONSE, &constants, &names);
        let body = match self.wrap {
            Some(theirs) => theirs.around(&body),
            None => body,
        };
        let body = match self.style {
            Style::Readable => body,
            Style::Minified => minify(&folded(body, &names), &self.avoided()),
        };
        let theirs = self.wrap.map(Wrapped::text).unwrap_or_default();
        format!("{}{theirs}{body}", head(self.settings, &self.policy_hash))
    }

    fn avoided(&self) -> BTreeSet<String> {
        self.wrap.map(Wrapped::words).cloned().unwrap_or_default()
    }
}

fn check(settings: &Settings) -> Result<String, BuildError> {
    if settings.cookie.domain == DomainSetting::Auto {
        return Err(BuildError::Unresolved);
    }
    if let Some(refusal) = ANSWERS.refusals(settings).next() {
        return Err(BuildError::Refused(refusal));
    }
    let policy = Policy::new(settings, None).map_err(BuildError::Policy)?;
    policy.hash().map_err(|_| BuildError::Unresolved)
}

/// Where nobody is told of reasons, those that are handed on need tell apart only one from another.
fn folded(body: String, parts: &[&str]) -> String {
    if parts.contains(&"tell") {
        return body;
    }
    // `method` is a name in JSON, too.
    let reasons = Reason::ALL
        .iter()
        .map(|reason| reason.as_str())
        .filter(|reason| *reason != "method");
    reasons.zip('a'..='z').fold(body, |body, (reason, letter)| {
        body.replace(&format!("'{reason}'"), &format!("'{letter}'"))
    })
}

fn without(features: &[Feature], one: Feature) -> Vec<Feature> {
    let others = features.iter().filter(|feature| **feature != one);
    others.copied().collect()
}

/// What the function is, for whoever finds it in the console.
fn head(settings: &Settings, hash: &str) -> String {
    let domains = match &settings.cookie.domain {
        DomainSetting::Listed(domains) => domains.join(", "),
        _ => "each host".to_string(),
    };
    let name = &settings.cookie.name;
    format!(
        "// hardtack {}, policy {hash}: the cookie {name} on {domains}.\n// Holds a secret: keep it out of public repositories.\n",
        env!("CARGO_PKG_VERSION")
    )
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy(error) => error.fmt(f),
            Self::Unresolved => f.write_str("cookie.domain `auto` needs the site's hosts"),
            Self::Refused(Refusal { key, why, .. }) => {
                write!(f, "{key} is not possible on {}: {why}", PLATFORM.name)
            }
        }
    }
}

impl std::error::Error for BuildError {}

//! The finished function, and what each feature takes up of it.

use std::fmt;

use hardtack::{DomainSetting, Policy, PolicyError, Settings};

use crate::assemble::assemble;
use crate::constants::constants;
use crate::feature::{Carried, Feature};
use crate::minify::minify;
use crate::secret::Secret;
use crate::wrap::Wrapped;

/// The longest function that CloudFront takes, in bytes.
pub const MAX_LEN: usize = 10_240;

/// The source of the viewer-response function, whole.
pub(crate) const VIEWER_RESPONSE: &str = include_str!("../parts/viewer-response.js");

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
    /// Something in this section of the policy is beyond the function.
    NotCarried(&'static str),
    /// JavaScript keeps something of its own under this cookie name.
    Name(String),
}

/// Names that every JavaScript object has: under them, a cookie could not be told from what is there anyway.
const TAKEN_NAMES: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

impl Function {
    /// Compiles settings whose domains have been found, around a function that was there before, if any.
    ///
    /// # Errors
    ///
    /// If the settings are no policy, or ask for what the function cannot do. How long the function may be is not
    /// looked at: [`MAX_LEN`].
    pub fn new(
        settings: &Settings,
        secret: &Secret,
        style: Style,
        wrap: Option<&Wrapped>,
    ) -> Result<Self, BuildError> {
        Self::with(settings, secret, style, wrap, &[])
    }

    /// Whether settings make a function at all, before there is a secret.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn possible(settings: &Settings) -> Result<(), BuildError> {
        check(settings).map(drop)
    }

    /// [`new`](Self::new) for tests: with features that the policy does not ask for.
    #[doc(hidden)]
    pub fn with(
        settings: &Settings,
        secret: &Secret,
        style: Style,
        wrap: Option<&Wrapped>,
        more: &[Feature],
    ) -> Result<Self, BuildError> {
        let policy_hash = check(settings)?;
        let mut features = Feature::of(settings);
        features.extend(more);
        let avoid = wrap.map(Wrapped::words).cloned().unwrap_or_default();
        let text = |features: &[Feature]| {
            let constants = constants(settings, features, secret);
            let body = assemble(VIEWER_RESPONSE, &constants, features);
            let body = match wrap {
                Some(theirs) => theirs.around(&body),
                None => body,
            };
            let body = match style {
                Style::Readable => body,
                Style::Minified => minify(&body, &avoid),
            };
            let theirs = wrap.map(Wrapped::text).unwrap_or_default();
            format!("{}{theirs}{body}", head(settings, &policy_hash))
        };
        let whole = text(&features);
        let parts = features.iter().map(|feature| {
            let others = without(&features, *feature);
            (*feature, whole.len().saturating_sub(text(&others).len()))
        });
        Ok(Self {
            parts: parts.collect(),
            text: whole,
            policy_hash,
        })
    }
}

fn check(settings: &Settings) -> Result<String, BuildError> {
    if settings.cookie.domain == DomainSetting::Auto {
        return Err(BuildError::Unresolved);
    }
    if let Carried::NotIn(section) = Carried::of(settings) {
        return Err(BuildError::NotCarried(section));
    }
    if TAKEN_NAMES.contains(&settings.cookie.name.as_str()) {
        return Err(BuildError::Name(settings.cookie.name.clone()));
    }
    let policy = Policy::new(settings, None).map_err(BuildError::Policy)?;
    policy.hash().map_err(|_| BuildError::Unresolved)
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
            Self::NotCarried(section) => write!(
                f,
                "the policy asks in [{section}] for what CloudFront Functions cannot do yet"
            ),
            Self::Name(name) => write!(f, "cookie.name `{name}` is taken in JavaScript"),
        }
    }
}

impl std::error::Error for BuildError {}

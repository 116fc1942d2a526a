//! Reads `hardtack.toml`, or the same shape as JSON, into a checked [`Policy`], and explains what it means.
//!
//! One table, [`SECTIONS`], holds every key. The reader, the search for the nearest known key, the writer, the JSON
//! Schema, the reference page, the commented file that `hardtack init` writes, and the summary are derived from it.
//!
//! ```
//! let loaded = hardtack_policy::from_toml("[cookie]\nmax_age = \"390d\"\n")?;
//! assert_eq!(loaded.settings.cookie.max_age, 390 * 86_400);
//!
//! let problem = hardtack_policy::from_toml("[cookie]\nmax_aeg = \"390d\"\n").unwrap_err();
//! assert_eq!(problem.to_string(), "line 2, column 1: unknown key `cookie.max_aeg`");
//! assert_eq!(problem.faults()[0].hint.as_deref(), Some("did you mean `max_age`?"));
//! # Ok::<(), hardtack_policy::Problem>(())
//! ```
//!
//! With the feature `serde`, [`Loaded`] implements `Deserialize`: a policy can be a part of an application's own
//! configuration, in any format.

mod domain_name;
mod explain;
mod file;
mod resolve;
#[cfg(feature = "serde")]
mod serialize;

use hardtack::{Policy, SealKey, Settings};
use hardtack_psl::LIST;

pub use explain::lifetimes::{Lifetime, lifetimes, thirteen_months};
pub use explain::meanings::{AttributeMeaning, attribute_meanings, example_set_cookie};
pub use explain::site_domain::{SiteDomain, site_domain};
pub use explain::summaries::{PolicySummary, policy_summary};
pub use explain::warnings::{Warning, warnings};
pub use file::duration::{in_words, parse as parse_duration};
pub use file::key::{Key, Section};
pub use file::keys::{SECTIONS, keys};
pub use file::problem::{Fault, Position, Problem};
pub use file::profile::{PROFILES, Profile};
pub use file::reference::reference;
pub use file::schema::schema;
pub use file::slot::Word;
pub use file::write::to_toml;
pub use resolve::resolved;

use file::node::Node;
use file::{read, syntax};

/// A policy file that was read and checked.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the file says, defaults filled in.
    pub settings: Settings,
    /// The same, checked and ready to decide.
    pub policy: Policy,
}

/// The policy of an empty file: the cookie `FPD` for 730 days, on the registrable domain, renewed with every page.
#[expect(
    clippy::expect_used,
    reason = "the defaults are constants, and a test checks them"
)]
pub fn defaults() -> Policy {
    Policy::new(&Settings::default(), Some(LIST)).expect("the default settings are valid")
}

/// Reads a policy file.
///
/// # Errors
///
/// Everything that is wrong with the file and could be found in one go, each with its place in the text.
pub fn from_toml(text: &str) -> Result<Loaded, Problem> {
    from_toml_with_keys(text, &[])
}

/// Reads a policy file that may ask for sealed ids; the keys come from elsewhere, the one that seals first.
///
/// # Errors
///
/// As for [`from_toml`].
pub fn from_toml_with_keys(text: &str, keys: &[SealKey]) -> Result<Loaded, Problem> {
    let root = syntax::parse(text)?;
    check(Some(text), &root, keys)
}

/// Reads a policy given as a JSON object of the same shape.
///
/// # Errors
///
/// As for [`from_toml`]; a parsed JSON value knows no lines, so the faults have no place.
pub fn from_json(value: &serde_json::Value) -> Result<Policy, Problem> {
    from_json_with_keys(value, &[])
}

/// Reads a policy given as JSON that may ask for sealed ids.
///
/// # Errors
///
/// As for [`from_json`].
pub fn from_json_with_keys(value: &serde_json::Value, keys: &[SealKey]) -> Result<Policy, Problem> {
    let root = Node::from_json(value);
    check(None, &root, keys).map(|loaded| loaded.policy)
}

fn check(text: Option<&str>, root: &Node, keys: &[SealKey]) -> Result<Loaded, Problem> {
    let read = read::settings(text, root);
    let loaded = |mut settings: Settings| {
        settings.id.keys = keys.to_vec();
        let policy = Policy::new(&settings, Some(LIST))?;
        Ok(Loaded { settings, policy })
    };
    let refused = read::refused(text, root, &read, |settings| loaded(settings).err());
    match Problem::of([read.faults, refused].concat()) {
        Some(problem) => Err(problem),
        None => loaded(read.settings).map_err(|error| read::fault(text, None, &error).into()),
    }
}

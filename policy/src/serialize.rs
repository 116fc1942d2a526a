//! A policy as a part of an application's own configuration (feature `serde`): the shape of `hardtack.toml`, in any
//! format.

use serde_core::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;

use crate::file::node::Node;
use crate::file::problem::Problem;
use crate::{Loaded, check};

/// Reads what `hardtack.toml` would hold, without keys of a seal. The error has every fault, each with its hint.
///
/// ```
/// let application = r#"{ "port": 3000, "visitors": { "cookie": { "max_age": "390d" } } }"#;
/// let mut application: serde_json::Value = serde_json::from_str(application)?;
/// let loaded: hardtack_policy::Loaded = serde_json::from_value(application["visitors"].take())?;
/// assert_eq!(loaded.settings.cookie.max_age, 390 * 86_400);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Loaded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let loaded = check(None, &Node::from_json(&value), &[]);
        loaded.map_err(|problem| D::Error::custom(with_hints(&problem)))
    }
}

/// Nobody else will show the hints: the format that reads the rest of the file has no place for them.
fn with_hints(problem: &Problem) -> String {
    let faults = problem.faults().iter().map(|fault| match &fault.hint {
        Some(hint) => format!("{fault} ({hint})"),
        None => fault.to_string(),
    });
    faults.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::Loaded;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let error = serde_json::from_str::<Loaded>(json).map(|loaded| loaded.settings);
        assert_eq!(error.unwrap_err().to_string(), expected);
    }

    #[test]
    fn an_error_has_the_key_and_the_hint() {
        check(
            r#"{ "cookie": { "max_aeg": "390d" } }"#,
            "unknown key `cookie.max_aeg` (did you mean `max_age`?)",
        );
        check(
            r#"{ "cookie": { "domain": "co.uk" } }"#,
            "cookie.domain `co.uk` is a public suffix, for which browsers refuse cookies (name a domain below it, or \
             write \"none\")",
        );
    }
}

//! The documents that are generated from the table of keys are up to date, and the examples in them are valid.

use std::fs;
use std::path::PathBuf;

use hardtack::{Cmp, SealKey, Tracker};
use hardtack_policy::{PROFILES, from_toml, from_toml_with_keys, keys, reference, schema};
use serde_json::Value;

/// Compares a document with what it should be; with `HARDTACK_UPDATE` set, writes it.
#[track_caller]
fn check(name: &str, expected: &str) {
    let path = docs(name);
    if std::env::var_os("HARDTACK_UPDATE").is_some() {
        fs::write(&path, expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/{name} is stale: run `HARDTACK_UPDATE=1 cargo test -p hardtack-policy` to renew it",
    );
}

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name)
}

#[test]
fn the_reference_page_is_up_to_date() {
    check("policy.md", &reference());
}

#[test]
fn the_schema_is_up_to_date() {
    check("policy.schema.json", &format!("{:#}\n", schema()));
}

/// The table of trackers in docs/ids.md: word, cookies and what is never read are the core's; what is read is written
/// by hand. The reference names every word.
#[test]
fn the_table_of_trackers_is_up_to_date() {
    let page = fs::read_to_string(docs("ids.md")).unwrap();
    let rows = page.lines().skip_while(|row| !row.starts_with("| word "));
    let rows: Vec<_> = rows.skip(2).take_while(|row| !row.is_empty()).collect();
    let quoted = |names: &mut dyn Iterator<Item = &str>| {
        let mut list: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        list.dedup();
        list.join(", ")
    };
    for (tracker, row) in Tracker::ALL.into_iter().zip(&rows) {
        let word = tracker.as_str();
        let cookies = quoted(&mut tracker.cookies().iter().map(|(cookie, _)| *cookie));
        let sessions = quoted(&mut tracker.sessions().iter().copied());
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[1..3], [format!("`{word}`"), cookies], "docs/ids.md");
        assert_eq!(cells[4], sessions, "docs/ids.md, {word}");
        assert!(reference().contains(&format!("`{word}`")), "{word}");
    }
    assert_eq!(rows.len(), Tracker::ALL.len(), "rows of docs/ids.md");
}

/// The table of platforms in docs/consent.md: word, cookie and needs are the core's; how an answer is read is written
/// by hand, so a new platform's row is, too.
#[test]
fn the_table_of_consent_platforms_is_up_to_date() {
    let page = fs::read_to_string(docs("consent.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<&str> = rows.skip_while(|row| !row.starts_with("| `tcf`")).collect();
    for (i, cmp) in Cmp::ALL.into_iter().enumerate() {
        let (word, (cookie, needs)) = (cmp.as_str(), cmp.defaults());
        let cookie = match cookie {
            "" => "name yours".to_string(),
            cookie => format!("`{cookie}`"),
        };
        let begin = format!("| `{word}` | {cookie} |");
        let row = rows.get(i).copied().unwrap_or_default();
        let needs_cell = row.split('|').nth(3).unwrap_or_default();
        let has_needs = needs
            .iter()
            .all(|need| needs_cell.contains(&format!("`{need}`")));
        assert!(
            row.starts_with(&begin) && has_needs,
            "docs/consent.md is stale: row {} of the table of platforms begins `{begin}`, its third cell holds {needs:?}, \
             and its fourth says how an answer is read; it is `{row}`",
            i + 1,
        );
    }
    assert_eq!(rows.len(), Cmp::ALL.len());
}

#[test]
fn every_example_on_the_reference_page_is_valid() {
    let page = reference();
    let examples: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(examples.len(), keys().count() + 1);
    for example in examples {
        from_toml_with_keys(example, &[SealKey::new([7; 32])]).unwrap();
        assert_eq!(faults(example), Vec::<String>::new());
    }
}

#[test]
fn the_schema_takes_every_profile() {
    for profile in PROFILES {
        assert_eq!(faults(&profile.commented()), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_values_of_the_wrong_shape() {
    for toml in [
        "[cokie]",
        "[cookie]\nmax_aeg = 1",
        "[cookie]\nsecure = \"true\"",
        "[cookie]\nmax_age = \"2 years\"",
        "[cookie]\nmax_age = 0",
        "[cookie]\nname = \"a b\"",
        "[cookie]\npath = \"shop\"",
        "[cookie]\nsame_site = \"Lax\"",
        "[cookie]\ndomain = []",
        "[cookie]\ndomain = 5",
        "[scope]\nexclude = \"/a\"",
        "[scope]\nexclude = [\"a\"]",
    ] {
        assert_ne!(faults(toml), Vec::<String>::new(), "{toml}");
        assert!(from_toml(toml).is_err(), "{toml}");
    }
}

/// What the schema has against a policy.
fn faults(toml: &str) -> Vec<String> {
    let policy: Value = toml::from_str(toml).unwrap();
    let mut faults = Vec::new();
    if !accepts(&schema(), &policy) {
        faults.push(policy.to_string());
    }
    faults
}

/// The part of JSON Schema that the schema uses; a keyword beyond that fails the test. A validator of all of it takes
/// longer to compile than everything else here.
fn accepts(schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().unwrap();
    keywords
        .iter()
        .all(|(keyword, rule)| match keyword.as_str() {
            "$schema" | "title" | "description" | "default" => true,
            "type" => is_a(rule.as_str().unwrap(), value),
            "enum" => rule.as_array().unwrap().contains(value),
            "anyOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .any(|schema| accepts(schema, value)),
            "pattern" => value.as_str().is_none_or(|text| {
                regex_lite::Regex::new(rule.as_str().unwrap())
                    .unwrap()
                    .is_match(text)
            }),
            "minimum" => value
                .as_i64()
                .is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value
                .as_i64()
                .is_none_or(|number| number <= rule.as_i64().unwrap()),
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| accepts(rule, item))),
            "properties" => value.as_object().is_none_or(|object| {
                object
                    .iter()
                    .all(|(key, value)| rule.get(key).is_none_or(|schema| accepts(schema, value)))
            }),
            "required" => value.as_object().is_none_or(|object| {
                let required = rule.as_array().unwrap();
                required
                    .iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => {
                assert_eq!(rule, false);
                let known = &schema["properties"];
                value
                    .as_object()
                    .is_none_or(|object| object.keys().all(|key| known.get(key).is_some()))
            }
            other => panic!("this test does not know the keyword {other}"),
        })
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        other => panic!("this test does not know the type {other}"),
    }
}

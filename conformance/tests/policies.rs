//! Policies that browsers would reject or that say nothing are refused, and the error names the key.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must fail"
)]

use hardtack_conformance::policies_file;
use serde_json::Value;

/// Cases of each kind, fewer of which would mean that somebody deleted some.
const AT_LEAST: [(&str, usize); 2] = [("refused", 120), ("accepted", 20)];

fn rows(kind: &str) -> Vec<Value> {
    policies_file().unwrap()[kind].as_array().unwrap().clone()
}

#[test]
fn policies_that_are_wrong_are_refused_with_the_key() {
    let mut problems = Vec::new();
    for row in rows("refused") {
        let key = row["key"].as_str().unwrap();
        match hardtack_policy::from_json(&row["policy"]) {
            Ok(_) => problems.push(format!("{} was accepted", row["name"])),
            Err(error) if !error.to_string().contains(key) => {
                problems.push(format!("{}: `{error}` does not name `{key}`", row["name"]));
            }
            Err(_) => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn policies_at_the_edge_are_accepted() {
    for row in rows("accepted") {
        let problem = hardtack_policy::from_json(&row["policy"]).err();
        assert!(problem.is_none(), "{}: {problem:?}", row["name"]);
    }
}

#[test]
fn no_policy_has_gone_missing() {
    for (kind, least) in AT_LEAST {
        assert!(rows(kind).len() >= least, "{kind}: {}", rows(kind).len());
    }
}

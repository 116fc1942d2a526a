//! The JavaScript side keeps one list of each kind of word, in core's order: here it is held to that.

use std::fs;

use hardtack::{Field, Outcome, Reason};

#[test]
fn the_hosts_outcomes_are_cores() {
    check("host.mjs", "OUTCOMES", &Outcome::ALL.map(Outcome::as_str));
    check(
        "engine/test/reference.mjs",
        "OUTCOMES",
        &Outcome::ALL.map(Outcome::as_str),
    );
}

#[test]
fn the_hosts_reasons_are_cores() {
    check("host.mjs", "REASONS", &Reason::ALL.map(Reason::as_str));
    check(
        "engine/test/reference.mjs",
        "REASONS",
        &Reason::ALL.map(Reason::as_str),
    );
}

#[test]
fn the_host_hands_over_every_field_that_core_reads() {
    let source = source("host.mjs");
    for field in Field::ALL {
        let name = field.name();
        let constant = name.replace('-', "_").to_uppercase();
        let tag = hardtack_engine::tag(field);
        let expected = [
            format!("export const {constant} = {tag};"),
            format!("['{name}', {constant}]"),
        ];
        for text in expected {
            assert!(
                source.contains(&text),
                "adapters/js/host.mjs lacks `{text}`"
            );
        }
    }
}

#[track_caller]
fn check(file: &str, name: &str, expected: &[&str]) {
    let written = expected.iter().map(|word| format!("'{word}'"));
    let written: Vec<String> = written.collect();
    assert_eq!(
        array(&source(file), name),
        expected,
        "adapters/js/{file}: write `export const {name} = [{}];`",
        written.join(", ")
    );
}

#[track_caller]
fn source(file: &str) -> String {
    let path = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
    match fs::read_to_string(&path) {
        Ok(source) => source,
        Err(error) => panic!("adapters/js/{file}: {error}"),
    }
}

/// The strings of the array that is assigned to `name`, in order.
fn array<'s>(source: &'s str, name: &str) -> Vec<&'s str> {
    let begin = format!("export const {name} = [");
    let (_, rest) = source.split_once(&begin).unwrap_or_default();
    let (array, _) = rest.split_once(']').unwrap_or_default();
    array.split('\'').skip(1).step_by(2).collect()
}

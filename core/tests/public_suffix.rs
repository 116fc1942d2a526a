//! The public suffix list's own tests, run through the domain function.
//!
//! The rows are older than the list that is compiled in. None of them deviates: names are put into A-labels first, as
//! browsers do before they send them.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must fail"
)]

use hardtack_conformance::third_party;
use hardtack_psl::LIST;

/// Rows of the file, fewer of which would mean that they are not read.
const AT_LEAST: usize = 75;

/// A host, and its registrable domain where it has one.
struct Row {
    host: String,
    domain: Option<String>,
}

#[test]
fn the_lists_own_tests_hold() {
    let rows = rows();
    assert!(rows.len() >= AT_LEAST, "{} rows", rows.len());
    for Row { host, domain } in rows {
        let expected = domain.map(|domain| a_labels(&domain));
        assert_eq!(registrable_domain(&a_labels(&host)), expected, "{host}");
    }
}

/// Browsers send A-labels. What comes in UTF-8 was made by something else, and gets no domain.
#[test]
fn hosts_that_are_not_encoded_have_no_domain() {
    let unencoded: Vec<Row> = rows()
        .into_iter()
        .filter(|row| !row.host.is_ascii())
        .collect();
    assert!(unencoded.len() >= 8, "{} rows", unencoded.len());
    for Row { host, .. } in unencoded {
        assert_eq!(registrable_domain(&host), None, "{host}");
    }
}

fn registrable_domain(host: &str) -> Option<String> {
    let domain = LIST.registrable_domain(host.as_bytes())?;
    Some(String::from_utf8_lossy(domain).to_lowercase())
}

/// As a browser sends it. What cannot be encoded, such as an empty label, stays.
fn a_labels(host: &str) -> String {
    idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_string())
}

/// The rows `checkPublicSuffix('host', 'domain');`, where either can be `null`.
fn rows() -> Vec<Row> {
    let text = third_party("publicsuffix/test_psl.txt").unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("checkPublicSuffix(")?.strip_suffix(");"))
        .map(|arguments| {
            let (host, domain) = arguments.split_once(", ").unwrap();
            Row {
                host: quoted(host).unwrap_or_default(),
                domain: quoted(domain),
            }
        })
        .collect()
}

fn quoted(argument: &str) -> Option<String> {
    Some(argument.strip_prefix('\'')?.strip_suffix('\'')?.to_string())
}

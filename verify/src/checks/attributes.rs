//! The cookie's attributes, against the policy and against browsers' rules.

use hardtack::Policy;

use super::findings::{Findings, evidence};
use crate::fault::Fault;
use crate::observed::{ObservedCookie, SetCookie, cookie_name};
use crate::report::Row;

pub(crate) fn check(rows: &[Row], policy: &Policy, findings: &mut Findings) {
    withdrawn(rows, policy, findings);
    for row in rows {
        // A deletion comes with the domain and without it: those are two cookies.
        let sets = ours(row, policy).filter(|set| !set.deletes(row.exchange.at));
        if sets.count() > 1 {
            findings.add_once(Fault::DuplicateSetCookie, evidence(row));
        }
        if let (Some(set), Some(expected)) = (row.observed.set(), &row.expected.set_cookie) {
            let expected = SetCookie::read(expected);
            rejected(row, policy.cookie_name(), set, findings);
            compare(row, set, &expected, findings);
        }
    }
}

fn ours<'a>(row: &'a Row, policy: &'a Policy) -> impl Iterator<Item = SetCookie> + 'a {
    let headers = row.exchange.values("set-cookie");
    let ours = headers.filter(|header| cookie_name(header) == policy.cookie_name());
    ours.map(SetCookie::read)
}

/// A browser deletes a cookie only where the deletion names the domain that it was set with.
fn withdrawn(rows: &[Row], policy: &Policy, findings: &mut Findings) {
    let Some(given) = rows.iter().find_map(|row| row.observed.set()) else {
        return;
    };
    for row in rows {
        let is_deleted =
            |set: SetCookie| set.deletes(row.exchange.at) && set.domain() == given.domain();
        if matches!(row.observed, ObservedCookie::Deleted(_)) && !ours(row, policy).any(is_deleted)
        {
            let domain = given.domain().map_or_else(
                || "no Domain".to_string(),
                |domain| format!("Domain={domain}"),
            );
            let seen = evidence(row);
            findings.add(
                Fault::WithdrawalIgnored,
                format!("{seen}, but not with {domain}"),
            );
        }
    }
}

/// What makes browsers reject the whole cookie.
fn rejected(row: &Row, name: &str, set: &SetCookie, findings: &mut Findings) {
    let host = row.exchange.url.host_str().unwrap_or_default();
    let is_address = row.exchange.url.domain().is_none();
    if let Some(domain) = set.domain() {
        let covers = domain == host || !is_address && host.ends_with(&format!(".{domain}"));
        let is_suffix = hardtack_psl::LIST
            .registrable_domain(domain.as_bytes())
            .is_none();
        if is_suffix && !is_address && domain != host {
            findings.add_once(
                Fault::PublicSuffixDomain,
                format!("Domain={domain} at {host}"),
            );
        } else if !covers {
            findings.add_once(Fault::ForeignDomain, format!("Domain={domain} at {host}"));
        }
    }
    let prefixed = |prefix: &str| {
        name.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let host_prefix_broken =
        set.has("domain") || set.attribute("path") != Some("/") || !set.has("secure");
    let reasons = [
        (
            prefixed("__Host-") && host_prefix_broken,
            "__Host- requires Secure, Path=/ and no Domain",
        ),
        (
            prefixed("__Secure-") && !set.has("secure"),
            "__Secure- requires Secure",
        ),
        (
            is(set, "none") && !set.has("secure"),
            "SameSite=None requires Secure",
        ),
        (
            name.len() + set.value.len() > 4096,
            "name and value are longer than 4096 bytes",
        ),
        (
            set.header
                .bytes()
                .any(|byte| byte < b' ' && byte != b'\t' || byte == 0x7f),
            "it holds a control character",
        ),
        (
            set.has("partitioned") && !set.has("secure"),
            "Partitioned requires Secure",
        ),
    ];
    for (_, reason) in reasons.iter().filter(|(broken, _)| *broken) {
        findings.add_once(Fault::Rejected, format!("{reason}: {}", set.header));
    }
}

fn is(set: &SetCookie, same_site: &str) -> bool {
    set.attribute("samesite")
        .is_some_and(|value| value.eq_ignore_ascii_case(same_site))
}

/// The response took a few seconds, and lifetimes are counted in seconds.
const SLACK: i64 = 120;

fn compare(row: &Row, set: &SetCookie, expected: &SetCookie, findings: &mut Findings) {
    let is_domain_reported =
        findings.has(Fault::PublicSuffixDomain) || findings.has(Fault::ForeignDomain);
    if set.domain() != expected.domain() && !is_domain_reported {
        let word = |set: &SetCookie| set.domain().unwrap_or_else(|| "none".to_string());
        findings.add_once(
            Fault::OtherDomain,
            format!("Domain is {}, expected {}", word(set), word(expected)),
        );
    }
    if path(set) != path(expected) {
        findings.add_once(
            Fault::OtherPath,
            format!("Path is {}, expected {}", path(set), path(expected)),
        );
    }
    if expected.has("secure") && !set.has("secure") {
        findings.add_once(Fault::NotSecure, set.header.clone());
    }
    if expected.has("httponly") && !set.has("httponly") {
        findings.add_once(Fault::ScriptReadable, set.header.clone());
    }
    let same_site = expected.attribute("samesite").unwrap_or("unset");
    if !is(set, same_site) && (same_site != "unset" || set.has("samesite")) {
        findings.add_once(
            Fault::OtherSameSite,
            format!("expected SameSite={same_site}: {}", set.header),
        );
    }
    match (
        set.lifetime(row.exchange.at),
        expected.lifetime(row.exchange.at),
    ) {
        (None, _) => findings.add_once(Fault::SessionCookie, set.header.clone()),
        (Some(life), Some(asked)) if life < asked.min(LONGEST) - SLACK => {
            findings.add_once(
                Fault::ShortLived,
                format!("{} days, expected {}", life / DAY, asked / DAY),
            );
        }
        _ => {}
    }
}

const DAY: i64 = 86_400;
/// Browsers cap longer lifetimes anyway.
const LONGEST: i64 = 400 * DAY;

fn path(set: &SetCookie) -> &str {
    let path = set.attribute("path").unwrap_or_default();
    if path.starts_with('/') {
        path
    } else {
        "the page's folder"
    }
}

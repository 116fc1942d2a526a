//! The cookie's attributes, against the policy's.

use hardtack::Policy;

use super::findings::{Findings, evidence};
use super::rejection;
use crate::fault::Fault;
use crate::observed::{ObservedCookie, SetCookie, cookie_name};
use crate::report::Row;

pub(crate) fn check(rows: &[Row], policy: &Policy, findings: &mut Findings) {
    let given = given(rows);
    if let Some(given) = &given {
        for row in rows {
            withdrawn(row, given, policy, findings);
        }
    }
    for row in rows {
        cookie(row, policy, findings);
    }
}

/// Whether the cookie in this response is not what it should be, whoever got one before.
pub(super) fn is_faulty(row: &Row, given: Option<&SetCookie>, policy: &Policy) -> bool {
    let mut findings = Findings::default();
    if let Some(given) = given {
        withdrawn(row, given, policy, &mut findings);
    }
    cookie(row, policy, &mut findings);
    !findings.sorted().is_empty()
}

/// The first cookie that was set.
pub(super) fn given(rows: &[Row]) -> Option<SetCookie> {
    rows.iter().find_map(|row| row.observed.set()).cloned()
}

fn cookie(row: &Row, policy: &Policy, findings: &mut Findings) {
    // A deletion comes with the domain and without it: those are two cookies.
    let sets = ours(row, policy).filter(|set| !set.deletes(row.exchange.at));
    if sets.count() > 1 {
        findings.add_once(Fault::DuplicateSetCookie, evidence(row));
    }
    if let (Some(set), Some(expected)) = (row.observed.set(), &row.expected.set_cookie) {
        let expected = SetCookie::read(expected);
        rejection::check(row, policy.cookie_name(), set, findings);
        compare(row, set, &expected, findings);
    }
}

fn ours<'a>(row: &'a Row, policy: &'a Policy) -> impl Iterator<Item = SetCookie> + 'a {
    let headers = row.exchange.values("set-cookie");
    let ours = headers.filter(|header| cookie_name(header) == policy.cookie_name());
    ours.map(SetCookie::read)
}

/// A browser deletes a cookie only where the deletion names the domain that it was set with.
fn withdrawn(row: &Row, given: &SetCookie, policy: &Policy, findings: &mut Findings) {
    let is_deleted =
        |set: SetCookie| set.deletes(row.exchange.at) && set.domain() == given.domain();
    if matches!(row.observed, ObservedCookie::Deleted(_)) && !ours(row, policy).any(is_deleted) {
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

/// The response took a few seconds, and lifetimes are counted in seconds.
const SLACK: i64 = 120;

fn compare(row: &Row, set: &SetCookie, expected: &SetCookie, findings: &mut Findings) {
    domain(set, expected, findings);
    if path(set) != path(expected) {
        let evidence = format!("Path is {}, expected {}", path(set), path(expected));
        findings.add_once(Fault::OtherPath, evidence);
    }
    if expected.has("secure") && !set.has("secure") {
        findings.add_once(Fault::NotSecure, set.header.clone());
    }
    if expected.has("httponly") && !set.has("httponly") {
        findings.add_once(Fault::ScriptReadable, set.header.clone());
    }
    same_site(set, expected, findings);
    lifetime(set, expected, row.exchange.at, findings);
}

fn domain(set: &SetCookie, expected: &SetCookie, findings: &mut Findings) {
    let is_reported = findings.has(Fault::PublicSuffixDomain) || findings.has(Fault::ForeignDomain);
    if set.domain() != expected.domain() && !is_reported {
        let word = |set: &SetCookie| set.domain().unwrap_or_else(|| "none".to_string());
        let evidence = format!("Domain is {}, expected {}", word(set), word(expected));
        findings.add_once(Fault::OtherDomain, evidence);
    }
}

fn same_site(set: &SetCookie, expected: &SetCookie, findings: &mut Findings) {
    let wanted = expected.attribute("samesite").unwrap_or("unset");
    if !set.is_same_site(wanted) && (wanted != "unset" || set.has("samesite")) {
        let evidence = format!("expected SameSite={wanted}: {}", set.header);
        findings.add_once(Fault::OtherSameSite, evidence);
    }
}

fn lifetime(set: &SetCookie, expected: &SetCookie, now: u64, findings: &mut Findings) {
    match (set.lifetime(now), expected.lifetime(now)) {
        (None, _) => findings.add_once(Fault::SessionCookie, set.header.clone()),
        (Some(life), Some(asked)) if life < asked.min(LONGEST) - SLACK => {
            let evidence = format!("{}, expected {}", duration(life), duration(asked));
            findings.add_once(Fault::ShortLived, evidence);
        }
        _ => {}
    }
}

const DAY: i64 = 86_400;
/// Browsers cap longer lifetimes anyway.
const LONGEST: i64 = 400 * DAY;

/// In its largest unit, rounded down.
fn duration(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(DAY, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let whole = UNITS.iter().find(|(unit, _)| seconds >= *unit);
    let (unit, name) = *whole.unwrap_or(&UNITS[3]);
    let exact = seconds % unit == 0;
    let count = seconds / unit;
    let about = if exact { "" } else { "about " };
    let plural = if count == 1 { "" } else { "s" };
    format!("{about}{count} {name}{plural}")
}

fn path(set: &SetCookie) -> &str {
    let path = set.attribute("path").unwrap_or_default();
    if path.starts_with('/') {
        path
    } else {
        "the page's folder"
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[track_caller]
    fn check(seconds: i64, words: &str) {
        assert_eq!(duration(seconds), words);
    }

    #[test]
    fn lifetimes_are_told_in_their_largest_unit() {
        check(63_072_000, "730 days");
        check(86_400, "1 day");
        check(90_000, "about 1 day");
        check(3600, "1 hour");
        check(7200, "2 hours");
        check(60, "1 minute");
        check(30, "30 seconds");
        check(1, "1 second");
    }
}

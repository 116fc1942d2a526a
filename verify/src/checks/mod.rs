//! The checks: pure functions from the probes' results to findings.

mod attributes;
mod caches;
mod decisions;
mod findings;
mod network;
mod origin;
mod rejection;
mod tested;
#[cfg(test)]
mod tests;
mod transport;

use hardtack::{Outcome, Policy};

use crate::expected::Expected;
use crate::observed::{ObservedCookie, is_uuid};
use crate::probe::Probe;
use crate::report::{PolicySource, Report, Row, RowResult};
use crate::results::{Exchange, ProbeResults};

use findings::Findings;

/// Compares the results with what the policy says, which comes from `source`. `now` is Unix time in seconds.
pub fn judge(results: &ProbeResults, policy: &Policy, source: PolicySource, now: u64) -> Report {
    let mut rows = rows(results, policy);
    let mut findings = Findings::default();
    // What a later check finds may depend on what an earlier one has found.
    decisions::check(&rows, &mut findings);
    attributes::check(&rows, policy, &mut findings);
    caches::check(&rows, &mut findings);
    origin::check(&rows, policy, &mut findings);
    transport::check(&rows, &mut findings);
    network::check(&rows, &results.dns, &mut findings);
    tested::mark(&mut rows, policy);
    let has_consent = hardtack::consent_as_read(policy, NO_FIELDS, now)
        .next()
        .is_some();
    // Where the policy asks for no consent, there is nothing to test of it.
    let unsent = results.unsent_probes.iter();
    let unsent = unsent.filter(|(probe, _)| has_consent || !probe.is_about_consent());
    Report {
        page: results.page.to_string(),
        other_site: results.other_site.as_ref().map(ToString::to_string),
        policy: source,
        unsent_probes: unsent.copied().collect(),
        cookie: policy.cookie_name().to_string(),
        at: now,
        rows,
        findings: findings.sorted(),
        failed_probes: results.failed_probes.clone(),
        dns: results.dns.clone(),
    }
}

/// A request without any header field.
const NO_FIELDS: &[(&str, &str)] = &[];

fn rows(results: &ProbeResults, policy: &Policy) -> Vec<Row> {
    let page_works = results.exchanges.iter().any(|exchange| {
        matches!(exchange.probe, Probe::New | Probe::ConsentGranted) && exchange.status < 400
    });
    // Cookies that are not ours are no reason to fail.
    let breaks = |exchange: &Exchange| {
        exchange.probe == Probe::OddCookies && exchange.status >= 400 && page_works
    };
    let row = |exchange: &Exchange| {
        let expected = Expected::of(policy, exchange, results.country);
        let observed = ObservedCookie::of(exchange, policy.cookie_name());
        Row {
            agrees: agrees(exchange, &expected, &observed) && !breaks(exchange),
            result: RowResult::Failed,
            exchange: exchange.clone(),
            expected,
            observed,
        }
    };
    results.exchanges.iter().map(row).collect()
}

/// Whether the response does what the policy decides.
fn agrees(exchange: &Exchange, expected: &Expected, observed: &ObservedCookie) -> bool {
    match (expected.sets(), observed) {
        (false, ObservedCookie::Untouched) => true,
        (true, ObservedCookie::Deleted(_)) => expected.outcome == Outcome::Forgotten,
        (true, ObservedCookie::Set(set)) if expected.makes_an_id() => {
            let mut sent = exchange.request_headers.iter();
            is_uuid(&set.value) && !sent.any(|(_, value)| value.contains(&set.value))
        }
        (true, ObservedCookie::Set(set)) => expected.id.as_deref() == Some(&set.value),
        _ => false,
    }
}

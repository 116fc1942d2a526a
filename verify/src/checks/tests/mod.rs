//! Exchanges without a site: what is found in them, and what each says about the site.

mod attributes;
mod decisions;
mod network;
mod rejection;
mod tested;
mod transport;

use hardtack::Policy;
use hardtack_policy::from_toml;

use super::judge;
use crate::expected::Expected;
use crate::fault::Fault;
use crate::probe::Probe;
use crate::report::{PolicySource, Report, RowResult};
use crate::requests::document;
use crate::results::{Dns, Exchange, ProbeResults};

const NOW: u64 = 1_800_000_000;
const PAGE: &str = "https://www.example.co.uk/";
const ID: &str = "11111111-1111-4111-8111-111111111111";
const OTHER: &str = "22222222-2222-4222-8222-222222222222";
/// With what a site does well beside the cookie.
const WELL: [(&str, &str); 2] = [
    ("strict-transport-security", "max-age=31536000"),
    ("cache-control", "private"),
];

fn policy(text: &str) -> Policy {
    from_toml(text).unwrap().policy
}

/// A page at an address that a visitor with these cookies gets with this status and these `Set-Cookie` lines.
fn at(url: &str, probe: Probe, cookies: &str, status: u16, lines: &[&str]) -> Exchange {
    let cookies = (!cookies.is_empty()).then(|| cookies.to_string());
    let request = document(probe, &url.parse().unwrap()).with_cookies(cookies);
    let lines = lines.iter().map(|line| ("set-cookie", *line));
    let headers = WELL.into_iter().chain(lines);
    let mut exchange = Exchange::of_page(&request);
    (exchange.status, exchange.at) = (status, NOW);
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string()));
    exchange.response_headers.extend(headers);
    exchange
}

fn seen(probe: Probe, cookies: &str, status: u16, lines: &[&str]) -> Exchange {
    at(PAGE, probe, cookies, status, lines)
}

/// The line that a policy wants for a new visitor at an address, with this id.
fn line_at(url: &str, text: &str, id: &str) -> String {
    let asked = at(url, Probe::New, "", 200, &[]);
    let expected = Expected::of(&policy(text), &asked, None);
    let line = expected.set_cookie.unwrap();
    line.replace(&expected.id.unwrap(), id)
}

fn line(id: &str) -> String {
    line_at(PAGE, "", id)
}

fn without(line: &str, attribute: &str) -> String {
    let kept = line.split("; ").filter(|it| !it.starts_with(attribute));
    kept.collect::<Vec<_>>().join("; ")
}

fn collected(exchanges: Vec<Exchange>) -> ProbeResults {
    ProbeResults {
        page: PAGE.parse().unwrap(),
        country: None,
        exchanges,
        failed_probes: Vec::new(),
        unsent_probes: Vec::new(),
        other_site: None,
        dns: Dns::default(),
    }
}

fn report(text: &str, exchanges: Vec<Exchange>) -> Report {
    let results = collected(exchanges);
    judge(&results, &policy(text), PolicySource::default(), NOW)
}

fn faults(report: &Report) -> Vec<Fault> {
    let mut faults: Vec<_> = report.findings.iter().map(|it| it.fault).collect();
    faults.sort();
    faults
}

fn evidence(report: &Report, fault: Fault) -> Vec<String> {
    let mut findings = report.findings.iter();
    let found = findings.find(|it| it.fault == fault);
    found.map_or_else(Vec::new, |it| it.evidence.clone())
}

#[track_caller]
fn check(text: &str, exchanges: Vec<Exchange>, expected: &[Fault]) {
    let report = report(text, exchanges);
    let mut wanted = expected.to_vec();
    wanted.sort();
    assert_eq!(faults(&report), wanted, "{:#?}", report.findings);
}

/// `✓`, `✗` or `-` for each exchange, as it passed, failed or tested nothing.
fn results(report: &Report) -> String {
    let marks = report.rows.iter().map(|row| match row.result {
        RowResult::Passed => '✓',
        RowResult::Failed => '✗',
        RowResult::NotTested(_) => '-',
    });
    marks.collect()
}

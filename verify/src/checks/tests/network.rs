//! Hosts elsewhere: only those that set a cookie matter.

use super::*;
use crate::results::HostRecord;

const OTHERS: &str = "scope.exclude = [\"/logo.png\"]";

#[track_caller]
fn check_asset(lines: &[&str], expected: &[Fault]) {
    let host = |name: &str, address: &str| HostRecord {
        name: name.to_string(),
        v4: vec![address.parse().unwrap()],
        ..HostRecord::default()
    };
    let url = "https://cdn.example.co.uk/logo.png";
    let page = seen(Probe::New, "", 200, &[&line(ID)]);
    let mut results = collected(vec![page, at(url, Probe::Asset, "", 200, lines)]);
    results.dns.document = host("www.example.co.uk", "192.0.2.1");
    results.dns.others = vec![host("cdn.example.co.uk", "198.51.100.1")];
    let report = judge(&results, &policy(OTHERS), PolicySource::default(), NOW);
    assert_eq!(faults(&report), expected, "{:#?}", report.findings);
}

#[test]
fn a_host_elsewhere_matters_where_it_sets_a_cookie() {
    check_asset(&[], &[]);
    check_asset(&["balancer=7"], &[Fault::OtherNetworkV4]);
}

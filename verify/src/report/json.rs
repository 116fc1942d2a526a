//! The report for programs.

use serde_json::{Value, json};

use crate::fault::Severity;
use crate::report::{Finding, Report, Row};
use crate::survey::HostRecord;

/// The report as one JSON object.
pub fn json(report: &Report) -> Value {
    let count = |severity| report.count(severity);
    json!({
        "page": report.page,
        "cookie": report.cookie,
        "at": report.at,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
        "visits": report.rows.iter().map(row).collect::<Vec<_>>(),
        "not_made": report.not_made.iter().map(|(visit, why)| json!({ "visit": visit.word(), "why": why })).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "dns": std::iter::once(&report.dns.document).chain(&report.dns.others).map(host).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let exchange = &row.exchange;
    json!({
        "visit": exchange.visit.word(),
        "method": exchange.method,
        "url": exchange.url.as_str(),
        "status": exchange.status,
        "expected": { "outcome": row.expected.outcome.as_str(), "reason": row.expected.reason.as_str(), "set_cookie": row.expected.set_cookie },
        "came": exchange.values("set-cookie").collect::<Vec<_>>(),
        "agrees": row.agrees,
    })
}

fn finding(finding: &Finding) -> Value {
    let fault = finding.fault;
    json!({
        "fault": fault.word(),
        "severity": fault.severity().word(),
        "title": fault.title(),
        "seen": finding.evidence,
        "why": fault.why(),
        "fix": fault.fix(),
    })
}

fn host(host: &HostRecord) -> Value {
    json!({ "host": host.name, "a": host.v4, "aaaa": host.v6, "cname": host.cnames })
}

//! The report as JSON.

use serde_json::{Value, json};

use super::data::{Finding, Report, Row};
use crate::fault::Severity;
use crate::results::HostRecord;

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
        "probes": report.rows.iter().map(row).collect::<Vec<_>>(),
        "failed_probes": report.failed_probes.iter().map(|(probe, why)| json!({ "probe": probe.word(), "why": why })).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "dns": std::iter::once(&report.dns.document).chain(&report.dns.others).map(host).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let exchange = &row.exchange;
    json!({
        "probe": exchange.probe.word(),
        "method": exchange.method,
        "url": exchange.url.as_str(),
        "status": exchange.status,
        "expected": { "outcome": row.expected.outcome.as_str(), "reason": row.expected.reason.as_str(), "set_cookie": row.expected.set_cookie },
        "observed": exchange.values("set-cookie").collect::<Vec<_>>(),
        "agrees": row.agrees,
    })
}

fn finding(finding: &Finding) -> Value {
    let fault = finding.fault;
    json!({
        "fault": fault.word(),
        "severity": fault.severity().word(),
        "title": fault.title(),
        "evidence": finding.evidence,
        "why": fault.why(),
        "fix": fault.fix(),
    })
}

fn host(host: &HostRecord) -> Value {
    json!({ "host": host.name, "a": host.v4, "aaaa": host.v6, "cname": host.cnames })
}

//! The report as JSON.

use serde_json::{Value, json};

use super::data::{Finding, Report, Row, RowResult, Verdict};
use crate::fault::Severity;
use crate::results::HostRecord;

/// The report as one JSON object.
pub fn json(report: &Report) -> Value {
    let count = |severity| report.count(severity);
    let [passed, failed, not_tested] = report.checks();
    json!({
        "page": report.page,
        "other_site": report.other_site,
        "cookie": report.cookie,
        "policy": { "source": report.policy.name, "hash": report.policy.hash },
        "at": report.at,
        "verdict": verdict(report.verdict()),
        "advice": report.verdict().is_open().then(|| report.advice()),
        "passed": passed,
        "failed": failed,
        "not_tested": not_tested,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
        "probes": report.rows.iter().map(row).collect::<Vec<_>>(),
        "failed_probes": report.failed_probes.iter().map(|(probe, why)| json!({ "probe": probe.word(), "why": why })).collect::<Vec<_>>(),
        "unsent_probes": report.unsent_probes.iter().map(|(probe, why)| json!({ "probe": probe.word(), "why": why })).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "dns": std::iter::once(&report.dns.document).chain(&report.dns.others).map(host).collect::<Vec<_>>(),
    })
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Works => "works",
        Verdict::Warnings => "warnings",
        Verdict::Errors => "errors",
        Verdict::NothingSeen => "nothing_seen",
        Verdict::Incomplete => "incomplete",
    }
}

fn row(row: &Row) -> Value {
    let exchange = &row.exchange;
    let (result, why) = match row.result {
        RowResult::Passed => ("passed", None),
        RowResult::Failed => ("failed", None),
        RowResult::NotTested(why) => ("not_tested", Some(why)),
    };
    json!({
        "probe": exchange.probe.word(),
        "method": exchange.method,
        "url": exchange.url.as_str(),
        "status": exchange.status,
        "expected": { "outcome": row.expected.outcome.as_str(), "reason": row.expected.reason.as_str(), "set_cookie": row.expected.set_cookie },
        "observed": exchange.values("set-cookie").collect::<Vec<_>>(),
        "agrees": row.agrees,
        "result": result,
        "why": why,
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

//! The report on a decision: what each rule found, and the result.

use std::fmt;

use hardtack::{Edit, Outcome, Policy, Rule, Trace, decide_traced};
use serde_json::{Value, json};

use crate::error::Error;
use crate::output::{FAINT, GOOD, LITERAL, Output, visible};

use super::exchange::{Headers, Recorded};
use super::har::Entry;

/// A decision with the findings of each rule.
#[derive(Debug)]
pub(crate) struct Report {
    findings: Vec<Finding>,
    outcome: Outcome,
    reason: &'static str,
    sentence: &'static str,
    id: Option<String>,
    edits: Vec<Change>,
}

/// What a rule found.
#[derive(Debug)]
struct Finding {
    rule: Rule,
    what: String,
}

/// An edit to the response.
#[derive(Debug)]
struct Change {
    /// `append` or `set`.
    how: &'static str,
    name: String,
    value: String,
}

/// Records what each rule finds.
#[derive(Default)]
struct Scribe(Vec<Finding>);

impl Trace for Scribe {
    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>) {
        let what = what.to_string();
        self.0.push(Finding { rule, what });
    }
}

impl Report {
    /// Decides an exchange, and records what each rule finds.
    pub(crate) fn new(policy: &Policy, recorded: &Recorded, now: u64, entropy: [u8; 16]) -> Self {
        let mut scribe = Scribe::default();
        let exchange = recorded.exchange();
        let decision = decide_traced(policy, &exchange, now, entropy, &mut scribe);
        Self {
            findings: scribe.0,
            outcome: decision.outcome(),
            reason: decision.reason().as_str(),
            sentence: decision.reason().sentence(),
            id: decision.id().map(|id| id.to_string()),
            edits: decision.edits().filter_map(Change::of).collect(),
        }
    }

    /// Prints the report.
    pub(crate) fn print(&self, recorded: &Recorded, output: &Output) -> Result<(), Error> {
        match output.wants_json() {
            true => output.json(&self.in_json(recorded)),
            false => output.data(self.in_words(recorded).trim_end()),
        }
    }

    fn in_words(&self, recorded: &Recorded) -> String {
        let (scheme, status) = (recorded.scheme.as_str(), recorded.status);
        let request = format!(
            "{} {scheme}://{}{}",
            recorded.method, recorded.host, recorded.path
        );
        let mut lines = vec![format!(
            "{}, answered with status {status}\n",
            visible(&request)
        )];
        lines.extend(self.findings.iter().map(Finding::in_words));
        lines.push(format!("\noutcome  {GOOD}{}{GOOD:#}", self.outcome));
        lines.push(format!("reason   {}: {}", self.reason, self.sentence));
        if let Some(id) = &self.id {
            lines.push(format!("id       {LITERAL}{id}{LITERAL:#}"));
        }
        lines.extend(self.edits.iter().map(Change::in_words));
        if self.edits.is_empty() {
            lines.push("edits    none: the response stays as it is".to_string());
        }
        lines.join("\n")
    }

    fn in_json(&self, recorded: &Recorded) -> Value {
        json!({
            "assumed": recorded.notes,
            "request": {
                "scheme": recorded.scheme.as_str(),
                "host": recorded.host,
                "method": recorded.method,
                "path": recorded.path,
                "country": recorded.country.map(|country| country.to_string()),
                "headers": headers_in_json(&recorded.request),
            },
            "response": { "status": recorded.status, "headers": headers_in_json(&recorded.response) },
            "rules": self.findings.iter().map(|finding| json!({
                "number": finding.rule.number(), "name": finding.rule.name(), "saw": finding.what,
            })).collect::<Vec<_>>(),
            "outcome": self.outcome.as_str(),
            "reason": self.reason,
            "sentence": self.sentence,
            "id": self.id,
            "edits": self.edits.iter().map(|edit| json!({
                "edit": edit.how, "header": edit.name, "value": edit.value,
            })).collect::<Vec<_>>(),
        })
    }

    /// The `Set-Cookie` that is appended.
    fn set_cookie(&self) -> Option<&str> {
        let edit = self.edits.iter().find(|edit| edit.name == "Set-Cookie");
        edit.map(|edit| edit.value.as_str())
    }
}

impl Finding {
    fn in_words(&self) -> String {
        let (number, name) = (self.rule.number(), self.rule.name());
        format!(
            "{FAINT}{number:>4}{FAINT:#}  {name:<15}  {}",
            visible(&self.what)
        )
    }
}

impl Change {
    fn of(edit: Edit<'_>) -> Option<Self> {
        match edit {
            Edit::AppendSetCookie(set_cookie) => Some(Self {
                how: "append",
                name: "Set-Cookie".to_string(),
                value: set_cookie.to_string(),
            }),
            Edit::SetHeader(name, value) => Some(Self {
                how: "set",
                name: name.to_string(),
                value: value.to_string(),
            }),
            Edit::AppendHeader(name, value) => Some(Self {
                how: "append",
                name: name.to_string(),
                value: value.to_string(),
            }),
            Edit::RemoveHeader(name) => Some(Self {
                how: "remove",
                name: name.to_string(),
                value: String::new(),
            }),
            // `Edit` is non-exhaustive: new kinds of edits are added above.
            _ => None,
        }
    }

    fn in_words(&self) -> String {
        let (how, name, value) = (self.how, &self.name, &self.value);
        format!("{how:<7}  {LITERAL}{name}: {value}{LITERAL:#}")
    }
}

/// All entries of a HAR file, one line each.
pub(crate) struct Table<'e> {
    rows: Vec<(&'e Entry, Result<Report, &'e String>)>,
}

impl<'e> Table<'e> {
    pub(crate) const fn new(rows: Vec<(&'e Entry, Result<Report, &'e String>)>) -> Self {
        Self { rows }
    }

    /// Prints the lines.
    pub(crate) fn print(&self, output: &Output) -> Result<(), Error> {
        if output.wants_json() {
            let rows: Vec<Value> = self
                .rows
                .iter()
                .map(|(entry, report)| row_in_json(entry, report))
                .collect();
            return output.json(&json!({ "entries": rows }));
        }
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|(entry, report)| row_in_words(entry, report))
            .collect();
        output.data(rows.join("\n"))
    }
}

fn row_in_words(entry: &Entry, report: &Result<Report, &String>) -> String {
    let (number, method, url) = (entry.number, visible(&entry.method), shortened(&entry.url));
    let (outcome, reason, problem) = match report {
        Ok(report) => (report.outcome.as_str(), report.reason, String::new()),
        Err(problem) => ("none", "no_exchange", format!(": {}", visible(problem))),
    };
    let style = match report {
        Ok(report) if report.set_cookie().is_some() => GOOD,
        _ => FAINT,
    };
    format!("{number:>4}  {style}{outcome:<8}{style:#}  {reason:<20}  {method:<4}  {url}{problem}")
}

/// A URL of readable length: those of the scheme `data` hold whole files.
fn shortened(url: &str) -> String {
    match url.char_indices().nth(MAX_URL) {
        Some((at, _)) => visible(&url[..at]) + "…",
        None => visible(url),
    }
}

const MAX_URL: usize = 120;

fn row_in_json(entry: &Entry, report: &Result<Report, &String>) -> Value {
    let report = report.as_ref();
    json!({
        "entry": entry.number,
        "method": entry.method,
        "url": entry.url,
        "outcome": report.map(|report| report.outcome.as_str()).ok(),
        "reason": report.map(|report| report.reason).ok(),
        "set_cookie": report.ok().and_then(Report::set_cookie),
        "problem": report.err(),
    })
}

/// Header fields as a list of pairs, since names repeat.
fn headers_in_json(headers: &Headers) -> Value {
    let pair = |(name, value): &(String, String)| Value::from(vec![name.as_str(), value.as_str()]);
    headers.iter().map(pair).collect()
}

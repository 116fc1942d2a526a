//! The report in words, for a terminal: the verdict and the counts first, then the checks, then what to fix.

use std::fmt::Write as _;

use hardtack_verify::{ObservedCookie, Report, Row, RowResult, Severity, Verdict};

use crate::output::{BAD, CAUTION, FAINT, GOOD, LITERAL, visible};

/// The whole report.
pub(super) fn in_words(report: &Report) -> String {
    let mut text = String::new();
    overview(&mut text, report);
    let titles = report.rows.iter().map(|row| row.exchange.probe.title());
    let failed = report.failed_probes.iter().map(|(probe, _)| probe.title());
    let unsent = report.unsent_probes.iter().map(|(probe, _)| probe.title());
    let width = titles.chain(failed).chain(unsent).map(str::len).max();
    let width = width.unwrap_or_default();
    let _ = writeln!(
        text,
        "\n    {FAINT}{:width$} {:3} {:9} {:9} reason{FAINT:#}",
        "probe", "", "expected", "actual"
    );
    for row in &report.rows {
        write_row(&mut text, row, width);
    }
    for (probe, why) in &report.failed_probes {
        let why = visible(why);
        let _ = writeln!(text, "  {BAD}✗{BAD:#} {probe:width$}  failed: {why}");
    }
    for (probe, why) in &report.unsent_probes {
        write_untested(&mut text, &format!("{probe:width$}"), why);
    }
    findings(&mut text, report);
    text
}

fn overview(text: &mut String, report: &Report) {
    let verdict = report.verdict();
    let style = match verdict {
        Verdict::Works => GOOD,
        Verdict::Warnings => CAUTION,
        Verdict::Errors | Verdict::NothingSeen | Verdict::Incomplete => BAD,
    };
    let [passed, failed, untested] = report.checks();
    let hash = report.policy.hash.as_ref();
    let hash = hash.map_or_else(String::new, |hash| format!(", {hash}"));
    let cookie = visible(report.set_cookie().unwrap_or(&report.cookie));
    let cookie = wrapped(&cookie, LABEL + 2);
    let _ = writeln!(
        text,
        "{style}{}{style:#}: {passed} passed, {failed} failed, {untested} not tested\n  page    {}\n  \
         cookie  {LITERAL}{cookie}{LITERAL:#}\n  policy  {}{hash}",
        verdict.sentence(),
        visible(&report.page),
        visible(&report.policy.name)
    );
}

fn findings(text: &mut String, report: &Report) {
    for finding in &report.findings {
        let fault = finding.fault;
        let style = style(fault.severity());
        let title = wrapped(&format!("{} ({})", fault.title(), fault.word()), LABEL);
        let word = fault.severity().word();
        let _ = writeln!(text, "\n{style}{word}{style:#}: {title}");
        for line in &finding.evidence {
            let _ = writeln!(text, "  seen: {}", wrapped(&visible(line), LABEL));
        }
        let (why, fix) = (wrapped(fault.why(), LABEL), wrapped(fault.fix(), LABEL));
        let _ = writeln!(text, "  why:  {why}\n  do:   {fix}");
    }
}

fn write_row(text: &mut String, row: &Row, width: usize) {
    let exchange = &row.exchange;
    let (probe, status) = (exchange.probe, exchange.status);
    let (style, mark) = match row.result {
        RowResult::Passed => (GOOD, "✓"),
        RowResult::Failed => (BAD, "✗"),
        RowResult::NotTested(why) => {
            return write_untested(text, &format!("{probe:width$} {status}"), why);
        }
    };
    let observed = visible(&brief(&row.observed));
    let (outcome, reason) = (row.expected.outcome, row.expected.reason);
    let _ = writeln!(
        text,
        "  {style}{mark}{style:#} {probe:width$} {status} {outcome:9} {observed:9} {FAINT}{reason}{FAINT:#}",
    );
}

fn write_untested(text: &mut String, what: &str, why: &str) {
    let why = wrapped(&format!("not tested: {why}"), what.len() + 5);
    let _ = writeln!(text, "  {FAINT}– {what} {why}{FAINT:#}");
}

/// The start of an id, for recognition.
fn brief(observed: &ObservedCookie) -> String {
    let whole = observed.to_string();
    match observed.set() {
        Some(_) => whole.chars().take(8).collect(),
        None => whole,
    }
}

/// One less than the columns of a terminal.
const COLUMNS: usize = 79;
/// The columns that the label of a finding takes.
const LABEL: usize = 8;

/// Wraps a text beside a label or a mark that takes `indent` columns. A longer word stays whole.
fn wrapped(text: &str, indent: usize) -> String {
    let (mut wrapped, mut column) = (String::new(), indent);
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > indent && column + 1 + width > COLUMNS {
            let _ = write!(wrapped, "\n{:indent$}", "");
            column = indent;
        } else if column > indent {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped
}

const fn style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => CAUTION,
        Severity::Note => FAINT,
    }
}

//! The report as one self-contained HTML file: without scripts, fonts or images. What matters most comes first.

use std::fmt::{self, Write as _};
use std::time::{Duration, UNIX_EPOCH};

use super::data::{Finding, Report, Row, RowResult, Verdict};
use super::escape::escaped;
use crate::fault::Severity;
use crate::results::HostRecord;

/// Colours and widths.
const STYLE: &str = include_str!("report.css");

/// The report as a page.
pub fn html(report: &Report) -> String {
    let mut page = String::new();
    // Writing to a String can't fail.
    let _ = write(&mut page, report);
    page
}

fn write(page: &mut String, report: &Report) -> fmt::Result {
    let title = escaped(&report.page);
    writeln!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>hardtack verify: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>"
    )?;
    overview(page, report)?;
    findings(page, report)?;
    checks(page, report)?;
    hosts(page, report)?;
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(report.at));
    writeln!(
        page,
        "<footer>Examined {date} by hardtack verify {}.</footer>\n</main>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    )
}

fn overview(page: &mut String, report: &Report) -> fmt::Result {
    let verdict = report.verdict();
    let class = match verdict {
        Verdict::Works => "good",
        Verdict::Warnings => "warning",
        Verdict::Errors => "error",
        Verdict::NothingSeen | Verdict::Incomplete => "nothing",
    };
    writeln!(
        page,
        "<header class=\"card overview {class}\">\n<p class=\"brand\">hardtack verify</p>\n<h1>{}</h1>\n\
         <p class=\"url\">{}</p>",
        verdict.sentence(),
        escaped(&report.page)
    )?;
    if verdict.is_open() {
        let advice = report.advice();
        writeln!(page, "<p class=\"advice-line\">{}.</p>", sentence(&advice))?;
    }
    counts(page, report)?;
    writeln!(page, "<dl class=\"facts\">")?;
    let cookie = report.set_cookie().unwrap_or(&report.cookie);
    fact(page, "Cookie", &format!("<code>{}</code>", escaped(cookie)))?;
    let hash = report.policy.hash.as_ref();
    let hash = hash.map_or_else(String::new, |hash| {
        format!(", <code>{}</code>", escaped(hash))
    });
    fact(page, "Policy", &(escaped(&report.policy.name) + &hash))?;
    writeln!(page, "</dl>\n</header>")
}

fn fact(page: &mut String, term: &str, value: &str) -> fmt::Result {
    writeln!(page, "<dt>{term}</dt><dd>{value}</dd>")
}

fn counts(page: &mut String, report: &Report) -> fmt::Result {
    let [passed, failed, untested] = report.checks();
    let (errors, warnings) = (
        report.count(Severity::Error),
        report.count(Severity::Warning),
    );
    let all = [
        ("good", passed, "passed"),
        ("error", failed, "failed"),
        ("note", untested, "not tested"),
        (
            "error",
            errors,
            if errors == 1 { "error" } else { "errors" },
        ),
        (
            "warning",
            warnings,
            if warnings == 1 { "warning" } else { "warnings" },
        ),
    ];
    writeln!(page, "<ul class=\"counts\">")?;
    for (class, count, what) in all {
        let some = if count > 0 { " some" } else { "" };
        writeln!(
            page,
            "<li class=\"{class}{some}\"><b>{count}</b> {what}</li>"
        )?;
    }
    writeln!(page, "</ul>")
}

fn findings(page: &mut String, report: &Report) -> fmt::Result {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(page, "<section class=\"fix\">\n<h2>What to fix</h2>")?;
    for finding in &report.findings {
        write_finding(page, finding)?;
    }
    writeln!(page, "</section>")
}

fn write_finding(page: &mut String, finding: &Finding) -> fmt::Result {
    let fault = finding.fault;
    let (severity, word) = (fault.severity().word(), fault.word());
    writeln!(
        page,
        "<article class=\"card {severity}\">\n<h3><span class=\"badge\">{severity}</span> {} \
         <code class=\"word\">{word}</code></h3>\n<ul class=\"seen\">",
        sentence(fault.title())
    )?;
    for line in &finding.evidence {
        writeln!(page, "<li><code>{}</code></li>", escaped(line))?;
    }
    writeln!(page, "</ul>\n<dl class=\"advice\">")?;
    fact(page, "Why it matters", &(sentence(fault.why()) + "."))?;
    fact(page, "What to do", &(sentence(fault.fix()) + "."))?;
    writeln!(page, "</dl>\n</article>")
}

/// What failed comes first, and what was not tested last.
fn checks(page: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        page,
        "<section class=\"card\">\n<h2>The checks</h2>\n<p class=\"heads\"><span></span><span>Probe</span>\
         <span>Path</span><span>Status</span><span>Expected</span><span>Observed</span></p>\n<ol class=\"checks\">"
    )?;
    for (probe, why) in &report.failed_probes {
        let why = escaped(why);
        writeln!(
            page,
            "<li class=\"failed\">{} <b>{}</b> <span class=\"got\">{why}</span></li>",
            tick("✗", "failed"),
            sentence(probe.title())
        )?;
    }
    let with =
        |wanted: fn(RowResult) -> bool| report.rows.iter().filter(move |row| wanted(row.result));
    let failed = with(|result| result == RowResult::Failed);
    for row in failed.chain(with(|result| result == RowResult::Passed)) {
        write_row(page, row)?;
    }
    for (why, titles) in untested(report) {
        write_untested(page, why, &titles.join(" · "))?;
    }
    writeln!(page, "</ol>\n</section>")
}

fn tick(sign: &str, meaning: &str) -> String {
    format!("<span class=\"tick\" role=\"img\" aria-label=\"{meaning}\">{sign}</span>")
}

/// The reasons why something was not tested, each with the probes that it is for.
fn untested(report: &Report) -> Vec<(&'static str, Vec<&'static str>)> {
    let sent = report.rows.iter().filter_map(|row| match row.result {
        RowResult::NotTested(why) => Some((row.exchange.probe, why)),
        _ => None,
    });
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (probe, why) in sent.chain(report.unsent_probes.iter().copied()) {
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, titles)) => titles.push(probe.title()),
            None => reasons.push((why, vec![probe.title()])),
        }
    }
    reasons
}

fn write_untested(page: &mut String, why: &str, titles: &str) -> fmt::Result {
    writeln!(
        page,
        "<li class=\"untested\">{} <b>{}</b> <span class=\"why\">not tested: {}</span></li>",
        tick("–", "not tested"),
        sentence(titles),
        prose(why)
    )
}

fn write_row(page: &mut String, row: &Row) -> fmt::Result {
    let exchange = &row.exchange;
    let (class, tick) = match row.result {
        RowResult::Passed => ("passed", tick("✓", "passed")),
        _ => ("failed", tick("✗", "failed")),
    };
    let (outcome, reason) = (row.expected.outcome, row.expected.reason.sentence());
    writeln!(
        page,
        "<li class=\"{class}\">{tick} <b>{}</b> <span class=\"path\">{}</span> <span class=\"status\">{}</span> \
         <span class=\"why\"><span class=\"chip {outcome}\">{outcome}</span><span class=\"reason\">{}</span></span> \
         <span class=\"got\"><code>{}</code></span></li>",
        sentence(exchange.probe.title()),
        escaped(exchange.url.path()),
        exchange.status,
        escaped(reason),
        escaped(&row.observed.to_string())
    )
}

fn hosts(page: &mut String, report: &Report) -> fmt::Result {
    let all = std::iter::once(&report.dns.document).chain(&report.dns.others);
    let mut known = all
        .filter(|host| !host.v4.is_empty() || !host.v6.is_empty())
        .peekable();
    if known.peek().is_none() {
        return Ok(());
    }
    writeln!(
        page,
        "<section class=\"card\">\n<h2>The hosts</h2>\n<ul class=\"hosts\">"
    )?;
    for host in known {
        write_host(page, host)?;
    }
    writeln!(page, "</ul>\n</section>")
}

fn write_host(page: &mut String, host: &HostRecord) -> fmt::Result {
    let addresses = host.v4.iter().map(ToString::to_string);
    let addresses = addresses.chain(host.v6.iter().map(ToString::to_string));
    let addresses: Vec<String> = addresses.collect();
    let cname = match &host.cnames {
        None => "CNAME not looked up".to_string(),
        Some(names) if names.is_empty() => "no CNAME".to_string(),
        Some(names) => format!("CNAME {}", escaped(&names.join(", "))),
    };
    writeln!(
        page,
        "<li><b>{}</b> <code>{}</code> <span class=\"soft\">{cname}</span></li>",
        escaped(&host.name),
        escaped(&addresses.join(" "))
    )
}

/// With what stands in backticks as code, and safe to put into a page.
fn prose(text: &str) -> String {
    let safe = escaped(text);
    let mut parts = safe.split('`');
    let first = parts.next().unwrap_or_default().to_string();
    let others = parts.enumerate();
    others.fold(first, |text, (i, part)| {
        text + if i % 2 == 0 { "<code>" } else { "</code>" } + part
    })
}

/// With a capital at its start, and safe to put into a page.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    prose(&first.into_iter().chain(chars).collect::<String>())
}

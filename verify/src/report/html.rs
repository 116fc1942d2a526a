//! The report as one self-contained HTML file: without scripts, fonts or images.

use std::fmt::{self, Write as _};
use std::time::{Duration, UNIX_EPOCH};

use super::data::{Finding, Report, Row};
use crate::fault::Severity;
use crate::results::HostRecord;

/// Colours and widths; written by hand, once.
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
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
    )?;
    writeln!(
        page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    )?;
    writeln!(page, "<meta name=\"robots\" content=\"noindex\">")?;
    writeln!(
        page,
        "<title>hardtack verify: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>"
    )?;
    header(page, report)?;
    findings(page, report)?;
    exchanges(page, report)?;
    hosts(page, report)?;
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(report.at));
    writeln!(
        page,
        "<footer>Examined {date} by hardtack verify {}.</footer>",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(page, "</main>\n</body>\n</html>")
}

fn header(page: &mut String, report: &Report) -> fmt::Result {
    let count = |severity| report.count(severity);
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let (class, verdict) = match (errors, warnings) {
        (0, 0) => ("good", "This cookie keeps"),
        (0, _) => ("warning", "This cookie keeps, mostly"),
        _ => ("error", "This cookie does not keep"),
    };
    writeln!(
        page,
        "<header class=\"{class}\">\n<p class=\"brand\">hardtack verify</p>\n<h1>{verdict}</h1>"
    )?;
    writeln!(page, "<p class=\"url\">{}</p>", escaped(&report.page))?;
    let cookie = format!("<code>{}</code>", escaped(&report.cookie));
    let agree = report.rows.iter().filter(|row| row.agrees).count();
    writeln!(page, "<dl class=\"counts\">")?;
    count_of(page, "cookie", cookie)?;
    let agree = format!("{agree} of {}", report.rows.len());
    count_of(page, "responses as expected", agree)?;
    count_of(page, "errors", errors)?;
    count_of(page, "warnings", warnings)?;
    writeln!(page, "</dl>\n</header>")
}

fn count_of(page: &mut String, term: &str, value: impl fmt::Display) -> fmt::Result {
    writeln!(page, "<div><dt>{term}</dt><dd>{value}</dd></div>")
}

fn findings(page: &mut String, report: &Report) -> fmt::Result {
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(page, "<section>\n<h2>What to fix</h2>")?;
    for finding in &report.findings {
        write_finding(page, finding)?;
    }
    writeln!(page, "</section>")
}

fn write_finding(page: &mut String, finding: &Finding) -> fmt::Result {
    let fault = finding.fault;
    let severity = fault.severity().word();
    writeln!(page, "<article class=\"{severity}\">")?;
    writeln!(
        page,
        "<h3><span class=\"badge\">{severity}</span> {}</h3>",
        sentence(fault.title())
    )?;
    writeln!(page, "<ul class=\"seen\">")?;
    for line in &finding.evidence {
        writeln!(page, "<li>{}</li>", escaped(line))?;
    }
    writeln!(page, "</ul>\n<dl class=\"advice\">")?;
    writeln!(
        page,
        "<dt>Why it matters</dt><dd>{}.</dd>",
        sentence(fault.why())
    )?;
    writeln!(
        page,
        "<dt>What to do</dt><dd>{}.</dd>",
        sentence(fault.fix())
    )?;
    writeln!(
        page,
        "</dl>\n<p class=\"word\"><code>{}</code></p>\n</article>",
        fault.word()
    )
}

fn exchanges(page: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        page,
        "<section>\n<h2>The probes</h2>\n<table class=\"probes\">"
    )?;
    writeln!(
        page,
        "<thead><tr><th>Probe</th><th>Status</th><th>Expected</th><th>Observed</th></tr></thead>\n<tbody>"
    )?;
    for row in &report.rows {
        write_row(page, row)?;
    }
    for (probe, why) in &report.failed_probes {
        writeln!(
            page,
            "<tr class=\"off\"><td><b>{probe}</b></td><td colspan=\"3\">failed: {}</td></tr>",
            escaped(why)
        )?;
    }
    writeln!(page, "</tbody>\n</table>\n</section>")
}

fn write_row(page: &mut String, row: &Row) -> fmt::Result {
    let exchange = &row.exchange;
    let (class, mark) = if row.agrees {
        ("ok", "as expected")
    } else {
        ("off", "not as expected")
    };
    writeln!(page, "<tr class=\"{class}\">")?;
    let path = escaped(exchange.url.path());
    writeln!(
        page,
        "<td><b>{}</b><span class=\"path\">{path}</span></td>",
        sentence(exchange.probe.title())
    )?;
    writeln!(page, "<td data-label=\"Status\">{}</td>", exchange.status)?;
    let (outcome, why) = (row.expected.outcome, row.expected.reason.sentence());
    writeln!(
        page,
        "<td data-label=\"Expected\">{outcome}<small>{}</small></td>",
        escaped(why)
    )?;
    let observed = escaped(&row.observed.to_string());
    writeln!(
        page,
        "<td data-label=\"Observed\"><span class=\"observed\">{observed}</span><small class=\"mark\">{mark}</small></td>\n</tr>"
    )
}

fn hosts(page: &mut String, report: &Report) -> fmt::Result {
    let all: Vec<&HostRecord> = std::iter::once(&report.dns.document)
        .chain(&report.dns.others)
        .collect();
    if all
        .iter()
        .all(|host| host.v4.is_empty() && host.v6.is_empty())
    {
        return Ok(());
    }
    writeln!(page, "<section>\n<h2>Hosts</h2>\n<table class=\"hosts\">")?;
    writeln!(
        page,
        "<thead><tr><th>Host</th><th>A</th><th>AAAA</th><th>CNAME</th></tr></thead>\n<tbody>"
    )?;
    for host in all {
        write_host(page, host)?;
    }
    writeln!(page, "</tbody>\n</table>\n</section>")
}

fn write_host(page: &mut String, host: &HostRecord) -> fmt::Result {
    let list = |words: Vec<String>| match words.is_empty() {
        true => "none".to_string(),
        false => escaped(&words.join(" ")),
    };
    let v4 = list(host.v4.iter().map(ToString::to_string).collect());
    let v6 = list(host.v6.iter().map(ToString::to_string).collect());
    let cnames = host.cnames.clone();
    let cname = cnames.map_or_else(|| "not looked up".to_string(), list);
    let name = escaped(&host.name);
    writeln!(
        page,
        "<tr><td><b>{name}</b></td><td data-label=\"A\">{v4}</td><td data-label=\"AAAA\">{v6}</td><td data-label=\"CNAME\">{cname}</td></tr>"
    )
}

/// With a capital at its start, and safe to put into a page.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    escaped(&first.into_iter().chain(chars).collect::<String>())
}

/// Everything from the network goes through here.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => safe.push(char::REPLACEMENT_CHARACTER),
            c => safe.push(c),
        }
    }
    safe
}

//! `hardtack verify`: probes a live site as browsers would, and compares it with the policy.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use hardtack::Country;
use hardtack_tower::{Source as _, System};
use hardtack_verify::{
    ClientError, ObservedCookie, Options, Probe, Report, Row, Severity, examine, html, json, judge,
};
use tokio::runtime;
use url::Url;

use crate::error::{Error, Kind};
use crate::output::{BAD, CAUTION, FAINT, GOOD, LITERAL, Output, visible};
use crate::policy_file::PolicyFile;

/// Probe a live site as browsers would, and report what breaks its cookie
///
/// Sends some 25 requests, one after the other, with a User-Agent that names hardtack-verify: as a new and as a
/// returning visitor, with an invalid id, with the cookie twice, with Global Privacy Control, as a crawler, for a
/// prefetch, an image, a missing page and more. Each response is compared with the policy's decision. The exit code is
/// 1 if there are errors, or warnings with --strict, and 4 if the site cannot be reached.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The first page to request
    #[arg(value_name = "URL")]
    url: String,

    /// Request these pages, too: paths or URLs, separated by commas [default: the first linked page]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pages: Vec<String>,

    /// Write the report to this HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Fail if there is a warning
    #[arg(long)]
    strict: bool,

    /// Probe as a visitor who granted consent, too, with these cookies, copied from a browser
    #[arg(long, value_name = "COOKIES")]
    granted: Option<String>,

    /// Probe as a visitor who denied consent, and as one who withdrew it, with these cookies
    #[arg(long, value_name = "COOKIES")]
    denied: Option<String>,

    /// Expect the policy's decision for this country, if the platform knows the visitor's: two letters, such as FR
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<Country>,

    /// Connect to this address for the host
    #[arg(long, value_name = "HOST=ADDR", value_parser = resolution)]
    resolve: Vec<(String, IpAddr)>,

    /// Trust these certificate authorities (PEM) and no others
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Wait this many seconds for a response
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    timeout: u64,

    /// Use this port for plain http [default: 80 if https uses 443]
    #[arg(long, value_name = "PORT")]
    plain_port: Option<u16>,

    /// Look up CNAMEs at this name server [default: the system's]
    #[arg(long, value_name = "ADDR:PORT")]
    name_server: Option<SocketAddr>,
}

fn resolution(text: &str) -> Result<(String, IpAddr), String> {
    let (host, address) = text
        .split_once('=')
        .ok_or("write it as www.example.com=192.0.2.1")?;
    let address = address
        .parse()
        .map_err(|_| format!("`{address}` is not a valid address"))?;
    Ok((host.to_string(), address))
}

fn country(text: &str) -> Result<Country, String> {
    Country::parse(text.as_bytes()).ok_or_else(|| "write two letters, such as FR".to_string())
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let policy = PolicyFile::find(policy)?;
    let url = page_url(&args.url)?;
    let options = options(args, &url);
    let bar = output.bar("probing");
    let mut progress = |done, total, probe: Probe| bar.show(done, total, probe.title());
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::io("cannot start", &cause))?;
    let results = runtime.block_on(examine(&url, &policy.policy, &options, &mut progress));
    bar.clear();
    let report = judge(&results.map_err(unreachable)?, &policy.policy, System.now());
    if let Some(file) = &args.html {
        write(file, &report)?;
    }
    print(&report, &policy, output)?;
    verdict(&report, args.strict)
}

/// Parses a URL; without a scheme, it is https.
fn page_url(text: &str) -> Result<Url, Error> {
    let whole = if text.contains("://") {
        text.to_string()
    } else {
        format!("https://{text}")
    };
    let wrong = || {
        Error::usage(format!("`{text}` is not a valid page URL"))
            .hint("write it as https://www.example.com/")
    };
    let url = Url::parse(&whole).map_err(|_| wrong())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_web { Ok(url) } else { Err(wrong()) }
}

fn options(args: &Args, url: &Url) -> Options {
    let defaults = Options::default();
    let is_here = hardtack::is_loopback(url.host_str().unwrap_or_default().as_bytes())
        || !args.resolve.is_empty();
    Options {
        pages: args.pages.clone(),
        resolve: args.resolve.clone(),
        ca: args.ca.clone(),
        granted: args.granted.clone(),
        denied: args.denied.clone(),
        country: args.country,
        timeout: Duration::from_secs(args.timeout.max(1)),
        pause: if is_here {
            Duration::ZERO
        } else {
            defaults.pause
        },
        plain_port: args.plain_port,
        name_server: args.name_server,
        ..defaults
    }
}

fn unreachable(error: ClientError) -> Error {
    let whole = error
        .causes()
        .iter()
        .fold(Error::new(Kind::Io, error.to_string()), Error::because);
    whole.hint("check whether a browser on this machine opens the page; --resolve and --ca are for a site that is not public yet")
}

fn write(file: &Path, report: &Report) -> Result<(), Error> {
    let failed = |cause: io::Error| Error::io(format!("cannot write `{}`", file.display()), &cause);
    fs::write(file, html(report)).map_err(failed)
}

fn print(report: &Report, policy: &PolicyFile, output: &Output) -> Result<(), Error> {
    if output.wants_json() {
        return output.json(&json(report));
    }
    if output.is_quiet() {
        return Ok(());
    }
    output.data(in_words(report, &policy.source()).trim_end())
}

fn verdict(report: &Report, strict: bool) -> Result<(), Error> {
    let (errors, warnings) = (
        report.count(Severity::Error),
        report.count(Severity::Warning),
    );
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => Ok(()),
        (0, n) if strict => Err(Error::new(
            Kind::Found,
            format!("{}, and --strict is on", plural(n, "warning")),
        )),
        (0, _) => Ok(()),
        (n, _) => Err(Error::new(
            Kind::Found,
            format!("{} in the cookie of {}", plural(n, "error"), report.page),
        )),
    }
}

fn in_words(report: &Report, source: &str) -> String {
    let mut text = String::new();
    let page = visible(&report.page);
    let _ = writeln!(
        text,
        "{page}, cookie {LITERAL}{}{LITERAL:#}, against {source}\n",
        report.cookie
    );
    let width = report
        .rows
        .iter()
        .map(|row| row.exchange.probe.title().len())
        .max()
        .unwrap_or_default();
    let _ = writeln!(
        text,
        "    {FAINT}{:width$} {:3} {:9} {:9} reason{FAINT:#}",
        "probe", "", "expected", "actual"
    );
    for row in &report.rows {
        write_row(&mut text, row, width);
    }
    for (probe, why) in &report.failed_probes {
        let _ = writeln!(
            text,
            "  {BAD}✗{BAD:#} {probe:width$}  failed: {}",
            visible(why)
        );
    }
    for finding in &report.findings {
        let fault = finding.fault;
        let style = style(fault.severity());
        let title = wrapped(&format!("{} ({})", fault.title(), fault.word()));
        let _ = writeln!(
            text,
            "\n{style}{}{style:#}: {title}",
            fault.severity().word()
        );
        for line in &finding.evidence {
            let _ = writeln!(text, "  seen: {}", wrapped(&visible(line)));
        }
        let (why, fix) = (wrapped(fault.why()), wrapped(fault.fix()));
        let _ = writeln!(text, "  why:  {why}\n  do:   {fix}");
    }
    if report.findings.is_empty() {
        let _ = writeln!(text, "\n{GOOD}Nothing is wrong with this cookie.{GOOD:#}");
    }
    text
}

fn write_row(text: &mut String, row: &Row, width: usize) {
    let (style, mark) = if row.agrees {
        (GOOD, "✓")
    } else {
        (BAD, "✗")
    };
    let exchange = &row.exchange;
    let (probe, status) = (exchange.probe, exchange.status);
    let observed = visible(&brief(&row.observed));
    let (outcome, reason) = (row.expected.outcome, row.expected.reason);
    let _ = writeln!(
        text,
        "  {style}{mark}{style:#} {probe:width$} {status} {outcome:9} {observed:9} {FAINT}{reason}{FAINT:#}",
    );
}

/// The start of an id, for recognition.
fn brief(observed: &ObservedCookie) -> String {
    let whole = observed.to_string();
    match observed.set() {
        Some(_) => whole.chars().take(8).collect(),
        None => whole,
    }
}

/// The columns beside the labels of a finding, on a terminal of 80 columns.
const WIDTH: usize = 71;

/// Wraps a text to lines of [`WIDTH`] characters, aligned below the first. A longer word stays whole.
fn wrapped(text: &str) -> String {
    let (mut wrapped, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            wrapped.push_str("\n        ");
            column = 0;
        } else if column > 0 {
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

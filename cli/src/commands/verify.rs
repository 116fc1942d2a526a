//! `hardtack verify`: a live site, visited as browsers would, against what the policy says.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use hardtack::Country;
use hardtack_verify::{
    ClientError, ObservedCookie, Options, Probe, Report, Row, Severity, examine, html, json, judge,
};
use tokio::runtime;
use url::Url;

use crate::error::{Error, Kind};
use crate::output::{BAD, CAUTION, FAINT, GOOD, LITERAL, Output, visible};
use crate::policy_file::PolicyFile;

/// Examine a live site as browsers would, and say what breaks its cookie
///
/// Comes as a new and as a returning visitor, with an invalid id, twice the cookie, Global Privacy Control, as a crawler, for
/// a prefetch, an image, a missing page and more: some 25 requests, one after the other, by a User-Agent that names hardtack-verify.
/// Each is compared with what the policy decides for it. Errors make the command fail with code 1; warnings, too,
/// under --strict; a site that can't be reached is code 4.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The page to begin with
    #[arg(value_name = "URL")]
    url: String,

    /// Visit these pages, too; paths or addresses, separated by commas [default: the first page that is linked]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pages: Vec<String>,

    /// Write the report as one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Fail where there is a warning
    #[arg(long)]
    strict: bool,

    /// Come as a visitor who granted consent, too: with these cookies, copied from a browser
    #[arg(long, value_name = "COOKIES")]
    granted: Option<String>,

    /// Come as a visitor who denied consent, and as one who withdrew it: with these cookies
    #[arg(long, value_name = "COOKIES")]
    denied: Option<String>,

    /// Expect what the policy says for visitors from here, where the site's platform knows: two letters, such as FR
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<Country>,

    /// Take this address for that host
    #[arg(long, value_name = "HOST=ADDR", value_parser = resolution)]
    resolve: Vec<(String, IpAddr)>,

    /// Trust these certificate authorities (PEM) and no others
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Wait this many seconds for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    timeout: u64,

    /// The port of plain http [default: 80 where https is at 443]
    #[arg(long, value_name = "PORT")]
    plain_port: Option<u16>,

    /// Ask this name server for CNAMEs [default: the system's]
    #[arg(long, value_name = "ADDR:PORT")]
    name_server: Option<SocketAddr>,
}

fn resolution(text: &str) -> Result<(String, IpAddr), String> {
    let (host, address) = text
        .split_once('=')
        .ok_or("write it as www.example.com=192.0.2.1")?;
    let address = address
        .parse()
        .map_err(|_| format!("`{address}` is no address"))?;
    Ok((host.to_string(), address))
}

fn country(text: &str) -> Result<Country, String> {
    Country::parse(text.as_bytes()).ok_or_else(|| "write two letters, such as FR".to_string())
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let policy = PolicyFile::find(policy)?;
    let url = address(&args.url)?;
    let options = options(args, &url);
    let bar = output.bar("probing");
    let mut progress = |done, total, probe: Probe| bar.show(done, total, probe.title());
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::io("cannot start", &cause))?;
    let results = runtime.block_on(examine(&url, &policy.policy, &options, &mut progress));
    bar.clear();
    let report = judge(&results.map_err(unreachable)?, &policy.policy, now());
    if let Some(file) = &args.html {
        write(file, &report)?;
    }
    print(&report, &policy, output)?;
    verdict(&report, args.strict)
}

/// An address as people write it: without a scheme, it is https.
fn address(text: &str) -> Result<Url, Error> {
    let whole = if text.contains("://") {
        text.to_string()
    } else {
        format!("https://{text}")
    };
    let wrong = || {
        Error::usage(format!("`{text}` is no address of a page"))
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

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn unreachable(error: ClientError) -> Error {
    let whole = error
        .causes()
        .iter()
        .fold(Error::new(Kind::Io, error.to_string()), Error::because);
    whole.hint("see whether a browser on this machine opens the page; --resolve and --ca help with a site that is not public yet")
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
    let titles = report
        .rows
        .iter()
        .map(|row| row.exchange.probe.title().len())
        .max()
        .unwrap_or_default();
    let _ = writeln!(
        text,
        "    {FAINT}{:titles$} {:3} {:9} {:9} because{FAINT:#}",
        "probe", "", "expected", "observed"
    );
    for row in &report.rows {
        write_row(&mut text, row, titles);
    }
    for (probe, why) in &report.failed_probes {
        let _ = writeln!(
            text,
            "  {BAD}✗{BAD:#} {probe:titles$}  failed: {}",
            visible(why)
        );
    }
    for finding in &report.findings {
        let fault = finding.fault;
        let style = style(fault.severity());
        let title = folded(&format!("{} ({})", fault.title(), fault.word()));
        let _ = writeln!(
            text,
            "\n{style}{}{style:#}: {title}",
            fault.severity().word()
        );
        for line in &finding.evidence {
            let _ = writeln!(text, "  seen: {}", folded(&visible(line)));
        }
        let (why, fix) = (folded(fault.why()), folded(fault.fix()));
        let _ = writeln!(text, "  why:  {why}\n  do:   {fix}");
    }
    if report.findings.is_empty() {
        let _ = writeln!(text, "\n{GOOD}Nothing is wrong with this cookie.{GOOD:#}");
    }
    text
}

fn write_row(text: &mut String, row: &Row, titles: usize) {
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
        "  {style}{mark}{style:#} {probe:titles$} {status} {outcome:9} {observed:9} {FAINT}{reason}{FAINT:#}",
    );
}

/// Enough of an id to tell it from others.
fn brief(observed: &ObservedCookie) -> String {
    let whole = observed.to_string();
    match observed.set() {
        Some(_) => whole.chars().take(8).collect(),
        None => whole,
    }
}

/// What fits beside the words that a finding's lines begin with, on a terminal of 80 columns.
const ROOM: usize = 71;

/// In lines of [`ROOM`] characters, the second and further ones below the first; a longer word stays whole.
fn folded(text: &str) -> String {
    let (mut folded, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > ROOM {
            folded.push_str("\n        ");
            column = 0;
        } else if column > 0 {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += width;
    }
    folded
}

const fn style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => CAUTION,
        Severity::Note => FAINT,
    }
}

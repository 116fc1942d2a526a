//! `hardtack verify`: probes a live site as browsers would, and compares it with the policy.

mod consent;
mod words;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use hardtack::{Country, Policy};
use hardtack_tower::{Source as _, System};
use hardtack_verify::{
    ClientError, Options, PolicySource, Probe, Report, Severity, Verdict, examine, html, json,
    judge,
};
use tokio::runtime;
use url::Url;

use self::words::in_words;
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::policy_file::PolicyFile;

/// Probe a live site as browsers would, and report what breaks its cookie
///
/// Sends some 25 requests, one after the other, with a User-Agent that names hardtack-verify: as a new and as a
/// returning visitor, with an invalid id, with the cookie twice, with Global Privacy Control, as a crawler, for a
/// prefetch, an image, a missing page and more. Each response is compared with the policy's decision. What could not be
/// exercised is listed as not tested. Nothing is sent to another site: where the page redirects there, it stops. The
/// exit code is 1 if there are errors, or warnings with --strict, or if a new and a returning visitor were not both
/// seen to be answered well, and 4 if the site cannot be examined.
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

    /// Probe as a visitor who granted consent, too, with these cookies, copied from a browser; where the policy waits
    /// for consent, all visitors send them
    #[arg(long, value_name = "COOKIES", value_parser = cookies)]
    granted: Option<String>,

    /// Probe as a visitor who denied consent, and as one who withdrew it, with these cookies
    #[arg(long, value_name = "COOKIES", value_parser = cookies)]
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

    /// End the examination after this many seconds, whatever has not been tested then
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    deadline: u64,

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

/// A `Cookie` header ends at a line break, and no browser sends another control character.
fn cookies(text: &str) -> Result<String, String> {
    match text.chars().find(|c| c.is_control()) {
        None => Ok(text.to_string()),
        Some(c) => Err(format!(
            "it holds the control character {c:?}; write the cookies in one line, as NAME=VALUE; NAME=VALUE"
        )),
    }
}

fn country(text: &str) -> Result<Country, String> {
    Country::parse(text.as_bytes()).ok_or_else(|| "write two letters, such as FR".to_string())
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let policy = PolicyFile::find(policy)?;
    let url = page_url(&args.url)?;
    consent::check(args, &policy.policy)?;
    if let Some(file) = &args.html {
        has_folder(file)?;
    }
    let options = options(args, &url);
    let bar = output.bar("probing");
    let mut progress = |done, total, probe: Probe| bar.show(done, total, probe.title());
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::io("cannot start", &cause))?;
    let results = runtime.block_on(examine(&url, &policy.policy, &options, &mut progress));
    bar.clear();
    let results = results.map_err(unreachable)?;
    let source = source(&policy, &url);
    let report = judge(&results, &policy.policy, source, System.now());
    if let Some(file) = &args.html {
        write(file, &report)?;
    }
    print(&report, output)?;
    verdict(&report, args.strict)
}

/// The policy's file, and its checksum with the domain of this host, as `hardtack build` shows it.
fn source(policy: &PolicyFile, url: &Url) -> PolicySource {
    let host = url.host_str().unwrap_or_default();
    let settings = hardtack_policy::resolved(&policy.settings, &[host]);
    let resolved = Policy::new(&settings, None).ok();
    PolicySource {
        name: policy.source(),
        hash: resolved.and_then(|policy| policy.hash().ok()),
    }
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
        deadline: Duration::from_secs(args.deadline.max(1)),
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
    whole.hint(error.hint())
}

/// An examination takes up to a minute: a report that cannot be written is an error before it.
fn has_folder(file: &Path) -> Result<(), Error> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    match folder.map(fs::metadata) {
        Some(Err(cause)) => Err(not_written(file, &cause)),
        _ => Ok(()),
    }
}

fn write(file: &Path, report: &Report) -> Result<(), Error> {
    fs::write(file, html(report)).map_err(|cause| not_written(file, &cause))
}

fn not_written(file: &Path, cause: &io::Error) -> Error {
    Error::io(format!("cannot write `{}`", file.display()), cause)
        .hint("name a file in a folder that exists and that you may write to")
}

fn print(report: &Report, output: &Output) -> Result<(), Error> {
    if output.wants_json() {
        return output.json(&json(report));
    }
    if output.is_quiet() {
        return Ok(());
    }
    output.data(in_words(report).trim_end())
}

fn verdict(report: &Report, strict: bool) -> Result<(), Error> {
    let (errors, warnings) = (
        report.count(Severity::Error),
        report.count(Severity::Warning),
    );
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let found = |text: String| Err(Error::new(Kind::Found, text));
    match report.verdict() {
        Verdict::Errors => found(format!(
            "{} in the cookie of {}",
            plural(errors, "error"),
            report.page
        )),
        Verdict::NothingSeen => Err(Error::new(
            Kind::Found,
            format!("nothing was seen to work at {}", report.page),
        )
        .hint(report.advice())),
        Verdict::Incomplete => Err(Error::new(
            Kind::Found,
            format!("the cookie of {} could not be tested in full", report.page),
        )
        .hint(report.advice())),
        Verdict::Warnings if strict => found(format!(
            "{}, and --strict is on",
            plural(warnings, "warning")
        )),
        Verdict::Warnings | Verdict::Works => Ok(()),
    }
}

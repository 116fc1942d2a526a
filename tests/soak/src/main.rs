//! A soak: three servers under a mixed load, while everything around them fails in turn. No visitor may notice more
//! than the faults explain, and no server may grow.
//!
//! One server stands before an application, another does so over TLS, and a third serves a folder without a log.
//! Memory, descriptors and threads are read from `/proc`, so this needs Linux.

mod certificates;
mod client;
mod faults;
mod hanging;
mod load;
mod report;
mod served;
mod socket;
mod tally;
mod upstream;
mod usage;
mod visitor;

use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;

use self::certificates::Certificates;
use self::faults::Faults;
use self::hanging::TIMEOUTS;
use self::load::Load;
use self::report::Report;
use self::served::Served;
use self::tally::{Fault, Tally};
use self::upstream::{DOWNLOAD, Sessions, Upstream};
use self::usage::{INTERVAL, Samples, Usage};

/// Load the server while everything around it fails, and check that no visitor notices
///
/// Exits with 1 if any bound is broken.
#[derive(Debug, Parser)]
struct Args {
    /// Run this long
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = minutes)]
    minutes: f64,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// Use this command [default: the one beside this program]
    #[arg(long, value_name = "FILE")]
    hardtack: Option<PathBuf>,
}

/// A time that a clock can be set to.
fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text
        .parse()
        .ok()
        .filter(|minutes| (0.0..=10_000.0).contains(minutes));
    minutes.ok_or_else(|| "write a number of minutes, such as 10 or 0.5".to_string())
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(report) => {
            print(&report, args.json);
            match report.is_good() {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Err(error) => {
            let hint = "is the command built, by `cargo build -p hardtack-cli`? tests/soak/run builds both";
            drop(writeln!(io::stderr(), "error: {error}\nhint: {hint}"));
            ExitCode::from(2)
        }
    }
}

fn print(report: &Report, as_json: bool) {
    let text = match as_json {
        true => format!("{:#}\n", report.json()),
        false => report.to_string(),
    };
    // Whoever has closed stdout reads the exit status.
    drop(io::stdout().write_all(text.as_bytes()));
}

fn run(args: &Args) -> io::Result<Report> {
    let folder = tempfile::tempdir()?;
    let tally = Arc::<Tally>::default();
    let sessions = Arc::<Sessions>::default();
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let (upstream, upstream_address) = Upstream::start(free, Arc::clone(&sessions))?;
    let certificates = Certificates::below(folder.path());
    certificates.renew()?;
    let program = program(args)?;
    let servers = Arc::new(start(
        &program,
        folder.path(),
        upstream_address,
        &certificates,
    )?);
    let faults = Faults {
        tally: Arc::clone(&tally),
        servers: Arc::clone(&servers),
        upstream: Some(upstream),
        upstream_address,
        sessions,
        policy: folder.path().join("hardtack.toml"),
        log: folder.path().join("access.log"),
        certificates,
        edits: 0,
    };
    let end = Instant::now() + Duration::from_secs_f64(args.minutes * 60.0);
    let load = Load::start(&servers, &tally)?;
    let injecting = thread::spawn(move || faults.run(end));
    let usage = watch(&servers, &tally, || injecting.is_finished());
    load.stop();
    let injected = injecting
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the injector panicked")))?;
    let servers =
        Arc::into_inner(servers).ok_or_else(|| io::Error::other("a server is still used"))?;
    servers.into_iter().for_each(|server| server.stop(&tally));
    Ok(Report::new(args.minutes, &tally, injected, usage))
}

fn program(args: &Args) -> io::Result<PathBuf> {
    let path = match &args.hardtack {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("hardtack"),
    };
    let missing = |cause| io::Error::other(format!("cannot find `{}`: {cause}", path.display()));
    fs::canonicalize(&path).map_err(missing)
}

/// Starts the server before the application, the same over TLS, and the one of a folder.
fn start(
    program: &Path,
    folder: &Path,
    upstream: SocketAddr,
    certificates: &Certificates,
) -> io::Result<[Served; 3]> {
    let site = folder.join("site");
    fs::create_dir(&site)?;
    fs::write(folder.join("hardtack.toml"), "")?;
    fs::write(site.join("index.html"), "<p>hi".repeat(2_000))?;
    fs::write(site.join("large.bin"), [b'd'; DOWNLOAD])?;
    fs::write(site.join("huge.bin"), vec![b'h'; 32 << 20])?;
    let upstream = format!("http://{upstream}");
    let (certificate, key) = (text(&certificates.certificate), text(&certificates.key));
    let serve = |name, arguments: &[&str]| {
        Served::start(name, program, folder, &[arguments, &TIMEOUTS].concat())
    };
    let before = ["--upstream", &upstream];
    let over_tls = [
        "--cert",
        &certificate,
        "--key",
        &key,
        "--access-log",
        "access.log",
    ];
    Ok([
        serve("plain", &before)?,
        serve("tls", &[&before[..], &over_tls].concat())?,
        serve("files", &["site", "--access-log", "off"])?,
    ])
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Looks at the servers until `is_done`, and says what each used first and last.
fn watch(
    servers: &[Served; 3],
    tally: &Tally,
    is_done: impl Fn() -> bool,
) -> Vec<(&'static str, Usage, Usage)> {
    let mut samples: [Samples; 3] = Default::default();
    while !is_done() {
        for (server, samples) in servers.iter().zip(&mut samples) {
            match Usage::of(server.id()) {
                // A process that has ended has no memory.
                Ok(usage) if usage.memory > 0 => samples.add(usage),
                seen => tally.fault(Fault::Ended, format!("`{}`: {seen:?}", server.name)),
            }
        }
        thread::sleep(INTERVAL);
    }
    let pairs = servers.iter().zip(&samples);
    let ends = pairs.filter_map(|(server, samples)| Some((server.name, samples.ends()?)));
    ends.map(|(name, (first, last))| (name, first, last))
        .collect()
}

//! The units, as systemd judges them.

use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::served::{PATIENCE, Served, attributes};
use crate::{read, run};

const INSTALLED: &str = "/usr/local/bin/hardtack";

/// A folder with both units, whose program is the one that was just built.
fn units() -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["hardtack.service", "hardtack.socket"] {
        let text = read(&format!("examples/deploy/{name}"));
        let text = text.replace(INSTALLED, env!("CARGO_BIN_EXE_hardtack"));
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs `systemd-analyze` in a folder of units; whether it approves, and what it says.
fn analyze(units: &TempDir, arguments: &str) -> (bool, String) {
    let mut command = Command::new("systemd-analyze");
    command.args(arguments.split(' ')).current_dir(units.path());
    let (output, text) = run(&mut command);
    (output.status.success(), text)
}

#[test]
fn the_units_are_valid() {
    let units = units();
    let arguments = "verify --man=no ./hardtack.service ./hardtack.socket";
    // What it does not know it only mentions.
    assert_eq!(analyze(&units, arguments), (true, String::new()));

    let path = units.path().join("hardtack.service");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("WatchdogSec=", "WatchdogSeconds=")).unwrap();
    let (_, said) = analyze(&units, arguments);
    assert!(said.contains("WatchdogSeconds"), "{said}");
}

/// The exposure level that the page promises, from 0 to 10.
fn promised() -> String {
    let page = read("docs/serve.md");
    let (_, rest) = page.split_once("exposure level of ").unwrap();
    rest.split_whitespace().next().unwrap().to_string()
}

#[test]
fn the_exposure_is_what_the_page_says() {
    let units = units();
    let level = promised();
    // The option counts tenths.
    let threshold = level.replace('.', "");
    let arguments =
        format!("security --offline=true --no-pager --threshold={threshold} ./hardtack.service");
    let (is_low, said) = analyze(&units, &arguments);
    let (_, overall) = said
        .split_once("Overall exposure level for hardtack.service: ")
        .unwrap();
    assert!(
        is_low && overall.starts_with(&format!("{level} ")),
        "{overall}"
    );
}

/// Each timeout of the unit that depends on a flag.
#[test]
fn systemd_waits_longer_than_the_server() {
    let unit = read("examples/deploy/hardtack.service");
    let number = |before: &str| -> u32 {
        let (_, rest) = unit.split_once(before).unwrap();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        rest[..end].parse().unwrap()
    };
    assert!(number("\nTimeoutStopSec=") > number("--stop-timeout "));
}

/// Starts the unit's command as systemd does: with a port, with credentials, and with somebody to notify.
#[test]
fn the_command_of_the_service_serves_the_socket() {
    let (folder, upstream) = (TempDir::new().unwrap(), Served::start(&[]));
    write_credentials(folder.path());
    let notified = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    notified.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = Served::run(&mut start(folder.path(), upstream.port, port));

    let mut ready = [0; 8];
    assert_eq!(
        (notified.recv(&mut ready).unwrap(), &ready),
        (8, b"READY=1\n")
    );
    let response = visit_over_tls(served.port);
    let expected = "Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax";
    assert_eq!(attributes(&response), expected);
}

fn write_credentials(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(vec!["www.example.com".to_string()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("hardtack.toml"), "").unwrap();
}

fn start(folder: &Path, upstream: u16, port: TcpListener) -> Command {
    let unit = read("examples/deploy/hardtack.service");
    let line = unit.lines().find_map(|it| it.strip_prefix("ExecStart="));
    let line = line
        .unwrap()
        .replace(INSTALLED, env!("CARGO_BIN_EXE_hardtack"))
        .replace("%d", &folder.display().to_string())
        .replace("/etc/hardtack", &folder.display().to_string())
        .replace(":3000", &format!(":{upstream}"));
    let script = format!("exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec {line}");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]);
    command.env("NOTIFY_SOCKET", folder.join("notify"));
    command.stdin(Stdio::from(OwnedFd::from(port)));
    command
}

fn visit_over_tls(port: u16) -> String {
    let mut command = Command::new("curl");
    command.args([
        "-ksS",
        "-D",
        "-",
        "-o",
        "/dev/null",
        "-H",
        "Accept: text/html",
    ]);
    command.args(["--resolve", &format!("www.example.com:{port}:127.0.0.1")]);
    command.args([
        "-A",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    ]);
    let (output, text) = run(command.arg(format!("https://www.example.com:{port}/")));
    assert!(output.status.success(), "{text}");
    text
}

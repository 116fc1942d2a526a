//! The units, as systemd judges them.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

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

//! Keys and secrets: written for their owner alone, reported where others can read them, and read to an end.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::sandbox::Sandbox;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

const NOTHING: (&str, &str) = ("NOTHING", "");

/// A folder with a policy that seals, and a file with its key.
fn sealing(mode: u32) -> Sandbox {
    let sandbox = Sandbox::with("hardtack.toml", "[id]\nsealed = true\n");
    keep(&sandbox.path("seal.keys"), KEY, mode);
    sandbox
}

fn keep(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn run(sandbox: &Sandbox, line: &str, environment: (&str, &str)) -> String {
    let args: Vec<&str> = line.split(' ').collect();
    let mut command = sandbox.command(&args);
    let (name, value) = environment;
    sandbox.show(&command.env(name, value).output().unwrap())
}

#[track_caller]
fn check_mode(sandbox: &Sandbox, line: &str, file: &str, expected: u32) {
    let environment = match sandbox.path("seal.keys").exists() {
        true => ("HARDTACK_SEAL_KEYS_FILE", "seal.keys"),
        false => NOTHING,
    };
    let shown = run(sandbox, line, environment);
    let file = fs::metadata(sandbox.path(file)).unwrap_or_else(|error| panic!("{error}: {shown}"));
    let mode = file.permissions().mode() & 0o777;
    assert_eq!(mode & !0o022, expected, "{line}: {mode:o}\n{shown}");
}

#[test]
fn artifacts_with_keys_are_their_owners() {
    let sandbox = sealing(0o600);
    let host = "--host www.example.com";
    for (line, file) in [
        ("build lambda-edge", "dist/lambda-edge.zip"),
        ("build node", "dist/node/policy.mjs"),
        ("build cloudflare", "dist/cloudflare/policy.mjs"),
        ("export terraform", "dist/terraform/lambda-edge.zip"),
    ] {
        check_mode(&sandbox, &format!("{line} {host}"), file, 0o600);
    }
}

#[test]
fn functions_hold_a_secret_under_any_policy() {
    let sandbox = Sandbox::new();
    let line = "build cloudfront-function --host www.example.com --viewer-request clean-urls";
    check_mode(&sandbox, line, "dist/cloudfront-function.js", 0o600);
    check_mode(&sandbox, line, "dist/cloudfront-function-request.js", 0o644);
    let line = "export cloudformation --via cloudfront-function --host www.example.com";
    check_mode(&sandbox, line, "dist/cloudformation/template.yaml", 0o600);
}

#[test]
fn other_artifacts_are_for_everybody() {
    let line = "build node --host www.example.com";
    check_mode(&Sandbox::new(), line, "dist/node/policy.mjs", 0o644);
}

#[track_caller]
fn check_warning(mode: u32, expected: bool) {
    let shown = run(
        &sealing(mode),
        "check",
        ("HARDTACK_SEAL_KEYS_FILE", "seal.keys"),
    );
    assert!(shown.starts_with("exit code: 0"), "{shown}");
    let warned =
        "warning: `seal.keys` holds a secret, and others can read it\nhint: `chmod 600 seal.keys`";
    assert_eq!(shown.contains(warned), expected, "{mode:o}: {shown}");
}

#[test]
fn keys_that_others_can_read_bring_a_warning() {
    check_warning(0o600, false);
    check_warning(0o400, false);
    check_warning(0o640, true);
    check_warning(0o644, true);
    check_warning(0o620, true);
}

#[test]
fn a_secret_that_others_can_read_brings_a_warning() {
    let sandbox = Sandbox::new();
    keep(&sandbox.path("hardtack.secret"), &"5e".repeat(32), 0o644);
    let shown = sandbox.run("build cloudfront-function --host www.example.com");
    assert!(shown.contains("`chmod 600 hardtack.secret`"), "{shown}");
}

#[track_caller]
fn check_endless(line: &str, environment: (&str, &str)) {
    let shown = run(&Sandbox::new(), line, environment);
    for part in [
        "`/dev/zero`",
        "it has more than",
        "hint: name the right file",
    ] {
        assert!(shown.contains(part), "{line}: {shown}");
    }
}

#[test]
fn a_file_without_an_end_is_refused() {
    check_endless("check --policy /dev/zero", NOTHING);
    check_endless("explain --har /dev/zero", NOTHING);
    check_endless("check", ("HARDTACK_SEAL_KEYS_FILE", "/dev/zero"));
    let function = "build cloudfront-function --host www.example.com";
    check_endless(&format!("{function} --secret /dev/zero"), NOTHING);
    check_endless(&format!("{function} --wrap /dev/zero"), NOTHING);
}

#[test]
fn a_certificate_without_an_end_is_refused() {
    let sandbox = Sandbox::with("key.pem", "no key");
    let shown = sandbox.run("serve . --listen 0 --cert /dev/zero --key key.pem");
    assert!(shown.starts_with("exit code: 4"), "{shown}");
    assert!(shown.contains("no certificate in `/dev/zero`"), "{shown}");
}

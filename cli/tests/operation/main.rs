//! The files in `examples/deploy` and what docs/serve.md says of proxies, tried with systemd's own checks, the schemas
//! of Kubernetes, a real nginx and a real Caddy.
//!
//! Needs systemd-analyze, nginx, and the Python packages that `aws/test/install` brings. `./test` installs them all.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod containers;
mod proxies;
mod served;
mod systemd;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A program of a Python package that `aws/test/install` has brought.
fn python_tool(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("cloud/bin").join(name);
    assert!(
        path.exists(),
        "{} is missing: aws/test/install brings it",
        path.display()
    );
    path
}

/// Runs a program to its end; what it printed on both streams, too.
fn run(command: &mut Command) -> (Output, String) {
    let program = command.get_program().to_owned();
    let output = command.output();
    let output =
        output.unwrap_or_else(|error| panic!("{program:?}: {error}; `./test` installs it"));
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (output, text)
}

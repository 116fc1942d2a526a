//! An empty folder to run the command in.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder that is deleted at the end of the test.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with one file in it.
    pub(crate) fn with(name: &str, text: &str) -> Self {
        let sandbox = Self::new();
        fs::write(sandbox.path(name), text).unwrap();
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command, run in the folder, without environment variables, which could change its output.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env_clear()
            .stdin(Stdio::null());
        command
    }

    /// Runs a command line, split at spaces, and returns exit code, stdout and stderr as text.
    pub(crate) fn run(&self, line: &str) -> String {
        let args: Vec<&str> = line.split(' ').collect();
        self.run_args(&args)
    }

    /// The same for arguments that contain spaces.
    pub(crate) fn run_args(&self, args: &[&str]) -> String {
        self.show(&self.command(args).output().unwrap())
    }

    /// The same with text on stdin.
    pub(crate) fn run_with_stdin(&self, args: &[&str], stdin: &str) -> String {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(stdin.as_bytes())
            .unwrap();
        self.show(&child.wait_with_output().unwrap())
    }

    /// Exit code, stdout and stderr as text.
    pub(crate) fn show(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let code = output.status.code().unwrap();
        let mut shown = format!("exit code: {code}\n");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                shown.push_str(&format!("----- {name} -----\n{}", text(bytes)));
            }
        }
        shown
            .replace(&*self.0.path().to_string_lossy(), "[DIR]")
            .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
    }
}

/// Runs a command line in an empty folder.
pub(crate) fn run(line: &str) -> String {
    Sandbox::new().run(line)
}

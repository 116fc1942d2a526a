//! A running server: the README's first command, or another one.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;

/// A server that is stopped on drop.
pub(crate) struct Served {
    process: Child,
    log: Option<JoinHandle<String>>,
    earlier: String,
    address: String,
    inspector: Option<String>,
    admin: Option<String>,
    arguments: Vec<String>,
}

impl Served {
    /// Runs the command with `--listen` and `--json`: on any free port, and with a log that a test can read.
    pub(crate) fn start(listen: &str) -> Self {
        let words = first_command(&root());
        let arguments = words.into_iter().skip_while(|word| word != "--").skip(1);
        Self::start_with(arguments.collect(), listen)
    }

    /// The same with other arguments.
    pub(crate) fn start_with(arguments: Vec<String>, listen: &str) -> Self {
        let Running {
            process,
            log,
            address,
            inspector,
            admin,
        } = run(&arguments, listen);
        Self {
            process,
            log: Some(log),
            earlier: String::new(),
            address,
            inspector,
            admin,
            arguments,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{}", self.address.trim_end_matches('/'), path)
    }

    /// The link to the inspector, unless it is off.
    pub(crate) fn inspector(&self) -> Option<&str> {
        self.inspector.as_deref()
    }

    /// Where its metrics are, with `--admin`.
    pub(crate) fn admin(&self) -> Option<&str> {
        self.admin.as_deref()
    }

    /// Stops the server as an operator would, and starts it again on the same port.
    pub(crate) fn restart(&mut self) {
        self.terminate();
        let port = self
            .address
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .expect("a port");
        let running = run(&self.arguments, &format!("127.0.0.1:{port}"));
        self.process = running.process;
        self.log = Some(running.log);
        self.inspector = running.inspector;
    }

    /// Stops the server, and returns the decisions that it has logged since the start.
    pub(crate) fn stop(self) -> Vec<Value> {
        let mut lines = self.stop_and_read_log();
        lines.retain(|line| {
            line.get("outcome")
                .or_else(|| line.get("function"))
                .is_some()
        });
        lines
    }

    /// Stops the server, and returns all that it has logged since the start.
    pub(crate) fn stop_and_read_log(mut self) -> Vec<Value> {
        self.terminate();
        let lines = self.earlier.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    fn terminate(&mut self) {
        let pid = self.process.id().to_string();
        let killed = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(killed.success());
        let status = self.process.wait().expect("the server ends");
        assert!(status.success(), "the server ended with {status}");
        let log = self.log.take().expect("a running server has a log");
        self.earlier += &log.join().expect("the log is read");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The built command, in the repository's root.
pub(crate) fn hardtack() -> Command {
    let root = root();
    build(&root);
    let mut command = Command::new(root.join("target/release/hardtack"));
    command.current_dir(root);
    command
}

/// A server as it was started, with what its first line says.
struct Running {
    process: Child,
    log: JoinHandle<String>,
    address: String,
    inspector: Option<String>,
    admin: Option<String>,
}

fn run(arguments: &[String], listen: &str) -> Running {
    let mut process = hardtack()
        .args(arguments)
        .args(["--json", "--listen", listen])
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the built command runs");
    let mut stdout = BufReader::new(process.stdout.take().expect("piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the first line");
    let line: Value = serde_json::from_str(&line).expect("the first line is JSON");
    let address = line["listening"].as_str().expect("the address").to_string();
    let inspector = line["inspector"].as_str().map(str::to_string);
    let admin = line["admin"].as_str().map(str::to_string);
    let log = thread::spawn(move || {
        let mut log = String::new();
        stdout.read_to_string(&mut log).expect("the log is text");
        log
    });
    Running {
        process,
        log,
        address,
        inspector,
        admin,
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds the command. `cargo run` itself would keep signals from the server, so it prints only the version, which
/// shows that the README's command runs `hardtack`.
fn build(root: &Path) {
    let words = first_command(root);
    assert_eq!(
        words[..4],
        ["cargo", "run", "--release", "--"],
        "the README's first command"
    );
    let output = Command::new("cargo")
        .args(&words[1..4])
        .arg("--version")
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output();
    let version = output.expect("cargo runs").stdout;
    assert!(
        version.starts_with(b"hardtack "),
        "`cargo run` runs something else"
    );
}

/// The words of the first command in the README.
fn first_command(root: &Path) -> Vec<String> {
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let mut lines = readme.lines().map(str::trim);
    let command = lines
        .find(|line| line.starts_with("cargo run"))
        .expect("a command in the README");
    command.split_whitespace().map(str::to_string).collect()
}

//! MiniStack, started on a free port, and the command pointed at it.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// The account that the emulator plays.
pub(crate) const ACCOUNT: &str = "123456789012";

/// An emulator that goes away with the tests' process.
pub(crate) struct Emulator {
    port: u16,
    process: Child,
}

/// What the command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder to run the command in, and the address that it takes for AWS.
pub(crate) struct Bench {
    folder: TempDir,
    endpoint: String,
}

/// The program of a package that `aws/test/install` has brought.
pub(crate) fn tool(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("cloud/bin").join(name);
    assert!(
        path.exists(),
        "{} is missing: aws/test/install brings it",
        path.display()
    );
    path
}

impl Emulator {
    /// The one that all tests share: what they make is told apart by its distribution.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Emulator>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::start(&[]))))
    }

    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut command = Command::new(tool("ministack"));
        command
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("LOG_LEVEL", "ERROR")
            .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
            .envs(environment.iter().copied());
        Self::listening(command, port)
    }

    /// The other one, moto, which plays the same account.
    pub(crate) fn moto() -> Self {
        let port = free_port();
        let mut command = Command::new(tool("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        Self::listening(command, port)
    }

    fn listening(mut command: Command, port: u16) -> Self {
        let process = command
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        end_with_us(process.id());
        let emulator = Self { port, process };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return emulator;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the emulator does not listen on port {port}");
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes a distribution of a configuration, under a reference of its own, and tells its id and its domain.
    pub(crate) fn distribution(&self, config: &str) -> (String, String) {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (before, rest) = config.split_once("<CallerReference>").unwrap();
        let (_, after) = rest.split_once("</CallerReference>").unwrap();
        let config = format!("{before}<CallerReference>{number}</CallerReference>{after}");
        let answer = self.call("POST", "/2020-05-31/distribution", &[], &config);
        (
            between(&answer, "<Id>", "</Id>"),
            between(&answer, "<DomainName>", "</DomainName>"),
        )
    }

    /// The configuration of a distribution as it stands.
    pub(crate) fn config(&self, id: &str) -> String {
        let answer = self.call(
            "GET",
            &format!("/2020-05-31/distribution/{id}/config"),
            &[],
            "",
        );
        answer.split_once("\r\n\r\n").unwrap().1.to_string()
    }

    /// A call with a signature that the emulator does not check. It tells services apart by the signature.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> String {
        let service = match path.starts_with("/2015-03-31/") {
            true => "lambda",
            false => "cloudfront",
        };
        let credential =
            format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request");
        let authorization = format!("{credential}, SignedHeaders=host, Signature=0");
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend(headers);
        http(&self.address(), method, path, &all, body)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Bench {
    /// With this policy, talking to this address.
    pub(crate) fn new(policy: &str, address: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("hardtack.toml"), policy).unwrap();
        Self {
            folder,
            endpoint: format!("http://{address}"),
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command, with nothing of the environment but what points it at the emulator.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
        command
            .args(line.split(' '))
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }

    /// Runs a line that must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> Run {
        let run = self.run(line);
        assert_eq!(
            run.code,
            Some(0),
            "hardtack {line}\n{}{}",
            run.stdout,
            run.stderr
        );
        run
    }
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// For snapshots: what differs from run to run is named instead.
    pub(crate) fn shown(&self, names: &[(&str, &str)]) -> String {
        let code = self
            .code
            .map_or_else(|| "killed".to_string(), |code| code.to_string());
        let mut text = format!("exit code: {code}\n");
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                let _ = write!(text, "----- {name} -----\n{stream}");
            }
        }
        let names = names
            .iter()
            .fold(text, |text, (from, to)| text.replace(from, to));
        let version = names.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        let mut words = version.split_inclusive([' ', '\n']).peekable();
        let mut masked = String::new();
        while let Some(word) = words.next() {
            masked.push_str(match words.peek() {
                Some(next) if next.starts_with("bytes") => "[SIZE] ",
                _ if word.trim_end().len() == 44 && word.trim_end().ends_with('=') => "[SHA256]\n",
                // It changes with every field that a policy gains.
                _ if is_hash(word.trim_end()) => "[POLICY]\n",
                _ if is_hash(word.trim_end_matches([',', ' '])) => "[CODE], ",
                // What a feature takes changes with every one that the function's source gains.
                _ if is_share(&masked, word) => "[SIZE]\n",
                _ => word,
            });
        }
        masked
    }
}

/// Whether a number ends a line such as `caused by: bots.policy takes 1886`.
fn is_share(before: &str, word: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_number = word.trim_end().bytes().all(|b| b.is_ascii_digit());
    line.contains("caused by: ") && line.ends_with(" takes ") && is_number
}

fn is_hash(word: &str) -> bool {
    word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit())
}

/// The text between two others.
pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0.to_string()
}

/// One HTTP exchange; the answer with its head.
pub(crate) fn http(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> String {
    let body = body.as_ref();
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| *name == "host") {
        let _ = write!(head, "host: {address}\r\n");
    }
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let answer = read(stream);
    String::from_utf8_lossy(&answer).into_owned()
}

/// An answer to its end, which is where its length says, or else where the connection ends.
fn read(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        answer.extend_from_slice(&buffer[..read]);
        if read == 0 || is_whole(&answer) {
            return answer;
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| answer.len() >= head.len() + 4 + length)
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A shared emulator is never dropped: a watcher stops it when this process is gone.
fn end_with_us(emulator: u32) {
    let script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 1; done; kill {emulator} 2>/dev/null",
        std::process::id()
    );
    let watcher = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    // It outlives this process, and so nobody waits for it.
    drop(watcher);
}

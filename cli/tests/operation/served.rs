//! A server as the documentation starts it, visits to it, and the lines of its access log.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::repository;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server. It is ended on drop.
pub(crate) struct Served {
    _process: Running,
    pub(crate) port: u16,
    log: Receiver<Value>,
}

/// A process that is ended on drop.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Served {
    /// Serves the example site on a free port of this machine, with these flags.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
        command.arg("serve").arg(repository("examples/site"));
        command.args(flags);
        command.args(["--json", "--listen", "0", "--log-client-address", "full"]);
        Self::run(&mut command)
    }

    /// Runs a command of `serve` with `--json`.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, log) = channel();
        thread::spawn(move || {
            let lines = stdout.lines().map_while(Result::ok);
            let mut values = lines.filter_map(|line| serde_json::from_str(&line).ok());
            values.try_for_each(|value: Value| sender.send(value))
        });
        let process = Running(process);
        let first = log.recv_timeout(PATIENCE).unwrap();
        let port = first["listening"].as_str().unwrap().trim_end_matches('/');
        let port = port.rsplit(':').next().unwrap().parse().unwrap();
        Self {
            _process: process,
            port,
            log,
        }
    }

    /// The next line of the access log.
    pub(crate) fn entry(&self) -> Value {
        self.log.recv_timeout(PATIENCE).unwrap()
    }
}

/// Requests a page as the browser of a new visitor does; the response as it came.
pub(crate) fn visit(port: u16, host: &str, lines: &str) -> String {
    visit_after(b"", port, host, lines)
}

/// The same, on a connection that begins with these bytes.
pub(crate) fn visit_after(bytes: &[u8], port: u16, host: &str, lines: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Dest: document\r\nAccept: text/html\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n{lines}Connection: close\r\n\r\n",
    )
    .unwrap();
    let mut response = Vec::new();
    // A connection that is closed before all of the request is read ends with a reset.
    let ended = stream.read_to_end(&mut response);
    assert!(ended.is_ok() || response.is_empty(), "{ended:?}");
    String::from_utf8_lossy(&response).into_owned()
}

/// The attributes of the cookie that a response sets.
#[track_caller]
pub(crate) fn attributes(response: &str) -> String {
    let is_ours = |line: &&str| line.to_ascii_lowercase().starts_with("set-cookie: fpd=");
    let cookie = response.lines().find(is_ours);
    let cookie = cookie.unwrap_or_else(|| panic!("no cookie in {response}"));
    cookie.split_once("; ").unwrap().1.to_string()
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until a process that was just started accepts connections.
pub(crate) fn await_port(process: &mut Running, port: u16) {
    let limit = Instant::now() + PATIENCE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = process.0.try_wait().unwrap();
        assert!(
            ended.is_none() && Instant::now() < limit,
            "nothing listens on port {port}: {ended:?}"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

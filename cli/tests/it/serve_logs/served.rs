//! A server as a child process, whose streams can be broken in every way.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

/// Far longer than any step takes: a test that waits this long has found a hang.
pub(super) const HANG_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server, which is ended on drop.
pub(super) struct Served {
    child: Child,
    address: SocketAddr,
    /// The stream that said where it listens, read to its end.
    told: Option<JoinHandle<String>>,
}

/// The stream that a test reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    Stdout,
    Stderr,
}

impl Served {
    /// Runs the command in the sandbox, and reads from one stream where it listens. The other is `broken`; the shell
    /// redirects as it is told, too.
    pub(super) fn start(
        sandbox: &Sandbox,
        args: &str,
        readable: Readable,
        broken: Stdio,
        redirect: &str,
    ) -> Self {
        let mut command = shell(sandbox, args, redirect);
        match readable {
            Readable::Stdout => command.arg("--json").stdout(Stdio::piped()).stderr(broken),
            Readable::Stderr => command.stderr(Stdio::piped()).stdout(broken),
        };
        let mut child = command.spawn().unwrap();
        let (address, told) = match readable {
            Readable::Stdout => follow(child.stdout.take().unwrap()),
            Readable::Stderr => follow(child.stderr.take().unwrap()),
        };
        Self {
            child,
            address,
            told: Some(told),
        }
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn connect(&self) -> Client {
        Client::to(self.address)
    }

    /// Requests a page by a connection of its own.
    pub(super) fn status(&self, path: &str) -> u16 {
        self.connect().get(path)
    }

    /// Sends a signal by its name.
    pub(super) fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("/bin/sh").args(["-c", &line]).status();
        assert!(sent.unwrap().success(), "{line}");
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Stops the server, and returns all that it said on the stream that is read.
    #[track_caller]
    pub(super) fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.wait();
        assert_eq!(status.code(), Some(0), "{status}");
        self.told.take().unwrap().join().unwrap()
    }

    #[track_caller]
    fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + HANG_TIMEOUT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not stop")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shell(sandbox: &Sandbox, args: &str, redirect: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("{redirect}; exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_hardtack"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(args.split_whitespace())
        .current_dir(sandbox.path(""))
        .env_clear()
        .stdin(Stdio::null());
    command
}

/// Reads where the server listens, and then all else in a thread.
fn follow(stream: impl Read + Send + 'static) -> (SocketAddr, JoinHandle<String>) {
    let mut stream = BufReader::new(stream);
    let mut told = String::new();
    while !told.contains("localhost:") {
        assert_ne!(stream.read_line(&mut told).unwrap(), 0, "{told}");
    }
    let (_, port) = told.split_once("localhost:").unwrap();
    let (port, _) = port.split_once('/').unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
    let reader = thread::spawn(move || {
        stream.read_to_string(&mut told).unwrap();
        told
    });
    (address, reader)
}

/// A connection for many requests.
pub(super) struct Client(BufReader<TcpStream>);

impl Client {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, HANG_TIMEOUT).unwrap();
        stream.set_read_timeout(Some(HANG_TIMEOUT)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Requests a page, reads the response, and returns its status.
    #[track_caller]
    pub(super) fn get(&mut self, path: &str) -> u16 {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
    }

    /// Sends these bytes, reads the response, and returns its status.
    #[track_caller]
    pub(super) fn send(&mut self, request: &[u8]) -> u16 {
        self.0.get_mut().write_all(request).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut head).unwrap(), 0, "{head:?}");
        }
        let head = head.to_ascii_lowercase();
        let length = head.split_once("content-length: ").unwrap().1;
        let length: usize = length.split_once('\r').unwrap().0.parse().unwrap();
        self.0.read_exact(&mut vec![0; length]).unwrap();
        head["http/1.1 ".len()..][..3].parse().unwrap()
    }
}

/// An address on which nothing listens.
pub(super) fn unused_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// A pipe whose reader has gone.
pub(super) fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

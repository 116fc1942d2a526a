//! `serve` while it runs: edited files, signals, and what systemd says and is told.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server, its port, and the lines on stderr as they come. It is ended on drop.
pub(crate) struct Serving {
    child: Child,
    pub(crate) port: u16,
    messages: Receiver<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    pub(crate) fn start(sandbox: &Sandbox, flags: &[&str]) -> Self {
        let args = [&["serve", ".", "--json", "--listen", "0"], flags].concat();
        Self::of(&mut sandbox.command(&args))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let (sender, messages) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            stderr
                .lines()
                .map_while(Result::ok)
                .try_for_each(|it| sender.send(it))
        });
        let port = line
            .split("localhost:")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let port = port.unwrap_or_else(|| panic!("no port: {line}"));
        Self {
            child,
            port: port.parse().unwrap(),
            messages,
        }
    }

    /// On a port that is open already, passed on as systemd does.
    pub(crate) fn on(sandbox: &Sandbox, listener: TcpListener, flags: &[&str]) -> Self {
        let mut command = Command::new("/bin/sh");
        let script = "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"";
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_hardtack")]);
        command.args(["serve", ".", "--json", "--listen", "0"]);
        command
            .args(flags)
            .current_dir(sandbox.path(""))
            .env_clear();
        Self::of(command.stdin(Stdio::from(OwnedFd::from(listener))))
    }

    /// The names of the cookies that a page sets.
    fn cookie(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let page =
            "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
        stream.write_all(page.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let line = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        line.and_then(|line| line.split('=').next())
            .unwrap_or_default()
            .to_string()
    }

    #[track_caller]
    fn await_cookie(&self, name: &str) {
        let limit = Instant::now() + PATIENCE;
        while self.cookie() != name {
            assert!(Instant::now() < limit, "the cookie is {}", self.cookie());
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn await_message(&self, part: &str) -> String {
        let limit = Instant::now() + PATIENCE;
        loop {
            let left = limit.saturating_duration_since(Instant::now());
            let line = self.messages.recv_timeout(left);
            let line = line.unwrap_or_else(|error| panic!("no line with {part:?}: {error}"));
            if line.contains(part) {
                return line;
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    #[track_caller]
    pub(crate) fn code(mut self) -> Option<i32> {
        let limit = Instant::now() + PATIENCE;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status.code(),
                None => assert!(Instant::now() < limit, "the server does not end"),
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// As an editor writes a file: beside it, then in its place.
fn edit(sandbox: &Sandbox, name: &str, text: &str) {
    fs::write(sandbox.path("edited"), text).unwrap();
    fs::rename(sandbox.path("edited"), sandbox.path(name)).unwrap();
}

const RENAMED: &str = "[cookie]\nname = \"visitor\"\n";

fn site() -> Sandbox {
    Sandbox::with("index.html", "<p>hi")
}

#[test]
fn an_edited_policy_is_in_force() {
    let sandbox = site();
    let serving = Serving::start(&sandbox, &[]);
    serving.await_cookie("FPD");
    edit(&sandbox, "hardtack.toml", RENAMED);
    serving.await_cookie("visitor");
    serving.await_message("reloaded, because a file changed: policy hardtack.toml");
}

#[test]
fn a_wrong_policy_changes_nothing_and_says_where_it_is_wrong() {
    let sandbox = site();
    edit(&sandbox, "hardtack.toml", RENAMED);
    let serving = Serving::start(&sandbox, &[]);
    serving.await_cookie("visitor");
    edit(&sandbox, "hardtack.toml", "[cookie]\nnmae = \"other\"\n");
    let line = serving.await_message("not reloaded");
    let why = "what was in force stays: hardtack.toml:2:1: unknown key `cookie.nmae` (did you mean `name`?)";
    assert!(line.contains(why), "{line}");
    serving.await_cookie("visitor");
    edit(&sandbox, "hardtack.toml", "[cookie]\nname = \"other\"\n");
    serving.await_cookie("other");
}

#[test]
fn the_defaults_do_not_come_back_where_the_file_is_gone() {
    let sandbox = site();
    edit(&sandbox, "hardtack.toml", RENAMED);
    let serving = Serving::start(&sandbox, &[]);
    fs::remove_file(sandbox.path("hardtack.toml")).unwrap();
    let line = serving.await_message("not reloaded");
    assert!(line.contains("cannot read `hardtack.toml`"), "{line}");
    serving.await_cookie("visitor");
}

#[test]
fn sighup_reads_the_files_again() {
    let sandbox = site();
    let serving = Serving::start(&sandbox, &["--policy", "/dev/null"]);
    for _ in 0..2 {
        serving.signal("-HUP");
        serving.await_message("reloaded, because SIGHUP: policy /dev/null");
    }
    serving.await_cookie("FPD");
    serving.signal("-TERM");
    assert_eq!(serving.code(), Some(0));
}

#[test]
fn a_wrong_certificate_changes_nothing() {
    let sandbox = site();
    let (cert, key) = certificate();
    fs::write(sandbox.path("cert.pem"), &cert).unwrap();
    fs::write(sandbox.path("key.pem"), &key).unwrap();
    let serving = Serving::start(&sandbox, &["--cert", "cert.pem", "--key", "key.pem"]);
    edit(&sandbox, "key.pem", "no key");
    serving
        .await_message("not reloaded, what was in force stays: failed to read PEM from `key.pem`");
    let (cert, key) = certificate();
    edit(&sandbox, "cert.pem", &cert);
    edit(&sandbox, "key.pem", &key);
    serving.await_message("reloaded, because a file changed");
}

fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_string()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn the_second_signal_ends_it_at_once() {
    let sandbox = site();
    fs::write(sandbox.path("large"), vec![b'x'; 20 << 20]).unwrap();
    let serving = Serving::start(&sandbox, &[]);
    // A response in flight, of which nothing is read: the server waits for it.
    let mut stream = TcpStream::connect(("127.0.0.1", serving.port)).unwrap();
    stream
        .write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    stream.read_exact(&mut [0; 1]).unwrap();
    serving.signal("-INT");
    thread::sleep(Duration::from_millis(300));
    serving.signal("-INT");
    assert_eq!(serving.code(), Some(130));
}

fn received(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 256];
    let length = socket.recv(&mut buffer).unwrap();
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[test]
fn systemd_is_told() {
    let sandbox = site();
    let path = sandbox.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = sandbox.command(&["serve", ".", "--json", "--listen", "0"]);
    let serving = Serving::of(
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "200000"),
    );
    assert_eq!(received(&socket), "READY=1\n");
    assert_eq!(received(&socket), "WATCHDOG=1\n");
    serving.signal("-HUP");
    let words: Vec<String> = std::iter::repeat_with(|| received(&socket))
        .filter(|word| word != "WATCHDOG=1\n")
        .take(2)
        .collect();
    assert!(
        words[0].starts_with("RELOADING=1\nMONOTONIC_USEC="),
        "{words:?}"
    );
    assert_eq!(words[1], "READY=1\n");
    serving.signal("-TERM");
    while received(&socket) != "STOPPING=1\n" {}
    assert_eq!(serving.code(), Some(0));
}

#[test]
fn a_port_that_is_open_already_is_taken() {
    let sandbox = site();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = Serving::on(&sandbox, listener, &[]);
    assert_eq!(serving.port, port);
    serving.await_cookie("FPD");
}

//! A restart of `serve` while requests arrive: on a port that is passed on, and on one that two processes share.
#![cfg(unix)]

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::reload::{PATIENCE, Serving};
use crate::sandbox::Sandbox;

/// How many clients there are. Each has one connection at a time.
const CLIENTS: usize = 4;

/// How many answers show that a server answers.
const SOME: usize = 100;

const OLD: &[&str] = &["--policy", "old.toml"];
const NEW: &[&str] = &["--policy", "new.toml"];

/// A site, and two policies whose cookies tell which process has answered.
fn site() -> Sandbox {
    let sandbox = Sandbox::with("index.html", "<p>hi");
    for name in ["old", "new"] {
        let policy = format!("[cookie]\nname = \"{name}\"\n");
        fs::write(sandbox.path(&format!("{name}.toml")), policy).unwrap();
    }
    sandbox
}

/// Clients that request a page again and again, each time on a new connection, for as long as this exists.
struct Load {
    answers: Receiver<io::Result<String>>,
    failures: Vec<String>,
}

impl Load {
    fn on(port: u16) -> Self {
        let (sender, answers) = channel();
        for _ in 0..CLIENTS {
            let sender = sender.clone();
            thread::spawn(move || request_until_told(port, &sender));
        }
        Self {
            answers,
            failures: Vec::new(),
        }
    }

    /// Waits for some answers with this cookie.
    #[track_caller]
    fn await_answers(&mut self, cookie: &str) {
        let limit = Instant::now() + PATIENCE;
        let mut found = 0;
        while found < SOME {
            let left = limit.saturating_duration_since(Instant::now());
            match self.answers.recv_timeout(left).unwrap() {
                Ok(answer) if answer.contains(&format!("set-cookie: {cookie}=")) => found += 1,
                Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => {}
                Ok(answer) => self.failures.push(format!("not a page: {answer:?}")),
                Err(error) => self.failures.push(error.to_string()),
            }
        }
    }
}

fn request_until_told(port: u16, answers: &Sender<io::Result<String>>) {
    while answers.send(connect(port).and_then(answer)).is_ok() {}
}

/// A connection with a request on it.
fn connect(port: u16) -> io::Result<TcpStream> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let page =
        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
    stream.write_all(page.as_bytes())?;
    Ok(stream)
}

fn answer(mut stream: TcpStream) -> io::Result<String> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// systemd stops the old process before it starts the new one, and connections wait in the port's queue meanwhile.
#[test]
fn a_port_that_is_passed_on_loses_no_request() {
    let sandbox = site();
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let old = Serving::on(&sandbox, port.try_clone().unwrap(), OLD);
    let mut load = Load::on(old.port);
    load.await_answers("old");
    old.signal("-TERM");
    assert_eq!(old.code(), Some(0));
    let _new = Serving::on(&sandbox, port, NEW);
    load.await_answers("new");
    assert_eq!(load.failures, [""; 0]);
}

/// The kernel resets a connection that it puts into the old process's queue between the last look and the close: at
/// most one for each client.
#[test]
fn a_shared_port_loses_no_more_than_what_arrives_at_the_instant_of_its_close() {
    let sandbox = site();
    let old = Serving::start(&sandbox, &[OLD, &["--reuse-port"]].concat());
    let mut load = Load::on(old.port);
    load.await_answers("old");
    let port = old.port.to_string();
    let also = ["serve", ".", "--json", "--reuse-port", "--listen", &port];
    let _new = Serving::of(&mut sandbox.command(&[&also, NEW].concat()));
    load.await_answers("new");
    old.signal("-TERM");
    assert_eq!(old.code(), Some(0));
    load.await_answers("new");
    assert!(load.failures.len() <= CLIENTS, "{:?}", load.failures);
}

#[test]
fn a_port_is_not_shared_unless_both_say_so() {
    let sandbox = site();
    let first = Serving::start(&sandbox, &["--reuse-port"]);
    let port = first.port.to_string();
    let shown = sandbox.run(&format!("serve . --listen {port}"));
    assert!(shown.starts_with("exit code: 4\n"), "{shown}");
    assert!(shown.contains("another process listens there"), "{shown}");
}

/// The server is halted while connections come, and finds them together with the signal to stop.
#[test]
fn connections_that_wait_when_the_server_stops_are_answered() {
    let sandbox = site();
    let serving = Serving::start(&sandbox, &[]);
    serving.signal("-STOP");
    thread::sleep(Duration::from_millis(100));
    let waiting: Vec<_> = (0..20).map(|_| connect(serving.port).unwrap()).collect();
    serving.signal("-TERM");
    serving.signal("-CONT");
    for stream in waiting {
        let answer = answer(stream).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    }
    assert_eq!(serving.code(), Some(0));
}

/// What is accepted just before the stop has had no time to be read.
#[test]
fn a_request_that_comes_soon_after_the_stop_on_a_new_connection_is_answered() {
    let sandbox = site();
    let serving = Serving::start(&sandbox, &[]);
    let address = SocketAddr::from(([127, 0, 0, 1], serving.port));
    let mut stream = TcpStream::connect(address).unwrap();
    // Another exchange, so that the server has accepted the first connection.
    connect(serving.port).and_then(answer).unwrap();
    serving.signal("-TERM");
    while TcpStream::connect(address).is_ok() {
        thread::sleep(Duration::from_millis(5));
    }
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let answer = answer(stream).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    assert_eq!(serving.code(), Some(0));
}

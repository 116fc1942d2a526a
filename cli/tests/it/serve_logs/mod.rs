//! What `hardtack serve` logs, and that no log can hurt: whatever becomes of stdout and stderr, each request is
//! answered, and the server stops when it is told to.

mod lines;
mod reopening;
mod served;

use std::io::Read as _;
use std::net::TcpStream;
use std::process::Stdio;

use crate::sandbox::Sandbox;
use served::{Readable, Served, closed, unused_address};

/// More than a pipe and all buffers hold.
const REQUESTS: usize = 3000;

fn site() -> Sandbox {
    Sandbox::with("index.html", "<p>hi")
}

/// Serves a page some thousands of times with a stdout like this, and returns how many lines were lost.
#[track_caller]
fn lost_with_stdout(broken: impl Into<Stdio>, redirect: &str) -> usize {
    let sandbox = site();
    let served = Served::start(&sandbox, ".", Readable::Stderr, broken.into(), redirect);
    let mut client = served.connect();
    for _ in 0..REQUESTS {
        assert_eq!(client.get("/"), 200);
    }
    drop(client);
    lost(&served.stop())
}

/// The number in the last line.
#[track_caller]
fn lost(stderr: &str) -> usize {
    let last = stderr.lines().last().unwrap();
    match last.strip_prefix("stopped; ") {
        None => {
            assert_eq!(last, "stopped", "{stderr}");
            0
        }
        Some(told) => {
            let number = told.strip_suffix(" log lines were lost").unwrap();
            number.replace(',', "").parse().unwrap()
        }
    }
}

#[test]
fn a_full_disk_behind_stdout_loses_every_line() {
    assert_eq!(lost_with_stdout(Stdio::null(), "exec >/dev/full"), REQUESTS);
}

#[test]
fn the_first_lost_line_is_announced() {
    let sandbox = site();
    let full = "exec >/dev/full";
    let served = Served::start(&sandbox, ".", Readable::Stderr, Stdio::null(), full);
    assert_eq!((served.status("/"), served.status("/")), (200, 200));
    let stderr = served.stop();
    let announced =
        "warning: log lines for stdout are lost: No space left on device (os error 28)\n";
    assert_eq!(stderr.matches(announced).count(), 1, "{stderr}");
    assert!(
        stderr.ends_with("\nstopped; 2 log lines were lost\n"),
        "{stderr}"
    );
}

#[test]
fn a_closed_stdout_loses_every_line() {
    assert_eq!(lost_with_stdout(closed(), ":"), REQUESTS);
    // The standard library opens /dev/null in its place.
    assert_eq!(lost_with_stdout(Stdio::null(), "exec >&-"), 0);
}

#[test]
fn what_a_stdout_that_nobody_reads_does_not_hold_is_lost_and_counted() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let lost = lost_with_stdout(writer, ":");
    let mut held = String::new();
    reader.read_to_string(&mut held).unwrap();
    assert!(lost > 0 && held.ends_with('\n'), "{lost}");
    assert_eq!(held.lines().count() + lost, REQUESTS);
}

/// Serves an upstream that is down, so that each request makes a message, with a stderr like this.
#[track_caller]
fn check_stderr(broken: impl Into<Stdio>, redirect: &str) {
    let sandbox = site();
    let args = format!("-v --upstream http://{}", unused_address());
    let served = Served::start(&sandbox, &args, Readable::Stdout, broken.into(), redirect);
    let mut client = served.connect();
    for _ in 0..REQUESTS {
        assert_eq!(client.get("/"), 502);
    }
    drop(client);
    let stdout = served.stop();
    // The first says where it listens.
    assert_eq!(stdout.lines().count(), 1 + REQUESTS);
}

#[test]
fn a_full_disk_behind_stderr_hurts_nobody() {
    check_stderr(Stdio::null(), "exec 2>/dev/full");
}

#[test]
fn a_closed_stderr_hurts_nobody() {
    check_stderr(closed(), ":");
    check_stderr(Stdio::null(), "exec 2>&-");
}

#[test]
fn a_stderr_that_nobody_reads_hurts_nobody() {
    let (_reader, writer) = std::io::pipe().unwrap();
    check_stderr(writer, ":");
}

#[test]
fn all_messages_arrive_where_stderr_is_read() {
    let sandbox = site();
    let args = format!("-v --upstream http://{}", unused_address());
    let served = Served::start(&sandbox, &args, Readable::Stderr, Stdio::null(), ":");
    let mut client = served.connect();
    for _ in 0..REQUESTS {
        assert_eq!(client.get("/"), 502);
    }
    drop(client);
    let stderr = served.stop();
    assert_eq!(lost(&stderr), 0);
    // One is a warning, which comes without -v, too.
    assert_eq!(stderr.matches(" WARN upstream failed ").count(), 1);
    assert_eq!(stderr.matches(" upstream failed ").count(), REQUESTS);
}

#[test]
fn too_few_descriptors_and_a_full_stderr_do_not_end_the_process() {
    let sandbox = site();
    let limit = "ulimit -n 64; exec 2>/dev/full";
    let mut served = Served::start(
        &sandbox,
        ". --workers 1",
        Readable::Stdout,
        Stdio::null(),
        limit,
    );
    let address = served.address();
    let open: Vec<_> = (0..100)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    // Time for several attempts to accept one more.
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(served.is_running());
    drop(open);
    assert_eq!(served.status("/"), 200);
    served.stop();
}

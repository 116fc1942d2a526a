//! The access log in a file, and its rotation.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::served::{HANG_TIMEOUT, Readable, Served};
use super::site;
use crate::sandbox::Sandbox;

fn logging_to_a_file(sandbox: &Sandbox) -> Served {
    let args = ". --access-log access.log";
    Served::start(sandbox, args, Readable::Stderr, Stdio::null(), ":")
}

/// Waits until a file has this many lines.
#[track_caller]
fn lines_of(sandbox: &Sandbox, name: &str, count: usize) -> String {
    let deadline = Instant::now() + HANG_TIMEOUT;
    loop {
        let text = fs::read_to_string(sandbox.path(name)).unwrap_or_default();
        if text.lines().count() >= count {
            return text;
        }
        assert!(Instant::now() < deadline, "{name}: {text:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_log_is_appended_to_a_file() {
    let sandbox = site();
    fs::write(sandbox.path("access.log"), "earlier\n").unwrap();
    let served = logging_to_a_file(&sandbox);
    assert_eq!(served.status("/"), 200);
    let text = lines_of(&sandbox, "access.log", 2);
    assert!(text.starts_with("earlier\n"), "{text}");
    assert!(text.contains(" GET 200 / "), "{text}");
    // It lies in the folder that is served, and is not for visitors.
    assert_eq!(served.status("/access.log"), 404);
}

#[test]
fn a_signal_has_the_file_opened_again() {
    let sandbox = site();
    let served = logging_to_a_file(&sandbox);
    served.status("/before");
    lines_of(&sandbox, "access.log", 1);
    fs::rename(sandbox.path("access.log"), sandbox.path("access.log.1")).unwrap();
    served.status("/between");
    lines_of(&sandbox, "access.log.1", 2);
    served.signal("USR1");
    while !sandbox.path("access.log").exists() {
        thread::sleep(Duration::from_millis(5));
    }
    served.status("/after");
    let text = lines_of(&sandbox, "access.log", 1);
    assert!(text.contains("/after") && !text.contains("/be"), "{text}");
    served.stop();
    assert_eq!(lines_of(&sandbox, "access.log.1", 2).lines().count(), 2);
}

#[test]
fn the_old_file_is_kept_if_the_new_one_cannot_be_opened() {
    let sandbox = site();
    let served = logging_to_a_file(&sandbox);
    served.status("/before");
    lines_of(&sandbox, "access.log", 1);
    fs::rename(sandbox.path("access.log"), sandbox.path("access.log.1")).unwrap();
    fs::create_dir(sandbox.path("access.log")).unwrap();
    served.signal("USR1");
    // Reopening is done before what comes later is written.
    thread::sleep(Duration::from_millis(200));
    served.status("/after");
    let text = lines_of(&sandbox, "access.log.1", 2);
    assert!(text.contains("/after"), "{text}");
    let stderr = served.stop();
    assert!(
        stderr.contains(
            " WARN cannot reopen the access log: the old file is written on file=access.log error="
        ),
        "{stderr}"
    );
}

#[test]
fn the_signal_ends_no_server_without_a_file() {
    let sandbox = site();
    let mut served = Served::start(&sandbox, ".", Readable::Stderr, Stdio::null(), ":");
    served.status("/");
    served.signal("USR1");
    assert_eq!(served.status("/"), 200);
    assert!(served.is_running());
    served.stop();
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error() {
    let sandbox = site();
    let serve = "serve . --listen 127.0.0.1:0 --access-log";
    assert_snapshot!(sandbox.run(&format!("{serve} missing/access.log")), @"
    exit code: 4
    ----- stderr -----
    error: cannot write a log to `missing/access.log`
      caused by: No such file or directory (os error 2)
    hint: check the path: a relative one begins at the current folder
    ");
    assert_snapshot!(sandbox.run(&format!("{serve} .")), @"
    exit code: 4
    ----- stderr -----
    error: cannot write a log to `.`
      caused by: Is a directory (os error 21)
    hint: name a file: this is a folder
    ");
}

#[test]
fn no_access_log_is_written_with_off() {
    let sandbox = site();
    let args = ". --access-log off";
    let served = Served::start(&sandbox, args, Readable::Stdout, Stdio::null(), ":");
    served.status("/");
    assert_eq!(served.stop().lines().count(), 1);
    assert!(!sandbox.path("off").exists());
}

//! A policy and certificates that change while the server runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hardtack_server::{Config, Server, Site, tls};
use tokio::sync::oneshot;

use crate::served::{EXAMPLE, Served, page, policy, usual};
use crate::tls::{connect, trusting};
use crate::wire::HANG_TIMEOUT;

const RENAMED: &str = "[cookie]\nname = 'visitor'";

/// Asks until the cookie has this name: a change takes effect with the connections that are accepted after it.
#[track_caller]
fn await_cookie(server: &Served, name: &str) {
    let limit = Instant::now() + HANG_TIMEOUT;
    loop {
        let answer = server.page("/", &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
        match answer
            .field("set-cookie")
            .is_some_and(|line| line.starts_with(&format!("{name}=")))
        {
            true => return,
            false => assert!(Instant::now() < limit, "{answer:?}"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_policy_is_in_force_for_new_connections() {
    let server = Served::example();
    await_cookie(&server, "FPD");
    server.control.reload(policy(RENAMED), None);
    await_cookie(&server, "visitor");
    server.control.reload(policy(""), None);
    await_cookie(&server, "FPD");
}

#[test]
fn a_connection_that_was_just_accepted_gets_its_first_answer() {
    let server = Served::example();
    let mut fresh: Vec<_> = (0..8).map(|_| server.wire()).collect();
    server.still_serves();
    server.control.reload(policy(RENAMED), None);
    await_cookie(&server, "visitor");
    for wire in &mut fresh {
        assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    }
}

#[test]
fn every_worker_takes_it() {
    let workers = 4.try_into().unwrap();
    let server = Served::folder(EXAMPLE, Config { workers, ..usual() });
    server.control.reload(policy(RENAMED), None);
    await_cookie(&server, "visitor");
    // All of them have been told by now; connections that stay open spread over them.
    let mut open: Vec<_> = (0..8).map(|_| server.wire()).collect();
    for wire in &mut open {
        let answer = wire.ask(&page("localhost", "/", &[]));
        assert!(answer.cookies()[0].starts_with("visitor="), "{answer:?}");
    }
}

#[test]
fn a_connection_that_waits_is_closed_and_one_in_flight_completes() {
    let server = Served::example();
    let (mut waiting, mut sending) = (server.wire(), server.wire());
    waiting.ask(&page("localhost", "/", &[]));
    let request = page("localhost", "/", &[]);
    let (first, rest) = request.split_at(20);
    sending.send(first);
    server.control.reload(policy(RENAMED), None);
    await_cookie(&server, "visitor");
    waiting.is_closed();
    // It had begun before: whatever policy it gets, it is answered.
    sending.send(rest);
    assert_eq!(sending.answer().status, 200);
}

#[test]
fn certificates_are_exchanged() {
    let certificate = || {
        tls::self_signed(vec!["localhost".to_string()])
            .unwrap()
            .config
    };
    let tls = Some(certificate());
    let server = Served::folder(EXAMPLE, Config { tls, ..usual() });
    let old = trusting(&server, "localhost", &["http/1.1"]);
    assert!(connect(&server, "localhost", old.clone()).is_ok());
    server.control.reload(policy(""), Some(certificate()));
    let limit = Instant::now() + HANG_TIMEOUT;
    while connect(&server, "localhost", old.clone()).is_ok() {
        assert!(
            Instant::now() < limit,
            "the old certificate is still presented"
        );
        thread::sleep(Duration::from_millis(10));
    }
    let new = trusting(&server, "localhost", &["http/1.1"]);
    let mut wire = connect(&server, "localhost", new).unwrap();
    assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
}

#[test]
fn a_server_that_answers_beats() {
    let server = Server::bind(usual(), Site::folder(EXAMPLE).unwrap(), None).unwrap();
    let beats = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&beats);
    let server = server.with_heartbeat(Duration::from_millis(20), move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let running = thread::spawn(move || server.run(async { drop(stopped.await) }));
    let limit = Instant::now() + HANG_TIMEOUT;
    while beats.load(Ordering::Relaxed) < 3 {
        assert!(Instant::now() < limit, "no heartbeat");
        thread::sleep(Duration::from_millis(5));
    }
    drop(stop);
    running.join().unwrap().unwrap();
}

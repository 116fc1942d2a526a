//! Limits for the upstream: connections, the queue for them, header lines, and bodies that come slowly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use hardtack_server::Config;
use hardtack_server::proxy::UpstreamLimits;

use crate::http2::{self, Client};
use crate::origin::Origin;
use crate::served::{SOON, Served, page, usual};
use crate::wire::Wire;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn before(origin: &Origin, upstream_limits: UpstreamLimits) -> Served {
    let config = Config {
        upstream_limits,
        workers: 2.try_into().unwrap(),
        ..usual()
    };
    Served::before(origin.address, config)
}

fn connections(connections: usize, queue: usize) -> UpstreamLimits {
    UpstreamLimits {
        queue,
        ..UpstreamLimits::default().with_connections(connections)
    }
}

/// The most that there was at once.
#[derive(Debug, Default)]
struct Peak {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Peak {
    fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let result = work();
        self.now.fetch_sub(1, Ordering::SeqCst);
        result
    }
}

#[test]
fn streams_of_http_2_share_the_connections_to_the_upstream() {
    let (busy, open) = (Arc::new(Peak::default()), Arc::new(Peak::default()));
    let (seen_busy, seen_open) = (Arc::clone(&busy), Arc::clone(&open));
    let origin = Origin::start(move |mut wire| {
        seen_open.during(|| {
            while wire.try_until("\r\n\r\n").is_some() {
                seen_busy.during(|| thread::sleep(Duration::from_millis(5)));
                wire.try_send(OK);
            }
        });
    });
    let server = before(&origin, connections(8, 1000));
    let ask = |client: Client| {
        let asked = (0..100).map(|_| http2::page("http://localhost/"));
        client.ask_all(asked)
    };
    let clients = [(); 3].map(|()| Client::to(&server));
    let asking = clients.map(|client| thread::spawn(move || ask(client)));
    for answers in asking {
        let answers = answers.join().unwrap();
        assert!(answers.iter().all(|answer| answer.text() == "ok"));
    }
    let most = |peak: &Peak| peak.most.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most(&busy)), "{busy:?}");
    // And idle ones, and those that are about to close.
    assert!(most(&open) <= 32, "{open:?}");
}

/// An upstream that never answers.
fn silent() -> Origin {
    Origin::start(|mut wire| drop(wire.rest()))
}

/// Takes the only connection to the upstream. Whoever asks afterwards must wait.
#[track_caller]
fn occupy(server: &Served) -> Wire {
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    thread::sleep(SOON);
    wire
}

#[test]
fn a_request_that_finds_the_queue_full_is_answered_with_503() {
    let origin = silent();
    let server = before(&origin, connections(1, 0));
    let _busy = occupy(&server);
    for _ in 0..20 {
        let answer = server.page("/", &[]);
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.says("retry-after", "5"), "{answer:?}");
    }
    assert_eq!(
        server.ask(&server.inspecting("/.hardtack/", &[])).status,
        200
    );
}

#[test]
fn a_client_that_uses_all_of_its_connections_leaves_the_others() {
    let origin = Origin::start(|mut wire| {
        while let Some(head) = wire.try_until("\r\n\r\n") {
            if head.contains("/slow") {
                wire.rest();
            }
            wire.try_send(OK);
        }
    });
    let config = Config {
        upstream_limits: connections(4, 20),
        trusted: "loopback".parse().unwrap(),
        ..usual()
    };
    let server = Served::before(origin.address, config);
    let ask = |client: &str, path: &str| {
        let mut wire = server.wire();
        let field = format!("X-Forwarded-For: {client}");
        wire.send(page("localhost", path, &[&field]));
        wire
    };
    let _slow: Vec<Wire> = (0..50).map(|_| ask("192.0.2.1", "/slow")).collect();
    thread::sleep(SOON);
    for client in ["192.0.2.2", "2001:db8::1"] {
        assert_eq!(ask(client, "/").answer().text(), "ok");
    }
}

#[test]
fn a_request_that_waits_too_long_is_answered_with_503() {
    let limits = UpstreamLimits {
        queue_timeout: SOON,
        ..connections(1, 10)
    };
    let origin = silent();
    let server = before(&origin, limits);
    let _busy = occupy(&server);
    assert_eq!(server.page("/", &[]).status, 503);
}

#[test]
fn a_request_in_the_queue_is_answered_once_a_connection_is_free() {
    let origin = Origin::start(|mut wire| {
        while wire.try_until("\r\n\r\n").is_some() {
            thread::sleep(SOON * 2);
            wire.try_send(OK);
        }
    });
    let server = before(&origin, connections(1, 10));
    let mut busy = occupy(&server);
    assert_eq!(server.page("/", &[]).text(), "ok");
    assert_eq!(busy.answer().text(), "ok");
}

#[test]
fn a_client_that_goes_away_leaves_its_connection_to_the_next() {
    let origin = Origin::start(|mut wire| {
        if wire.until("\r\n\r\n").contains("/slow") {
            wire.rest();
        }
        wire.try_send(OK);
    });
    let server = before(&origin, connections(1, 10));
    let mut gone = server.wire();
    gone.send(page("localhost", "/slow", &[]));
    thread::sleep(SOON);
    drop(gone);
    assert_eq!(server.page("/", &[]).text(), "ok");
}

#[test]
fn a_websocket_uses_a_connection_until_it_closes() {
    let origin = Origin::start(|mut wire| {
        let head = wire.until("\r\n\r\n");
        if !head.contains("websocket") {
            wire.try_send(OK);
            return;
        }
        wire.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        );
        wire.rest();
    });
    let server = before(&origin, connections(1, 0));
    let mut wire = server.wire();
    let upgrade = ["Connection: Upgrade", "Upgrade: websocket"];
    assert_eq!(wire.ask(&page("localhost", "/", &upgrade)).status, 101);
    assert_eq!(server.page("/", &[]).status, 503);
    drop(wire);
    while server.page("/", &[]).status == 503 {
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_response_may_have_five_hundred_header_lines() {
    let status = |lines: usize| {
        let lines: String = (0..lines).map(|n| format!("X-{n}: {n}\r\n")).collect();
        let origin = Origin::answering(format!(
            "HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\nok"
        ));
        let answer = before(&origin, UpstreamLimits::default()).page("/", &[]);
        let passed = answer
            .fields
            .iter()
            .filter(|(name, _)| name.to_lowercase().starts_with("x-"));
        (answer.status, passed.count())
    };
    assert_eq!(status(101), (200, 101));
    assert_eq!(status(511), (200, 511));
    assert_eq!(status(512), (502, 0));
}

/// An upstream that reads a body of 200,000 bytes at most, and answers with its length.
fn measuring() -> Origin {
    Origin::start(|mut wire| {
        while let Some(head) = wire.try_until("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
                rest.split("\r\n").next().unwrap().parse().unwrap()
            });
            let body = wire.exactly(length);
            let text = body.len().to_string();
            wire.try_send(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}",
                text.len()
            ));
        }
    })
}

fn post(length: usize, fields: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{fields}\r\n")
}

#[test]
fn bodies_that_come_slowly_use_no_connection_to_the_upstream() {
    let origin = measuring();
    let server = before(&origin, connections(1, 0));
    let mut slow: Vec<Wire> = (0..20)
        .map(|_| {
            let mut wire = server.wire();
            wire.send(post(1000, "") + "begun");
            wire
        })
        .collect();
    thread::sleep(SOON);
    assert_eq!(server.page("/", &[]).text(), "0");
    // The bodies arrive in full as soon as they are complete.
    for wire in &mut slow {
        wire.send("x".repeat(995));
        assert_eq!(wire.answer().text(), "1000");
    }
}

#[test]
fn bodies_larger_than_the_buffer_are_forwarded_in_full() {
    let origin = measuring();
    let server = before(&origin, UpstreamLimits::default());
    for length in [1, 65_535, 65_536, 65_537, 200_000] {
        let answer = server.ask(&(post(length, "") + &"x".repeat(length)));
        assert_eq!(answer.text(), length.to_string());
    }
}

#[test]
fn the_rest_of_a_body_larger_than_the_buffer_is_streamed() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        // No more has been sent so far.
        wire.exactly(70_000);
        wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
        wire.rest();
    });
    let server = before(&origin, UpstreamLimits::default());
    let mut wire = server.wire();
    wire.send(post(200_000, "") + &"x".repeat(70_000));
    assert_eq!(wire.answer().status, 413);
}

#[test]
fn a_client_that_expects_100_continue_gets_it_before_the_upstream_is_asked() {
    let origin = measuring();
    let server = before(&origin, connections(1, 0));
    let mut wire = server.wire();
    wire.send(post(4, "Expect: 100-continue\r\n"));
    assert_eq!(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(server.page("/", &[]).text(), "0");
    wire.send("body");
    assert_eq!(wire.answer().text(), "4");
}

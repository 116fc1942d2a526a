//! Limits for clients: bytes of headers and bodies, connections, streams.

use std::sync::mpsc;

use hardtack_server::{Config, Limits};

use crate::http2::{
    self, CONTINUATION, Client, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, frame,
};
use crate::origin::Origin;
use crate::served::{EXAMPLE, SOON, Served, limited, page, streaming, usual};
use crate::wire::Wire;

fn example(limits: Limits) -> Served {
    Served::folder(EXAMPLE, limited(limits))
}

/// Sends a GET whose fields have this many bytes in all, in one piece.
fn status_of(server: &Served, bytes: usize) -> u16 {
    let fields = format!("X-Filler: {}", "x".repeat(bytes));
    server.page("/", &[&fields]).status
}

#[test]
fn headers_up_to_the_limit_are_read_and_more_are_refused() {
    let server = example(Limits {
        header_bytes: 20_000,
        ..Limits::default()
    });
    assert_eq!(status_of(&server, 19_000), 200);
    assert_eq!(status_of(&server, 41_000), 431);
    assert_eq!(status_of(&server, 2_000_000), 431);
    server.still_serves();
}

#[test]
fn by_default_headers_may_have_64_kilobytes() {
    let server = Served::example();
    assert_eq!(status_of(&server, 60_000), 200);
    assert_eq!(status_of(&server, 135_000), 431);
}

#[test]
fn endless_headers_are_refused_while_they_arrive() {
    let server = Served::example();
    let mut wire = server.wire();
    wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    for _ in 0..10_000 {
        if !wire.try_send(format!("X-Filler: {}\r\n", "x".repeat(1000))) {
            break;
        }
    }
    let rest = String::from_utf8_lossy(&wire.rest()).into_owned();
    assert!(
        rest.is_empty() || rest.starts_with("HTTP/1.1 431 "),
        "{rest}"
    );
    server.still_serves();
}

#[test]
fn five_hundred_fields_are_read_and_more_are_refused() {
    let server = Served::example();
    let status = |count| {
        let fields: Vec<String> = (0..count).map(|n| format!("X-{n}: {n}")).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        server.page("/", &fields).status
    };
    assert_eq!(status(510), 200);
    assert_eq!(status(511), 431);
    assert_eq!(status(5000), 431);
    server.still_serves();
}

#[test]
fn an_address_may_not_be_endless() {
    let server = Served::example();
    let status = |length| server.page(&format!("/{}", "a".repeat(length)), &[]).status;
    for length in [200, 5000, 65_000] {
        assert_eq!(status(length), 404);
    }
    for length in [65_534, 70_000, 1_000_000] {
        assert!([414, 431].contains(&status(length)), "{length}");
    }
    server.still_serves();
}

/// An upstream that answers once it has the whole request, and reports what it received.
fn reporting() -> (Origin, mpsc::Receiver<String>) {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let Some(head) = wire.try_until("\r\n\r\n") else {
            return;
        };
        let body = match head.to_ascii_lowercase().contains("chunked") {
            true => wire.rest(),
            false => Vec::new(),
        };
        let _ = report.send(String::from_utf8_lossy(&body).into_owned());
        wire.try_send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    (origin, reports)
}

fn small_bodies() -> Config {
    streaming(limited(Limits {
        body_bytes: 1000,
        ..Limits::default()
    }))
}

const POST: &str = "POST / HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn a_body_that_is_announced_as_too_large_is_refused() {
    let (origin, reports) = reporting();
    let server = Served::before(origin.address, small_bodies());
    for length in ["1001", "9223372036854775807"] {
        let answer = server.ask(&format!("{POST}Content-Length: {length}\r\n\r\n"));
        assert_eq!(answer.status, 413, "{answer:?}");
        assert!(answer.says("connection", "close"), "{answer:?}");
        assert_eq!(answer.cookies(), [""; 0]);
    }
    assert!(reports.try_recv().is_err(), "the upstream received it");
}

#[test]
fn a_body_within_the_limit_is_forwarded() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.exactly(1000);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let server = Served::before(origin.address, small_bodies());
    let body = "b".repeat(1000);
    let request = format!("{POST}Content-Length: 1000\r\n\r\n{body}");
    assert_eq!(server.ask(&request).text(), "ok");
}

#[test]
fn chunks_within_the_limit_are_forwarded() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.until("0\r\n\r\n");
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let server = Served::before(origin.address, small_bodies());
    let chunk = format!("1f4\r\n{}\r\n", "b".repeat(500));
    let request = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    assert_eq!(server.ask(&request).text(), "ok");
}

#[test]
fn chunks_over_the_limit_are_cut() {
    let (origin, reports) = reporting();
    let server = Served::before(origin.address, small_bodies());
    let mut wire = server.wire();
    wire.send(format!("{POST}Transfer-Encoding: chunked\r\n\r\n"));
    for _ in 0..1000 {
        if !wire.try_send(format!("64\r\n{}\r\n", "b".repeat(100))) {
            break;
        }
    }
    let answer = wire.answer();
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(answer.cookies(), [""; 0]);
    wire.is_closed();
    let got = reports.recv_timeout(crate::wire::HANG_TIMEOUT).unwrap();
    assert!(!got.ends_with("0\r\n\r\n"), "forwarded as complete: {got}");
    assert!(got.matches('b').count() <= 1000, "{} bytes", got.len());
}

#[test]
fn bodies_over_http_2_are_cut_as_well() {
    let (origin, reports) = reporting();
    let server = Served::before(origin.address, small_bodies());
    let client = Client::to(&server);
    let pieces = [&[b'b'; 100][..]; 50];
    let request = http::Request::post("http://localhost/");
    let answer = client.send(request, &pieces).expect("a response");
    assert_eq!(answer.status, 413, "{answer:?}");
    // The other streams of the connection go on.
    let (small, request) = ([&b"b"[..]], http::Request::post("http://localhost/"));
    assert_eq!(
        client
            .send(request.header("content-length", 1), &small)
            .unwrap()
            .status,
        200
    );
    let got: Vec<String> = reports.try_iter().collect();
    assert!(
        !got.iter().any(|body| body.ends_with("0\r\n\r\n")),
        "forwarded as complete: {got:?}"
    );
}

/// Opens a connection that is never idle: a WebSocket that repeats what it is told.
fn websocket(server: &Served) -> Wire {
    let mut wire = server.wire();
    let upgrade = ["Connection: Upgrade", "Upgrade: websocket"];
    assert_eq!(wire.ask(&page("localhost", "/", &upgrade)).status, 101);
    wire
}

#[test]
fn connections_over_the_limit_wait_for_a_permit_which_a_websocket_keeps() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        );
        while let Some(said) = wire.try_until(".") {
            wire.send(said);
        }
    });
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let server = Served::before(origin.address, limited(limits));
    for _ in 0..3 {
        let mut open = [websocket(&server), websocket(&server)];
        let mut waiting = server.wire();
        waiting.send(server.inspecting("/.hardtack/", &[]));
        // Connections with a permit are served all the time, one without is not.
        for wire in &mut open {
            wire.send("hello.");
            assert_eq!(wire.until("."), "hello.");
        }
        assert!(!waiting.has_data(), "served beyond the limit");
        drop(open);
        assert_eq!(waiting.answer().status, 200);
    }
}

#[test]
fn two_workers_share_the_limit() {
    let limits = Limits {
        connections: 1,
        ..Limits::default()
    };
    let config = Config {
        workers: 2.try_into().unwrap(),
        ..limited(limits)
    };
    let server = Served::folder(EXAMPLE, config);
    for _ in 0..10 {
        server.still_serves();
    }
}

#[test]
fn a_connection_without_a_request_releases_its_permit() {
    let server = example(Limits {
        connections: 1,
        headers: SOON,
        ..Limits::default()
    });
    let _idle = server.wire();
    server.still_serves();
}

#[test]
fn a_huge_header_list_over_http_2_is_refused() {
    let server = Served::example();
    let client = Client::to(&server);
    let fields = (0..30).fold(http2::page("http://localhost/"), |request, n| {
        request.header(format!("x-{n}"), "x".repeat(10_000))
    });
    match client.try_ask(fields) {
        Ok(answer) => assert_eq!(answer.status, 431),
        Err(error) => assert!(
            error.is_reset() || error.is_go_away() || error.is_io(),
            "{error}"
        ),
    }
    server.still_serves();
}

/// Sends frames until the server closes the connection; returns whether it did.
fn until_it_ends(server: &Served, frames: impl Iterator<Item = Vec<u8>>) -> bool {
    let mut wire = server.wire();
    wire.send(http2::PREFACE);
    let mut frames = frames;
    let refused = frames.any(|frame| !wire.try_send(frame));
    refused || ends(wire)
}

/// Whether the server closes the connection.
fn ends(mut wire: Wire) -> bool {
    wire.shut_down_write();
    let said = wire.rest();
    // A GOAWAY frame (RFC 9113 §6.8) says why.
    said.windows(4).any(|window| window[3] == 7)
}

#[test]
fn an_endless_header_list_is_cut() {
    let server = Served::example();
    let begin = frame(HEADERS, END_STREAM, 1, &http2::get());
    let more = frame(CONTINUATION, 0, 1, &[0; 16_000]);
    let frames = std::iter::once(begin).chain(std::iter::repeat_n(more, 10_000));
    assert!(until_it_ends(&server, frames));
    server.still_serves();
}

/// CVE-2023-44487: each request is cancelled at once, so that the limit on streams is never reached.
#[test]
fn rapid_resets_are_cut() {
    let server = Served::example();
    let cancelled = (0..100_000).map(|n| {
        let stream = 2 * n + 1;
        let get = frame(HEADERS, END_STREAM | END_HEADERS, stream, &http2::get());
        [get, frame(RST_STREAM, 0, stream, &8u32.to_be_bytes())].concat()
    });
    let mut batches = cancelled.collect::<Vec<_>>();
    let frames = batches.chunks_mut(100).map(|batch| batch.concat());
    assert!(until_it_ends(&server, frames));
    server.still_serves();
}

#[test]
fn more_streams_than_allowed_are_refused() {
    let origin = Origin::start(|mut wire| {
        wire.rest();
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    wire.send(http2::PREFACE);
    for n in 0..1000 {
        let get = frame(HEADERS, END_STREAM | END_HEADERS, 2 * n + 1, &http2::get());
        if !wire.try_send(get) {
            break;
        }
    }
    // A stream over the limit is reset with REFUSED_STREAM (RFC 9113 §5.1.2).
    let refused = frame(RST_STREAM, 0, 2 * 128 + 1, &7u32.to_be_bytes());
    let mut said = Vec::new();
    while !said.ends_with(&refused) {
        said.extend(wire.exactly(1));
    }
    let answer = server.ask(&server.inspecting("/.hardtack/", &[]));
    assert_eq!(answer.status, 200);
}

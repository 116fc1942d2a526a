//! The access log: one entry for each exchange, with what was sent; and for each request that was refused.

use std::net::Shutdown;

use hardtack_server::{AccessEntry, Config, Handling, Limits};

use crate::http2::{self, Client};
use crate::origin::{Origin, unused_address};
use crate::served::{EXAMPLE, SOON, Served, limited, page, policy, usual};

/// Method, path, status, bytes, whether the response was cut, and what was done, in one line.
fn line(entry: &AccessEntry) -> String {
    let request = entry.request.as_ref();
    let request = request.map_or_else(
        || "-".to_string(),
        |it| format!("{} {} {:?}", it.method, it.uri, it.version),
    );
    let status = entry.status.map_or(0, |status| status.as_u16());
    let cut = if entry.is_cut { " cut" } else { "" };
    let handling = match &entry.handling {
        Handling::Decided {
            outcome, reason, ..
        } => format!("{outcome} {reason}"),
        Handling::Refused(why) => format!("refused: {why}"),
        other => format!("{other:?}"),
    };
    format!("{request} {status} {}{cut} {handling}", entry.bytes)
}

/// Sends a request on a connection that the server closes, and expects this entry.
#[track_caller]
fn check(server: &Served, request: &str, expected: &str) {
    let mut wire = server.wire();
    wire.try_send(request);
    wire.rest();
    assert_eq!(line(&server.entries(1)[0]), expected);
}

/// An upstream that reads requests to their end, behind a server that limits their bodies.
fn upstream(body_bytes: u64) -> (Origin, Served) {
    let origin = Origin::start(|mut wire| drop(wire.rest()));
    let limits = Limits {
        body_bytes,
        ..Limits::default()
    };
    let server = Served::before(origin.address, limited(limits));
    (origin, server)
}

#[test]
fn an_exchange_has_an_entry_with_what_was_sent() {
    let server = Served::example();
    let size = std::fs::metadata(format!("{EXAMPLE}/about.html"))
        .unwrap()
        .len();
    check(
        &server,
        &page("localhost", "/about", &["Connection: close"]),
        &format!("GET /about HTTP/1.1 200 {size} issued new_visitor"),
    );
    check(
        &server,
        "HEAD /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "HEAD /about HTTP/1.1 200 0 skipped method",
    );
    check(
        &server,
        "GET /style.css HTTP/1.0\r\nIf-None-Match: *\r\n\r\n",
        "GET /style.css HTTP/1.0 304 0 skipped plain_http",
    );
    check(
        &server,
        &server.inspecting("/.hardtack/none", &["Connection: close"]),
        "GET /.hardtack/none HTTP/1.1 404 32 Inspector",
    );
}

#[test]
fn an_entry_says_who_asked() {
    let config = Config {
        trusted: "loopback".parse().unwrap(),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    let fields = [
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9",
        "X-Forwarded-Host: www.example.com",
        "User-Agent: Mozilla/5.0",
    ];
    server.page("/", &fields);
    let entry = &server.entries(1)[0];
    assert_eq!(entry.client.to_string(), "203.0.113.9");
    let request = entry.request.as_ref().unwrap();
    assert_eq!(request.host, b"www.example.com");
    assert_eq!(request.user_agent.as_ref().unwrap(), "Mozilla/5.0");
    assert!(entry.time > 1_700_000_000, "{entry:?}");
}

#[test]
fn an_id_is_logged_only_where_the_policy_asks_for_it() {
    for (toml, has_id) in [
        ("", false),
        ("[signals]\nlog = true", true),
        ("[signals]\nlog = true\nlog_without_id = true", false),
        ("[signals]\nlog_without_id = true", false),
    ] {
        let config = Config {
            policy: policy(toml),
            ..usual()
        };
        let server = Served::folder(EXAMPLE, config);
        let answer = server.page("/", &[]);
        let Handling::Decided { id, .. } = &server.entries(1)[0].handling else {
            panic!("no decision")
        };
        let logged = id.map(|id| id.to_string());
        assert_eq!(logged.as_deref(), has_id.then_some(answer.id()), "{toml}");
    }
}

#[test]
fn what_hyper_refuses_has_an_entry() {
    let server = Served::folder(
        EXAMPLE,
        limited(Limits {
            header_bytes: 400_000,
            ..Limits::default()
        }),
    );
    check(
        &server,
        "GE<T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "- 400 0 refused: invalid HTTP method parsed",
    );
    check(
        &server,
        "GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        "- 400 0 refused: invalid HTTP header parsed",
    );
    check(
        &server,
        &format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(100_000)),
        "- 414 0 refused: URI too long",
    );
    check(
        &server,
        &format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(2_000_000)),
        "- 431 0 refused: message head is too large",
    );
}

#[test]
fn a_client_that_breaks_http2_has_an_entry() {
    let server = Served::example();
    let mut wire = server.wire();
    wire.send(http2::PREFACE);
    // DATA on a stream that was never opened.
    wire.send(http2::frame(0, 0, 1, b"data"));
    wire.rest();
    let line = line(&server.entries(1)[0]);
    assert!(line.starts_with("- 0 0 refused: http2 error: "), "{line}");
}

#[test]
fn what_this_server_refuses_has_an_entry() {
    let server = Served::folder(
        EXAMPLE,
        limited(Limits {
            body_bytes: 10,
            ..Limits::default()
        }),
    );
    check(
        &server,
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 400 40 refused: The request must name exactly one host.",
    );
    check(
        &server,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n",
        "POST / HTTP/1.1 413 48 refused: The request is larger than this server accepts.",
    );
    let (_origin, server) = upstream(10);
    check(
        &server,
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         b\r\n0123456789a\r\n0\r\n\r\n",
        "POST / HTTP/1.1 413 71 refused: The request is larger than this server accepts.",
    );
    check(
        &server,
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n",
        "CONNECT a:443 HTTP/1.1 501 72 refused: This server does not support this kind of request.",
    );
}

#[test]
fn an_upstream_that_fails_is_no_refusal() {
    let server = Served::before(unused_address(), usual());
    let status = server.page("/", &[]).status;
    let line = line(&server.entries(1)[0]);
    assert!(
        line.contains(" 502 ") && line.ends_with(" skipped error_status"),
        "{status} {line}"
    );
}

#[test]
fn a_response_that_was_cut_is_marked() {
    let origin = Origin::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbody");
    let server = Served::before(origin.address, usual());
    check(
        &server,
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1 200 4 cut skipped plain_http",
    );
}

#[test]
fn a_client_that_leaves_gets_a_part_of_a_large_file() {
    let folder = tempfile::tempdir().unwrap();
    let size = 50 << 20;
    std::fs::File::create(folder.path().join("large.bin"))
        .and_then(|file| file.set_len(size))
        .unwrap();
    let server = Served::folder(folder.path(), usual());
    let mut wire = server.wire();
    wire.ask_head("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.exactly(1000);
    wire.stream.shutdown(Shutdown::Both).unwrap();
    drop(wire);
    let entry = &server.entries(1)[0];
    assert!(entry.is_cut, "{entry:?}");
    assert!((1000..size).contains(&entry.bytes), "{entry:?}");
}

#[test]
fn what_a_client_has_no_window_for_was_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), "x".repeat(200_000)).unwrap();
    let server = Served::folder(
        folder.path(),
        limited(Limits {
            write: SOON,
            ..Limits::default()
        }),
    );
    let client = Client::with_window(&server, 1000);
    client.ask_and_read_nothing(http2::page("http://localhost/page"));
    let entry = &server.entries(1)[0];
    assert!(entry.is_cut && entry.bytes < 50_000, "{entry:?}");
}

#[test]
fn a_client_that_leaves_before_the_response_has_an_entry() {
    let (arrived, arrives) = std::sync::mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        arrived.send(()).unwrap();
        wire.rest();
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    wire.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    arrives.recv().unwrap();
    wire.stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(
        line(&server.entries(1)[0]),
        "GET /slow HTTP/1.1 0 0 cut ClientClosed"
    );
}

#[test]
fn http2_exchanges_have_entries() {
    let server = Served::example();
    let answer = Client::to(&server).ask(http2::page("http://localhost/about"));
    let size = answer.body.len();
    assert_eq!(
        line(&server.entries(1)[0]),
        format!("GET http://localhost/about HTTP/2.0 200 {size} issued new_visitor")
    );
}

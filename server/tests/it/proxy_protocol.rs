//! Connections that begin with a header of the PROXY protocol, and those that do not.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use hardtack_server::proxy::{Timeouts, Upstream};
use hardtack_server::tls::self_signed;
use hardtack_server::{AccessEntry, Config, Limits, RateLimit, Site};

use crate::origin::Origin;
use crate::served::{EXAMPLE, SOON, Served, limited, page, usual};
use crate::tls::{finish_handshake, trusting_certificate};
use crate::wire::{Answer, Wire};

const V1: &[u8] = b"PROXY TCP4 203.0.113.9 10.0.0.1 4711 443\r\n";
const V1_IPV6: &[u8] = b"PROXY TCP6 2001:db8::9 2001:db8::1 4711 443\r\n";
const UNKNOWN: &[u8] = b"PROXY UNKNOWN\r\n";
/// 203.0.113.9, with a TLV.
const V2: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13\xcb\0\x71\x09\x0a\0\0\x01\x12\x67\x01\xbb\xea\0\x04vpce";
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

/// Behind a load balancer on this machine.
fn behind(config: Config) -> Config {
    Config {
        trusted: "loopback".parse().unwrap(),
        proxy_protocol: true,
        ..config
    }
}

fn example() -> Served {
    Served::folder(EXAMPLE, behind(usual()))
}

/// A connection that has begun so.
fn opened(server: &Served, header: &[u8]) -> Wire {
    let mut wire = server.wire();
    wire.send(header);
    wire
}

fn about(fields: &[&str]) -> String {
    page("www.example.com", "/about", fields)
}

#[track_caller]
fn check_client(server: &Served, header: &[u8], fields: &[&str], expected: &str) {
    let answer = opened(server, header).ask(&about(fields));
    assert_eq!(answer.status, 200, "{answer:?}");
    let client = server.entries(1)[0].client;
    assert_eq!(client.to_string(), expected, "{}", header.escape_ascii());
}

#[test]
fn the_log_has_the_client_of_the_header() {
    let server = example();
    check_client(&server, V1, &[], "203.0.113.9");
    check_client(&server, V1_IPV6, &[], "2001:db8::9");
    check_client(&server, V2, &[], "203.0.113.9");
    check_client(&server, UNKNOWN, &[], "127.0.0.1");
    check_client(&server, LOCAL, &[], "127.0.0.1");
}

#[test]
fn a_visitor_behind_the_proxy_is_no_proxy() {
    let server = example();
    let forged = [
        "X-Forwarded-For: 192.0.2.66",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: evil.example",
    ];
    check_client(&server, V1, &forged, "203.0.113.9");
    let decision = &server.decisions()[0];
    assert_eq!(
        (decision.scheme, &*decision.host),
        ("http", "www.example.com")
    );
    // One that the header does not name is the proxy itself, which may report.
    check_client(&server, UNKNOWN, &forged, "192.0.2.66");
    // A second proxy in front of the first, which is trusted, too.
    let trusted = "loopback, 203.0.113.0/24".parse().unwrap();
    let config = Config {
        trusted,
        ..behind(usual())
    };
    let server = Served::folder(EXAMPLE, config);
    check_client(&server, V2, &forged, "192.0.2.66");
    assert_eq!(server.decisions()[0].scheme, "https");
}

#[test]
fn a_peer_that_is_not_trusted_sends_a_header_and_is_not_believed() {
    let config = Config {
        trusted: "10.0.0.0/8".parse().unwrap(),
        ..behind(usual())
    };
    let server = Served::folder(EXAMPLE, config);
    check_client(&server, V1, &[], "127.0.0.1");
    opened(&server, b"GET / HTTP/1.1\r\n").is_closed();
}

#[test]
fn a_header_may_arrive_byte_by_byte_and_with_a_request() {
    let server = example();
    let request = about(&[]);
    for header in [V1, V2] {
        let mut wire = server.wire();
        for byte in header {
            wire.send([*byte]);
        }
        assert_eq!(wire.ask(&request).status, 200);
        // The connection stays: there is one header in it.
        assert_eq!(wire.ask(&request).status, 200);
        let mut wire = server.wire();
        wire.send([header, request.as_bytes()].concat());
        assert_eq!(wire.answer().status, 200);
        for entry in server.entries(3) {
            assert_eq!(entry.client.to_string(), "203.0.113.9");
        }
    }
}

#[test]
fn tls_comes_after_the_header() {
    let made = self_signed(vec!["localhost".to_string()]).unwrap();
    let config = Config {
        tls: Some(made.config),
        ..behind(usual())
    };
    let server = Served::folder(EXAMPLE, config);
    for header in [V1, V2] {
        let client = trusting_certificate(&made.certificate, &["http/1.1"]);
        let stream = opened(&server, header).stream;
        let mut wire = finish_handshake(stream, "localhost", client).expect("a handshake");
        assert_eq!(wire.ask(&about(&[])).status, 200);
        assert_eq!(server.entries(1)[0].client.to_string(), "203.0.113.9");
        assert_eq!(server.decisions()[0].scheme, "https");
    }
    let client = trusting_certificate(&made.certificate, &[]);
    assert!(finish_handshake(server.wire().stream, "localhost", client).is_err());
}

/// A server that counts, and closes what has sent no header within this time.
fn counting(handshake: Duration) -> (Served, SocketAddr) {
    let limits = Limits {
        handshake,
        ..Limits::default()
    };
    let site = Site::folder(EXAMPLE).unwrap();
    Served::observed(behind(limited(limits)), site, None)
}

#[test]
fn connections_without_a_valid_header_are_closed_and_counted() {
    let (server, admin) = counting(Limits::default().handshake);
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"PROXY TCP4 nobody\r\nGET / HTTP/1.1\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
        &[b"PROXY ", &[b'x'; 200][..]].concat(),
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
    ] {
        opened(&server, bytes).is_closed();
    }
    // The last is whoever only looks whether the port is open.
    for bytes in [&V1[..30], &V2[..30], b""] {
        let mut wire = opened(&server, bytes);
        wire.shut_down_write();
        wire.is_closed();
    }
    // Each is counted before it is closed.
    let kinds = ["missing", "malformed", "too_long", "cut", "timeout"];
    assert_eq!(kinds.map(|kind| counted(admin, kind)), [2, 2, 2, 2, 0]);
    assert_eq!(opened(&server, V1).ask(&about(&[])).status, 200);
}

#[test]
fn a_header_that_does_not_come_or_stops_ends_with_the_time_for_it() {
    let (server, admin) = counting(SOON);
    for bytes in [&b""[..], &V1[..30], &V2[..15], &V2[..20]] {
        opened(&server, bytes).is_closed();
    }
    assert_eq!(counted(admin, "timeout"), 4);
}

fn counted(admin: SocketAddr, kind: &str) -> u64 {
    let answer = Wire::to(admin).ask("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    let line = format!("hardtack_proxy_protocol_errors_total{{kind=\"{kind}\"}} ");
    let text = answer.text();
    let count = text.lines().find_map(|it| it.strip_prefix(&line));
    count
        .unwrap_or_else(|| panic!("no {line} in {text}"))
        .parse()
        .unwrap()
}

#[test]
fn a_connection_that_waits_for_its_header_holds_a_place_and_gives_it_back() {
    let server = Served::folder(
        EXAMPLE,
        behind(limited(Limits {
            connections: 2,
            ..Limits::default()
        })),
    );
    let _slow = [opened(&server, b"PROXY "), server.wire()];
    assert_eq!(opened(&server, V1).ask(&about(&[])).status, 200);
}

#[test]
fn the_limit_of_connections_is_that_of_the_client_in_the_header() {
    let server = Served::folder(
        EXAMPLE,
        behind(limited(Limits {
            connections_per_client: 2,
            ..Limits::default()
        })),
    );
    let ask = |header: &[u8]| -> (Wire, Answer) {
        let mut wire = opened(&server, header);
        let answer = wire.ask(&about(&[]));
        (wire, answer)
    };
    let kept = [ask(V1), ask(V2)];
    opened(&server, V1).is_closed();
    let others = [ask(V1_IPV6), ask(LOCAL), ask(LOCAL), ask(LOCAL)];
    for (_, answer) in kept.iter().chain(&others) {
        assert_eq!(answer.status, 200);
    }
}

#[test]
fn the_limit_of_requests_is_that_of_the_client_in_the_header() {
    let rate = RateLimit {
        per_second: 1.try_into().unwrap(),
        burst: 1.try_into().unwrap(),
    };
    let server = Served::folder(
        EXAMPLE,
        behind(limited(Limits {
            rate: Some(rate),
            ..Limits::default()
        })),
    );
    let status = |header: &[u8]| opened(&server, header).ask(&about(&[])).status;
    assert_eq!(status(V1_IPV6), 200);
    assert_eq!([status(V1), status(V2)], [200, 429]);
}

#[test]
fn the_upstream_is_told_of_the_client_in_the_header() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let _ = report.send(wire.until("\r\n\r\n").to_ascii_lowercase());
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    let upstream = Upstream::parse(&format!("http://{}", origin.address)).unwrap();
    let site = Site::Upstream(upstream, Timeouts::default());
    let (server, _) = Served::observed(behind(usual()), site, None);
    for (header, expected) in [
        (V1, "203.0.113.9"),
        (V1_IPV6, "2001:db8::9"),
        (V2, "203.0.113.9"),
    ] {
        let fields = ["X-Forwarded-For: 192.0.2.66", "X-Real-IP: 192.0.2.66"];
        assert_eq!(opened(&server, header).ask(&about(&fields)).status, 200);
        let head = reports.recv().unwrap();
        assert!(
            head.contains(&format!("x-forwarded-for: {expected}\r\n")),
            "{head}"
        );
        assert!(!head.contains("192.0.2.66"), "{head}");
    }
}

#[test]
fn what_hyper_refuses_is_logged_with_the_client() {
    let server = example();
    opened(&server, V1).ask("GE<T / HTTP/1.1\r\nHost: a\r\n\r\n");
    let AccessEntry { client, status, .. } = &server.entries(1)[0];
    assert_eq!(client.to_string(), "203.0.113.9");
    assert_eq!(status.unwrap(), 400);
}

#[test]
fn without_the_option_a_header_is_no_request() {
    let server = Served::example();
    let answer = opened(&server, V1).ask(&about(&[]));
    assert_eq!(answer.status, 400, "{answer:?}");
    server.still_serves();
}

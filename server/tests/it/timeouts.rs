//! Timeouts: every client that is too slow is disconnected, and none keeps the server from serving others.
//!
//! The timeouts that are not under test stay at their defaults, which are longer than a test waits.

use std::fs;
use std::net::TcpStream;

use hardtack_server::tls::self_signed;
use hardtack_server::{Config, Limits};

use crate::http2;
use crate::origin::Origin;
use crate::served::{EXAMPLE, SOON, Served, limited, page};
use crate::wire::{HANG_TIMEOUT, Wire};

fn short_timeout() -> Served {
    let limits = Limits {
        headers: SOON,
        ..Limits::default()
    };
    Served::folder(EXAMPLE, limited(limits))
}

/// Sends `bytes`, and no more: the server closes the connection, with no response or with 408.
#[track_caller]
fn is_closed_after(bytes: &[u8]) {
    let server = short_timeout();
    let mut wire = server.wire();
    wire.send(bytes);
    let rest = String::from_utf8_lossy(&wire.rest()).into_owned();
    assert!(
        rest.is_empty() || rest.starts_with("HTTP/1.1 408 "),
        "{rest}"
    );
    server.still_serves();
}

#[test]
fn a_client_that_sends_nothing_is_closed() {
    is_closed_after(b"");
}

#[test]
fn a_client_that_stops_in_the_request_line_is_closed() {
    is_closed_after(b"G");
    is_closed_after(b"GET / HT");
}

#[test]
fn a_client_that_stops_in_the_headers_is_closed() {
    is_closed_after(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: FP");
}

#[test]
fn a_client_that_sends_only_line_ends_is_closed() {
    is_closed_after(b"\r\n\r\n\r\n");
}

#[test]
fn a_client_that_stops_in_the_preface_of_http_2_is_closed() {
    is_closed_after(b"P");
    is_closed_after(b"PRI * HTTP/2.0\r\n");
}

#[test]
fn a_client_that_sends_only_the_preface_of_http_2_is_closed() {
    let server = short_timeout();
    let mut wire = server.wire();
    wire.send(http2::PREFACE);
    wire.rest();
    server.still_serves();
}

#[test]
fn headers_that_trickle_in_are_closed() {
    let server = short_timeout();
    let mut wire = server.wire();
    let mut trickle = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".bytes();
    let pace = std::time::Duration::from_millis(50);
    let sent = (0..HANG_TIMEOUT.as_millis() / pace.as_millis()).take_while(|_| {
        std::thread::sleep(pace);
        wire.try_send([trickle.next().unwrap_or(b'x')])
    });
    let most = HANG_TIMEOUT.as_millis() / pace.as_millis();
    assert!((sent.count() as u128) < most, "accepted to the end");
    server.still_serves();
}

#[test]
fn a_kept_connection_is_closed_when_no_further_request_comes() {
    let server = short_timeout();
    let mut wire = server.wire();
    for _ in 0..3 {
        assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    }
    wire.is_closed();
}

#[test]
fn a_kept_connection_is_closed_when_the_next_request_stops_halfway() {
    let server = short_timeout();
    let mut wire = server.wire();
    wire.ask(&page("localhost", "/", &[]));
    wire.send("GET / HTTP/1.1\r\nHo");
    wire.is_closed();
}

#[test]
fn a_request_cut_in_half_is_closed_at_once() {
    let server = Served::example();
    for bytes in [
        "",
        "GET",
        "GET / HTTP/1.1\r\nHost: local",
        "\r\n",
        "PRI * HT",
    ] {
        let mut wire = server.wire();
        wire.send(bytes);
        wire.shut_down_write();
        let rest = String::from_utf8_lossy(&wire.rest()).into_owned();
        assert!(
            rest.is_empty() || rest.starts_with("HTTP/1.1 400 "),
            "{rest}"
        );
    }
    server.still_serves();
}

#[test]
fn a_body_cut_in_half_is_closed_at_once() {
    let server = Served::example();
    for framing in [
        "Content-Length: 100\r\n\r\n12345",
        "Transfer-Encoding: chunked\r\n\r\n64\r\n1",
    ] {
        let mut wire = server.wire();
        wire.send(format!("POST / HTTP/1.1\r\nHost: localhost\r\n{framing}"));
        wire.shut_down_write();
        wire.rest();
    }
    server.still_serves();
}

#[test]
fn an_unread_body_does_not_keep_the_connection_open() {
    let server = Served::example();
    let mut wire = server.wire();
    wire.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n12345");
    assert_eq!(wire.answer().status, 405);
    wire.is_closed();
}

#[test]
fn a_tls_handshake_that_stops_is_closed() {
    let limits = Limits {
        handshake: SOON,
        ..Limits::default()
    };
    let config = Config {
        tls: Some(self_signed(vec!["localhost".to_string()]).unwrap().config),
        ..limited(limits)
    };
    let server = Served::folder(EXAMPLE, config);
    // A record of a handshake that is longer than what comes (RFC 8446 §5.1).
    for bytes in [&b""[..], b"\x16\x03\x01\x02\x00\x01\x00"] {
        let mut wire = server.wire();
        wire.send(bytes);
        wire.rest();
    }
    let client = crate::tls::trusting(&server, "localhost", &[]);
    assert!(crate::tls::connect(&server, "localhost", client).is_ok());
}

/// More than any socket buffer holds.
const LARGE: usize = 64 << 20;

fn large_file() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("large.bin")).unwrap();
    file.set_len(LARGE as u64).unwrap();
    fs::write(folder.path().join("index.html"), "<p>hi").unwrap();
    folder
}

#[test]
fn a_client_that_stops_reading_is_closed() {
    let folder = large_file();
    let limits = Limits {
        write: SOON,
        connections: 1,
        ..Limits::default()
    };
    let server = Served::folder(folder.path(), limited(limits));
    let mut wire = server.wire();
    wire.send(page("localhost", "/large.bin", &[]));
    assert_eq!(wire.head().status, 200);
    // Now it reads nothing. Once it is closed, its permit goes to the next connection.
    server.still_serves();
    assert!(wire.rest().len() < LARGE);
}

/// Only the timeout of a stream is short: every other one is longer than the test waits.
fn short_stream_timeout() -> Limits {
    Limits {
        write: SOON,
        connections: 1,
        ..Limits::default()
    }
}

#[test]
fn a_client_of_http_2_that_reads_nothing_of_a_large_response_is_closed_though_it_answers_pings() {
    let folder = large_file();
    let limits = Limits {
        headers: SOON,
        ..short_stream_timeout()
    };
    let server = Served::folder(folder.path(), limited(limits));
    let client = http2::Client::with_window(&server, 65_535);
    client.ask_and_read_nothing(http2::page("http://localhost/large.bin"));
    server.still_serves();
}

/// Asks for a page of some kilobytes with this window, and never opens it further.
#[track_caller]
fn is_closed_with_window(bytes: u32) {
    let config = limited(short_stream_timeout());
    let server = Served::folder_unlogged(EXAMPLE, config);
    let client = http2::Client::with_window(&server, bytes);
    client.ask_and_read_nothing(http2::page("http://localhost/"));
    server.still_serves();
}

#[test]
fn a_client_of_http_2_that_never_opens_its_window_is_closed() {
    is_closed_with_window(0);
    is_closed_with_window(1);
    is_closed_with_window(1000);
}

#[test]
fn a_client_of_http_2_that_reads_slowly_gets_everything() {
    let folder = large_file();
    fs::write(folder.path().join("page.html"), vec![b'x'; 200_000]).unwrap();
    let limits = Limits {
        write: SOON * 4,
        ..Limits::default()
    };
    let server = Served::folder_unlogged(folder.path(), limited(limits));
    let client = http2::Client::with_window(&server, 1000);
    let page = client.ask(http2::page("http://localhost/page"));
    assert_eq!(page.text().len(), 200_000);
}

#[test]
fn a_client_of_http_2_that_answers_pings_but_sends_no_request_is_closed() {
    let limits = Limits {
        idle: SOON,
        headers: SOON / 3,
        connections: 1,
        ..Limits::default()
    };
    let server = Served::folder(EXAMPLE, limited(limits));
    let client = http2::Client::to(&server);
    client.ask(http2::page("http://localhost/"));
    client.wait_for_end();
    server.still_serves();
}

#[test]
fn a_client_of_http_2_that_waits_for_the_upstream_is_not_closed() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhi");
        std::thread::sleep(SOON * 4);
        wire.send("hi");
    });
    let limits = Limits {
        write: SOON,
        idle: SOON,
        ..Limits::default()
    };
    let server = Served::before(origin.address, limited(limits));
    let client = http2::Client::to(&server);
    assert_eq!(client.ask(http2::page("http://localhost/")).text(), "hihi");
}

#[test]
fn a_client_that_reads_slowly_gets_everything() {
    let folder = large_file();
    let limits = Limits {
        write: SOON * 4,
        ..Limits::default()
    };
    let server = Served::folder(folder.path(), limited(limits));
    let mut wire = server.wire();
    wire.send(page("localhost", "/large.bin", &[]));
    wire.head();
    for _ in 0..8 {
        std::thread::sleep(SOON);
        assert_eq!(wire.exactly(LARGE / 8).len(), LARGE / 8);
    }
}

#[test]
fn many_slow_clients_do_not_keep_the_server_from_serving_another() {
    let server = Served::example();
    let slow: Vec<Wire<TcpStream>> = (0..200)
        .map(|n| {
            let mut wire = server.wire();
            wire.send(&page("localhost", "/", &[]).as_bytes()[..n % 60]);
            wire
        })
        .collect();
    for _ in 0..20 {
        server.still_serves();
    }
    drop(slow);
}

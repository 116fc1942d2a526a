//! A graceful stop: exchanges in flight complete, idle connections close, new connections are refused.

use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use hardtack_server::tls::self_signed;
use hardtack_server::{Config, Limits};

use crate::http2::{self, Client};
use crate::origin::Origin;
use crate::served::{EXAMPLE, SOON, Served, limited, page};
use crate::wire::HANG_TIMEOUT;

/// Timeouts longer than a test waits: a stop that does not work shows as a hang.
fn long_timeouts() -> Config {
    limited(Limits {
        shutdown: HANG_TIMEOUT * 10,
        headers: HANG_TIMEOUT * 10,
        handshake: HANG_TIMEOUT * 10,
        ..Limits::default()
    })
}

/// An upstream that reports when it has a request, and answers when it is released.
fn held() -> (Origin, Receiver<()>, Sender<()>) {
    let (arrive, arrived) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let released = Mutex::new(released);
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        arrive.send(()).unwrap();
        let _ = released.lock().unwrap().recv_timeout(HANG_TIMEOUT * 10);
        wire.try_send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
    });
    (origin, arrived, release)
}

/// Waits until the server listens no more.
#[track_caller]
fn refuses_connections(server: &Served) {
    let start = Instant::now();
    while TcpStream::connect(server.address).is_ok() {
        assert!(start.elapsed() < HANG_TIMEOUT, "still listening");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_request_in_flight_completes_and_new_connections_are_refused() {
    let (origin, arrived, release) = held();
    let mut server = Served::before(origin.address, long_timeouts());
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    arrived.recv_timeout(HANG_TIMEOUT).unwrap();
    server.stop();
    refuses_connections(&server);
    release.send(()).unwrap();
    let answer = wire.answer();
    assert_eq!((answer.status, &*answer.text()), (200, "hi"));
    assert_eq!(answer.id().len(), 36);
    wire.is_closed();
    server.end();
}

#[test]
fn a_request_in_flight_over_http_2_completes() {
    let (origin, arrived, release) = held();
    let mut server = Served::before(origin.address, long_timeouts());
    let client = Client::to(&server);
    thread::scope(|scope| {
        let asked = scope.spawn(|| client.ask(http2::page("http://localhost/")));
        arrived.recv_timeout(HANG_TIMEOUT).unwrap();
        server.stop();
        release.send(()).unwrap();
        assert_eq!(asked.join().unwrap().text(), "hi");
    });
    drop(client);
    server.end();
}

#[test]
fn connections_that_are_open_after_the_timeout_are_cut() {
    let (origin, arrived, _release) = held();
    let limits = Limits {
        shutdown: SOON,
        ..Limits::default()
    };
    let mut server = Served::before(origin.address, limited(limits));
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    arrived.recv_timeout(HANG_TIMEOUT).unwrap();
    server.stop();
    server.end();
    wire.is_closed();
}

/// Stops a server with a connection on which `bytes` were sent, and answered with `status` if any.
#[track_caller]
fn does_not_wait_for(bytes: &str, status: Option<u16>) {
    let mut server = Served::folder(EXAMPLE, long_timeouts());
    let mut wire = server.wire();
    wire.send(bytes);
    if let Some(status) = status {
        assert_eq!(wire.answer().status, status);
    }
    // Another exchange, so that the server has seen the first connection.
    server.still_serves();
    server.stop();
    server.end();
    wire.is_closed();
}

#[test]
fn a_kept_alive_connection_does_not_delay_the_stop() {
    does_not_wait_for(&page("localhost", "/", &[]), Some(200));
    does_not_wait_for(&page("localhost", "/nothing", &[]), Some(404));
}

#[test]
fn a_connection_without_a_request_does_not_delay_the_stop() {
    does_not_wait_for("", None);
    does_not_wait_for("P", None);
}

#[test]
fn half_a_request_does_not_delay_the_stop() {
    does_not_wait_for("GET / HTTP/1.1\r\nHo", None);
    does_not_wait_for(&(page("localhost", "/", &[]) + "GET / HT"), Some(200));
}

#[test]
fn a_tls_handshake_does_not_delay_the_stop() {
    let config = Config {
        tls: Some(self_signed(vec!["localhost".to_string()]).unwrap().config),
        ..long_timeouts()
    };
    let mut server = Served::folder(EXAMPLE, config);
    let _silent = server.wire();
    let client = crate::tls::trusting(&server, "localhost", &[]);
    crate::tls::connect(&server, "localhost", client).unwrap();
    server.stop();
    server.end();
}

/// What is accepted just before the stop has had no time for its handshake.
#[test]
fn a_new_connection_over_tls_is_answered() {
    let config = Config {
        tls: Some(self_signed(vec!["localhost".to_string()]).unwrap().config),
        ..long_timeouts()
    };
    let mut server = Served::folder(EXAMPLE, config);
    let client = crate::tls::trusting(&server, "localhost", &[]);
    let wire = server.wire();
    // Another connection, so that the server has accepted the first one.
    crate::tls::connect(&server, "localhost", client.clone()).unwrap();
    server.stop();
    let mut wire = crate::tls::finish_handshake(wire.stream, "localhost", client).unwrap();
    assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    server.end();
}

#[test]
fn a_kept_connection_of_http_2_does_not_delay_the_stop() {
    let mut server = Served::folder(EXAMPLE, long_timeouts());
    let client = Client::to(&server);
    client.ask(http2::page("http://localhost/"));
    server.stop();
    client.wait_for_end();
    server.end();
}

/// After its response, the client ignores everything: GOAWAY and the ping that comes with it.
#[test]
fn a_client_of_http_2_that_ignores_goaway_does_not_delay_the_stop() {
    let mut server = Served::folder(EXAMPLE, long_timeouts());
    let mut wire = server.wire();
    let flags = http2::END_STREAM | http2::END_HEADERS;
    let asked = http2::frame(http2::HEADERS, flags, 1, &http2::get());
    wire.send([http2::PREFACE, &asked].concat());
    wire.until("</html>");
    server.stop();
    server.end();
    wire.rest();
}

#[test]
fn a_websocket_does_not_delay_the_stop() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        );
        wire.rest();
    });
    let mut server = Served::before(origin.address, long_timeouts());
    let mut wire = server.wire();
    let upgrade = ["Connection: Upgrade", "Upgrade: websocket"];
    assert_eq!(wire.ask(&page("localhost", "/", &upgrade)).status, 101);
    server.stop();
    server.end();
    wire.is_closed();
}

#[test]
fn the_inspectors_stream_ends_with_the_server() {
    let mut server = Served::folder(EXAMPLE, long_timeouts());
    let mut wire = server.wire();
    wire.send(server.inspecting("/.hardtack/decisions", &[]));
    assert_eq!(wire.head().status, 200);
    server.page("/about", &[]);
    wire.until("/about");
    server.stop();
    server.end();
    let rest = String::from_utf8(wire.rest()).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "not a polite end: {rest}");
}

#[test]
fn a_full_house_does_not_delay_the_stop() {
    let config = limited(Limits {
        connections: 1,
        ..long_timeouts().limits
    });
    let mut server = Served::folder(EXAMPLE, config);
    let mut wire = server.wire();
    wire.ask(&page("localhost", "/", &[]));
    let _waiting = server.wire();
    server.stop();
    server.end();
}

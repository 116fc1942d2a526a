//! Many connections and requests: who gets in, who has to leave, and who has to wait.

use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use hardtack_server::{Config, Limits, RateLimit};

use crate::http2;
use crate::origin::Origin;
use crate::served::{EXAMPLE, Served, limited, page, usual};
use crate::wire::Wire;

fn with_connections(connections: usize) -> Config {
    limited(Limits {
        connections,
        ..Limits::default()
    })
}

/// Opens a connection, and asks for a page.
fn visit(server: &Served) -> Wire<TcpStream> {
    let mut wire = server.wire();
    assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    wire
}

#[test]
fn when_all_places_are_taken_the_longest_idle_connection_makes_room() {
    let server = Served::folder(EXAMPLE, with_connections(3));
    let mut oldest = visit(&server);
    thread::sleep(Duration::from_millis(50));
    let mut others = [visit(&server), visit(&server)];
    // The default timeouts are longer than a test waits.
    server.still_serves();
    oldest.is_closed();
    for wire in &mut others {
        assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    }
}

#[test]
fn connections_that_have_sent_nothing_make_room() {
    let server = Served::folder(EXAMPLE, with_connections(2));
    let silent = [server.wire(), server.wire()];
    server.still_serves();
    drop(silent);
}

#[test]
fn connections_of_http_2_without_a_request_in_flight_make_room() {
    let server = Served::folder(EXAMPLE, with_connections(1));
    let client = http2::Client::to(&server);
    client.ask(http2::page("http://localhost/"));
    server.still_serves();
    client.wait_for_end();
}

#[test]
fn a_connection_that_waits_for_its_response_does_not_make_room() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        thread::sleep(Duration::from_secs(2));
        wire.try_send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let server = Served::before(origin.address, with_connections(1));
    let mut busy = server.wire();
    busy.send(page("localhost", "/", &[]));
    let mut waiting = server.wire();
    waiting.send(server.inspecting("/.hardtack/", &[]));
    assert_eq!(busy.answer().text(), "ok");
    assert_eq!(waiting.answer().status, 200);
}

fn two_per_client(trusted: &str) -> Served {
    let config = Config {
        trusted: trusted.parse().unwrap(),
        ..limited(Limits {
            connections_per_client: 2,
            ..Limits::default()
        })
    };
    Served::folder(EXAMPLE, config)
}

#[test]
fn a_connection_over_its_clients_limit_is_closed_at_once() {
    let server = two_per_client("");
    let open = [visit(&server), visit(&server)];
    for _ in 0..20 {
        assert_eq!(server.wire().rest(), b"");
    }
    drop(open);
    // The places are free once the server has seen that the connections are closed.
    let is_admitted = || {
        let mut wire = server.wire();
        wire.try_send(page("localhost", "/", &[]));
        wire.try_until("\r\n\r\n").is_some()
    };
    while !is_admitted() {
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn trusted_proxies_may_have_any_number_of_connections() {
    let server = two_per_client("loopback");
    let open: Vec<_> = (0..20).map(|_| visit(&server)).collect();
    drop(open);
}

fn two_requests(trusted: &str) -> Served {
    let rate = RateLimit {
        per_second: 1.try_into().unwrap(),
        burst: 2.try_into().unwrap(),
    };
    let config = Config {
        trusted: trusted.parse().unwrap(),
        ..limited(Limits {
            rate: Some(rate),
            ..Limits::default()
        })
    };
    Served::folder(EXAMPLE, config)
}

#[test]
fn requests_over_the_rate_are_answered_with_429() {
    let server = two_requests("");
    let mut wire = server.wire();
    let mut ask = || wire.ask(&page("localhost", "/", &[]));
    let mut answers: Vec<_> = (0..20).map(|_| ask()).collect();
    assert!(answers[..2].iter().all(|answer| answer.status == 200));
    answers.retain(|answer| answer.status == 429);
    assert!(answers.len() >= 10, "{}", answers.len());
    assert!(answers[0].says("retry-after", "1"), "{:?}", answers[0]);
    assert_eq!(answers[0].cookies(), [""; 0]);
    thread::sleep(Duration::from_millis(1100));
    assert_eq!(ask().status, 200);
}

#[test]
fn the_rate_is_each_clients_own_as_a_trusted_proxy_reports_it() {
    let server = two_requests("loopback");
    let status = |client: &str| {
        let field = format!("X-Forwarded-For: {client}");
        server.page("/", &[&field]).status
    };
    let mut statuses: Vec<u16> = (0..10).map(|_| status("192.0.2.1")).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[9]), (200, 429));
    assert_eq!(status("192.0.2.2"), 200);
    assert_eq!(status("2001:db8::1"), 200);
}

#[test]
fn by_default_there_is_no_rate() {
    let server = Served::folder(EXAMPLE, usual());
    let mut wire = server.wire();
    for _ in 0..500 {
        assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
    }
}

#[test]
fn a_connection_may_have_as_many_streams_as_the_limit_allows() {
    let config = limited(Limits {
        streams: 3,
        ..Limits::default()
    });
    let server = Served::folder(EXAMPLE, config);
    let mut wire = server.wire();
    wire.send(http2::PREFACE);
    // SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §6.5.2).
    let setting = [0, 3, 0, 0, 0, 3];
    let mut said = Vec::new();
    while !said.windows(6).any(|window| window == setting) {
        said.extend(wire.exactly(1));
    }
}

#[test]
fn each_response_has_one_date() {
    let server = Served::example();
    let answers = [
        server.page("/", &[]),
        server.page("/nowhere", &[]),
        http2::Client::to(&server).ask(http2::page("http://localhost/")),
    ];
    for answer in answers {
        let dates = answer
            .fields
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("date"));
        assert_eq!(dates.count(), 1, "{answer:?}");
    }
}

//! The whole server in front of an upstream: what is forwarded, what is added, and how upstream failures end.

use std::sync::mpsc;
use std::time::Duration;

use hardtack_server::proxy::Timeouts;

use crate::http2::{self, Client};
use crate::origin::{Origin, unused_address};
use crate::served::{SOON, Served, page, streaming, usual};
use crate::wire::{Answer, HANG_TIMEOUT};

const HTML: &str = "Content-Type: text/html\r\nContent-Length: 2\r\n\r\nhi";

/// Requests a page from an upstream that sends this response and closes.
#[track_caller]
fn page_from(response: &str) -> (Answer, String) {
    let origin = Origin::answering(response);
    let server = Served::before(origin.address, usual());
    let answer = server.page("/page", &[]);
    let decisions = server.decisions();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    (answer, decisions[0].line())
}

/// The same with a response on which no cookie may be set, and the reason.
#[track_caller]
fn untouched(response: &str, decided: &str) {
    let (answer, line) = page_from(response);
    assert_eq!(line, decided);
    assert!(!format!("{answer:?}").contains("FPD="), "{answer:?}");
}

#[test]
fn a_page_from_the_upstream_gets_the_cookie() {
    let (answer, line) = page_from(&format!("HTTP/1.1 200 OK\r\n{HTML}"));
    assert_eq!(line, "/page 200 issued new_visitor");
    assert_eq!(answer.text(), "hi");
    assert_eq!(answer.id().len(), 36);
}

#[test]
fn the_upstreams_own_cookies_stay_and_ours_comes_last() {
    let login = "sid=s3cret; Path=/; HttpOnly; Expires=Wed, 09 Jun 2027 10:18:14 GMT";
    let (answer, _) = page_from(&format!(
        "HTTP/1.1 200 OK\r\nSet-Cookie: {login}\r\nSet-Cookie: b=2\r\nset-cookie: a=1\r\n\
         Set-Cookie: b=3\r\n{HTML}"
    ));
    let cookies = answer.cookies();
    assert_eq!(cookies[..4], [login, "b=2", "a=1", "b=3"]);
    assert!(cookies[4].starts_with("FPD="), "{cookies:?}");
    assert_eq!(cookies.len(), 5);
}

#[test]
fn a_cookie_that_the_upstream_sets_itself_is_kept() {
    let own = "FPD=mine; Path=/";
    let (answer, line) = page_from(&format!("HTTP/1.1 200 OK\r\nSet-Cookie: {own}\r\n{HTML}"));
    assert_eq!(answer.cookies(), [own]);
    assert_eq!(line, "/page 200 skipped origin_cookie");
}

#[test]
fn other_responses_get_no_cookie() {
    untouched(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "/page 200 skipped not_html",
    );
    for status in [400, 401, 403, 404, 410, 429, 500, 503] {
        let response = format!("HTTP/1.1 {status} No\r\n{HTML}");
        untouched(&response, &format!("/page {status} skipped error_status"));
    }
}

#[test]
fn a_redirect_on_the_site_gets_the_cookie_and_one_that_leaves_it_does_not() {
    let moved = |to| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    for here in ["/login", "login", "http://localhost:8080/", "?next"] {
        let (answer, line) = page_from(&moved(here));
        assert_eq!(line, "/page 302 issued new_visitor", "{here}");
        assert_eq!(answer.field("location"), Some(here));
        assert_eq!(answer.id().len(), 36);
    }
    for there in [
        "https://accounts.example.com/",
        "//example.com",
        "app://open",
    ] {
        untouched(&moved(there), "/page 302 skipped offsite_redirect");
    }
}

#[test]
fn the_upstream_receives_the_client_address() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let _ = report.send(wire.until("\r\n\r\n"));
        wire.send(format!("HTTP/1.1 200 OK\r\n{HTML}"));
    });
    let server = Served::before(origin.address, usual());
    let id = "Cookie: FPD=3fa85f64-5717-4562-b3fc-2c963f66afa6";
    server.page("/page?q=1", &[id, "X-Forwarded-For: 192.0.2.1"]);
    let head = reports
        .recv_timeout(HANG_TIMEOUT)
        .unwrap()
        .to_ascii_lowercase();
    for line in [
        "get /page?q=1 http/1.1",
        "host: localhost",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        &id.to_ascii_lowercase(),
    ] {
        assert!(
            head.contains(&format!("{line}\r\n")),
            "no {line:?} in {head}"
        );
    }
}

/// Requests a page from an upstream that fails, with short timeouts: the response is a clear error without a cookie.
#[track_caller]
fn fails_with(status: u16, origin: &Origin) {
    let timeouts = Timeouts {
        connect: SOON,
        response_headers: SOON,
        idle_body: HANG_TIMEOUT * 10,
    };
    let server = Served::before_within(timeouts, origin.address, usual());
    // Again: the first failure must not affect the next request.
    for _ in 0..2 {
        let answer = server.page("/page", &[]);
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.cookies(), [""; 0]);
        assert!(answer.text().starts_with(&status.to_string()), "{answer:?}");
        let line = format!("/page {status} skipped error_status");
        let decided: Vec<_> = server.decisions().iter().map(|made| made.line()).collect();
        assert_eq!(decided, [line]);
    }
}

#[test]
fn an_upstream_that_is_down_is_a_502() {
    let server = Served::before(unused_address(), usual());
    let answer = server.page("/", &[]);
    assert_eq!((answer.status, answer.cookies().len()), (502, 0));
}

#[test]
fn an_upstream_that_never_answers_is_a_504() {
    fails_with(504, &Origin::start(|mut wire| drop(wire.rest())));
}

#[test]
fn an_upstream_that_stops_in_its_headers_is_a_504() {
    fails_with(
        504,
        &Origin::start(|mut wire| {
            wire.until("\r\n\r\n");
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Coo");
            wire.rest();
        }),
    );
}

#[test]
fn an_upstream_that_cuts_its_headers_in_half_is_a_502() {
    for half in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Coo",
    ] {
        fails_with(502, &Origin::answering(half));
    }
}

#[test]
fn an_upstream_that_talks_garbage_is_a_502() {
    for garbage in [
        &b"hello\r\n\r\n"[..],
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        &[0; 100],
        &[0xff; 100],
    ] {
        fails_with(502, &Origin::answering(garbage));
    }
}

#[test]
fn an_upstream_whose_headers_never_end_is_a_502() {
    fails_with(
        502,
        &Origin::start(|mut wire| {
            wire.until("\r\n\r\n");
            wire.send("HTTP/1.1 200 OK\r\n");
            while wire.try_send(format!("X: {}\r\n", "x".repeat(1000))) {}
        }),
    );
}

#[test]
fn a_page_that_is_cut_in_half_is_cut_for_the_visitor_too() {
    for half in [
        "Content-Length: 100\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    ] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
        let origin = Origin::answering(format!("{head}{half}"));
        let server = Served::before(origin.address, usual());
        let mut wire = server.wire();
        wire.send(page("localhost", "/", &[]));
        assert_eq!(wire.head().status, 200);
        let rest = String::from_utf8(wire.rest()).unwrap();
        assert!(
            rest.contains("half") && !rest.ends_with("0\r\n\r\n"),
            "{rest}"
        );
    }
}

#[test]
fn a_page_that_is_cut_in_half_is_an_error_over_http_2() {
    let origin = Origin::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    let server = Served::before(origin.address, usual());
    let client = Client::to(&server);
    let result = client.try_ask(http2::page("http://localhost/"));
    assert!(result.is_err_and(|error| error.is_reset()));
}

#[test]
fn a_page_that_stops_halfway_is_cut_after_a_while() {
    let origin = Origin::start(|mut wire| {
        wire.until("\r\n\r\n");
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        wire.rest();
    });
    let timeouts = Timeouts {
        idle_body: SOON,
        ..Timeouts::default()
    };
    let server = Served::before_within(timeouts, origin.address, usual());
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    wire.head();
    assert_eq!(wire.rest(), b"half");
}

#[test]
fn a_websocket_is_forwarded() {
    let origin = Origin::start(|mut wire| {
        let head = wire.until("\r\n\r\n").to_ascii_lowercase();
        assert!(head.contains("upgrade: websocket\r\n"), "{head}");
        wire.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        );
        while let Some(said) = wire.try_until(".") {
            wire.send(said.to_uppercase());
        }
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    let answer = wire.ask(&page(
        "localhost",
        "/socket",
        &[
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
        ],
    ));
    assert_eq!(answer.status, 101);
    assert!(answer.says("upgrade", "websocket"), "{answer:?}");
    assert_eq!(answer.cookies(), [""; 0]);
    for said in ["hello.", "again."] {
        wire.send(said);
        assert_eq!(wire.until("."), said.to_uppercase());
    }
    let decided = server.decisions().pop().unwrap();
    assert_eq!(decided.line(), "/socket 101 skipped informational_status");
}

#[test]
fn events_stream_through_one_by_one() {
    let (seen, next) = mpsc::channel::<()>();
    let next = std::sync::Mutex::new(next);
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        for number in 0..3 {
            wire.send(format!("data: {number}\n\n"));
            // The next event is sent once this one has arrived.
            next.lock().unwrap().recv_timeout(HANG_TIMEOUT).unwrap();
        }
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    wire.send(page("localhost", "/events", &[]));
    wire.head();
    for number in 0..3 {
        wire.until(&format!("data: {number}\n\n"));
        seen.send(()).unwrap();
    }
    let decided = server.decisions().pop().unwrap();
    assert_eq!(decided.line(), "/events 200 skipped not_html");
}

#[test]
fn an_upload_streams_through_piece_by_piece() {
    let (seen, next) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        for number in 0..3 {
            wire.until(&format!("piece {number}"));
            seen.send(()).unwrap();
        }
        wire.until("0\r\n\r\n");
        wire.send(format!("HTTP/1.1 200 OK\r\n{HTML}"));
    });
    let server = Served::before(origin.address, streaming(usual()));
    let mut wire = server.wire();
    wire.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for number in 0..3 {
        wire.send(format!("7\r\npiece {number}\r\n"));
        next.recv_timeout(HANG_TIMEOUT).unwrap();
    }
    wire.send("0\r\n\r\n");
    assert_eq!(wire.answer().status, 200);
}

#[test]
fn a_visitor_who_leaves_ends_the_request_to_the_upstream() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        wire.until("\r\n\r\n");
        report.send(()).unwrap();
        wire.rest();
        report.send(()).unwrap();
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    reports.recv_timeout(HANG_TIMEOUT).unwrap();
    drop(wire);
    reports
        .recv_timeout(HANG_TIMEOUT)
        .expect("the upstream connection closes");
}

#[test]
fn an_upstream_that_comes_back_is_used_again() {
    let address = unused_address();
    let server = Served::before(address, usual());
    assert_eq!(server.page("/", &[]).status, 502);
    let listener = std::net::TcpListener::bind(address).unwrap();
    let answering = std::thread::spawn(move || {
        let mut wire = crate::wire::Wire::over(listener.accept().unwrap().0);
        wire.until("\r\n\r\n");
        wire.send(format!("HTTP/1.1 200 OK\r\n{HTML}"));
    });
    assert_eq!(server.page("/", &[]).status, 200);
    answering.join().unwrap();
}

#[test]
fn slow_upstreams_do_not_hold_up_others_requests() {
    let origin = Origin::start(|mut wire| {
        let head = wire.until("\r\n\r\n");
        match head.starts_with("GET /slow ") {
            true => drop(wire.rest()),
            false => wire.send(format!("HTTP/1.1 200 OK\r\n{HTML}")),
        }
    });
    let timeouts = Timeouts {
        response_headers: Duration::from_secs(3600),
        ..Timeouts::default()
    };
    let server = Served::before_within(timeouts, origin.address, usual());
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut wire = server.wire();
            wire.send(page("localhost", "/slow", &[]));
            wire
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(server.page("/fast", &[]).status, 200);
    }
    drop(slow);
}

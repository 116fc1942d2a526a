//! What stands behind a chunked body, and targets whose form does not fit: never forwarded as a request.

use std::sync::mpsc;

use crate::origin::Origin;
use crate::served::{Served, usual};

const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

/// hyper reads trailers up to an empty line of LF, and drops what follows up to CR LF CR LF. Were that the head of a
/// request, its body would count as a request.
#[test]
fn what_follows_trailers_is_no_request() {
    let (tell, told) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        while let Some(head) = wire.try_until("\r\n\r\n") {
            if head.contains("chunked") {
                wire.until("0\r\n");
                wire.until("\r\n");
            }
            let _ = tell.send(head);
            wire.try_send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let server = Served::before(origin.address, usual());
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let second = format!(
        "POST /second HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{smuggled}",
        smuggled.len()
    );
    for end in ["0\r\nX: 1\n\n", "0\r\n\n", "0\r\nX: 1\r\n\n"] {
        let mut wire = server.wire();
        wire.send(format!("{CHUNKED}1\r\nx\r\n{end}{second}"));
        let said = String::from_utf8_lossy(&wire.rest()).into_owned();
        assert!(said.matches("HTTP/1.1 ").count() <= 1, "{end:?}: {said}");
    }
    let heads: Vec<String> = told.try_iter().collect();
    let is_smuggled = |head: &String| head.contains("/smuggled");
    assert!(!heads.iter().any(is_smuggled), "{heads:?}");
}

#[test]
fn a_chunked_body_without_trailers_keeps_the_connection() {
    let origin = Origin::start(|mut wire| {
        while wire.try_until("0\r\n\r\n").is_some() {
            wire.try_send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let server = Served::before(origin.address, usual());
    let mut wire = server.wire();
    for _ in 0..2 {
        wire.send(format!("{CHUNKED}1\r\nx\r\n0\r\n\r\n"));
        assert_eq!(wire.answer().status, 200);
    }
}

#[test]
fn targets_whose_form_is_another_methods() {
    let origin = Origin::start(|mut wire| assert!(wire.try_until("\r\n").is_none()));
    let server = Served::before(origin.address, usual());
    for line in [
        "GET *",
        "PRI *",
        "GET a",
        "GET a:80",
        "GET javascript:alert(1)",
    ] {
        let answer = server.ask(&format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(answer.status, 400, "{line}");
    }
}

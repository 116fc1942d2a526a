//! The public URL: what visitors ask for, where a proxy passes on neither scheme nor host.

use std::sync::mpsc;

use hardtack_server::Config;

use crate::origin::Origin;
use crate::served::{EXAMPLE, Served, page, usual};
use crate::wire::HANG_TIMEOUT;

fn config(url: &str, trusted: &str) -> Config {
    Config {
        public_url: Some(url.parse().unwrap()),
        trusted: trusted.parse().unwrap(),
        ..usual()
    }
}

/// Checks the attributes of a new visitor's cookie and the target of the decision, whatever the request says.
#[track_caller]
fn check(url: &str, attributes: Option<&str>, target: (&str, &str)) {
    let forged = [
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: www.other.example",
    ];
    for (host, trusted, fields) in [
        ("127.0.0.1:8080", "", &[][..]),
        ("localhost", "", &[]),
        ("www.other.example", "", &forged),
        ("127.0.0.1:8080", "loopback", &forged),
    ] {
        let server = Served::folder(EXAMPLE, config(url, trusted));
        let answer = server.ask(&page(host, "/", fields));
        let entries = server.entries(1);
        let entry = entries[0].request.as_ref().unwrap();
        assert_eq!(entry.host, target.1.as_bytes(), "{host} {trusted}");
        let cookies: Vec<_> = answer
            .cookies()
            .iter()
            .map(|line| line.split_once("; ").unwrap().1.to_string())
            .collect();
        assert_eq!(
            cookies,
            Vec::from_iter(attributes),
            "{url} {host} {fields:?}"
        );
        let made = server.decisions().pop().unwrap();
        assert_eq!((made.scheme, &*made.host), target);
    }
}

#[test]
fn it_gives_the_cookie_secure_and_domain_whatever_the_request_says() {
    check(
        "https://www.example.com",
        Some("Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("https", "www.example.com"),
    );
    check(
        "https://192.0.2.1:8443",
        Some("Max-Age=63072000; Path=/; Secure; HttpOnly; SameSite=Lax"),
        ("https", "192.0.2.1:8443"),
    );
}

#[test]
fn over_plain_http_it_means_no_cookie() {
    check("http://www.example.com", None, ("http", "www.example.com"));
}

#[test]
fn the_inspector_explains_the_site_by_it() {
    let server = Served::folder(EXAMPLE, config("https://www.example.com", ""));
    let answer = server.ask(&server.inspecting("/.hardtack/state", &[]));
    let state: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(state["site"]["host"], "www.example.com");
    assert_eq!(state["site"]["domain"], "example.com");
    assert_eq!(state["notes"], serde_json::json!([]));
}

#[test]
fn what_the_upstream_gets_does_not_change() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let _ = report.send(wire.until("\r\n\r\n"));
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let mut heads = [usual(), config("https://www.example.com", "")].map(|config| {
        let server = Served::before(origin.address, config);
        server.ask(&page("127.0.0.1:8080", "/", &[]));
        reports.recv_timeout(HANG_TIMEOUT).unwrap()
    });
    heads
        .iter_mut()
        .for_each(|head| head.make_ascii_lowercase());
    assert!(
        heads[0].contains("host: 127.0.0.1:8080\r\n"),
        "{}",
        heads[0]
    );
    assert_eq!(heads[0], heads[1]);
}

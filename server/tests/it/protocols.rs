//! HTTP/1.0, HTTP/1.1 and HTTP/2, in plain text and over TLS.

use std::fs;
use std::sync::Arc;

use hardtack_server::Config;
use hardtack_server::tls::{TlsError, from_files, self_signed};
use http::Request;
use tokio_rustls::rustls::{ProtocolVersion, ServerConfig};

use crate::http2::{self, Client};
use crate::served::{EXAMPLE, Served, page, usual};
use crate::tls::{connect, trusting};

const SECURE: &str = "; Secure; ";

fn encrypted(tls: Arc<ServerConfig>) -> Served {
    let config = Config {
        tls: Some(tls),
        ..usual()
    };
    Served::folder(EXAMPLE, config)
}

fn for_localhost() -> Arc<ServerConfig> {
    self_signed(vec!["localhost".to_string()]).unwrap().config
}

#[test]
fn http_1_0_gets_a_page_and_the_end_of_the_connection() {
    let server = Served::example();
    for request in [
        "GET / HTTP/1.0\r\nAccept: text/html\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
    ] {
        let mut wire = server.wire();
        let answer = wire.ask(request);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.text(), index());
        wire.is_closed();
    }
}

#[test]
fn http_1_0_can_keep_a_connection() {
    let server = Served::example();
    let mut wire = server.wire();
    for _ in 0..3 {
        let request = "GET /about HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        let answer = wire.ask(request);
        assert_eq!(answer.status, 200);
        assert!(answer.says("connection", "keep-alive"), "{answer:?}");
    }
}

#[test]
fn http_1_1_keeps_a_connection_until_it_is_closed() {
    let server = Served::example();
    let mut wire = server.wire();
    for path in ["/", "/nothing", "/style.css", "/about"] {
        wire.ask(&page("localhost", path, &[]));
    }
    wire.ask(&page("localhost", "/", &[]).replacen("GET", "HEAD", 1));
    let answer = wire.ask(&page("localhost", "/", &["Connection: close"]));
    assert_eq!((answer.status, answer.text()), (200, index()));
    wire.is_closed();
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Served::example();
    let mut wire = server.wire();
    let paths = ["/about", "/", "/nothing", "/style.css", "/contact"];
    let requests: String = (0..20)
        .flat_map(|_| paths)
        .map(|path| page("localhost", path, &[]))
        .collect();
    wire.send(requests);
    for path in (0..20).flat_map(|_| paths) {
        let answer = wire.answer();
        assert_eq!(answer.status, if path == "/nothing" { 404 } else { 200 });
    }
    let decided: Vec<String> = server
        .decisions()
        .into_iter()
        .map(|made| made.path)
        .collect();
    assert_eq!(decided, Vec::from_iter((0..20).flat_map(|_| paths)));
}

#[test]
fn a_request_in_single_bytes_is_a_request() {
    let server = Served::example();
    let mut wire = server.wire();
    for byte in page("localhost", "/", &[]).bytes() {
        wire.send([byte]);
    }
    assert_eq!(wire.answer().status, 200);
}

#[test]
fn the_body_of_a_request_is_not_a_request() {
    let server = Served::example();
    let mut wire = server.wire();
    let smuggled = page("localhost", "/about", &[]);
    let length = format!("Content-Length: {}", smuggled.len());
    wire.send(page("localhost", "/", &[&length]) + &smuggled);
    assert_eq!(wire.answer().text(), index());
    // The connection either continues with the next request, or it ends.
    if wire.try_send(page("localhost", "/style.css", &["Connection: close"])) {
        let rest = String::from_utf8_lossy(&wire.rest()).into_owned();
        assert!(rest.is_empty() || rest.contains("text/css"), "{rest}");
    }
    assert!(server.decisions().iter().all(|made| made.path != "/about"));
}

#[test]
fn http_2_works_in_plain_text() {
    let server = Served::example();
    let client = Client::to(&server);
    let answer = client.ask(http2::page("http://localhost/"));
    assert_eq!((answer.status, answer.text()), (200, index()));
    assert!(!answer.cookies()[0].contains(SECURE), "{answer:?}");
    let cookie = format!("FPD={}", answer.id());
    let again = http2::page("http://localhost/about").header("cookie", cookie);
    assert_eq!(client.ask(again).id(), answer.id());
}

#[test]
fn http_2_may_split_the_cookies() {
    let server = Served::example();
    let client = Client::to(&server);
    let first = client.ask(http2::page("http://localhost/"));
    let crumbs = ["a=1".to_string(), format!("FPD={}", first.id())];
    let request = crumbs
        .iter()
        .fold(http2::page("http://localhost/"), |request, crumb| {
            request.header("cookie", crumb)
        });
    assert_eq!(client.ask(request).id(), first.id());
}

#[test]
fn a_client_that_claims_https_over_plain_text_is_not_trusted() {
    let server = Served::example();
    let client = Client::to(&server);
    let local = client.ask(http2::page("https://localhost/"));
    assert!(!local.cookies()[0].contains(SECURE), "{local:?}");
    let remote = client.ask(http2::page("https://www.example.com/"));
    assert_eq!(remote.cookies(), [""; 0]);
    let reasons: Vec<&str> = server.decisions().iter().map(|made| made.reason).collect();
    assert_eq!(reasons, ["new_visitor", "plain_http"]);
}

#[test]
fn head_over_http_2_has_no_body() {
    let server = Served::example();
    let client = Client::to(&server);
    for path in [
        "/",
        "/nothing",
        "/.hardtack/",
        "/.hardtack/state",
        "/style.css",
    ] {
        let uri = format!("http://localhost{path}");
        let pass = server.pass();
        let request = Request::head(&uri).header("accept", "text/html");
        let head = client.ask(request.header("cookie", &pass));
        assert!(head.body.is_empty(), "{path} {head:?}");
        let get = client.ask(http2::page(&uri).header("cookie", &pass));
        assert_eq!(head.status, get.status, "{path}");
        assert_ne!(head.field("content-length"), Some("0"), "{path}");
    }
}

#[test]
fn http_2_answers_many_requests_at_once() {
    let server = Served::example();
    let client = Client::to(&server);
    let requests = (0..500).map(|_| http2::page("http://localhost/"));
    for answer in client.ask_all(requests) {
        assert_eq!(answer.status, 200);
    }
    assert_eq!(server.decisions().len(), 500);
}

#[test]
fn tls_agrees_on_what_the_client_offers() {
    let server = encrypted(for_localhost());
    for (offered, agreed) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&[], None),
    ] {
        let client = trusting(&server, "localhost", offered);
        let wire = connect(&server, "localhost", client).unwrap();
        let protocol = wire.stream.conn.alpn_protocol();
        assert_eq!(protocol, agreed.map(str::as_bytes));
        let version = wire.stream.conn.protocol_version();
        assert_eq!(version, Some(ProtocolVersion::TLSv1_3));
    }
}

#[test]
fn http_1_1_over_tls_makes_the_cookie_secure() {
    let server = encrypted(for_localhost());
    let client = trusting(&server, "localhost", &["http/1.1"]);
    let mut wire = connect(&server, "localhost", client).unwrap();
    for _ in 0..3 {
        let answer = wire.ask(&page("localhost", "/", &[]));
        assert_eq!(answer.text(), index());
        assert!(answer.cookies()[0].contains(SECURE), "{answer:?}");
    }
}

#[test]
fn http_2_over_tls_makes_the_cookie_secure() {
    let server = encrypted(for_localhost());
    let config = trusting(&server, "localhost", &["h2"]);
    let client = Client::over_tls(&server, "localhost", config);
    let answer = client.ask(http2::page("https://localhost/"));
    assert_eq!(answer.text(), index());
    assert!(answer.cookies()[0].contains(SECURE), "{answer:?}");
    // The connection decides, whatever the client writes.
    let claimed = client.ask(http2::page("http://localhost/"));
    assert!(claimed.cookies()[0].contains(SECURE), "{claimed:?}");
}

#[test]
fn a_client_that_trusts_nobody_refuses_a_self_signed_certificate() {
    let server = encrypted(for_localhost());
    let other = encrypted(for_localhost());
    let client = trusting(&other, "localhost", &[]);
    assert!(connect(&server, "localhost", client).is_err());
    let elsewhere = trusting(&server, "localhost", &[]);
    assert!(connect(&server, "example.com", elsewhere).is_err());
    let here = trusting(&server, "localhost", &[]);
    assert!(connect(&server, "localhost", here).is_ok());
}

#[test]
fn plain_text_on_a_tls_port_does_no_harm() {
    let server = encrypted(for_localhost());
    let mut wire = server.wire();
    wire.send(page("localhost", "/", &[]));
    let rest = wire.rest();
    assert!(!rest.starts_with(b"HTTP/"), "{rest:?}");
    let client = trusting(&server, "localhost", &[]);
    assert!(connect(&server, "localhost", client).is_ok());
}

/// A folder with `a.pem`, `a.key`, `b.pem` and `b.key`.
fn pairs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        let pair = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
        let path = |kind| folder.path().join(format!("{name}.{kind}"));
        fs::write(path("pem"), pair.cert.pem()).unwrap();
        fs::write(path("key"), pair.signing_key.serialize_pem()).unwrap();
    }
    fs::write(folder.path().join("empty"), "").unwrap();
    folder
}

#[test]
fn certificate_and_key_can_come_from_files() {
    let folder = pairs();
    let path = |name| folder.path().join(name);
    let server = encrypted(from_files(&path("a.pem"), &path("a.key")).unwrap());
    let client = trusting(&server, "localhost", &["http/1.1"]);
    let mut wire = connect(&server, "localhost", client).unwrap();
    assert_eq!(wire.ask(&page("localhost", "/", &[])).status, 200);
}

#[test]
fn certificate_and_key_that_do_not_match_are_an_error() {
    let folder = pairs();
    let error = |certificates, key| {
        let path = |name| folder.path().join(name);
        from_files(&path(certificates), &path(key)).unwrap_err()
    };
    assert!(matches!(error("a.pem", "b.key"), TlsError::Pair(_)));
    assert!(matches!(error("a.pem", "a.pem"), TlsError::File(..)));
    assert!(matches!(
        error("a.key", "a.key"),
        TlsError::NoCertificate(_)
    ));
    assert!(matches!(
        error("empty", "a.key"),
        TlsError::NoCertificate(_)
    ));
    assert!(matches!(error("a.pem", "missing"), TlsError::File(..)));
    let message = error("missing", "a.key").to_string();
    assert!(message.contains("missing"), "{message}");
}

#[test]
fn an_invalid_name_for_a_certificate_is_an_error() {
    let error = self_signed(vec!["bücher.example".to_string()]).unwrap_err();
    assert!(matches!(error, TlsError::SelfSigned(_)), "{error}");
}

fn index() -> String {
    fs::read_to_string(format!("{EXAMPLE}/index.html")).unwrap()
}

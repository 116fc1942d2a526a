//! Malformed requests: refused or closed, without a hang, a server error or an effect on other clients.

use std::sync::mpsc;

use hardtack_server::Config;

use crate::http2::{self, Client};
use crate::origin::Origin;
use crate::served::{EXAMPLE, Served, page, usual};

/// Sends `request`, then says that this was all. Whatever comes back is a refusal, and then the end.
#[track_caller]
fn refused(server: &Served, request: impl AsRef<[u8]>) {
    let mut wire = server.wire();
    wire.try_send(&request);
    wire.shut_down_write();
    let said = String::from_utf8_lossy(&wire.rest()).into_owned();
    let is_refusal = |start| said.starts_with(start) && said.matches("HTTP/1.").count() == 1;
    let refusal = is_refusal("HTTP/1.1 4") || is_refusal("HTTP/1.0 4");
    let shown = String::from_utf8_lossy(request.as_ref()).into_owned();
    assert!(said.is_empty() || refusal, "{shown:?} gets {said:?}");
    assert!(!said.contains("set-cookie"), "{shown:?} gets {said:?}");
}

/// The same for each request of a table, on one server, which still serves afterwards.
#[track_caller]
fn all_refused<T: AsRef<[u8]>>(requests: &[T]) {
    let server = Served::example();
    for request in requests {
        refused(&server, request);
    }
    server.still_serves();
}

#[test]
fn invalid_request_lines() {
    all_refused(&[
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / \r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "GET / http/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTCPCP/1.0\r\nHost: localhost\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\tGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "G\x01T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET,POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET index.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET ../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET \\ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "hello\r\n\r\n",
        "\r\n\r\nhello\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        "PRI * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]);
}

#[test]
fn bytes_that_are_not_text() {
    let line = |path: &[u8]| [b"GET /", path, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"].concat();
    let field =
        |field: &[u8]| [b"GET / HTTP/1.1\r\nHost: localhost\r\n", field, b"\r\n\r\n"].concat();
    all_refused(&[
        line(b"\0"),
        line(b"\x7f"),
        line(b"\x1b[2J"),
        line(b"\xff\xfe"),
        field(b"X-\0: 1"),
        field(b"X: \0"),
        field(b"X: \x01"),
        field(b"X: \x7f"),
        field(b"X\xe4: 1"),
        vec![0; 1000],
        vec![0xff; 1000],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
        b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00".to_vec(),
    ]);
}

#[test]
fn invalid_fields() {
    let with = |field: &str| format!("GET / HTTP/1.1\r\nHost: localhost\r\n{field}\r\n\r\n");
    all_refused(&[
        with("no colon"),
        with(": no name"),
        with("X Y: 1"),
        with("X : 1"),
        with("X\t: 1"),
        with("X: 1\r\n folded: 2"),
        with("X: 1\r\n\tfolded: 2"),
        with(" X: 1"),
        with("(X): 1"),
        with("X: 1\rY: 2"),
        with("X: 1\r\r\nY: 2"),
        with("X: 1\n\rY: 2"),
        with("X: 1\0\r\nY: 2"),
        "GET / HTTP/1.1\r\n folded: 1\r\nHost: localhost\r\n\r\n".to_string(),
        "GET / HTTP/1.1\rHost: localhost\r\r".to_string(),
    ]);
}

#[test]
fn hosts_that_are_missing_double_or_impossible() {
    all_refused(&[
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: example.com\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: localhost\r\nHost: example.com\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: local host\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost, example.com\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost#x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost?x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: http://localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\\x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: <localhost>\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: bücher.example\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http:///path HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]);
}

#[test]
fn methods_that_a_folder_has_no_answer_to() {
    all_refused(&[
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx",
        "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "get / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]);
}

#[test]
fn invalid_lengths() {
    let with = |fields: &str| format!("POST / HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n");
    all_refused(&[
        with("Content-Length: -1"),
        with("Content-Length: +1") + "x",
        with("Content-Length: 1 1") + "x",
        with("Content-Length: 0x1") + "x",
        with("Content-Length: one") + "x",
        with("Content-Length:"),
        with("Content-Length: 1, 2") + "xx",
        with("Content-Length: 1\r\nContent-Length: 2") + "xx",
        with("Content-Length: 99999999999999999999"),
        with("Content-Length: 18446744073709551615"),
    ]);
}

#[test]
fn invalid_chunks() {
    let post = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = [
        "x\r\n",
        "-1\r\nx\r\n0\r\n\r\n",
        "+1\r\nx\r\n0\r\n\r\n",
        "0x1\r\nx\r\n0\r\n\r\n",
        "1 1\r\nx\r\n0\r\n\r\n",
        "1\nx\n0\n\n",
        "1\r\nxx\r\n0\r\n\r\n",
        "1\rx\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nx\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nx\r\n0\r\n\r\n",
        "1;\0\r\nx\r\n0\r\n\r\n",
        "0\r\nX\0: 1\r\n\r\n",
        "\r\n\r\n",
        "1",
    ];
    all_refused(&chunks.map(|chunks| format!("{post}{chunks}")));
}

/// Bodies that two readers could end at different places, and so count a different number of requests.
const SMUGGLING: [&str; 16] = [
    "Transfer-Encoding: identity\r\nContent-Length: 0",
    "Transfer-Encoding: gzip",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: chunkedx",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding:",
    "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    " Transfer-Encoding: chunked",
    "X: 1\rTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\n identity",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
];

#[test]
fn bodies_with_an_ambiguous_end() {
    let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    all_refused(&SMUGGLING.map(|framing| {
        format!("POST / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n{smuggled}")
    }));
    all_refused(&[
        format!("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}"),
        format!("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}"),
    ]);
}

/// RFC 9112 §6.3 lets a server read such a body by its chunks, if it then closes the connection.
#[test]
fn with_a_length_and_chunks_the_chunks_count_and_the_connection_ends() {
    let server = Served::example();
    let chunked = "Transfer-Encoding: chunked";
    for fields in [
        [chunked, "Content-Length: 5"],
        ["Content-Length: 5", chunked],
        ["Content-Length: 500", chunked],
        ["Transfer-Encoding: Chunked", "content-length: 0"],
    ] {
        let mut wire = server.wire();
        wire.send(page("localhost", "/", &fields) + "0\r\n\r\n");
        wire.send(page("localhost", "/smuggled", &[]));
        let said = String::from_utf8_lossy(&wire.rest()).into_owned();
        assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{said}");
    }
    let paths: Vec<String> = server
        .decisions()
        .into_iter()
        .map(|made| made.path)
        .collect();
    assert!(!paths.contains(&"/smuggled".to_string()), "{paths:?}");
}

#[test]
fn an_upstream_never_sees_a_request_that_could_be_two() {
    let (tell, told) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        while let Some(head) = wire.try_until("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            if head.contains("\r\ntransfer-encoding: chunked\r\n") {
                wire.until("0\r\n\r\n");
            }
            let _ = tell.send(head);
            wire.try_send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let server = Served::before(origin.address, usual());
    let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for framing in SMUGGLING {
        let request = format!("POST / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n{smuggled}");
        let mut wire = server.wire();
        wire.try_send(request);
        wire.shut_down_write();
        let said = String::from_utf8_lossy(&wire.rest()).into_owned();
        let refused = said.starts_with("HTTP/1.1 400 ") || said.starts_with("HTTP/1.1 501 ");
        assert!(said.is_empty() || refused, "{framing:?} gets {said}");
    }
    let both = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    server.ask(&format!("{both}{smuggled}"));
    let heads: Vec<String> = told.try_iter().collect();
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(!heads[0].contains("content-length"), "{heads:?}");
    assert!(heads[0].contains("transfer-encoding: chunked"), "{heads:?}");
}

#[test]
fn unusual_but_valid_requests_are_answered() {
    let server = Served::example();
    for request in [
        "\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\nHost: localhost\n\n",
        "GET / HTTP/1.1\r\nHOST:localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:   localhost  \r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: my_host.example:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: \u{e4}\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://localhost HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET /? HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /?a={b}|[c]^`d`' HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    ] {
        assert_eq!(server.ask(request).status, 200, "{request:?}");
    }
}

/// The host of a full URL counts, and not the field (RFC 9112 §3.2.2).
#[test]
fn the_host_of_a_full_url_decides() {
    let config = Config {
        trusted: "loopback".parse().unwrap(),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    let request = page(
        "localhost",
        "http://www.example.com/",
        &["X-Forwarded-Proto: https"],
    );
    let answer = server.ask(&request);
    assert!(
        answer.cookies()[0].contains("; Domain=example.com; "),
        "{answer:?}"
    );
}

#[test]
fn a_host_that_contradicts_the_authority_is_refused_over_http_2() {
    let server = Served::example();
    let client = Client::to(&server);
    let asked = |host: &str| client.ask(http2::page("http://localhost/").header("host", host));
    assert_eq!(asked("example.com").status, 400);
    assert_eq!(asked("localhost").status, 200);
    assert_eq!(asked("LocalHost").status, 200);
}

#[test]
fn connect_over_http_2_is_refused() {
    let server = Served::example();
    let client = Client::to(&server);
    let connect = http::Request::connect("localhost:443");
    match client.try_ask(connect) {
        Ok(answer) => assert!((400..500).contains(&answer.status), "{answer:?}"),
        Err(error) => assert!(error.is_reset(), "{error}"),
    }
    assert_eq!(client.ask(http2::page("http://localhost/")).status, 200);
}

#[test]
fn invalid_frames() {
    let server = Served::example();
    let get = http2::get();
    for frames in [
        http2::frame(http2::HEADERS, 5, 2, &get),
        http2::frame(http2::HEADERS, 5, 0, &get),
        http2::frame(http2::HEADERS, 5, 1, &[0xff; 100]),
        http2::frame(http2::HEADERS, 5, 1, &[]),
        http2::frame(http2::HEADERS, 5, 1, &[0x84]),
        http2::frame(http2::CONTINUATION, 4, 1, &get),
        http2::frame(http2::RST_STREAM, 0, 1, &[0; 4]),
        http2::frame(http2::RST_STREAM, 0, 1, &[0; 3]),
        http2::frame(0, 0, 0, b"data"),
        http2::frame(4, 0, 0, &[0; 5]),
        http2::frame(4, 1, 0, &[0; 6]),
        http2::frame(5, 4, 1, &get),
        http2::frame(6, 0, 0, &[0; 7]),
        http2::frame(8, 0, 0, &[0; 4]),
        http2::frame(8, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
        http2::frame(http2::HEADERS, 5, 1, &vec![0; 100_000]),
        vec![0xff; 1000],
    ] {
        let mut wire = server.wire();
        wire.send(http2::PREFACE);
        wire.try_send(frames);
        wire.shut_down_write();
        wire.rest();
    }
    server.still_serves();
}

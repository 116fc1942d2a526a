//! Bodies: streamed both ways, in every framing, never kept back and never cut in silence.

use super::*;

#[tokio::test]
async fn a_response_arrives_while_the_upstream_is_still_sending() {
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let gone = Mutex::new(Some(gone));
    let mut visitor = visitor(move |mut upstream: Wire, _| {
        let gone = gone.lock().unwrap().take().unwrap();
        async move {
            upstream.head().await;
            upstream
                .send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
                .await;
            gone.await.unwrap();
            upstream.send("4\r\nlast\r\n0\r\n\r\n").await;
        }
    })
    .await;
    visitor.send(GET).await;
    visitor.until("5\r\nfirst\r\n").await;
    go.send(()).unwrap();
    assert_eq!(visitor.until("0\r\n\r\n").await, "4\r\nlast\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_request_arrives_while_the_visitor_is_still_sending() {
    let (go, mut gone) = tokio::sync::mpsc::channel::<()>(1);
    let mut visitor = unbuffered(move |mut upstream: Wire, _| {
        let go = go.clone();
        async move {
            upstream.until("5\r\nfirst\r\n").await;
            go.send(()).await.unwrap();
            upstream.until("4\r\nlast\r\n0\r\n\r\n").await;
            upstream.send(OK).await;
            upstream.rest().await;
        }
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        .await;
    Wire::<TcpStream>::with_timeout(gone.recv()).await.unwrap();
    visitor.send("4\r\nlast\r\n0\r\n\r\n").await;
    visitor.until("\r\n\r\nok").await;
}

/// An upstream whose response body is the head and body of the request.
async fn echo(mut upstream: Wire, end: &'static str) {
    let request = upstream.until(end).await;
    let length = request.len();
    upstream
        .send(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{request}"
        ))
        .await;
    upstream.rest().await;
}

async fn check_request(request: &str, end: &'static str, expected_field: &str) {
    let mut visitor = visitor(move |upstream: Wire, _| echo(upstream, end)).await;
    visitor.send(request).await;
    visitor.head().await;
    let seen = visitor.until(end).await;
    assert!(
        seen.contains(&format!("\r\n{expected_field}\r\n")),
        "{seen:?}"
    );
    assert!(seen.ends_with(end), "{seen:?}");
}

#[tokio::test]
async fn a_request_keeps_its_framing() {
    let field = "content-length: 4";
    check_request(
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody",
        "body",
        field,
    )
    .await;
    check_request(
        "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody",
        "body",
        field,
    )
    .await;
    let listed =
        "POST / HTTP/1.1\r\nhost: a\r\nconnection: content-length\r\ncontent-length: 4\r\n\r\nbody";
    check_request(listed, "body", field).await;
    let field = "transfer-encoding: chunked";
    let body = "4\r\nbody\r\n0\r\n\r\n";
    for method in ["POST", "GET", "DELETE", "PURGE"] {
        let head = format!("{method} / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        check_request(&format!("{head}{body}"), body, field).await;
    }
}

#[tokio::test]
async fn a_request_with_two_lengths_is_forwarded_with_the_one_that_counts() {
    let request =
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 44\r\ntransfer-encoding: chunked\r\n\r\n";
    let body = "4\r\nbody\r\n0\r\n\r\n";
    let mut visitor = visitor(move |upstream: Wire, _| echo(upstream, body)).await;
    visitor.send(format!("{request}{body}")).await;
    visitor.head().await;
    let seen = visitor.until(body).await;
    assert!(!seen.contains("content-length"), "{seen:?}");
}

#[tokio::test]
async fn a_visitor_who_waits_for_100_continue_gets_it() {
    let mut visitor = visitor(move |upstream: Wire, _| echo(upstream, "body")).await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n")
        .await;
    assert_eq!(
        visitor.until("\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    visitor.send("body").await;
    visitor.until("body").await;
}

#[tokio::test]
async fn request_trailers_are_forwarded() {
    let end = "0\r\nx-sum: 1\r\n\r\n";
    let request =
        "POST / HTTP/1.1\r\nhost: a\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n";
    check_request(
        &format!("{request}4\r\nbody\r\n{end}"),
        end,
        "trailer: x-sum",
    )
    .await;
}

#[tokio::test]
async fn response_trailers_are_forwarded_to_clients_that_accept_them() {
    let upstreams = "HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n\
                     4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n";
    let head = "HTTP/1.1 200 OK\nconnection: close\ntrailer: x-sum\ntransfer-encoding: chunked\n\n";
    let taker = "GET / HTTP/1.1\r\nhost: a\r\nte: trailers\r\n\r\n";
    let with = format!("{head}4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n");
    assert_eq!(answer(taker, upstreams).await, with);
    let without = format!("{head}4\r\nbody\r\n0\r\n\r\n");
    assert_eq!(answer(GET, upstreams).await, without);
}

#[tokio::test]
async fn a_response_keeps_its_framing() {
    assert_eq!(
        answer(GET, OK).await,
        "HTTP/1.1 200 OK\nconnection: close\ncontent-length: 2\n\nok"
    );
    let chunked =
        "HTTP/1.1 200 OK\nconnection: close\ntransfer-encoding: chunked\n\n2\r\nok\r\n0\r\n\r\n";
    let upstreams = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    assert_eq!(answer(GET, upstreams).await, chunked);
    assert_eq!(answer(GET, "HTTP/1.0 200 OK\r\n\r\nok").await, chunked);
    assert_eq!(
        answer(GET, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok").await,
        chunked
    );
}

#[tokio::test]
async fn a_response_with_two_lengths_is_forwarded_with_the_one_that_counts() {
    let upstreams = "HTTP/1.1 200 OK\r\ncontent-length: 44\r\ntransfer-encoding: chunked\r\n\r\n\
                     2\r\nok\r\n0\r\n\r\n";
    let visitors =
        "HTTP/1.1 200 OK\nconnection: close\ntransfer-encoding: chunked\n\n2\r\nok\r\n0\r\n\r\n";
    assert_eq!(answer(GET, upstreams).await, visitors);
    let hidden = "HTTP/1.1 200 OK\r\ncontent-length: 44\r\nconnection: transfer-encoding\r\n\
                  transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    assert_eq!(answer(GET, hidden).await, visitors);
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_http_1_0_framing() {
    let upstreams = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let visitors = "HTTP/1.0 200 OK\n\nok";
    let answer = answer("GET / HTTP/1.0\r\nhost: a\r\n\r\n", upstreams).await;
    assert_eq!(answer, visitors);
}

#[tokio::test]
async fn responses_without_a_body_are_forwarded() {
    let head = "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n";
    let close = "connection: close";
    for (request, upstreams, visitors) in [
        (
            head,
            "HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n",
            format!("HTTP/1.1 200 OK\n{close}\ncontent-length: 999\n\n"),
        ),
        (
            head,
            "HTTP/1.1 200 OK\r\n\r\n",
            format!("HTTP/1.1 200 OK\n{close}\n\n"),
        ),
        (
            head,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            format!("HTTP/1.1 200 OK\n{close}\n\n"),
        ),
        (
            GET,
            "HTTP/1.1 304 Not Modified\r\netag: \"x\"\r\n\r\n",
            format!("HTTP/1.1 304 Not Modified\n{close}\netag: \"x\"\n\n"),
        ),
        (
            GET,
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 999\r\n\r\n",
            format!("HTTP/1.1 304 Not Modified\n{close}\n\n"),
        ),
        (
            GET,
            "HTTP/1.1 204 No Content\r\n\r\n",
            format!("HTTP/1.1 204 No Content\n{close}\n\n"),
        ),
        (
            GET,
            "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n",
            format!("HTTP/1.1 204 No Content\n{close}\n\n"),
        ),
        (
            GET,
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            format!("HTTP/1.1 200 OK\n{close}\ncontent-length: 0\n\n"),
        ),
    ] {
        assert_eq!(answer(request, upstreams).await, visitors, "{upstreams}");
    }
}

#[tokio::test]
async fn informational_responses_are_dropped() {
    let upstreams = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n\
                     HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let visitors = "HTTP/1.1 200 OK\nconnection: close\ncontent-length: 2\n\nok";
    assert_eq!(answer(GET, upstreams).await, visitors);
}

const BIG: usize = 50_000_000;

#[tokio::test]
async fn a_large_response_is_forwarded() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send(format!("HTTP/1.1 200 OK\r\ncontent-length: {BIG}\r\n\r\n"))
            .await;
        send_big(&mut upstream).await;
    })
    .await;
    visitor.send(GET).await;
    visitor.head().await;
    receive_big(&mut visitor).await;
}

#[tokio::test]
async fn a_large_request_is_forwarded() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        upstream.head().await;
        receive_big(&mut upstream).await;
        upstream.send(OK).await;
    })
    .await;
    visitor
        .send(format!(
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {BIG}\r\n\r\n"
        ))
        .await;
    send_big(&mut visitor).await;
    visitor.until("\r\n\r\nok").await;
}

/// Bytes that differ from block to block, so that a lost or repeated block is detected.
fn block(number: usize) -> &'static [u8] {
    static BYTES: [u8; 50_251] = {
        let mut bytes = [0; 50_251];
        let mut at = 0;
        while at < bytes.len() {
            bytes[at] = (at % 251) as u8;
            at += 1;
        }
        bytes
    };
    &BYTES[number * 7 % 251..][..50_000]
}

async fn send_big(wire: &mut Wire) {
    for number in 0..BIG / 50_000 {
        wire.send(block(number)).await;
    }
}

async fn receive_big(wire: &mut Wire) {
    for number in 0..BIG / 50_000 {
        assert!(
            wire.exactly(50_000).await == block(number),
            "block {number}"
        );
    }
}

#[tokio::test]
async fn a_response_waits_for_a_visitor_who_does_not_read() {
    let (sent, mut written) = tokio::sync::watch::channel(0);
    let mut visitor = visitor(move |mut upstream: Wire, _| {
        let sent = sent.clone();
        async move {
            upstream.head().await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {BIG}\r\n\r\n");
            upstream.send(head).await;
            for number in 0..BIG / 50_000 {
                upstream.send(block(number)).await;
                sent.send_replace(number + 1);
            }
        }
    })
    .await;
    visitor.send(GET).await;
    visitor.head().await;
    while timeout(SHORT.idle_body, written.changed()).await.is_ok() {}
    assert!(*written.borrow() < BIG / 50_000, "all is held somewhere");
    receive_big(&mut visitor).await;
}

#[tokio::test]
async fn the_upstream_connection_closes_when_the_visitor_leaves() {
    let (told, mut tells) = tokio::sync::mpsc::channel(1);
    let mut visitor = visitor(move |mut upstream: Wire, _| {
        let told = told.clone();
        async move {
            upstream.head().await;
            upstream
                .send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfirst")
                .await;
            upstream.rest().await;
            told.send(()).await.unwrap();
        }
    })
    .await;
    visitor.send(GET).await;
    visitor.until("first").await;
    drop(visitor);
    Wire::<TcpStream>::with_timeout(tells.recv()).await.unwrap();
}

#[tokio::test]
async fn a_response_before_the_end_of_the_request_arrives() {
    let mut visitor = unbuffered(|mut upstream: Wire, _| async move {
        upstream.until("first").await;
        upstream
            .send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig")
            .await;
        upstream.rest().await;
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 999999\r\n\r\nfirst")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 413 Content Too Large\n")
    );
    assert_eq!(visitor.exactly(3).await, b"big");
}

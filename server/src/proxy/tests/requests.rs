//! Requests that fail because of the visitor: the visitor gets the error, and the upstream is not blamed.

use super::*;

#[tokio::test]
async fn a_visitor_who_stops_sending_gets_408_and_the_upstream_is_not_blamed() {
    let log = Log::start();
    let mut visitor = visitor_within(SHORT, |mut upstream: Wire, _| async move {
        upstream.rest().await;
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 408 Request Timeout\n")
    );
    assert_eq!(log.warnings(), [""; 0]);
}

#[tokio::test]
async fn a_visitor_who_sends_a_malformed_body_gets_400_and_the_upstream_is_not_blamed() {
    let log = Log::start();
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        upstream.rest().await;
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 400 Bad Request\n")
    );
    assert_eq!(log.warnings(), [""; 0]);
}

#[tokio::test]
async fn a_request_cut_by_the_visitor_is_cut_for_the_upstream() {
    let (told, mut tells) = tokio::sync::mpsc::channel(1);
    let mut visitor = unbuffered(move |mut upstream: Wire, _| {
        let told = told.clone();
        async move {
            upstream.head().await;
            told.send(upstream.rest().await).await.unwrap();
        }
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        .await;
    drop(visitor);
    let seen = Wire::<TcpStream>::with_timeout(tells.recv()).await.unwrap();
    assert!(!seen.contains("0\r\n\r\n"), "{seen:?}");
}

#[tokio::test]
async fn a_request_for_a_tunnel_is_refused() {
    let log = Log::start();
    let mut visitor = visitor(|_, _| async { panic!("asked the upstream") }).await;
    visitor
        .send("CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 501 Not Implemented\n")
    );
    assert_eq!(log.warnings(), [""; 0]);
}

#[tokio::test]
async fn a_body_in_an_unknown_coding_is_refused() {
    let mut visitor = visitor(|_, _| async { panic!("asked the upstream") }).await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 501 Not Implemented\n")
    );
}

#[tokio::test]
async fn a_url_too_long_for_the_base_is_refused() {
    let base = "b".repeat(1000);
    let proxy = proxy(format!("http://127.0.0.1:1/{base}"), SHORT, "");
    let mut visitor = Wire::to(front(proxy).await).await;
    visitor
        .send(format!(
            "GET /{} HTTP/1.1\r\nhost: a\r\n\r\n",
            "x".repeat(65_000)
        ))
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 414 URI Too Long\n")
    );
}

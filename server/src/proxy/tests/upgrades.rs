//! Connections that are upgraded, and those that must not be.

use super::*;

const OFFER: &str = "GET /socket HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, Upgrade\r\n\
                     upgrade: websocket\r\nsec-websocket-key: x\r\n\r\n";
const ACCEPT: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                      upgrade: websocket\r\nsec-websocket-accept: y\r\n\r\n";

#[tokio::test]
async fn bytes_are_forwarded_both_ways_after_an_upgrade() {
    let limits = Timeouts {
        idle_body: SHORT.idle_body,
        ..LONG
    };
    let mut visitor = visitor_within(limits, |mut upstream: Wire, _| async move {
        let head = upstream.head().await;
        assert!(head.contains("\nconnection: upgrade\n"), "{head}");
        assert!(head.contains("\nupgrade: websocket\n"), "{head}");
        upstream.send(format!("{ACCEPT}early")).await;
        for _ in 0..3 {
            let said = upstream.until(".").await;
            upstream.send(said.to_uppercase()).await;
        }
        upstream.rest().await;
        // Whatever comes after the visitor has said all still arrives.
        upstream.send("BYE").await;
    })
    .await;
    visitor.send(OFFER).await;
    assert_eq!(
        visitor.head().await,
        "HTTP/1.1 101 Switching Protocols\nconnection: upgrade\nsec-websocket-accept: y\nupgrade: websocket"
    );
    assert_eq!(visitor.exactly(5).await, b"early");
    for _ in 0..3 {
        visitor.send("hello.").await;
        assert_eq!(visitor.until(".").await, "HELLO.");
        // Longer than any timeout: an upgraded connection has none.
        tokio::time::sleep(SHORT.idle_body * 2).await;
    }
    visitor.stream.shutdown().await.unwrap();
    assert_eq!(visitor.rest().await, "BYE");
}

#[tokio::test]
async fn a_visitor_sees_when_the_upstream_ends_an_upgraded_connection() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream.send(format!("{ACCEPT}bye")).await;
    })
    .await;
    visitor.send(OFFER).await;
    visitor.head().await;
    assert_eq!(visitor.rest().await, "bye");
}

#[tokio::test]
async fn an_upstream_may_decline_an_upgrade() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        loop {
            upstream.head().await;
            upstream
                .send("HTTP/1.1 426 Upgrade Required\r\ncontent-length: 2\r\n\r\nno")
                .await;
        }
    })
    .await;
    for _ in 0..2 {
        visitor.send(OFFER).await;
        let head = visitor.head().await;
        assert_eq!(head, "HTTP/1.1 426 Upgrade Required\ncontent-length: 2");
        assert_eq!(visitor.exactly(2).await, b"no");
    }
}

#[tokio::test]
async fn an_offer_of_http_2_is_not_passed_on() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        let head = upstream.head().await;
        let is_offer =
            head.contains("upgrade") || head.contains("h2c") || head.contains("settings");
        assert!(!is_offer, "{head}");
        upstream.send(OK).await;
    })
    .await;
    let offer = "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\n\
                 upgrade: h2c\r\nhttp2-settings: AAA\r\n\r\n";
    visitor.send(offer).await;
    assert!(visitor.head().await.starts_with("HTTP/1.1 200 OK\n"));
}

#[tokio::test]
async fn an_upgrade_to_nothing_is_an_invalid_response() {
    let mut visitor = visitor(|mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send("HTTP/1.1 101 Switching Protocols\r\n\r\n")
            .await;
        upstream.rest().await;
    })
    .await;
    visitor.send(OFFER).await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 502 Bad Gateway\n")
    );
}

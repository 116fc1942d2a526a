//! Connections to the upstream: kept, used again, and gone stale in the meantime.

use super::*;

/// An upstream that answers once per connection, and closes it when the next request comes.
async fn once(mut upstream: Wire, _: usize) {
    upstream.head().await;
    upstream.send(OK).await;
    upstream.head().await;
}

#[tokio::test]
async fn a_request_on_a_stale_connection_is_sent_again() {
    let log = Log::start();
    let mut visitor = visitor(once).await;
    for _ in 0..5 {
        visitor.send(GET).await;
        assert!(visitor.head().await.starts_with("HTTP/1.1 200 OK\n"));
        visitor.exactly(2).await;
    }
    assert_eq!(log.warnings(), [""; 0]);
}

#[tokio::test]
async fn a_request_that_may_have_had_effects_is_not_sent_again() {
    for (method, body) in [("POST", "body"), ("POST", ""), ("PUT", "body")] {
        let length = body.len();
        let mut visitor = visitor(once).await;
        visitor.send(GET).await;
        visitor.until("\r\n\r\nok").await;
        let head = format!("{method} / HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n");
        visitor.send(format!("{head}{body}")).await;
        let answer = visitor.head().await;
        assert!(
            answer.starts_with("HTTP/1.1 502 Bad Gateway\n"),
            "{head}{answer}"
        );
    }
}

#[tokio::test]
async fn a_request_that_fails_on_a_new_connection_is_not_sent_again() {
    let (told, mut tells) = tokio::sync::mpsc::channel(9);
    let mut visitor = visitor(move |mut upstream: Wire, _| {
        let told = told.clone();
        async move {
            upstream.head().await;
            told.send(()).await.unwrap();
        }
    })
    .await;
    visitor.send(GET).await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 502 Bad Gateway\n")
    );
    Wire::<TcpStream>::with_timeout(tells.recv()).await.unwrap();
    assert!(tells.try_recv().is_err(), "sent twice");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let mut visitor = visitor(|mut upstream: Wire, number| async move {
        loop {
            upstream.head().await;
            upstream
                .send(format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}"
                ))
                .await;
        }
    })
    .await;
    for _ in 0..5 {
        visitor.send(GET).await;
        visitor.head().await;
        assert_eq!(visitor.exactly(1).await, b"0");
    }
}

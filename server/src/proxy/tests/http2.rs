//! Visitors who speak HTTP/2, while the upstream speaks HTTP/1.1.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;

use super::*;

/// What a visitor gets who sends `request` with `body` and, if there are any, `trailers`.
async fn send<F, Fut>(
    script: F,
    request: http::request::Builder,
    body: &'static str,
    trailers: Option<HeaderMap>,
) -> Response<Incoming>
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let stream = visitor(script).await.stream;
    let io = TokioIo::new(stream);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let body = Full::new(Bytes::from_static(body.as_bytes()));
    let body = match trailers {
        Some(trailers) => body
            .with_trailers(async { Some(Ok(trailers)) })
            .boxed_unsync(),
        None => body.boxed_unsync(),
    };
    let sending = sender.send_request(request.body(body).unwrap());
    Wire::<TcpStream>::with_timeout(sending).await.unwrap()
}

fn get(uri: &str) -> http::request::Builder {
    Request::get(uri)
}

async fn echo_head(mut upstream: Wire, _: usize) {
    let head = upstream.head().await;
    let length = head.len();
    upstream
        .send(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{head}"
        ))
        .await;
    upstream.rest().await;
}

async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_request_becomes_http_1_1() {
    let request = get("http://a.example:81/x?y").header("te", "trailers");
    let response = send(echo_head, request, "", None).await;
    assert_eq!(
        text(response).await,
        "GET /x?y HTTP/1.1\nconnection: te\nhost: a.example:81\nte: trailers\n\
         x-forwarded-for: 127.0.0.1\nx-forwarded-host: a.example:81\nx-forwarded-proto: http"
    );
}

#[tokio::test]
async fn cookie_crumbs_are_joined() {
    let request = get("http://a/")
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let seen = text(send(echo_head, request.header("cookie", "c=3"), "", None).await).await;
    assert!(seen.contains("\ncookie: a=1; b=2; c=3\n"), "{seen}");
}

#[tokio::test]
async fn bodies_and_trailers_are_forwarded_both_ways() {
    let end = "0\r\nx-sum: 1\r\n\r\n";
    let script = move |mut upstream: Wire, _| async move {
        let request = upstream.until(end).await;
        assert!(
            request.ends_with(&format!("4\r\nbody\r\n{end}")),
            "{request}"
        );
        let head = "HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n";
        upstream
            .send(format!(
                "{head}connection: x-hop\r\nx-hop: 1\r\n\r\n2\r\nok\r\n{end}"
            ))
            .await;
        upstream.rest().await;
    };
    let trailers =
        HeaderMap::from_iter([("x-sum".parse().unwrap(), HeaderValue::from_static("1"))]);
    let request = Request::post("http://a/").header("trailer", "x-sum");
    let response = send(script, request, "body", Some(trailers.clone())).await;
    assert!(!response.headers().contains_key("x-hop"));
    let collected = response.into_body().collect().await.unwrap();
    assert_eq!(collected.trailers(), Some(&trailers));
    assert_eq!(collected.to_bytes(), "ok");
}

#[tokio::test]
async fn a_repeated_length_is_forwarded_once() {
    let script = |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok")
            .await;
    };
    let response = send(script, get("http://a/"), "", None).await;
    let lengths: Vec<_> = response
        .headers()
        .get_all("content-length")
        .iter()
        .collect();
    assert_eq!(lengths, ["2"]);
}

#[tokio::test]
async fn a_cut_response_is_cut() {
    let script = |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            .await;
    };
    let response = send(script, get("http://a/"), "", None).await;
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn an_upgrade_is_not_offered() {
    let script = |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n")
            .await;
        upstream.rest().await;
    };
    let response = send(script, get("http://a/"), "", None).await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
}

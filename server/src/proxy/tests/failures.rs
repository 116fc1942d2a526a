//! Upstreams that are down, slow, broken or malformed: a clear response, one log line, no hang.

use super::*;

/// Sends a `GET` for `/page?secret`, and checks status, the visitor's sentence and the log's reason.
async fn check<F, Fut>(script: F, status: &str, sentence: &str, why: &str)
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let address = upstream(script).await;
    let name = format!("http://{address}");
    check_proxy(proxy(&name, SHORT, ""), &name, status, sentence, why).await;
}

pub(super) async fn check_proxy(proxy: Proxy, name: &str, status: &str, sentence: &str, why: &str) {
    let log = Log::start();
    let mut visitor = Wire::to(front(proxy).await).await;
    visitor
        .send("GET /page?secret HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    let head = visitor.head().await;
    let body = format!("{status}\n\n{sentence}\n");
    let length = body.len();
    let expected = format!(
        "HTTP/1.1 {status}\ncache-control: no-store\nconnection: close\ncontent-length: {length}\n\
         content-type: text/plain; charset=utf-8"
    );
    assert_eq!((head, visitor.rest().await), (expected, body));
    let [line] = log.warnings().try_into().expect("one line");
    let start = format!(r#"message=upstream failed upstream="{name}" path="/page" why=""#);
    assert!(line.starts_with(&start) && line.contains(why), "{line}");
    assert!(!line.contains("secret"), "{line}");
}

const BAD_GATEWAY: &str = "502 Bad Gateway";
const GATEWAY_TIMEOUT: &str = "504 Gateway Timeout";
const CLOSED: &str = "The server behind this one closed the connection without a response.";
const INVALID: &str = "The server behind this one sent an invalid response.";
const UNREACHABLE: &str = "The server behind this one cannot be reached.";
const SLOW: &str = "The server behind this one did not answer in time.";

#[tokio::test]
async fn an_upstream_that_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    check_proxy(
        proxy(&name, LONG, ""),
        &name,
        BAD_GATEWAY,
        UNREACHABLE,
        "refused",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_with_an_unknown_name() {
    // A label of more than 63 characters: refused without asking anybody.
    let name = &format!("http://{}", "x".repeat(64));
    check_proxy(
        proxy(name, LONG, ""),
        name,
        BAD_GATEWAY,
        UNREACHABLE,
        "dns error",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_that_never_answers() {
    let silent = |mut upstream: Wire, _| async move { drop(upstream.rest().await) };
    check(silent, GATEWAY_TIMEOUT, SLOW, "nothing arrived for 500ms").await;
}

#[tokio::test]
async fn an_upstream_that_never_ends_its_head() {
    let stuck = |mut upstream: Wire, _| async move {
        upstream.send("HTTP/1.1 200 OK\r\nx-half: ").await;
        upstream.rest().await;
    };
    check(stuck, GATEWAY_TIMEOUT, SLOW, "nothing arrived for 500ms").await;
}

#[tokio::test]
async fn an_upstream_that_sends_100_for_ever() {
    let eager = |mut upstream: Wire, _| async move {
        while upstream
            .stream
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
            .await
            .is_ok()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    check(eager, GATEWAY_TIMEOUT, SLOW, "nothing arrived for 500ms").await;
}

#[tokio::test]
async fn an_upstream_that_closes_the_connection() {
    let rude = |mut upstream: Wire, _| async move { drop(upstream.head().await) };
    check(
        rude,
        BAD_GATEWAY,
        CLOSED,
        "connection closed before message completed",
    )
    .await;
}

#[tokio::test]
async fn an_upstream_that_closes_the_connection_within_its_head() {
    let rude = |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream.send("HTTP/1.1 200 OK\r\nx-half: ").await;
    };
    check(
        rude,
        BAD_GATEWAY,
        CLOSED,
        "connection closed before message completed",
    )
    .await;
}

async fn check_invalid(response: impl AsRef<[u8]> + Clone + Send + Sync + 'static) {
    let odd = move |mut upstream: Wire, _| {
        let response = response.clone();
        async move {
            upstream.head().await;
            let _ = upstream.stream.write_all(response.as_ref()).await;
            upstream.rest().await;
        }
    };
    check(odd, BAD_GATEWAY, INVALID, "").await;
}

#[tokio::test]
async fn an_upstream_that_speaks_another_protocol() {
    check_invalid("SSH-2.0-OpenSSH_9.9\r\n").await;
    check_invalid("\0\x01\u{ff}\u{fe} garbage \r\n\r\n").await;
    check_invalid("HTTP/2 200\r\n\r\n").await;
    check_invalid("<html>\r\n\r\n").await;
}

#[tokio::test]
async fn an_upstream_that_sends_invalid_heads() {
    check_invalid("HTTP/1.1 99 Low\r\n\r\n").await;
    check_invalid("HTTP/1.1 2000 High\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\nbad name: 1\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok").await;
    check_invalid("HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n").await;
    check_invalid("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n").await;
    check_invalid("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").await;
    check_invalid("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")
        .await;
}

#[tokio::test]
async fn an_upstream_that_sends_too_large_a_head() {
    check_invalid(format!(
        "HTTP/1.1 200 OK\r\nx: {}\r\n\r\n",
        "x".repeat(1_000_000)
    ))
    .await;
    check_invalid(format!(
        "HTTP/1.1 200 OK\r\n{}\r\n",
        "x: 1\r\n".repeat(1000)
    ))
    .await;
}

/// Sends a `GET`. The upstream sends `response` and runs `then`. Checks what the visitor received, and the logged
/// reason.
async fn check_cut<Fut>(response: &'static str, then: fn(Wire) -> Fut, visitors: &str, why: &str)
where
    Fut: Future<Output = ()> + Send + 'static,
{
    let log = Log::start();
    let mut visitor = visitor_within(SHORT, move |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream.send(response).await;
        then(upstream).await;
    })
    .await;
    visitor.send(GET).await;
    visitor.head().await;
    assert_eq!(visitor.rest().await, visitors);
    let [line] = log.warnings().try_into().expect("one line");
    assert!(
        line.contains("why=\"response cut: ") && line.contains(why),
        "{line}"
    );
}

async fn hang_up(upstream: Wire) {
    drop(upstream);
}

async fn fall_silent(mut upstream: Wire) {
    upstream.rest().await;
}

#[tokio::test]
async fn a_response_cut_by_the_upstream_is_cut_for_the_visitor() {
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    check_cut(length, hang_up, "half", "end of file").await;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    check_cut(chunked, hang_up, "4\r\nhalf\r\n", "").await;
    let in_chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\nhalf";
    check_cut(in_chunk, hang_up, "4\r\nhalf\r\n", "").await;
    let garbage = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n";
    check_cut(garbage, hang_up, "4\r\nhalf\r\n", "").await;
}

#[tokio::test]
async fn a_response_whose_body_stops_is_cut_for_the_visitor() {
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    check_cut(length, fall_silent, "half", "nothing arrived for 500ms").await;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    check_cut(
        chunked,
        fall_silent,
        "4\r\nhalf\r\n",
        "nothing arrived for 500ms",
    )
    .await;
}

#[tokio::test]
async fn a_slow_body_that_makes_progress_is_not_cut() {
    let limits = Timeouts {
        idle_body: LIMIT,
        ..LONG
    };
    let mut visitor = visitor_within(limits, |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream
            .send("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n")
            .await;
        for _ in 0..20 {
            tokio::time::sleep(LIMIT / 15).await;
            upstream.send("x").await;
        }
        upstream.rest().await;
    })
    .await;
    visitor.send(GET).await;
    visitor.head().await;
    assert_eq!(visitor.exactly(20).await, [b'x'; 20]);
}

#[tokio::test]
async fn a_slow_upload_does_not_count_as_the_upstreams_silence() {
    let limits = Timeouts {
        response_headers: LIMIT,
        ..LONG
    };
    let mut visitor = visitor_within(limits, |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream.exactly(20).await;
        upstream.send(OK).await;
        upstream.rest().await;
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20\r\n\r\n")
        .await;
    for _ in 0..20 {
        tokio::time::sleep(LIMIT / 15).await;
        visitor.send("x").await;
    }
    assert!(visitor.head().await.starts_with("HTTP/1.1 200 OK\n"));
}

#[tokio::test]
async fn an_upstream_that_does_not_answer_an_upload_times_out() {
    let mut visitor = visitor_within(SHORT, |mut upstream: Wire, _| async move {
        upstream.rest().await;
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody")
        .await;
    assert!(
        visitor
            .head()
            .await
            .starts_with("HTTP/1.1 504 Gateway Timeout\n")
    );
}

#[tokio::test]
async fn an_upstream_that_reads_no_upload_times_out() {
    let mut visitor = visitor_within(SHORT, |upstream: Wire, _| async move {
        std::future::pending::<()>().await;
        drop(upstream);
    })
    .await;
    visitor
        .send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99000000\r\n\r\n")
        .await;
    let (mut read, mut write) = visitor.stream.into_split();
    tokio::spawn(async move { while write.write_all(&[b'x'; 65536]).await.is_ok() {} });
    let mut came = vec![0; 28];
    Wire::<TcpStream>::with_timeout(read.read_exact(&mut came))
        .await
        .unwrap();
    assert_eq!(came, b"HTTP/1.1 504 Gateway Timeout");
}

#[tokio::test]
async fn an_upstream_that_stays_down_is_warned_of_once_a_minute() {
    let log = Log::start();
    let front = front(proxy("http://127.0.0.1:1", LONG, "")).await;
    for _ in 0..20 {
        let mut visitor = Wire::to(front).await;
        let request = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        visitor.send(request).await;
        assert!(visitor.head().await.starts_with("HTTP/1.1 502 ") || cfg!(windows));
    }
    assert_eq!(log.warnings().len(), 1);
}

#[tokio::test]
async fn a_generated_response_has_its_error_in_the_extensions() {
    let exchange = Exchange {
        upstream: "http://up".into(),
        requested: "/".parse().unwrap(),
        failures: Arc::default(),
    };
    let response = Failure::new(GeneratedError::NoResponse, "why").respond(&exchange);
    assert_eq!(
        response.extensions().get(),
        Some(&GeneratedError::NoResponse)
    );
}

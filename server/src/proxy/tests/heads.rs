//! Request and response heads: what the other side receives.

use super::*;

/// What the upstream sees of a request from `peer` trusted or not.
async fn seen_by(base: &str, trusted: &str, request: &str) -> String {
    let proxy = |url: String| proxy(url, LONG, trusted);
    seen_behind(|address| proxy(format!("http://{address}{base}")), request).await
}

/// The same behind any proxy.
async fn seen_behind(proxy: impl FnOnce(SocketAddr) -> Proxy, request: &str) -> String {
    let (heads, mut seen) = tokio::sync::mpsc::channel(1);
    let address = upstream(move |mut upstream: Wire, _| {
        let heads = heads.clone();
        async move {
            heads.send(upstream.head().await).await.unwrap();
            upstream.send(OK).await;
            upstream.rest().await;
        }
    })
    .await;
    let mut visitor = Wire::to(front(proxy(address)).await).await;
    visitor.send(request).await;
    let head = Wire::<TcpStream>::with_timeout(seen.recv()).await.unwrap();
    head.replace(&address.to_string(), "UPSTREAM")
}

/// Sends a `GET /` with `fields`, and checks what the upstream receives besides the lines of every request.
async fn check(trusted: &str, fields: &[&str], expected: &[&str]) {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let request = format!("GET / HTTP/1.1\r\nhost: a.example\r\n{fields}\r\n");
    let seen = seen_by("", trusted, &request).await;
    let always = ["GET / HTTP/1.1", "host: a.example"];
    let told = [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-host: a.example",
        "x-forwarded-proto: http",
    ];
    let is_new =
        |line: &&str| !always.contains(line) && (!trusted.is_empty() || !told.contains(line));
    let lines: Vec<&str> = seen.lines().filter(is_new).collect();
    assert_eq!(lines, expected, "{fields}");
    if trusted.is_empty() {
        assert!(told.iter().all(|line| seen.contains(line)), "{seen}");
    }
}

#[tokio::test]
async fn a_request_is_forwarded_with_its_host_and_client_address() {
    let seen = seen_by(
        "",
        "",
        "GET /x?y=1 HTTP/1.1\r\nHost: a.example:81\r\nX-Own: 1\r\n\r\n",
    )
    .await;
    assert_eq!(
        seen,
        "GET /x?y=1 HTTP/1.1\nhost: a.example:81\nx-forwarded-for: 127.0.0.1\n\
         x-forwarded-host: a.example:81\nx-forwarded-proto: http\nx-own: 1"
    );
}

/// A proxy that takes no part in a trace passes both headers on as they are (W3C Trace Context), all lines in
/// their order. Not even an invalid one is its business.
#[tokio::test]
async fn trace_context_passes_through_unchanged() {
    for parent in [
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "traceparent: 01-0AF7651916CD43DD8448EB211C80319C-0000000000000000-ff-what-the-future-brings",
        "traceparent: ?",
    ] {
        let fields = [
            parent,
            "tracestate: rojo=00f067aa0ba902b7,,congo = t61rcWkgMzE",
            "tracestate: tenant@vendor=1",
        ];
        check("", &fields, &fields).await;
    }
}

#[tokio::test]
async fn every_form_of_a_request_target_is_forwarded() {
    for (base, target, expected) in [
        ("", "/", "/"),
        ("/base/", "/x?y", "/base/x?y"),
        ("", "/%2e%2e//x;y?a=b?c", "/%2e%2e//x;y?a=b?c"),
        ("/base", "http://a.example/x", "/base/x"),
        ("", "http://a.example?y", "/?y"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: a.example\r\n\r\n");
        let seen = seen_by(base, "", &request).await;
        assert_eq!(
            seen.lines().next().unwrap(),
            format!("GET {expected} HTTP/1.1")
        );
    }
    let seen = seen_by("/base", "", "OPTIONS * HTTP/1.1\r\nhost: a.example\r\n\r\n").await;
    assert_eq!(seen.lines().next().unwrap(), "OPTIONS * HTTP/1.1");
}

#[tokio::test]
async fn the_host_in_the_target_wins() {
    let request = "GET http://b.example:81/ HTTP/1.1\r\nhost: a.example\r\n\r\n";
    let seen = seen_by("", "", request).await;
    assert!(seen.contains("\nhost: b.example:81\n"), "{seen}");
    assert!(
        seen.contains("\nx-forwarded-host: b.example:81\n"),
        "{seen}"
    );
}

#[tokio::test]
async fn a_request_without_a_host_gets_the_upstreams() {
    let seen = seen_by("", "", "GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!(
        seen,
        "GET / HTTP/1.1\nhost: UPSTREAM\nx-forwarded-for: 127.0.0.1\nx-forwarded-proto: http"
    );
}

#[tokio::test]
async fn of_two_hosts_the_upstream_gets_the_first() {
    let request = "GET / HTTP/1.1\r\nhost: a.example\r\nhost: b.example\r\n\r\n";
    let seen = seen_by("", "", request).await;
    assert!(
        seen.contains("\nhost: a.example\n") && !seen.contains("b.example"),
        "{seen}"
    );
}

#[tokio::test]
async fn hop_by_hop_fields_of_a_request_are_removed() {
    check("", &["connection: keep-alive"], &[]).await;
    check("", &["keep-alive: timeout=5"], &[]).await;
    check("", &["proxy-connection: keep-alive"], &[]).await;
    check("", &["te: gzip"], &[]).await;
    check("", &["upgrade: websocket"], &[]).await;
    check(
        "",
        &[
            "connection: x-one, x-two",
            "x-one: 1",
            "x-two: 2",
            "x-three: 3",
        ],
        &["x-three: 3"],
    )
    .await;
    check("", &["expect: 100-continue"], &[]).await;
}

#[tokio::test]
async fn trailers_are_announced_to_the_upstream() {
    let expected = ["connection: te", "te: trailers"];
    check("", &["te: trailers, gzip", "connection: te"], &expected).await;
    check("", &["trailer: x-sum"], &["trailer: x-sum"]).await;
}

#[tokio::test]
async fn a_visitor_cannot_forge_an_address() {
    check(
        "",
        &["x-forwarded-for: 6.6.6.6", "x-forwarded-for: 7.7.7.7"],
        &[],
    )
    .await;
    check("", &["x-forwarded-proto: https"], &[]).await;
    check("", &["x-forwarded-host: evil.example"], &[]).await;
    check(
        "",
        &[
            "x-forwarded-port: 443",
            "x-forwarded-prefix: /x",
            "x-real-ip: 6.6.6.6",
        ],
        &[],
    )
    .await;
    check("", &["forwarded: for=6.6.6.6;proto=https"], &[]).await;
    for claim in [
        "x-client-ip: 6.6.6.6",
        "true-client-ip: 6.6.6.6",
        "cf-connecting-ip: 6.6.6.6",
        "fastly-client-ip: 6.6.6.6",
        "x-original-forwarded-for: 6.6.6.6",
        "x-original-url: /admin",
        "x-amzn-oidc-identity: admin",
        "front-end-https: on",
    ] {
        check("", &[claim], &[]).await;
    }
    let traces = ["via: 1.1 a", "x-amzn-trace-id: 1", "x-original-filename: a"];
    check("", &traces, &traces).await;
    check(
        "",
        &["connection: x-forwarded-for, x-forwarded-proto, host"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn an_application_cannot_take_a_visitors_header_for_another() {
    for alias in [
        "x_forwarded_for: 6.6.6.6",
        "X_Forwarded-For: 6.6.6.6",
        "x_real_ip: 6.6.6.6",
    ] {
        check("", &[alias], &[]).await;
    }
    check("", &["x.forwarded.for: 6.6.6.6", "x+real+ip: 6.6.6.6"], &[]).await;
    check(
        "",
        &["x_own: 1", "x-own: 2", "x.own: 3"],
        &["x-own: 2", "x.own: 3"],
    )
    .await;
    let told = [
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-host: a.example",
        "x-forwarded-proto: http",
    ];
    check("loopback", &["x_forwarded_for: 6.6.6.6"], &told).await;
}

#[tokio::test]
async fn underscores_are_forwarded_if_the_upstream_takes_them() {
    let request = "GET / HTTP/1.1\r\nhost: a.example\r\nx_own: 1\r\nx_real_ip: 6.6.6.6\r\n\
                   X_Forwarded_Proto: https\r\nx_visitor: 2\r\n\r\n";
    let behind = |underscores, signal| {
        move |address| {
            let upstream = Upstream::parse(&format!("http://{address}")).unwrap();
            let upstream = upstream.underscores_in_headers(underscores);
            let proxy = Proxy::new(upstream, LONG, TrustedProxies::none()).unwrap();
            proxy.signal_header(signal)
        }
    };
    let own = |seen: &str| {
        let lines = seen.lines().filter(|line| line.contains('_'));
        lines.collect::<Vec<_>>().join(" ")
    };
    let seen = seen_behind(behind(true, None), request).await;
    assert_eq!(own(&seen), "x_own: 1 x_visitor: 2");
    let seen = seen_behind(behind(false, Some("X_Visitor")), request).await;
    assert_eq!(own(&seen), "x_visitor: 2");
    let seen = seen_behind(behind(false, None), request).await;
    assert_eq!(own(&seen), "");
}

#[tokio::test]
async fn the_report_of_a_trusted_peer_is_extended() {
    let host = "x-forwarded-host: a.example";
    let peer = "x-forwarded-for: 127.0.0.1";
    check("loopback", &[], &[peer, host, "x-forwarded-proto: http"]).await;
    check(
        "loopback",
        &[
            "x-forwarded-for: 6.6.6.6",
            "x-forwarded-for: 192.0.2.1",
            "x-forwarded-proto: https",
        ],
        &[
            "x-forwarded-for: 6.6.6.6, 192.0.2.1, 127.0.0.1",
            host,
            "x-forwarded-proto: https",
        ],
    )
    .await;
    check(
        "loopback",
        &[
            "x-forwarded-host: b.example",
            "x-forwarded-port: 443",
            "x-real-ip: 192.0.2.1",
        ],
        &[
            peer,
            "x-forwarded-host: b.example",
            "x-forwarded-port: 443",
            "x-forwarded-proto: http",
            "x-real-ip: 192.0.2.1",
        ],
    )
    .await;
    check(
        "loopback",
        &["forwarded: for=192.0.2.1;proto=https"],
        &[
            "forwarded: for=192.0.2.1;proto=https, for=127.0.0.1",
            peer,
            host,
            "x-forwarded-proto: https",
        ],
    )
    .await;
}

#[tokio::test]
async fn cookie_lines_are_joined() {
    check("", &["cookie: a=1"], &["cookie: a=1"]).await;
    check(
        "",
        &["cookie: a=1", "cookie: b=2; c=3", "cookie: "],
        &["cookie: a=1; b=2; c=3; "],
    )
    .await;
}

#[tokio::test]
async fn a_post_without_a_body_has_a_length() {
    let seen = seen_by("", "", "POST / HTTP/1.1\r\nhost: a.example\r\n\r\n").await;
    assert!(seen.contains("\ncontent-length: 0\n"), "{seen}");
}

#[tokio::test]
async fn a_response_is_forwarded_with_status_reason_and_headers() {
    let upstreams =
        "HTTP/1.1 299 Rather Fine\r\nServer: up\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\nok";
    let visitors = "HTTP/1.1 299 Rather Fine\nconnection: close\ncontent-length: 2\nserver: up\nx-own: 1\n\nok";
    assert_eq!(answer(GET, upstreams).await, visitors);
}

#[tokio::test]
async fn set_cookie_lines_keep_number_and_order() {
    let upstreams = "HTTP/1.1 200 OK\r\nset-cookie: b=1\r\nx-between: 1\r\nset-cookie: a=2, x\r\n\
                     connection: keep-alive\r\nSet-Cookie: b=3\r\ncontent-length: 0\r\n\r\n";
    let answer = answer(GET, upstreams).await;
    let cookies: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("set-cookie"))
        .collect();
    assert_eq!(
        cookies,
        ["set-cookie: b=1", "set-cookie: a=2, x", "set-cookie: b=3"]
    );
}

#[tokio::test]
async fn hop_by_hop_fields_of_a_response_are_removed() {
    let upstreams = "HTTP/1.1 200 OK\r\nconnection: x-one, keep-alive\r\nx-one: 1\r\nx-two: 2\r\n\
                     keep-alive: timeout=5\r\nproxy-connection: keep-alive\r\nupgrade: h2c\r\n\
                     te: x\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
    let visitors = "HTTP/1.1 200 OK\nconnection: close\ncontent-length: 0\nproxy-authenticate: Basic\nx-two: 2\n\n";
    assert_eq!(answer(GET, upstreams).await, visitors);
}

#[tokio::test]
async fn a_repeated_length_is_forwarded_once() {
    let upstreams = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok";
    let visitors = "HTTP/1.1 200 OK\nconnection: close\ncontent-length: 2\n\nok";
    assert_eq!(answer(GET, upstreams).await, visitors);
    let upstreams = "HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok";
    assert_eq!(answer(GET, upstreams).await, visitors);
}

#[tokio::test]
async fn header_bytes_beyond_ascii_are_forwarded() {
    let upstreams = "HTTP/1.1 200 OK\r\nx-name: \u{e9}t\u{e9}\r\ncontent-length: 0\r\n\r\n";
    assert!(
        answer(GET, upstreams)
            .await
            .contains("\nx-name: \u{e9}t\u{e9}\n")
    );
    check("", &["x-name: \u{e9}t\u{e9}"], &["x-name: \u{e9}t\u{e9}"]).await;
}

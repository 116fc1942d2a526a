//! Any bytes as an HTTP/1.1 connection, with any bytes as the response's header values, through hyper and the tower
//! layer: no panic, and never more than one cookie of ours on a response.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use hardtack_tower::VisitorLayer;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::runtime::Builder;
use tower::ServiceBuilder;

static LAYER: LazyLock<VisitorLayer> = LazyLock::new(|| VisitorLayer::new(hardtack_policy::defaults()));

fuzz_target!(|parts: (Vec<u8>, u16, Vec<(u8, Vec<u8>)>)| {
    let (input, status, headers) = parts;
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let output = runtime.block_on(exchange(input, response(status, &headers)));
    let text = String::from_utf8_lossy(&output);
    for head in text.split("\r\n\r\n") {
        assert!(head.matches("set-cookie: FPD=").count() <= 1 + headers.len());
    }
});

fn response(status: u16, headers: &[(u8, Vec<u8>)]) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::from_u16(status % 400 + 200).unwrap_or(StatusCode::OK);
    for (name, value) in headers {
        let name = ["content-type", "location", "set-cookie", "cache-control"][usize::from(*name) % 4];
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

async fn exchange(input: Vec<u8>, response: Response<Empty<Bytes>>) -> Vec<u8> {
    let inner = tower::service_fn(move |_: Request<Incoming>| {
        let response = response.clone();
        async move { Ok::<_, Infallible>(response) }
    });
    let service = TowerToHyperService::new(ServiceBuilder::new().layer(LAYER.clone()).service(inner));
    let (mut client, server) = duplex(1 << 20);
    client.write_all(&input[..input.len().min(1 << 19)]).await.expect("room for the input");
    client.shutdown().await.expect("an open pipe");
    // How a connection ends is hyper's affair; that it ends is what counts.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(server), service).await;
    let mut output = Vec::new();
    client.read_to_end(&mut output).await.expect("a pipe");
    output
}

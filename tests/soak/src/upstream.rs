//! The application behind the server: it knows who is logged in, and can be killed.

use std::collections::HashSet;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE, UPGRADE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};

use crate::tally::lock;

/// The bytes of a download; more than the sockets of a connection hold.
pub(crate) const DOWNLOAD: usize = 1 << 20;
/// The bytes of a response that a client does not read.
const HUGE: usize = 32 << 20;

/// Sessions outlast the process, as in a database.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    known: Mutex<HashSet<String>>,
    count: AtomicU64,
}

/// The running application.
#[derive(Debug)]
pub(crate) struct Upstream(Runtime);

impl Upstream {
    /// Starts to listen; on port 0, on a free one.
    pub(crate) fn start(
        address: SocketAddr,
        sessions: Arc<Sessions>,
    ) -> io::Result<(Self, SocketAddr)> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, sessions));
        Ok((Self(runtime), address))
    }

    /// Ends it as a kill does: connections are cut wherever they are.
    pub(crate) fn kill(self) {
        self.0.shutdown_timeout(Duration::from_secs(1));
    }
}

async fn accept(listener: TcpListener, sessions: Arc<Sessions>) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&sessions)));
        }
    }
}

async fn serve(stream: TcpStream, sessions: Arc<Sessions>) {
    let answer = service_fn(move |request| {
        let sessions = Arc::clone(&sessions);
        async move { Ok::<_, Infallible>(answer(request, &sessions).await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    // Its client is the server under test, whose failures its own clients see.
    let _ = connection.with_upgrades().await;
}

async fn answer(mut request: Request<Incoming>, sessions: &Sessions) -> Response<Full<Bytes>> {
    if request.headers().contains_key(UPGRADE) {
        return echo(&mut request);
    }
    let path = request.uri().path().to_string();
    match (request.method(), &*path) {
        (&Method::POST, "/login") => {
            // What is not read would be cut when the connection closes.
            let _ = request.into_body().collect().await;
            login(sessions)
        }
        (_, "/account") => account(&request, sessions),
        (_, "/download") => Response::new(Full::new(Bytes::from_static(&[b'd'; DOWNLOAD]))),
        (_, "/huge") => Response::new(Full::new(Bytes::from(vec![b'h'; HUGE]))),
        _ => html("<p>hi"),
    }
}

fn login(sessions: &Sessions) -> Response<Full<Bytes>> {
    let session = format!("s{}", sessions.count.fetch_add(1, Ordering::Relaxed));
    let mut response = html("in");
    if let Ok(line) = format!("session={session}; Path=/; HttpOnly").parse() {
        response.headers_mut().append(SET_COOKIE, line);
    }
    lock(&sessions.known).insert(session);
    response
}

/// Tells the visitor who asked, and what.
fn account(request: &Request<Incoming>, sessions: &Sessions) -> Response<Full<Bytes>> {
    let session = cookie(request.headers(), "session").unwrap_or_default();
    let id = cookie(request.headers(), "FPD").unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let mut response = html(format!("{session} {id} {query}"));
    if !lock(&sessions.known).contains(&session) {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).into_iter();
    let pairs = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = pairs.flat_map(|line| line.split("; "));
    let pair = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    pair.map(str::to_string)
}

fn html(text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    let html = http::HeaderValue::from_static("text/html");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

/// Sends back what comes, as a WebSocket would: what the bytes mean is no proxy's concern.
fn echo(request: &mut Request<Incoming>) -> Response<Full<Bytes>> {
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let (mut read, mut write) = tokio::io::split(TokioIo::new(upgraded));
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, http::HeaderValue::from_static("websocket"));
    headers.insert("connection", http::HeaderValue::from_static("upgrade"));
    response
}

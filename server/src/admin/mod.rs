//! What whoever runs the server asks, on an address of its own: `/metrics`, `/healthz`, `/readyz`.
//!
//! It has a thread of its own, so that it answers when workers do not. Each connection is for one request and ends
//! soon: nobody can hold all of them.

mod accept;

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};

use crate::health::Health;
use crate::metrics::{LostLines, Metrics, expose};
use crate::port;
use crate::runtime;

/// Connections at the same time; further ones wait. Two Prometheus servers and two load balancers need four.
const MAX_CONNECTIONS: usize = 16;

/// The time of one connection, from its request to the end of its response.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of a request's headers. Prometheus sends some hundred.
const HEADER_BYTES: usize = 16 * 1024;

/// The pause after a failed `accept`.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

type Body = Full<bytes::Bytes>;

/// An address for whoever runs the server: it listens already, and answers once the server
/// [runs](crate::Server::run).
///
/// It has no password, and shows nothing of single visitors. Keep it on loopback or in a private network.
#[derive(Debug)]
pub struct Admin {
    listener: StdListener,
    lost_lines: LostLines,
}

impl Admin {
    /// Opens the port; port 0 chooses a free one. With `reuse_port`, another process with the same may open it, too.
    ///
    /// # Errors
    ///
    /// If the address is in use, or is not an address of this machine.
    pub fn bind(address: SocketAddr, reuse_port: bool) -> io::Result<Self> {
        let listener = port::open(address, reuse_port)?;
        Ok(Self {
            listener,
            lost_lines: LostLines(Box::new(|| 0)),
        })
    }

    /// Asks `count` how many lines of the logs were lost, at each scrape. It must not block. Default: none.
    #[must_use]
    pub fn count_lost_lines(mut self, count: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.lost_lines = LostLines(Box::new(count));
        self
    }

    /// The address, with the port that was chosen.
    ///
    /// # Errors
    ///
    /// If the system does not report it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub(crate) fn into_parts(self) -> (StdListener, LostLines) {
        (self.listener, self.lost_lines)
    }
}

/// The thread that answers. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct AdminThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl AdminThread {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system has no thread or no descriptor left.
    pub(crate) fn start(
        listener: StdListener,
        metrics: Arc<Metrics>,
        health: Arc<Health>,
    ) -> io::Result<Self> {
        let runtime = runtime::current_thread()?;
        let listener = {
            let _guard = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let site = Site { metrics, health };
        let thread = thread::Builder::new()
            .name("admin".to_string())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = stopped => {}
                        () = accept_all(&listener, site) => {}
                    }
                });
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for AdminThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported already.
            let _ = thread.join();
        }
    }
}

async fn accept_all(listener: &TcpListener, site: Site) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        // The semaphore is never closed.
        let place = Arc::clone(&places).acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let served = serve(stream, site.clone());
                tokio::spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "failed to accept a connection for the admin address");
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, site: Site) {
    let service = service_fn(move |request| {
        let site = site.clone();
        async move { Ok::<_, Infallible>(site.respond(&request).await) }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(CONNECTION_TIMEOUT, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a request for the admin address failed"),
        Err(_) => tracing::debug!("a request for the admin address took too long"),
    }
}

/// What is answered.
#[derive(Clone)]
struct Site {
    metrics: Arc<Metrics>,
    health: Arc<Health>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}

impl Site {
    async fn respond<B>(&self, request: &Request<B>) -> Response<Body> {
        let path = request.uri().path();
        if !["/metrics", "/healthz", "/readyz"].contains(&path) {
            return text(
                StatusCode::NOT_FOUND,
                "Only /metrics, /healthz and /readyz are here.\n",
            );
        }
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            let mut response = text(
                StatusCode::METHOD_NOT_ALLOWED,
                "Only GET and HEAD work here.\n",
            );
            let methods = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, methods);
            return response;
        }
        match path {
            "/metrics" => self.scrape(request.headers()),
            "/readyz" => status(self.health.is_ready(), "stopping, or not started yet\n"),
            _ => status(self.health.is_alive().await, "a thread does not answer\n"),
        }
    }

    fn scrape(&self, headers: &HeaderMap) -> Response<Body> {
        let format = accept::format(headers.get_all(ACCEPT));
        let Ok(exposed) = expose(&self.metrics, format) else {
            return text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The metrics have no text form.\n",
            );
        };
        let content_type = HeaderValue::from_static(format.content_type());
        respond(StatusCode::OK, content_type, exposed)
    }
}

fn status(is_good: bool, otherwise: &'static str) -> Response<Body> {
    match is_good {
        true => text(StatusCode::OK, "ok\n"),
        false => text(StatusCode::SERVICE_UNAVAILABLE, otherwise),
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    respond(status, plain, text)
}

fn respond(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<bytes::Bytes>,
) -> Response<Body> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

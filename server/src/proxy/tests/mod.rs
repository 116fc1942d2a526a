//! The proxy between real sockets: an upstream whose bytes are scripted by the test, a plain hyper server around
//! [`Proxy::respond`], and a visitor whose bytes are scripted, too.

mod bodies;
mod connections;
mod failures;
mod heads;
mod http2;
mod requests;
mod tls;
mod upgrades;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;

/// Far longer than any step takes: a test that waits this long has found a hang.
const HANG_TIMEOUT: Duration = Duration::from_secs(20);

const LONG: Timeouts = Timeouts {
    connect: HANG_TIMEOUT,
    response_headers: HANG_TIMEOUT,
    idle_body: HANG_TIMEOUT,
};

/// For tests in which a timeout must expire.
const SHORT: Timeouts = Timeouts {
    connect: Duration::from_millis(500),
    response_headers: Duration::from_millis(500),
    idle_body: Duration::from_millis(500),
};

/// For tests in which no timeout may expire although more time passes.
const LIMIT: Duration = Duration::from_millis(1500);

const GET: &str = "GET / HTTP/1.1\r\nhost: a.example\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// One end of a connection, read and written by hand.
struct Wire<S = TcpStream> {
    stream: S,
    unread: Vec<u8>,
}

impl Wire {
    async fn to(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    #[track_caller]
    fn with_timeout<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
        let caller = std::panic::Location::caller();
        async move {
            let Ok(output) = timeout(HANG_TIMEOUT, future).await else {
                panic!("nothing happened at {caller}");
            };
            output
        }
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads up to and including `end`.
    async fn until(&mut self, end: &str) -> String {
        let mut searched = 0;
        loop {
            let found = self.unread[searched..]
                .windows(end.len())
                .position(|window| window == end.as_bytes());
            if let Some(at) = found {
                let read: Vec<u8> = self.unread.drain(..searched + at + end.len()).collect();
                return String::from_utf8(read).unwrap();
            }
            searched = self.unread.len().saturating_sub(end.len());
            let came = Self::with_timeout(self.stream.read_buf(&mut self.unread))
                .await
                .unwrap();
            assert_ne!(came, 0, "the end, but no {end:?} in {:?}", self.tail());
        }
    }

    /// Reads a head, without the empty line, its fields sorted.
    async fn head(&mut self) -> String {
        let head = self.until("\r\n\r\n").await;
        let mut lines = head.trim_end().split("\r\n");
        let start = lines.next().unwrap();
        let mut fields: Vec<&str> = lines.filter(|line| !line.starts_with("date: ")).collect();
        // Stable, so that several lines of one name keep their order.
        fields.sort_by_key(|line| line.split(':').next());
        fields.insert(0, start);
        fields.join("\n")
    }

    async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length {
            let came = Self::with_timeout(self.stream.read_buf(&mut self.unread))
                .await
                .unwrap();
            assert_ne!(came, 0, "the end after {:?}", self.tail());
        }
        self.unread.drain(..length).collect()
    }

    /// Reads to the end, however it comes.
    async fn rest(&mut self) -> String {
        while let Ok(1..) = Self::with_timeout(self.stream.read_buf(&mut self.unread)).await {}
        self.text()
    }

    /// The end of what has arrived, for messages.
    fn tail(&self) -> String {
        let start = self.unread.len().saturating_sub(300);
        String::from_utf8_lossy(&self.unread[start..]).into_owned()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.unread).into_owned()
    }
}

/// Starts an upstream that runs `script` for each connection, with its number from 0.
async fn upstream<F, Fut>(script: F) -> SocketAddr
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(script(Wire::new(stream), number));
        }
    });
    address
}

fn proxy(upstream: impl std::fmt::Display, timeouts: Timeouts, trusted: &str) -> Proxy {
    let upstream = Upstream::parse(&upstream.to_string()).unwrap();
    Proxy::new(upstream, timeouts, trusted.parse().unwrap()).unwrap()
}

/// Serves `proxy` over HTTP/1.1 and HTTP/2.
async fn front(proxy: Proxy) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = Arc::new(proxy);
    tokio::spawn(async move {
        loop {
            let (stream, peer) = listener.accept().await.unwrap();
            let (proxy, connection) = (Arc::clone(&proxy), Connection { peer, tls: false });
            let service = service_fn(move |request| {
                let proxy = Arc::clone(&proxy);
                async move { Ok::<_, Infallible>(proxy.respond(request, connection).await) }
            });
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                let io = TokioIo::new(stream);
                let _ = server.serve_connection_with_upgrades(io, service).await;
            });
        }
    });
    address
}

/// A visitor in front of a proxy in front of `script`, with long timeouts.
async fn visitor<F, Fut>(script: F) -> Wire
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    visitor_within(LONG, script).await
}

/// A visitor in front of a proxy that streams requests from their first byte, in front of `script`.
async fn unbuffered<F, Fut>(script: F) -> Wire
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let address = upstream(script).await;
    let mut proxy = proxy(format!("http://{address}"), LONG, "");
    proxy.limits.buffer_request = 0;
    Wire::to(front(proxy).await).await
}

/// A visitor in front of a proxy with `timeouts` in front of `script`.
async fn visitor_within<F, Fut>(timeouts: Timeouts, script: F) -> Wire
where
    F: Fn(Wire, usize) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let address = upstream(script).await;
    Wire::to(front(proxy(format!("http://{address}"), timeouts, "")).await).await
}

/// What the visitor gets, up to the end of the connection, when the upstream answers `response` and
/// closes.
async fn answer(request: &str, response: &'static str) -> String {
    let mut visitor = visitor(move |mut upstream: Wire, _| async move {
        upstream.head().await;
        upstream.send(response).await;
    })
    .await;
    visitor
        .send(request.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1))
        .await;
    let head = visitor.head().await;
    format!("{head}\n\n{}", visitor.rest().await)
}

/// The log lines of this thread while it lives; the tests' runtimes have one thread each.
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Log {
    fn start() -> Self {
        let lines = Arc::default();
        let subscriber = Recorder(Arc::clone(&lines));
        Self {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }
}

struct Recorder(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Recorder {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = String::new();
        event.record(
            &mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                line.push_str(&format!("{field}={value:?} "));
            },
        );
        self.0.lock().unwrap().push(line.trim_end().to_owned());
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_response_can_be_awaited_on_any_thread() {
    fn check<T: Send>(_: impl Fn(&'static Proxy, Request<Incoming>, Connection) -> T) {}
    check(Proxy::respond);
}

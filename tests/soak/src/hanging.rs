//! Clients that hang: each must be disconnected, and none may be noticed by the others.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::tally::{Fault, Tally};

/// The timeouts of the servers, in seconds: for a request's head and for a client that takes nothing. The one for idle
/// connections is longer than a client that hangs may stay.
pub(crate) const TIMEOUTS: [&str; 6] = [
    "--header-timeout",
    "4",
    "--write-timeout",
    "4",
    "--idle-timeout",
    "120",
];

/// How long a client that hangs may stay.
const PATIENCE: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_millis(300);

/// How a client hangs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hanging {
    /// It connects, and sends nothing.
    Silent,
    /// It sends a request's head, a byte at a time.
    SlowHead,
    /// It asks for a large file and reads nothing.
    Unread,
    /// In HTTP/2 it asks for a page and opens no window.
    ZeroWindow,
    /// In HTTP/2 it asks for a page and takes one byte of it.
    TinyWindow,
    /// In HTTP/2 it asks for nothing.
    Idle,
}

impl Hanging {
    pub(crate) const ALL: [Self; 6] = [
        Self::Silent,
        Self::SlowHead,
        Self::Unread,
        Self::ZeroWindow,
        Self::TinyWindow,
        Self::Idle,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent clients",
            Self::SlowHead => "slow heads",
            Self::Unread => "clients that read nothing",
            Self::ZeroWindow => "zero windows",
            Self::TinyWindow => "tiny windows",
            Self::Idle => "idle clients of HTTP/2",
        }
    }
}

/// Hangs at a server again and again, until `ended`. `path` has more than a connection's sockets hold.
pub(crate) async fn hang(
    how: Hanging,
    address: SocketAddr,
    path: &'static str,
    tally: Arc<Tally>,
    ended: Arc<AtomicBool>,
) {
    while !ended.load(Ordering::Relaxed) {
        tally.count(how.name());
        let closed = timeout(PATIENCE, once(how, address, path)).await;
        // The end of the soak is no fault of a server's.
        if closed.is_err() && !ended.load(Ordering::Relaxed) {
            tally.fault(Fault::HungClient, format!("{how:?} at {path} stayed"));
        }
        sleep(PACE).await;
    }
}

/// Ends, in whatever way, once the server has closed the connection.
async fn once(how: Hanging, address: SocketAddr, path: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    match how {
        Hanging::Silent => read_to_end(&mut stream).await,
        Hanging::SlowHead => {
            trickle(&mut stream, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ").await
        }
        Hanging::Unread => {
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            stream.write_all(request.as_bytes()).await?;
            trickle(&mut stream, b"").await
        }
        Hanging::ZeroWindow => over_http2(stream, 0, Some("/")).await,
        Hanging::TinyWindow => over_http2(stream, 1, Some("/")).await,
        Hanging::Idle => over_http2(stream, 0, None).await,
    }
}

async fn read_to_end(stream: &mut TcpStream) -> io::Result<()> {
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

/// Sends a byte at a time, for ever: whoever does not read learns only so that the connection is closed.
async fn trickle(stream: &mut TcpStream, begin: &[u8]) -> io::Result<()> {
    stream.write_all(begin).await?;
    loop {
        stream.write_all(b"x").await?;
        sleep(PACE).await;
    }
}

/// Answers pings, and takes only so many bytes of a body.
async fn over_http2(stream: TcpStream, window: u32, path: Option<&str>) -> io::Result<()> {
    let mut builder = h2::client::Builder::new();
    builder.initial_window_size(window);
    let shaken = builder.handshake::<_, Bytes>(stream).await;
    let (mut send, connection) = shaken.map_err(io::Error::other)?;
    let mut held = None;
    if let Some(path) = path {
        let request = Request::get(format!("http://localhost{path}"));
        let request = request.body(()).map_err(io::Error::other)?;
        held = Some(send.send_request(request, true).map_err(io::Error::other)?);
    }
    let closed = connection.await.map_err(io::Error::other);
    drop((held, send));
    closed
}

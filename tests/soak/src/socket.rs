//! WebSockets: a connection that outlasts reloads, and whose every byte comes back.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::tally::{Fault, Tally};

const PACE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(30);
/// How many messages one connection carries: some seconds, so that it lives through a reload.
const MESSAGES: u64 = 40;

/// Opens one connection after another until `ended`.
pub(crate) async fn talk(address: SocketAddr, tally: Arc<Tally>, ended: Arc<AtomicBool>) {
    while !ended.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let talked = timeout(PATIENCE, once(address)).await;
        match talked.map_err(io::Error::other).flatten() {
            Ok(()) => tally.count("WebSockets"),
            Err(_) if tally.down.overlap(begun) => tally.count("WebSockets cut by the upstream"),
            Err(error) => tally.fault(Fault::Reset, format!("WebSocket: {error}")),
        }
        sleep(PACE).await;
    }
}

async fn once(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request =
        b"GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    if !head.starts_with(b"HTTP/1.1 101 ") {
        return Err(io::Error::other(
            String::from_utf8_lossy(&head).into_owned(),
        ));
    }
    for message in 0..MESSAGES {
        stream.write_u64(message).await?;
        let came = stream.read_u64().await?;
        if came != message {
            return Err(io::Error::other(format!("{came} came for {message}")));
        }
        sleep(PACE).await;
    }
    Ok(())
}

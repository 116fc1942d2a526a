//! The exchanges of one connection that are in flight, for how long each has waited for the client (HTTP/2), and since
//! when the connection has been idle.
//!
//! A client of HTTP/1.1 that reads nothing fills the socket, and the socket has a write timeout. A client of HTTP/2 can
//! keep the window of one stream at zero, answer pings, and so hold the stream's memory for ever. Therefore the body of
//! each response records since when it waits for the client, and the connection checks the records. Whoever takes one
//! byte of a page is waited for, too: an exchange lasts until each piece of its body is written.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::{Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::body::{Body, BoxError};
use crate::pieces::Pieces;

/// An interval in which fewer bytes than this were written held only keep-alive frames, such as answers to pings. More
/// is a response in transfer.
const KEEPALIVE_BYTES: usize = 1024;

/// How often stalled responses are looked for within the time limit.
const CHECKS_PER_LIMIT: u32 = 8;

/// The progress of one connection. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Shared>);

/// A connection counts as idle after this time: a new one needs some to send its request.
const IDLE_AFTER: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Shared {
    /// The responses that hyper has not taken in full.
    busy: AtomicUsize,
    start: Instant,
    /// Milliseconds after `start`, when a response ended or bytes were last written.
    last_active: AtomicU64,
    shed: Notify,
    exchanges: Mutex<Exchanges>,
    has_request: AtomicBool,
    /// Set in HTTP/2 only.
    has_exchange: AtomicBool,
    /// Bytes written since the last check.
    written: AtomicUsize,
}

#[derive(Debug, Default)]
struct Exchanges {
    count: u64,
    /// By number: since when the exchange has waited for the client. `None` while the client waits for the server.
    in_flight: BTreeMap<u64, Option<Instant>>,
}

/// One exchange: from the request until the response's body is dropped, and all that it yielded.
#[derive(Debug)]
pub(crate) struct Exchange {
    progress: Progress,
    number: u64,
}

/// A request that has arrived, until hyper has taken its response in full.
#[derive(Debug)]
pub(crate) struct Busy(Progress);

impl Progress {
    /// The progress of a connection that has just been accepted.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            busy: AtomicUsize::new(0),
            start: Instant::now(),
            last_active: AtomicU64::new(0),
            shed: Notify::new(),
            exchanges: Mutex::default(),
            has_request: AtomicBool::new(false),
            has_exchange: AtomicBool::new(false),
            written: AtomicUsize::new(0),
        }))
    }

    /// Records that a request has arrived.
    pub(crate) fn record_request(&self) -> Busy {
        self.0.has_request.store(true, Ordering::Relaxed);
        self.0.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Since when the connection has been idle: it waits for a request, or for the rest of one. `None` if it is busy,
    /// or was so a moment ago.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let millis = self.0.last_active.load(Ordering::Relaxed);
        let since = self.0.start + Duration::from_millis(millis);
        let is_idle = self.0.busy.load(Ordering::Relaxed) == 0 && since.elapsed() >= IDLE_AFTER;
        is_idle.then_some(since)
    }

    /// Asks the connection to close, to make room for another.
    pub(crate) fn shed(&self) {
        self.0.shed.notify_one();
    }

    /// Completes once the connection is to close. It may have become busy since it was asked, and then stays.
    pub(crate) async fn is_shed(&self) {
        loop {
            self.0.shed.notified().await;
            if self.idle_since().is_some() {
                return;
            }
        }
    }

    fn record_activity(&self) {
        let millis = u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last_active.store(millis, Ordering::Relaxed);
    }

    /// Whether any request has arrived.
    pub(crate) fn has_request(&self) -> bool {
        self.0.has_request.load(Ordering::Relaxed)
    }

    /// Begins an exchange.
    pub(crate) fn begin_exchange(&self) -> Exchange {
        let mut exchanges = self.exchanges();
        exchanges.count += 1;
        let number = exchanges.count;
        exchanges.in_flight.insert(number, None);
        self.0.has_exchange.store(true, Ordering::Relaxed);
        Exchange {
            progress: self.clone(),
            number,
        }
    }

    /// Records bytes written to the client. One thread does all the work of a connection, so load and store suffice.
    pub(crate) fn record_written(&self, bytes: usize) {
        let written = self.0.written.load(Ordering::Relaxed);
        let sum = written.saturating_add(bytes);
        self.0.written.store(sum, Ordering::Relaxed);
        self.record_activity();
    }

    /// Whether any exchange has begun; never true in HTTP/1.1, where none is recorded.
    pub(crate) fn has_exchange(&self) -> bool {
        self.0.has_exchange.load(Ordering::Relaxed)
    }

    /// Completes once a response has waited for the client for `limit`.
    pub(crate) async fn stalled_for(&self, limit: Duration) {
        while !self.has_stalled(limit) {
            sleep(limit / CHECKS_PER_LIMIT).await;
        }
    }

    /// Whether no exchange is in flight, and no more than keep-alive frames were written since the last call.
    pub(crate) fn is_idle(&self) -> bool {
        let written = self.0.written.swap(0, Ordering::Relaxed);
        self.exchanges().in_flight.is_empty() && written < KEEPALIVE_BYTES
    }

    fn has_stalled(&self, limit: Duration) -> bool {
        let exchanges = self.exchanges();
        let mut waiting_since = exchanges.in_flight.values().flatten();
        waiting_since.any(|since| since.elapsed() >= limit)
    }

    fn exchanges(&self) -> MutexGuard<'_, Exchanges> {
        let exchanges = self.0.exchanges.lock();
        exchanges.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.record_activity();
        self.0.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Exchange {
    /// Tracks the response's body: from now on the exchange waits for the client.
    pub(crate) fn track(self, response: Response<Body>) -> Response<Body> {
        self.set_waiting_since(Some(Instant::now()));
        response.map(|inner| {
            Body::stream(TrackedBody {
                inner,
                rest: Pieces::default(),
                exchange: Arc::new(self),
            })
        })
    }

    fn set_waiting_since(&self, since: Option<Instant>) {
        let mut exchanges = self.progress.exchanges();
        exchanges.in_flight.insert(self.number, since);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.progress.exchanges().in_flight.remove(&self.number);
    }
}

/// A body that records when it waits for the client.
struct TrackedBody {
    inner: Body,
    /// What the connection has not taken yet of the last frame.
    rest: Pieces,
    exchange: Arc<Exchange>,
}

impl TrackedBody {
    fn tracked(&self, piece: Bytes) -> Frame<Bytes> {
        Frame::data(Bytes::from_owner(TrackedPiece {
            piece,
            _exchange: Arc::clone(&self.exchange),
        }))
    }
}

impl http_body::Body for TrackedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(piece) = self.rest.next() {
            self.exchange.set_waiting_since(Some(Instant::now()));
            return Poll::Ready(Some(Ok(self.tracked(piece))));
        }
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        let waiting_since = polled.is_ready().then(Instant::now);
        self.exchange.set_waiting_since(waiting_since);
        polled.map_ok(|frame| match frame.into_data() {
            Ok(data) => {
                let piece = self.rest.first_of(data);
                self.tracked(piece)
            }
            Err(trailers) => trailers,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.added_to(&self.inner.size_hint())
    }
}

/// A piece of a body, which the connection drops once it is written.
struct TrackedPiece {
    piece: Bytes,
    _exchange: Arc<Exchange>,
}

impl AsRef<[u8]> for TrackedPiece {
    fn as_ref(&self) -> &[u8] {
        &self.piece
    }
}

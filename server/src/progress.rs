//! What a connection has under way, and in HTTP/2 for how long its client has let it wait.
//!
//! In HTTP/1.1 a client that reads nothing fills the socket, and the socket has a limit. In HTTP/2 it can close the window of one
//! stream, answer pings, and keep what the stream holds for ever. So each response's body says when it waits for the
//! client, and the connection asks.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, sleep};

use crate::Body;
use crate::body::BoxError;

/// What pings and the like come to, in bytes; more is a response on its way.
const TALK: usize = 1024;

/// How often in a limit's time it is looked at.
const LOOKS: u32 = 8;

/// Of one connection; clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    exchanges: Mutex<Exchanges>,
    asked: AtomicBool,
    /// In HTTP/2.
    begun: AtomicBool,
    /// Bytes since somebody looked.
    written: AtomicUsize,
}

/// By number, since when each waits for the client; `None` while the client waits.
#[derive(Debug, Default)]
struct Exchanges {
    count: u64,
    under_way: BTreeMap<u64, Option<Instant>>,
}

/// One exchange, from the request until its response's body is gone.
#[derive(Debug)]
pub(crate) struct Exchange {
    progress: Progress,
    number: u64,
}

impl Progress {
    /// A request has come.
    pub(crate) fn ask(&self) {
        self.0.asked.store(true, Ordering::Relaxed);
    }

    /// Whether any request has come.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// An exchange begins.
    pub(crate) fn begin(&self) -> Exchange {
        let mut exchanges = self.exchanges();
        exchanges.count += 1;
        let number = exchanges.count;
        exchanges.under_way.insert(number, None);
        self.0.begun.store(true, Ordering::Relaxed);
        Exchange {
            progress: self.clone(),
            number,
        }
    }

    /// The client was sent bytes. All that a connection does is done by one thread.
    pub(crate) fn wrote(&self, bytes: usize) {
        let written = self.0.written.load(Ordering::Relaxed);
        let sum = written.saturating_add(bytes);
        self.0.written.store(sum, Ordering::Relaxed);
    }

    /// Whether there was any exchange: in HTTP/1.1 none is told of.
    pub(crate) fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// Ready once a response has waited for the client for `limit`.
    pub(crate) async fn stalled_for(&self, limit: Duration) {
        while !self.has_waited(limit) {
            sleep(limit / LOOKS).await;
        }
    }

    /// Whether nothing is under way, and next to nothing was sent since the last time this was asked.
    pub(crate) fn is_idle(&self) -> bool {
        let written = self.0.written.swap(0, Ordering::Relaxed);
        self.exchanges().under_way.is_empty() && written < TALK
    }

    fn has_waited(&self, limit: Duration) -> bool {
        let exchanges = self.exchanges();
        let mut waits = exchanges.under_way.values().flatten();
        waits.any(|since| since.elapsed() >= limit)
    }

    fn exchanges(&self) -> MutexGuard<'_, Exchanges> {
        let exchanges = self.0.exchanges.lock();
        exchanges.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// Hands the response over: from now on the client is waited for.
    pub(crate) fn answer(self, response: Response<Body>) -> Response<Body> {
        self.waits(Some(Instant::now()));
        response.map(|inner| {
            Body::stream(Watched {
                inner,
                exchange: self,
            })
        })
    }

    fn waits(&self, since: Option<Instant>) {
        let mut exchanges = self.progress.exchanges();
        exchanges.under_way.insert(self.number, since);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.progress.exchanges().under_way.remove(&self.number);
    }
}

/// A body that tells of itself.
struct Watched {
    inner: Body,
    exchange: Exchange,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(cx);
        self.exchange.waits(frame.is_ready().then(Instant::now));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

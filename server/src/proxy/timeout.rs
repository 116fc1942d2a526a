//! How long the proxy waits for what, and bodies that end when they have been silent for too long.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use crate::BoxError;

/// How long the proxy waits. Every value is a silence, never the length of a transfer.
///
/// An upgraded connection (a WebSocket) has no limit: it lasts until one side ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For name lookup, connection and TLS handshake with the upstream together. Default: 10 s.
    pub connect: Duration,
    /// For the upstream's response to begin, from the moment it has had all of the request that the
    /// visitor has sent so far, connecting included. Default: 60 s.
    pub response_headers: Duration,
    /// For the next bytes of a body, whether from the upstream or from the visitor. Default: 60 s;
    /// a stream of server-sent events has to say something more often.
    pub idle_body: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            response_headers: Duration::from_secs(60),
            idle_body: Duration::from_secs(60),
        }
    }
}

/// When a request's body last moved, shared between the body and whoever awaits the response.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    /// Milliseconds after `start`, or [`AWAITING_VISITOR`].
    last: AtomicU64,
}

const AWAITING_VISITOR: u64 = u64::MAX;

impl Activity {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    /// The body has handed over something, or its end.
    pub(super) fn moved(&self) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(0);
        self.last.store(millis, Ordering::Relaxed);
    }

    /// The body has nothing to hand over, so that the silence is not the upstream's.
    pub(super) fn await_visitor(&self) {
        self.last.store(AWAITING_VISITOR, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        match self.last.load(Ordering::Relaxed) {
            AWAITING_VISITOR => Instant::now(),
            millis => self.start + Duration::from_millis(millis),
        }
    }
}

/// Awaits `future` until nothing has moved for `limit`.
pub(super) async fn unless_silent<F: Future>(
    limit: Duration,
    activity: &Activity,
    future: F,
) -> Result<F::Output, Silence> {
    let mut future = pin!(future);
    loop {
        let deadline = activity.last() + limit;
        if let Ok(output) = timeout_at(deadline, &mut future).await {
            return Ok(output);
        }
        if activity.last() + limit <= Instant::now() {
            return Err(Silence(limit));
        }
    }
}

/// A body that fails when its source has been silent for too long.
///
/// Only the source's silence counts: while nobody asks for the next frame, no time passes.
#[derive(Debug)]
pub(super) struct Idle<B> {
    body: B,
    limit: Duration,
    /// Made at the first wait: most bodies are there at once.
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl<B> Idle<B> {
    pub(super) fn new(body: B, limit: Duration) -> Self {
        Self {
            body,
            limit,
            timer: None,
            is_waiting: false,
        }
    }

    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Silence> {
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !std::mem::replace(&mut self.is_waiting, true) {
            timer.as_mut().reset(Instant::now() + limit);
        }
        timer.as_mut().poll(cx).map(|()| Silence(limit))
    }
}

impl<B> Body for Idle<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.is_waiting = false;
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => this
                .poll_silence(cx)
                .map(|silence| Some(Err(silence.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Nothing came for this long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence(pub(super) Duration);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came for {:?}", self.0)
    }
}

impl std::error::Error for Silence {}

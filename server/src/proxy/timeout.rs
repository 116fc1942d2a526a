//! The timeouts of the proxy, and bodies that fail when their source is silent for too long.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use crate::body::BoxError;

/// How long the proxy waits. Every value limits a silence, never the length of a transfer.
///
/// An upgraded connection (a WebSocket) has no limit: it lasts until one side ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Time for name lookup, connection and TLS handshake with the upstream together. Default: 10 s.
    pub connect: Duration,
    /// Time for the upstream's response to begin, counted from the moment when it has received all that the visitor has
    /// sent of the request so far. Includes the time to connect. Default: 60 s.
    pub response_headers: Duration,
    /// Time for the next bytes of a body, whether from the upstream or from the visitor. A stream of server-sent events
    /// must send a comment more often. Default: 60 s.
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

/// When a request's body last made progress. The body and the task that awaits the response share it.
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

    /// The body has yielded a frame, or has ended.
    pub(super) fn record_progress(&self) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(0);
        self.last.store(millis, Ordering::Relaxed);
    }

    /// The body waits for the visitor, so that the silence is not the upstream's.
    pub(super) fn record_wait(&self) {
        self.last.store(AWAITING_VISITOR, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        match self.last.load(Ordering::Relaxed) {
            AWAITING_VISITOR => Instant::now(),
            millis => self.start + Duration::from_millis(millis),
        }
    }
}

/// Awaits `future`; fails once the body has made no progress for `limit`.
pub(super) async fn with_silence_limit<F: Future>(
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
/// Only the source's silence counts: the clock stops while the next frame is not polled.
#[derive(Debug)]
pub(super) struct Idle<B> {
    body: B,
    limit: Duration,
    /// Created at the first wait, because most bodies never wait.
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

/// Nothing arrived for this long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence(pub(super) Duration);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing arrived for {:?}", self.0)
    }
}

impl std::error::Error for Silence {}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use http_body_util::BodyExt as _;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    /// A source that is silent for each of these times before its next frame, and then for ever.
    struct Source {
        silences: VecDeque<Duration>,
        silence: Option<Pin<Box<Sleep>>>,
    }

    impl Body for Source {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            let this = self.get_mut();
            if this.silence.is_none() {
                this.silence = this.silences.pop_front().map(|time| Box::pin(sleep(time)));
            }
            let Some(silence) = &mut this.silence else {
                return Poll::Pending;
            };
            std::task::ready!(silence.as_mut().poll(cx));
            this.silence = None;
            Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
        }
    }

    fn idle(silences: &[u64]) -> Idle<Source> {
        let silences = silences.iter().copied().map(Duration::from_secs).collect();
        let silence = None;
        Idle::new(Source { silences, silence }, LIMIT)
    }

    /// How many frames come before the body fails, and when, in seconds.
    async fn check(silences: &[u64], frames: usize, seconds: u64) {
        let (start, mut body) = (Instant::now(), idle(silences));
        let mut came = 0;
        while let Some(Ok(_)) = body.frame().await {
            came += 1;
        }
        // The clock counts in milliseconds and rounds up.
        assert_eq!(
            (came, start.elapsed().as_secs()),
            (frames, seconds),
            "{silences:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_fails_when_its_source_is_silent_for_too_long() {
        check(&[], 0, 60).await;
        check(&[61], 0, 60).await;
        check(&[0, 0, 100], 2, 60).await;
    }

    #[tokio::test(start_paused = true)]
    async fn every_frame_restarts_the_timeout() {
        check(&[59, 59, 59], 3, 3 * 59 + 60).await;
        check(&[59, 0, 59, 61], 3, 2 * 59 + 60).await;
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_passes_while_the_body_is_not_polled() {
        let mut body = idle(&[1, 0, 59]);
        for _ in 0..2 {
            assert!(matches!(body.frame().await, Some(Ok(_))));
            sleep(LIMIT * 10).await;
        }
        assert!(matches!(body.frame().await, Some(Ok(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_without_progress() {
        let (start, activity) = (Instant::now(), Activity::new());
        let waited = with_silence_limit(LIMIT, &activity, std::future::pending::<()>()).await;
        assert_eq!((waited.is_err(), start.elapsed().as_secs()), (true, 60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_lasts_while_there_is_progress_or_the_body_waits_for_the_visitor() {
        let (start, activity) = (Instant::now(), Activity::new());
        let upload = async {
            for _ in 0..3 {
                sleep(LIMIT * 5 / 6).await;
                activity.record_progress();
            }
            activity.record_wait();
            sleep(LIMIT * 5).await;
            activity.record_progress();
            std::future::pending::<()>().await;
        };
        let waited = with_silence_limit(LIMIT, &activity, upload).await;
        let seconds = 3 * 50 + 300 + 60;
        assert_eq!(
            (waited.is_err(), start.elapsed().as_secs()),
            (true, seconds)
        );
    }
}

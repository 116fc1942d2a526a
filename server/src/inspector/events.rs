//! Decisions as server-sent events (WHATWG HTML §9.2).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hardtack_cloudfront::local::EdgeOutcome;
use http_body::{Body, Frame};
use serde_json::json;
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;

use super::record::Record;
use crate::edge::EdgeRun;

/// How long the stream may be silent before it sends a comment.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// An event that is sent to the page.
#[derive(Debug)]
pub(super) enum Event {
    /// A decision.
    Decided(Record),
    /// A run of an edge artifact, as JSON.
    Ran(String),
}

impl Event {
    /// The event as one `data` line: the JSON has no line breaks.
    fn message(&self) -> Bytes {
        Bytes::from(match self {
            Self::Decided(record) => format!("data: {}\n\n", record.json()),
            Self::Ran(json) => format!("data: {json}\n\n"),
        })
    }
}

/// A run of an edge artifact, in the shape of a decision. The function does not report its outcome; a response that it
/// left unchanged counts as skipped.
pub(super) fn run_json(seq: u64, run: &EdgeRun<'_>, cookie: &str) -> String {
    let (outcome, reason, why, set_cookie) = match run.outcome {
        EdgeOutcome::NotInvoked => (
            "skipped",
            "not_invoked",
            "CloudFront runs no viewer-response function for this status",
            &[][..],
        ),
        EdgeOutcome::Ran(cookies) if cookies.is_empty() => {
            ("skipped", "function", "the function set no cookie", &[][..])
        }
        EdgeOutcome::Ran(cookies) => ("ran", "function", "the function set a cookie", &cookies[..]),
        EdgeOutcome::Failed(why) => ("failed", "function", why.as_str(), &[][..]),
    };
    let id = set_cookie.iter().find_map(|line| value_of(line, cookie));
    json!({
        "seq": seq,
        "time": run.now,
        "method": run.method.as_str(),
        "host": run.host,
        "path": run.path,
        "status": run.status.as_u16(),
        "outcome": outcome,
        "reason": reason,
        "why": why,
        "id": id,
        "speculation": null,
        "set_cookie": set_cookie,
        "fields": [],
        "rules": [],
    })
    .to_string()
}

/// The value of a `Set-Cookie` line for the cookie of this name.
fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let value = line.strip_prefix(name)?.strip_prefix('=')?;
    value.split(';').next()
}

/// A body that replays the last events, and then sends each new one until the server stops.
pub(super) struct Events {
    replay: VecDeque<Arc<Event>>,
    next: Option<Next>,
}

/// Waits for the next piece of the stream; `None` at its end.
type Next = Pin<Box<dyn Future<Output = Option<(Bytes, Source)>> + Send>>;

struct Source {
    live: broadcast::Receiver<Arc<Event>>,
    stopped: watch::Receiver<bool>,
}

impl Events {
    pub(super) fn new(
        replay: VecDeque<Arc<Event>>,
        live: broadcast::Receiver<Arc<Event>>,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            replay,
            next: Some(Box::pin(next(Source { live, stopped }))),
        }
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(event) = self.replay.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(event.message()))));
        }
        let Some(waiting) = &mut self.next else {
            return Poll::Ready(None);
        };
        waiting.as_mut().poll(cx).map(|piece| {
            let (bytes, source) = piece.unzip();
            self.next = source.map(|source| Box::pin(next(source)) as Next);
            bytes.map(|bytes| Ok(Frame::data(bytes)))
        })
    }
}

async fn next(mut source: Source) -> Option<(Bytes, Source)> {
    loop {
        let event = tokio::select! {
            biased;
            _ = source.stopped.wait_for(|stopped| *stopped) => return None,
            event = timeout(HEARTBEAT, source.live.recv()) => event,
        };
        match event {
            Ok(Ok(event)) => return Some((event.message(), source)),
            // A reader that is too slow misses some events, and continues with the oldest that is left.
            Ok(Err(broadcast::error::RecvError::Lagged(_))) => {}
            Ok(Err(broadcast::error::RecvError::Closed)) => return None,
            Err(_) => return Some((Bytes::from_static(b": still here\n\n"), source)),
        }
    }
}

//! The visitor's body on its way to the upstream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::timeout::{Activity, Idle, Silence};
use crate::body::BoxError;
use crate::chunked_body::ChunkedBody;

/// The most bytes that the buffers of all requests hold together, in units of [`UNIT`]: 64 MiB.
static MEMORY: Semaphore = Semaphore::const_new(64 * 1024);

/// Bytes of one permit of [`MEMORY`].
const UNIT: usize = 1024;

/// A request's body: what has been buffered, and then frame by frame, as fast as the upstream accepts it.
#[derive(Debug)]
pub(super) enum RequestBody {
    /// No body: such a request can be sent twice.
    Empty,
    /// From the visitor.
    Visitor { buffered: Box<Buffered>, rest: Rest },
}

/// What came before a connection to the upstream was taken.
#[derive(Debug, Default)]
pub(super) struct Buffered {
    bytes: BytesMut,
    trailers: Option<HeaderMap>,
    memory: Option<SemaphorePermit<'static>>,
}

/// What the visitor has yet to send.
#[derive(Debug)]
pub(super) struct Rest {
    body: Idle<Incoming>,
    activity: Arc<Activity>,
    /// How many more bytes are allowed.
    remaining: u64,
    /// Hears of an end without trailers.
    chunked: Option<ChunkedBody>,
}

impl RequestBody {
    /// Fails if the visitor sends nothing for `limit`, or more than `remaining` bytes. Records its progress in
    /// `activity`, and an end without trailers in `chunked`.
    pub(super) fn new(
        body: Incoming,
        limit: Duration,
        remaining: u64,
        activity: &Arc<Activity>,
        chunked: Option<ChunkedBody>,
    ) -> Self {
        match body.is_end_stream() {
            true => Self::Empty,
            false => Self::Visitor {
                buffered: Box::default(),
                rest: Rest {
                    body: Idle::new(body, limit),
                    activity: Arc::clone(activity),
                    remaining,
                    chunked,
                },
            },
        }
    }

    /// Receives frames ahead, until the body ends, or `limit` bytes have come, or [`MEMORY`] is used up.
    pub(super) async fn buffer(&mut self, limit: usize) -> Result<(), RequestBodyError> {
        let Self::Visitor { buffered, rest } = self else {
            return Ok(());
        };
        while buffered.wants_more(limit) && !rest.body.is_end_stream() {
            match poll_fn(|cx| rest.poll_frame(cx)).await {
                Some(frame) => buffered.push(frame?),
                None => break,
            }
        }
        Ok(())
    }
}

impl Buffered {
    fn wants_more(&mut self, limit: usize) -> bool {
        self.bytes.len() < limit && self.trailers.is_none() && self.has_memory()
    }

    /// Whether the memory for what has come, and for the next unit, is paid for.
    fn has_memory(&mut self) -> bool {
        let paid = self.memory.as_ref().map_or(0, SemaphorePermit::num_permits);
        let missing = (self.bytes.len() / UNIT + 1).saturating_sub(paid);
        let permits = u32::try_from(missing).map(|missing| MEMORY.try_acquire_many(missing));
        match (permits, &mut self.memory) {
            (Ok(Ok(permits)), Some(memory)) => memory.merge(permits),
            (Ok(Ok(permits)), memory) => *memory = Some(permits),
            _ => return false,
        }
        true
    }

    fn push(&mut self, frame: Frame<Bytes>) {
        match frame.into_data() {
            Ok(data) => self.bytes.extend_from_slice(&data),
            Err(frame) => self.trailers = frame.into_trailers().ok(),
        }
    }

    fn take(&mut self) -> Option<Frame<Bytes>> {
        match self.bytes.is_empty() {
            true => self.trailers.take().map(Frame::trailers),
            false => Some(Frame::data(std::mem::take(&mut self.bytes).freeze())),
        }
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.trailers.is_none()
    }
}

impl Rest {
    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match polled.is_pending() {
            true => self.activity.record_wait(),
            false => self.activity.record_progress(),
        }
        if let Poll::Ready(frame) = &polled {
            self.record_end(frame.as_ref());
        }
        polled.map(|frame| {
            Some(
                frame?
                    .map_err(Into::into)
                    .and_then(|frame| count(frame, &mut self.remaining)),
            )
        })
    }
}

impl Rest {
    fn record_end(&mut self, frame: Option<&Result<Frame<Bytes>, BoxError>>) {
        match frame {
            None => self.chunked.iter().for_each(ChunkedBody::record_plain_end),
            Some(Ok(frame)) if frame.is_data() => {}
            Some(_) => self.chunked = None,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = RequestBodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        let Self::Visitor { buffered, rest } = self.get_mut() else {
            return Poll::Ready(None);
        };
        match buffered.take() {
            Some(frame) => Poll::Ready(Some(Ok(frame))),
            None => rest.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Visitor { buffered, rest } => buffered.is_empty() && rest.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let Self::Visitor { buffered, rest } = self else {
            return SizeHint::with_exact(0);
        };
        let (came, rest) = (buffered.bytes.len() as u64, rest.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower() + came);
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + came);
        }
        hint
    }
}

/// Subtracts a frame's bytes from `remaining`.
fn count(frame: Frame<Bytes>, remaining: &mut u64) -> Result<Frame<Bytes>, RequestBodyError> {
    let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
    *remaining = remaining
        .checked_sub(bytes)
        .ok_or(RequestBodyError::TooLarge)?;
    Ok(frame)
}

/// Why the visitor's body was not complete.
#[derive(Debug)]
pub(super) enum RequestBodyError {
    /// The visitor stopped sending.
    Silent(Silence),
    /// The connection broke, or the body is malformed.
    Cut(BoxError),
    /// The body is larger than the limit.
    TooLarge,
}

impl From<BoxError> for RequestBodyError {
    fn from(error: BoxError) -> Self {
        match error.downcast() {
            Ok(silence) => Self::Silent(*silence),
            Err(error) => Self::Cut(error),
        }
    }
}

impl fmt::Display for RequestBodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(silence) => write!(f, "the visitor stopped sending: {silence}"),
            Self::Cut(error) => write!(f, "the visitor's request was cut: {error}"),
            Self::TooLarge => f.write_str("the visitor sent more than the limit allows"),
        }
    }
}

impl std::error::Error for RequestBodyError {}

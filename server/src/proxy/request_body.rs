//! The visitor's body on its way to the upstream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::timeout::{Activity, Idle, Silence};
use crate::body::BoxError;

/// A request's body, forwarded frame by frame, as fast as the upstream accepts it.
#[derive(Debug)]
pub(super) enum RequestBody {
    /// No body: such a request can be sent twice.
    Empty,
    /// From the visitor.
    Visitor {
        body: Idle<Incoming>,
        activity: Arc<Activity>,
        /// How many more bytes are allowed.
        remaining: u64,
    },
}

impl RequestBody {
    /// Fails if the visitor sends nothing for `limit`, or more than `remaining` bytes. Records its progress in
    /// `activity`.
    pub(super) fn new(
        body: Incoming,
        limit: Duration,
        remaining: u64,
        activity: &Arc<Activity>,
    ) -> Self {
        match body.is_end_stream() {
            true => Self::Empty,
            false => Self::Visitor {
                body: Idle::new(body, limit),
                activity: Arc::clone(activity),
                remaining,
            },
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
        let Self::Visitor {
            body,
            activity,
            remaining,
        } = self.get_mut()
        else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        match polled.is_pending() {
            true => activity.record_wait(),
            false => activity.record_progress(),
        }
        polled.map(|frame| {
            Some(
                frame?
                    .map_err(Into::into)
                    .and_then(|frame| count(frame, remaining)),
            )
        })
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Visitor { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Visitor { body, .. } => body.size_hint(),
        }
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

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
use crate::BoxError;

/// A request's body: passed on frame by frame, at the pace at which the upstream takes it.
#[derive(Debug)]
pub(super) enum RequestBody {
    /// None: such a request can be sent twice.
    Empty,
    /// From the visitor.
    Visitor {
        body: Idle<Incoming>,
        activity: Arc<Activity>,
        /// How many bytes more may come.
        room: u64,
    },
}

impl RequestBody {
    /// Fails if the visitor sends nothing for `limit`, or more than `room` bytes; notes in `activity` when something
    /// moved.
    pub(super) fn new(
        body: Incoming,
        limit: Duration,
        room: u64,
        activity: &Arc<Activity>,
    ) -> Self {
        match body.is_end_stream() {
            true => Self::Empty,
            false => Self::Visitor {
                body: Idle::new(body, limit),
                activity: Arc::clone(activity),
                room,
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
            room,
        } = self.get_mut()
        else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        match polled.is_pending() {
            true => activity.await_visitor(),
            false => activity.moved(),
        }
        polled.map(|frame| {
            Some(
                frame?
                    .map_err(Into::into)
                    .and_then(|frame| fit(frame, room)),
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

/// Takes a frame's bytes from `room`.
fn fit(frame: Frame<Bytes>, room: &mut u64) -> Result<Frame<Bytes>, RequestBodyError> {
    let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
    *room = room.checked_sub(bytes).ok_or(RequestBodyError::TooLarge)?;
    Ok(frame)
}

/// Why the visitor's body did not come to its end.
#[derive(Debug)]
pub(super) enum RequestBodyError {
    /// Nothing more came.
    Silent(Silence),
    /// The connection broke, or what came makes no sense.
    Cut(BoxError),
    /// More came than is taken.
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
            Self::TooLarge => f.write_str("the visitor sent more than is taken"),
        }
    }
}

impl std::error::Error for RequestBodyError {}

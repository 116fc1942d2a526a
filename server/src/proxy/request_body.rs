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
    },
}

impl RequestBody {
    /// Fails if the visitor sends nothing for `limit`; notes in `activity` when something moved.
    pub(super) fn new(body: Incoming, limit: Duration, activity: &Arc<Activity>) -> Self {
        match body.is_end_stream() {
            true => Self::Empty,
            false => Self::Visitor {
                body: Idle::new(body, limit),
                activity: Arc::clone(activity),
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
        let Self::Visitor { body, activity } = self.get_mut() else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        match polled.is_pending() {
            true => activity.await_visitor(),
            false => activity.moved(),
        }
        polled.map_err(RequestBodyError::from)
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

/// Why the visitor's body did not come to its end.
#[derive(Debug)]
pub(super) enum RequestBodyError {
    /// Nothing more came.
    Silent(Silence),
    /// The connection broke, or what came makes no sense.
    Cut(BoxError),
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
        }
    }
}

impl std::error::Error for RequestBodyError {}

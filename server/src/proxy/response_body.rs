//! The upstream's body on its way to the visitor.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::failure::{Exchange, causes};
use super::queue::Slot;
use super::timeout::Idle;
use crate::body::BoxError;

/// A response's body, forwarded frame by frame, as fast as the visitor accepts it.
///
/// If the upstream cuts it or falls silent, the body ends in an error. Then hyper's server cuts the visitor's
/// connection, too, so that the visitor can tell that the body is incomplete.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Idle<Incoming>,
    exchange: Exchange,
    _slot: Slot,
}

impl ResponseBody {
    /// Holds `slot` until it is dropped.
    pub(super) fn new(body: Incoming, limit: Duration, exchange: Exchange, slot: Slot) -> Self {
        Self {
            body: Idle::new(body, limit),
            exchange,
            _slot: slot,
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(error))) = &polled {
            let why = format!("response cut: {}", causes(error.as_ref()));
            self.exchange.log(true, &why);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

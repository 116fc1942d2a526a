//! The response body of every source: bytes in memory without an allocation, or any other stream, boxed.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

use crate::metrics::Measurement;
use crate::progress::Busy;

/// The error of a streamed body.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A response body.
#[derive(Debug)]
pub struct Body {
    kind: Kind,
    busy: Option<Busy>,
    measurement: Option<Measurement>,
}

#[derive(Debug)]
enum Kind {
    Whole(Bytes),
    Stream(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// An empty body.
    pub const fn empty() -> Self {
        Self::of(Kind::Whole(Bytes::new()))
    }

    /// Boxes a stream: a file that is too large for memory, or an upstream's response.
    pub fn stream<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::of(Kind::Stream(body.map_err(Into::into).boxed_unsync()))
    }

    /// Marks the connection as busy until the body is dropped.
    pub(crate) fn holding(mut self, busy: Busy) -> Self {
        self.busy = Some(busy);
        self
    }

    /// Counts the bytes that are taken, and the exchange once the body is dropped.
    pub(crate) fn measured(mut self, measurement: Measurement) -> Self {
        self.measurement = Some(measurement);
        self
    }

    const fn of(kind: Kind) -> Self {
        Self {
            kind,
            busy: None,
            measurement: None,
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::of(Kind::Whole(bytes.into()))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self {
            kind, measurement, ..
        } = self.get_mut();
        let polled = match kind {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Stream(stream) => Pin::new(stream).poll_frame(cx),
        };
        if let (Some(measurement), Poll::Ready(Some(Ok(frame)))) = (measurement, &polled) {
            measurement.count_bytes(frame.data_ref().map_or(0, Bytes::len));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(stream) => stream.size_hint(),
        }
    }
}

//! Whether a connection may carry another request after a chunked one.
//!
//! hyper collects the trailers of a body up to the first CR LF CR LF, but reads them only up to the first empty line,
//! which for it may be one of LF alone (hyper 1.12, `decode_trailers` in `proto/h1/decode.rs`). What stands between is
//! lost. It may be the head of the next request, as whoever forwards LF sees it (RFC 9112 §2.2 allows both), and the
//! body of that one would then be read as a request of its own. So a connection ends unless the body is known to have
//! ended without trailers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::header::{CONNECTION, TRANSFER_ENCODING};
use http::{HeaderValue, Request, Response, StatusCode, Version};

/// The body of one chunked request. It stands in the request's extensions, for whoever reads the body.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChunkedBody {
    has_plain_end: Arc<AtomicBool>,
}

impl ChunkedBody {
    /// Leaves one with a request that has a transfer coding; `None` for any other.
    pub(crate) fn mark<B>(request: &mut Request<B>) -> Option<Self> {
        let is_chunked = request.version() != Version::HTTP_2
            && request.headers().contains_key(TRANSFER_ENCODING);
        is_chunked.then(|| {
            let body = Self::default();
            request.extensions_mut().insert(body.clone());
            body
        })
    }

    /// The body has ended, and there were no trailers.
    pub(crate) fn record_plain_end(&self) {
        self.has_plain_end.store(true, Ordering::Relaxed);
    }

    /// Has the connection end with this response, unless nothing can have been lost.
    pub(crate) fn close_after<B>(&self, response: &mut Response<B>) {
        let is_http = response.status() != StatusCode::SWITCHING_PROTOCOLS;
        if is_http && !self.has_plain_end.load(Ordering::Relaxed) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
    }
}

//! What the visitor and the log are told when the upstream's answer cannot be passed on.

use std::error::Error;
use std::io;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode, Uri};
use hyper_util::client::legacy;

use super::request_body::RequestBodyError;
use super::timeout::Silence;
use crate::Body;

/// A response that the proxy made itself, and why; found in the response's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedError {
    /// 502: the upstream's name, port or certificate is wrong, or nobody listens there.
    Unreachable,
    /// 502: the upstream closed the connection instead of answering.
    NoResponse,
    /// 502: what the upstream sent is not an HTTP response, or none that was asked for.
    BadResponse,
    /// 504: no connection within [`Timeouts::connect`](super::Timeouts::connect).
    ConnectTimeout,
    /// 504: no response within [`Timeouts::response_headers`](super::Timeouts::response_headers).
    ResponseTimeout,
    /// 400: the visitor's request ended in its middle; hardly anybody is left to read this.
    RequestCut,
    /// 408: the visitor stopped sending for [`Timeouts::idle_body`](super::Timeouts::idle_body).
    RequestTimeout,
    /// 413: the visitor sent more than is taken.
    RequestTooLarge,
    /// 414: with the upstream's base path, the address is too long.
    TargetTooLong,
    /// 501: `CONNECT`, which asks for a forward proxy, or a transfer coding other than `chunked`.
    Unsupported,
}

impl GeneratedError {
    /// The status sent to the visitor.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unreachable | Self::NoResponse | Self::BadResponse => StatusCode::BAD_GATEWAY,
            Self::ConnectTimeout | Self::ResponseTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::RequestCut => StatusCode::BAD_REQUEST,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::Unsupported => StatusCode::NOT_IMPLEMENTED,
        }
    }

    /// One sentence for the visitor. It names no host, port or path of the upstream.
    const fn sentence(self) -> &'static str {
        match self {
            Self::Unreachable => "The server behind this one cannot be reached.",
            Self::NoResponse => "The server behind this one closed the connection unanswered.",
            Self::BadResponse => "The server behind this one sent an invalid response.",
            Self::ConnectTimeout => {
                "The server behind this one did not accept a connection in time."
            }
            Self::ResponseTimeout => "The server behind this one did not answer in time.",
            Self::RequestCut => "The request ended before it was complete.",
            Self::RequestTimeout => "The request did not arrive in time.",
            Self::RequestTooLarge => "The request is larger than this server takes.",
            Self::TargetTooLong => "The address is too long.",
            Self::Unsupported => "This server does not support such requests.",
        }
    }

    /// Whether the upstream's operator has to act, not the visitor.
    fn is_upstreams(self) -> bool {
        self.status().is_server_error() && self != Self::Unsupported
    }
}

/// A failure with the reason that only the log gets to see.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: GeneratedError,
    pub(super) why: String,
}

impl Failure {
    pub(super) fn new(kind: GeneratedError, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
        }
    }

    /// Nothing came from the upstream for too long.
    pub(super) fn silence(silence: Silence) -> Self {
        Self::new(GeneratedError::ResponseTimeout, silence.to_string())
    }

    /// Says it in the log and makes the response.
    pub(super) fn respond(&self, exchange: &Exchange) -> Response<Body> {
        exchange.log(self.kind.is_upstreams(), &self.why);
        let (status, sentence) = (self.kind.status(), self.kind.sentence());
        let reason = status.canonical_reason().unwrap_or_default();
        let text = format!("{} {reason}\n\n{sentence}\n", status.as_str());
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, PLAIN_TEXT);
        response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        response.extensions_mut().insert(self.kind);
        response
    }
}

impl From<legacy::Error> for Failure {
    fn from(error: legacy::Error) -> Self {
        Self::new(classify(&error), causes(&error))
    }
}

const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// One request and the upstream it goes to, as the log names them.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) upstream: Arc<str>,
    pub(super) requested: Uri,
}

impl Exchange {
    /// One line per failure, without the query, which may hold secrets.
    pub(super) fn log(&self, is_upstreams: bool, why: &str) {
        let (upstream, path) = (&*self.upstream, self.requested.path());
        match is_upstreams {
            true => tracing::warn!(upstream, path, why, "upstream failed"),
            false => tracing::debug!(upstream, path, why, "request failed"),
        }
    }
}

/// An error and what caused it, in one line.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for cause in chain(error).skip(1) {
        let cause = cause.to_string();
        // Some errors repeat their cause in their own words.
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// An error, its cause, the cause of that, and so on.
pub(super) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (**error).source())
}

fn classify(error: &legacy::Error) -> GeneratedError {
    let (mut timed_out, mut parse) = (false, false);
    for cause in chain(error) {
        if let Some(body) = cause.downcast_ref() {
            return match body {
                RequestBodyError::Silent(_) => GeneratedError::RequestTimeout,
                RequestBodyError::Cut(_) => GeneratedError::RequestCut,
                RequestBodyError::TooLarge => GeneratedError::RequestTooLarge,
            };
        }
        timed_out |= is_timeout(cause);
        parse |= cause.downcast_ref().is_some_and(hyper::Error::is_parse);
    }
    match error.is_connect() {
        true if timed_out => GeneratedError::ConnectTimeout,
        true => GeneratedError::Unreachable,
        false if parse => GeneratedError::BadResponse,
        false => GeneratedError::NoResponse,
    }
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    error.is::<Silence>()
        || error
            .downcast_ref()
            .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::TimedOut)
}

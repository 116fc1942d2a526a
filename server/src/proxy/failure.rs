//! Failures: the response that the visitor gets, and the line in the log.

use std::error::Error;
use std::io;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode, Uri};
use hyper_util::client::legacy;

use super::request_body::RequestBodyError;
use super::timeout::Silence;
use crate::body::Body;
use crate::throttle::Throttle;

/// Why the proxy generated a response itself. The response's extensions hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedError {
    /// 502: the upstream's name, port or certificate is wrong, or it does not listen.
    Unreachable,
    /// 502: the upstream closed the connection instead of answering.
    NoResponse,
    /// 502: the upstream sent something that is not an HTTP response, or not one that the request allows.
    BadResponse,
    /// 504: no connection within [`Timeouts::connect`](super::Timeouts::connect).
    ConnectTimeout,
    /// 504: no response within [`Timeouts::response_headers`](super::Timeouts::response_headers).
    ResponseTimeout,
    /// 503: all of [`UpstreamLimits::connections`](super::UpstreamLimits::connections) are in use, and the queue for
    /// them is full, or the wait was too long.
    Overload,
    /// 400: the visitor's request ended before it was complete. Usually the visitor no longer reads.
    RequestCut,
    /// 408: the visitor stopped sending for [`Timeouts::idle_body`](super::Timeouts::idle_body).
    RequestTimeout,
    /// 413: the visitor sent a larger body than the limit allows.
    RequestTooLarge,
    /// 414: the URL is too long together with the upstream's base path.
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
            Self::Overload => StatusCode::SERVICE_UNAVAILABLE,
            Self::RequestCut => StatusCode::BAD_REQUEST,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::Unsupported => StatusCode::NOT_IMPLEMENTED,
        }
    }

    /// One sentence for the visitor. It names no host, port or path of the upstream.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Unreachable => "The server behind this one cannot be reached.",
            Self::NoResponse => {
                "The server behind this one closed the connection without a response."
            }
            Self::BadResponse => "The server behind this one sent an invalid response.",
            Self::ConnectTimeout => {
                "The server behind this one did not accept a connection in time."
            }
            Self::ResponseTimeout => "The server behind this one did not answer in time.",
            Self::Overload => "This server has too many requests to answer.",
            Self::RequestCut => "The request ended before it was complete.",
            Self::RequestTimeout => "The request did not arrive in time.",
            Self::RequestTooLarge => "The request is larger than this server accepts.",
            Self::TargetTooLong => "The URL is too long.",
            Self::Unsupported => "This server does not support this kind of request.",
        }
    }

    /// Whether the upstream failed, so that its operator must act.
    pub(crate) fn is_upstream_fault(self) -> bool {
        self.status().is_server_error() && ![Self::Unsupported, Self::Overload].contains(&self)
    }
}

/// A failure, with a reason for the log only.
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

    /// The upstream was silent for too long.
    pub(super) fn silence(silence: Silence) -> Self {
        Self::new(GeneratedError::ResponseTimeout, silence.to_string())
    }

    /// Logs the failure and makes the response.
    pub(super) fn respond(&self, exchange: &Exchange) -> Response<Body> {
        exchange.log(self.kind.is_upstream_fault(), &self.why);
        let (status, sentence) = (self.kind.status(), self.kind.sentence());
        let reason = status.canonical_reason().unwrap_or_default();
        let text = format!("{} {reason}\n\n{sentence}\n", status.as_str());
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, PLAIN_TEXT);
        response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
        if self.kind == GeneratedError::Overload {
            response.headers_mut().insert(RETRY_AFTER, SOON);
        }
        response.extensions_mut().insert(self.kind);
        response
    }
}

impl From<legacy::Error> for Failure {
    fn from(error: legacy::Error) -> Self {
        Self::new(classify(&error), causes(&error))
    }
}

impl From<RequestBodyError> for Failure {
    fn from(error: RequestBodyError) -> Self {
        Self::new(classify_body(&error), causes(&error))
    }
}

const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// Seconds until another attempt. Most overloads are short.
const SOON: HeaderValue = HeaderValue::from_static("5");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A request and its upstream, as the log names them.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) upstream: Arc<str>,
    pub(super) requested: Uri,
    /// Those of the upstream: one that is down fails each request.
    pub(super) failures: Arc<Throttle>,
}

impl Exchange {
    /// Writes one line for a failure, without the query, which may hold secrets. Of the upstream's failures, one a
    /// minute is a warning.
    pub(super) fn log(&self, is_upstream_fault: bool, why: &str) {
        let (upstream, path) = (&*self.upstream, self.requested.path());
        let warning = is_upstream_fault.then(|| self.failures.count());
        match warning {
            Some(Some(count)) => tracing::warn!(upstream, path, why, count, "upstream failed"),
            Some(None) => tracing::debug!(upstream, path, why, "upstream failed"),
            None => tracing::debug!(upstream, path, why, "request failed"),
        }
    }
}

/// An error and its causes, in one line.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for cause in chain(error).skip(1) {
        let cause = cause.to_string();
        // Some errors include the text of their cause.
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// An error, its cause, the cause of that, and so on.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (**error).source())
}

fn classify(error: &legacy::Error) -> GeneratedError {
    let (mut timed_out, mut parse) = (false, false);
    for cause in chain(error) {
        if let Some(body) = cause.downcast_ref() {
            return classify_body(body);
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

const fn classify_body(error: &RequestBodyError) -> GeneratedError {
    match error {
        RequestBodyError::Silent(_) => GeneratedError::RequestTimeout,
        RequestBodyError::Cut(_) => GeneratedError::RequestCut,
        RequestBodyError::TooLarge => GeneratedError::RequestTooLarge,
    }
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    error.is::<Silence>()
        || error
            .downcast_ref()
            .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::TimedOut)
}

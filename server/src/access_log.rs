//! The entry of an exchange in the access log: kept beside the exchange, and written once its response has ended.
//!
//! Bytes count as sent when the connection takes them from the response's body. It takes a few pieces ahead of the
//! client: in HTTP/1.1 up to [`Limits::header_bytes`](crate::Limits), and the system's buffers hold some.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hardtack::{Outcome, Reason, Speculation, VisitorId};
use hardtack_cloudfront::local::EdgeOutcome;
use hardtack_tower::{Decided, Source as _, System};
use http::header::USER_AGENT;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use http_body::{Frame, SizeHint};

use crate::body::{Body, BoxError};
use crate::edge::EdgeRun;
use crate::peer::{self, Connection, TargetResolver};
use crate::pieces::Pieces;
use crate::proxy::GeneratedError;

/// Receives an entry for each exchange. Called from every worker, while requests are handled: it must not block.
pub trait AccessLog: fmt::Debug + Send + Sync + 'static {
    /// A decision was made; its response is not sent yet. Default: nothing.
    fn record(&self, decided: &Decided<'_>) {
        let _ = decided;
    }

    /// An [edge artifact](crate::Server::with_edge) was run on a response, or was not invoked. Default: nothing.
    fn ran(&self, run: &EdgeRun<'_>) {
        let _ = run;
    }

    /// An exchange has ended: its response was sent or cut, or it was refused. Default: nothing.
    fn ended(&self, entry: &AccessEntry) {
        let _ = entry;
    }
}

/// One exchange that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessEntry {
    /// Unix time of the request in seconds.
    pub time: u64,
    /// From the request's headers to the end of the response.
    pub duration: Duration,
    /// The client, as trusted proxies report it.
    pub client: IpAddr,
    /// The request; `None` if it could not be read.
    pub request: Option<AccessRequest>,
    /// The response's status; `None` if there was no response.
    pub status: Option<StatusCode>,
    /// Bytes of the response's body that were sent.
    pub bytes: u64,
    /// Whether the response ended before it was complete.
    pub is_cut: bool,
    /// What was done with the request.
    pub handling: Handling,
}

/// A request, as the access log needs it. Nothing in it is checked: it can hold control characters.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessRequest {
    /// The method.
    pub method: Method,
    /// The target. Its query may hold secrets.
    pub uri: Uri,
    /// The visitor's host with its port: as the operator says, or trusted proxies report it; empty if there is none.
    pub host: Vec<u8>,
    /// The protocol.
    pub version: Version,
    /// The `User-Agent` header.
    pub user_agent: Option<HeaderValue>,
}

/// What was done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handling {
    /// The site answered, and the policy decided.
    Decided {
        /// What was done.
        outcome: Outcome,
        /// Why.
        reason: Reason,
        /// The visitor's id, only if the policy's log has ids ([`Policy::logs_ids`](hardtack::Policy::logs_ids)).
        id: Option<VisitorId>,
        /// Whether the browser fetched the page ahead.
        speculation: Option<Speculation>,
    },
    /// The site answered, and an edge artifact decided.
    Edge(EdgeOutcome),
    /// The inspector answered.
    Inspector,
    /// This server refused the request: why, as a fragment or a sentence.
    Refused(String),
    /// The client closed the connection, or cancelled the request, before there was a response.
    ClientClosed,
}

impl AccessEntry {
    /// The entry of a request that was refused before it could be read.
    pub(crate) fn unreadable(
        connection: Connection,
        status: Option<StatusCode>,
        why: String,
    ) -> Self {
        Self {
            time: System.now(),
            duration: Duration::ZERO,
            client: connection.peer.ip().to_canonical(),
            request: None,
            status,
            bytes: 0,
            is_cut: false,
            handling: Handling::Refused(why),
        }
    }
}

/// The decision on an exchange, on its way from the layer to the entry.
pub(crate) type DecisionSlot = Arc<OnceLock<Handling>>;

impl Handling {
    pub(crate) fn of(decided: &Decided<'_>, with_id: bool) -> Self {
        let decision = &decided.decision;
        Self::Decided {
            outcome: decision.outcome(),
            reason: decision.reason(),
            id: decision.id().filter(|_| with_id),
            speculation: decision.request().speculation(),
        }
    }
}

/// The entry of an exchange in flight. It is written on drop.
#[derive(Debug)]
pub(crate) struct OpenEntry {
    log: Arc<dyn AccessLog>,
    entry: AccessEntry,
    begun: Instant,
    decision: DecisionSlot,
}

impl OpenEntry {
    pub(crate) fn begin<B>(
        log: Arc<dyn AccessLog>,
        request: &Request<B>,
        connection: Connection,
        targets: &TargetResolver,
    ) -> Self {
        let trusted = targets.trusted();
        Self {
            log,
            entry: AccessEntry {
                time: System.now(),
                duration: Duration::ZERO,
                client: peer::client_address(request.headers(), connection, trusted),
                request: Some(AccessRequest::of(request, connection, targets)),
                status: None,
                bytes: 0,
                is_cut: true,
                handling: Handling::ClientClosed,
            },
            begun: Instant::now(),
            decision: DecisionSlot::default(),
        }
    }

    /// Where the layer leaves its decision.
    pub(crate) fn decision(&self) -> DecisionSlot {
        Arc::clone(&self.decision)
    }

    /// Follows the response's body to its end.
    pub(crate) fn track(mut self, response: Response<Body>) -> Response<Body> {
        self.entry.status = Some(response.status());
        self.entry.is_cut = !response.body().is_end() && self.sends_body(response.status());
        if let Some(handling) = marked(&response) {
            self.entry.handling = handling;
        } else if let Some(decision) = self.decision.get() {
            self.entry.handling = decision.clone();
        }
        response.map(|inner| {
            Body::stream(LoggedBody {
                length: inner.length(),
                inner,
                rest: Pieces::default(),
                open: self,
            })
        })
    }

    /// Whether the protocol sends a body along with such a response (RFC 9110 §6.4.1).
    fn sends_body(&self, status: StatusCode) -> bool {
        let method = self.entry.request.as_ref().map(|request| &request.method);
        method != Some(&Method::HEAD)
            && !status.is_informational()
            && !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
    }
}

impl Drop for OpenEntry {
    fn drop(&mut self) {
        self.entry.duration = self.begun.elapsed();
        self.log.ended(&self.entry);
    }
}

impl AccessRequest {
    fn of<B>(request: &Request<B>, connection: Connection, targets: &TargetResolver) -> Self {
        let (uri, headers) = (request.uri(), request.headers());
        let host = targets.host(uri, headers, connection).unwrap_or_default();
        Self {
            method: request.method().clone(),
            uri: uri.clone(),
            host: host.as_bytes().to_vec(),
            version: request.version(),
            user_agent: headers.get(USER_AGENT).cloned(),
        }
    }
}

/// What the response itself says about who made it: this server's own are marked.
fn marked(response: &Response<Body>) -> Option<Handling> {
    let extensions = response.extensions();
    let refused = || {
        let generated = extensions.get::<GeneratedError>()?;
        let is_refusal = !generated.is_upstream_fault();
        is_refusal.then(|| Handling::Refused(generated.sentence().to_string()))
    };
    extensions.get().cloned().or_else(refused)
}

/// A body whose bytes are counted.
struct LoggedBody {
    inner: Body,
    /// What the connection has not taken yet of the last frame.
    rest: Pieces,
    /// The length that the body announced.
    length: Option<u64>,
    open: OpenEntry,
}

impl LoggedBody {
    fn count(&mut self, bytes: usize) {
        let entry = &mut self.open.entry;
        entry.bytes += bytes as u64;
        // hyper does not ask for more than was announced.
        if self.length == Some(entry.bytes) || self.rest.is_empty() && self.inner.is_end() {
            entry.is_cut = false;
        }
    }

    fn counted(&mut self, piece: Bytes) -> Frame<Bytes> {
        self.count(piece.len());
        Frame::data(piece)
    }
}

impl http_body::Body for LoggedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(piece) = self.rest.next() {
            return Poll::Ready(Some(Ok(self.counted(piece))));
        }
        match std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
            None => {
                self.open.entry.is_cut = false;
                Poll::Ready(None)
            }
            Some(Err(error)) => {
                self.open.entry.is_cut = true;
                Poll::Ready(Some(Err(error)))
            }
            Some(Ok(frame)) => Poll::Ready(Some(Ok(match frame.into_data() {
                Ok(data) => {
                    let piece = self.rest.first_of(data);
                    self.counted(piece)
                }
                Err(trailers) => trailers,
            }))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end()
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.added_to(&self.inner.size_hint())
    }
}

impl Body {
    fn is_end(&self) -> bool {
        http_body::Body::is_end_stream(self)
    }

    fn length(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }
}

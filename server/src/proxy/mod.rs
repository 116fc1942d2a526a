//! A reverse proxy: answers from an upstream over HTTP/1.1, streaming both ways after the first bytes of a request.
//!
//! Status, reason, headers, body and trailers are the upstream's, except for hop-by-hop fields (RFC 9110 §7.6.1). Field
//! lines of one name, such as `Set-Cookie`, keep number and order. `outgoing.rs` lists what the upstream receives.
//! Informational responses (103 Early Hints) are dropped: hyper's client reports them, and its server cannot send them,
//! because a service returns one response (hyper 1.12, `proto/h1/role.rs` and `proto/h2/server.rs`).
//!
//! An HTTP/1.1 upgrade, such as a WebSocket, is forwarded; one inside HTTP/2 (RFC 8441) is not, and browsers then open
//! an HTTP/1.1 connection for it.
//!
//! A request takes a connection only once its body, or the first part of it, has come (`request_body.rs`), and waits
//! for one while all are in use (`queue.rs`).
//!
//! A failure before the response begins becomes a [`GeneratedError`]. After that, the visitor's connection is cut where
//! the upstream's was. Both write one line to the log.

mod connect;
mod failure;
mod header_names;
mod hop_by_hop;
mod limits;
mod line;
mod outgoing;
mod queue;
mod request_body;
mod response_body;
#[cfg(test)]
mod tests;
mod timeout;
mod upgrade;
mod upstream;

use std::io;
use std::sync::Arc;

use http::header::{CONTENT_LENGTH, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::body::Body;
use crate::client_key::ClientKey;
use crate::peer::{Connection, TrustedProxies, client_address};

pub use self::failure::GeneratedError;
pub(crate) use self::failure::{causes, chain};
pub use self::limits::UpstreamLimits;
pub use self::timeout::Timeouts;
pub use self::upstream::{Upstream, UpstreamError};

pub(crate) use self::queue::Queue;

use self::connect::{Connector, Reused, Roots};
use self::failure::{Exchange, Failure};
use self::header_names::HeaderNames;
use self::outgoing::Forwarding;
use self::queue::Slot;
use self::request_body::RequestBody;
use self::response_body::ResponseBody;
use self::timeout::{Activity, with_silence_limit};
use self::upgrade::Offer;

/// The most bytes of a response's headers, and of a body that is read ahead.
const READ_BUFFER: usize = 128 * 1024;

/// Forwards requests to an upstream.
#[derive(Debug)]
pub struct Proxy {
    upstream: Upstream,
    name: Arc<str>,
    timeouts: Timeouts,
    trusted: TrustedProxies,
    body_bytes: u64,
    names: HeaderNames,
    limits: UpstreamLimits,
    queue: Queue,
    connector: Connector,
    pooled: Client<Connector, RequestBody>,
    /// Opens a new connection for each request; for second attempts.
    fresh: Client<Connector, RequestBody>,
}

impl Proxy {
    /// Opens no connection yet.
    ///
    /// # Errors
    ///
    /// Only for an `https` upstream: if the system has no certificate authorities to verify it with. `SSL_CERT_FILE`
    /// can name some.
    pub fn new(
        upstream: Upstream,
        timeouts: Timeouts,
        trusted: TrustedProxies,
    ) -> io::Result<Self> {
        let roots = match upstream.is_https() {
            true => Roots::Native,
            false => Roots::Unneeded,
        };
        Self::with_roots(upstream, timeouts, trusted, roots)
    }

    fn with_roots(
        upstream: Upstream,
        timeouts: Timeouts,
        trusted: TrustedProxies,
        roots: Roots,
    ) -> io::Result<Self> {
        let limits = UpstreamLimits::default();
        let queue = Queue::new(&limits, 1);
        let connector = Connector::new(timeouts.connect, roots, queue.clone())?;
        let [pooled, fresh] = clients(&connector, &limits, limits.idle_connections);
        Ok(Self {
            name: upstream.to_string().into(),
            names: HeaderNames {
                underscores: upstream.takes_underscores(),
                signal: None,
            },
            upstream,
            timeouts,
            trusted,
            body_bytes: u64::MAX,
            queue,
            limits,
            connector,
            pooled,
            fresh,
        })
    }

    /// Uses no more than these limits, as one of `workers` that share them and `queue`. Default: the limits' own
    /// defaults, shared with nobody.
    #[must_use]
    pub(crate) fn limits(mut self, limits: UpstreamLimits, queue: Queue, workers: usize) -> Self {
        let idle = limits.idle_connections.div_ceil(workers.max(1));
        self.connector.share(queue.clone());
        [self.pooled, self.fresh] = clients(&self.connector, &limits, idle);
        (self.limits, self.queue) = (limits, queue);
        self
    }

    /// Forwards at most this many bytes of a request's body, however it is framed. Default: no limit.
    #[must_use]
    pub fn limit_bodies(mut self, bytes: u64) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Forwards the header of this name, which tells the upstream the visitor, even if it has an underscore. Default:
    /// none.
    #[must_use]
    pub fn signal_header(mut self, name: Option<&str>) -> Self {
        self.names.signal = name.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        self
    }

    /// Answers one request. A failure is a response, too: see [`GeneratedError`].
    ///
    /// For upgrades to work, the connection must be served with upgrades enabled.
    pub async fn respond(
        &self,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Response<Body> {
        let exchange = Exchange {
            upstream: Arc::clone(&self.name),
            requested: request.uri().clone(),
            failures: Arc::clone(self.upstream.failures()),
        };
        match self.forward(request, connection, &exchange).await {
            Ok(response) => response,
            Err(failure) => failure.respond(&exchange),
        }
    }

    async fn forward(
        &self,
        request: Request<Incoming>,
        connection: Connection,
        exchange: &Exchange,
    ) -> Result<Response<Body>, Failure> {
        let client = self.client(&request, connection);
        let activity = Arc::new(Activity::new());
        let (mut request, offer) = self.rewrite(request, connection, &activity)?;
        request
            .body_mut()
            .buffer(self.limits.buffer_request)
            .await?;
        let slot = self.queue.enter(client).await?;
        // The wait was not the upstream's.
        activity.record_progress();
        let sending = self.send(request);
        let response = with_silence_limit(self.timeouts.response_headers, &activity, sending)
            .await
            .map_err(Failure::silence)??;
        Reused::mark(response.extensions());
        self.relay(response, offer, exchange, slot)
    }

    /// Whose request it is; `None` for a trusted proxy that does not say.
    fn client<B>(&self, request: &Request<B>, connection: Connection) -> Option<ClientKey> {
        let address = client_address(request.headers(), connection, &self.trusted);
        (!self.trusted.trusts(address)).then(|| ClientKey::new(address))
    }

    fn rewrite(
        &self,
        request: Request<Incoming>,
        connection: Connection,
        activity: &Arc<Activity>,
    ) -> Result<(Request<RequestBody>, Option<Offer>), Failure> {
        let (mut head, body) = request.into_parts();
        if head.method == Method::CONNECT || hop_by_hop::has_unsupported_coding(&head.headers) {
            let why = format!("{} or transfer coding not supported", head.method);
            return Err(Failure::new(GeneratedError::Unsupported, why));
        }
        let target = self.upstream.uri(&head.uri);
        let target = target
            .map_err(|error| Failure::new(GeneratedError::TargetTooLong, error.to_string()))?;
        let offer = Offer::take(&mut head);
        let protocols = offer.as_ref().map(|offer| &offer.protocols);
        let chunked = head.extensions.remove();
        let limit = self.timeouts.idle_body;
        let body = RequestBody::new(body, limit, self.body_bytes, activity, chunked);
        let forwarding = Forwarding {
            connection,
            trusted: &self.trusted,
            upstream: &self.upstream,
            names: &self.names,
        };
        let request = outgoing::request(head, target, body, protocols, forwarding);
        Ok((request, offer))
    }

    /// Sends a request, and sends it again if that is safe and the pooled connection was stale.
    async fn send(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, legacy::Error> {
        let again = repeatable(&request);
        match (self.pooled.request(request).await, again) {
            (Err(error), Some(again)) if Reused::explains(&error) => {
                self.fresh.request(again).await
            }
            (result, _) => result,
        }
    }

    fn relay(
        &self,
        response: Response<Incoming>,
        offer: Option<Offer>,
        exchange: &Exchange,
        slot: Slot,
    ) -> Result<Response<Body>, Failure> {
        match (response.status(), offer) {
            _ if hop_by_hop::has_unsupported_coding(response.headers()) => {
                let why = "a transfer coding other than chunked, which the request did not accept";
                Err(Failure::new(GeneratedError::BadResponse, why))
            }
            (StatusCode::SWITCHING_PROTOCOLS, Some(offer)) => {
                offer.accept(response, exchange.clone(), slot)
            }
            (StatusCode::SWITCHING_PROTOCOLS, None) => {
                let why = "status 101, but the request offered no upgrade";
                Err(Failure::new(GeneratedError::BadResponse, why))
            }
            _ => Ok(self.response(response, exchange, slot)),
        }
    }

    fn response(
        &self,
        response: Response<Incoming>,
        exchange: &Exchange,
        slot: Slot,
    ) -> Response<Body> {
        let (mut upstreams, body) = response.into_parts();
        hop_by_hop::strip(&mut upstreams.headers);
        deduplicate_length(&mut upstreams.headers, &body);
        let body = match body.is_end_stream() {
            true => Body::empty(),
            false => {
                let limit = self.timeouts.idle_body;
                Body::stream(ResponseBody::new(body, limit, exchange.clone(), slot))
            }
        };
        let (mut parts, body) = Response::new(body).into_parts();
        parts.status = upstreams.status;
        parts.headers = upstreams.headers;
        if let Some(reason) = upstreams.extensions.remove::<ReasonPhrase>() {
            parts.extensions.insert(reason);
        }
        Response::from_parts(parts, body)
    }
}

/// A client that keeps this many idle connections, and one that opens a new connection for each request.
fn clients(
    connector: &Connector,
    limits: &UpstreamLimits,
    idle: usize,
) -> [Client<Connector, RequestBody>; 2] {
    [idle, 0].map(|idle| {
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.keepalive)
            .pool_max_idle_per_host(idle)
            .http1_max_headers(limits.header_lines)
            .http1_max_buf_size(READ_BUFFER)
            .build(connector.clone())
    })
}

/// Joins repeated `Content-Length` values into one: not every client understands `2, 2`.
fn deduplicate_length(headers: &mut HeaderMap, body: &Incoming) {
    let lengths = headers.get_all(CONTENT_LENGTH);
    let is_list = |length: &HeaderValue| length.as_bytes().contains(&b',');
    let is_repeated = lengths.iter().nth(1).is_some() || lengths.iter().any(is_list);
    if let (true, false, Some(length)) =
        (is_repeated, body.is_end_stream(), body.size_hint().exact())
    {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

/// A copy of a request that may be sent twice: it is idempotent (RFC 9110 §9.2.2) and has no body.
fn repeatable(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    if !request.method().is_idempotent() || !request.body().is_end_stream() {
        return None;
    }
    let mut copy = Request::new(RequestBody::Empty);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}

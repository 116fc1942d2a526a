//! A reverse proxy: answers from an upstream over HTTP/1.1, streaming both ways.
//!
//! Status, reason, headers, body and trailers are the upstream's, but for the fields that concern one
//! connection only (RFC 9110 section 7.6.1); lines of one name, such as `Set-Cookie`, keep number and
//! order. What the upstream is told is listed in `outgoing.rs`. Informational responses (103 Early Hints) are swallowed, because hyper's server
//! cannot send them. An HTTP/1.1 upgrade, such as a WebSocket, passes; one inside HTTP/2 (RFC 8441)
//! does not, and browsers then open an HTTP/1.1 connection for it.
//!
//! Whatever goes wrong before the response begins becomes a [`GeneratedError`]. Later, the visitor's
//! connection is cut where the upstream's was. Either way there is one line in the log.

mod connect;
mod failure;
mod forwarded;
mod hop_by_hop;
mod outgoing;
mod request_body;
mod response_body;
#[cfg(test)]
mod tests;
mod timeout;
mod trusted;
mod upgrade;
mod upstream;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::Body;

pub use self::failure::GeneratedError;
pub use self::forwarded::{Connection, client, host, scheme};
pub use self::timeout::Timeouts;
pub use self::trusted::{TrustedProxies, TrustedProxiesError};
pub use self::upstream::{Upstream, UpstreamError};

use self::connect::{Connector, Roots, Served};
use self::failure::{Exchange, Failure};
use self::outgoing::Forwarding;
use self::request_body::RequestBody;
use self::response_body::ResponseBody;
use self::timeout::{Activity, unless_silent};
use self::upgrade::Offer;

/// How long an unused connection to the upstream is kept.
const KEPT: Duration = Duration::from_secs(30);

/// Answers requests from an upstream.
#[derive(Debug)]
pub struct Proxy {
    upstream: Upstream,
    name: Arc<str>,
    timeouts: Timeouts,
    trusted: TrustedProxies,
    body_bytes: u64,
    pooled: Client<Connector, RequestBody>,
    /// Opens a connection for each request, for a second attempt.
    fresh: Client<Connector, RequestBody>,
}

impl Proxy {
    /// Connects to nothing yet.
    ///
    /// # Errors
    ///
    /// Only for an `https` upstream: if the machine has no certificate authorities to check it
    /// against. `SSL_CERT_FILE` can name some.
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
        let connector = Connector::new(timeouts.connect, roots)?;
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT);
        Ok(Self {
            name: upstream.to_string().into(),
            upstream,
            timeouts,
            trusted,
            body_bytes: u64::MAX,
            pooled: builder.build(connector.clone()),
            fresh: builder.pool_max_idle_per_host(0).build(connector),
        })
    }

    /// Passes on no more than so many bytes of a request's body, however it is framed. Default: no limit.
    #[must_use]
    pub fn limit_bodies(mut self, bytes: u64) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Answers one request. What goes wrong is an answer too: see [`GeneratedError`].
    ///
    /// For upgrades to work, the connection has to be served with upgrades enabled.
    pub async fn respond(
        &self,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Response<Body> {
        let exchange = Exchange {
            upstream: Arc::clone(&self.name),
            requested: request.uri().clone(),
        };
        match self.pass(request, connection, &exchange).await {
            Ok(response) => response,
            Err(failure) => failure.respond(&exchange),
        }
    }

    async fn pass(
        &self,
        request: Request<Incoming>,
        connection: Connection,
        exchange: &Exchange,
    ) -> Result<Response<Body>, Failure> {
        let activity = Arc::new(Activity::new());
        let (request, offer) = self.rewrite(request, connection, &activity)?;
        let sending = self.send(request);
        let response = unless_silent(self.timeouts.response_headers, &activity, sending)
            .await
            .map_err(Failure::silence)??;
        Served::mark(response.extensions());
        self.relay(response, offer, exchange)
    }

    fn rewrite(
        &self,
        request: Request<Incoming>,
        connection: Connection,
        activity: &Arc<Activity>,
    ) -> Result<(Request<RequestBody>, Option<Offer>), Failure> {
        let (mut head, body) = request.into_parts();
        if head.method == Method::CONNECT || hop_by_hop::is_coded(&head.headers) {
            let why = format!("{} or transfer coding not supported", head.method);
            return Err(Failure::new(GeneratedError::Unsupported, why));
        }
        let target = self.upstream.uri(&head.uri);
        let target = target
            .map_err(|error| Failure::new(GeneratedError::TargetTooLong, error.to_string()))?;
        let offer = Offer::take(&mut head);
        let protocols = offer.as_ref().map(|offer| &offer.protocols);
        let body = RequestBody::new(body, self.timeouts.idle_body, self.body_bytes, activity);
        let forwarding = Forwarding {
            connection,
            trusted: &self.trusted,
            upstream: &self.upstream,
        };
        let request = outgoing::request(head, target, body, protocols, forwarding);
        Ok((request, offer))
    }

    /// Sends a request, and sends it again if that is safe and the connection had gone stale.
    async fn send(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, legacy::Error> {
        let again = repeatable(&request);
        match (self.pooled.request(request).await, again) {
            (Err(error), Some(again)) if Served::explains(&error) => {
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
    ) -> Result<Response<Body>, Failure> {
        match (response.status(), offer) {
            _ if hop_by_hop::is_coded(response.headers()) => {
                let why = "a transfer coding other than chunked, which nobody asked for";
                Err(Failure::new(GeneratedError::BadResponse, why))
            }
            (StatusCode::SWITCHING_PROTOCOLS, Some(offer)) => {
                offer.accept(response, exchange.clone())
            }
            (StatusCode::SWITCHING_PROTOCOLS, None) => {
                let why = "status 101, but nobody offered an upgrade";
                Err(Failure::new(GeneratedError::BadResponse, why))
            }
            _ => Ok(self.plain(response, exchange)),
        }
    }

    fn plain(&self, response: Response<Incoming>, exchange: &Exchange) -> Response<Body> {
        let (mut upstreams, body) = response.into_parts();
        hop_by_hop::strip(&mut upstreams.headers);
        agree_on_length(&mut upstreams.headers, &body);
        let body = match body.is_end_stream() {
            true => Body::empty(),
            false => {
                let limit = self.timeouts.idle_body;
                Body::stream(ResponseBody::new(body, limit, exchange.clone()))
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

/// Says once what the upstream said twice: `2, 2` is a length that not every visitor understands.
fn agree_on_length(headers: &mut HeaderMap, body: &Incoming) {
    let lengths = headers.get_all(CONTENT_LENGTH);
    let is_list = |length: &HeaderValue| length.as_bytes().contains(&b',');
    let is_odd = lengths.iter().nth(1).is_some() || lengths.iter().any(is_list);
    if let (true, false, Some(length)) = (is_odd, body.is_end_stream(), body.size_hint().exact()) {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

/// A copy of a request that may be sent twice: idempotent (RFC 9110 section 9.2.2), without a body.
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

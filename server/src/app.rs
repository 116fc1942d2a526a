//! One exchange: answered by the inspector, or by the site with a decision on its response.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hardtack_cloudfront::local::EdgeArtifact;
use hardtack_tower::{Decided, Observer, VisitorLayer};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::access_log::{AccessEntry, AccessLog, DecisionSlot, Handling, OpenEntry};
use crate::body::Body;
use crate::chunked_body::ChunkedBody;
use crate::client_key::ClientKey;
use crate::config::{Config, Limits};
use crate::date;
use crate::edge::{self, EdgeRun};
use crate::files::Files;
use crate::inspector::{Inspector, Notes};
use crate::metrics::{Counters, DecisionTimer, Measurement};
use crate::peer::{self, Connection, TargetResolver};
use crate::progress::Progress;
use crate::proxy::Proxy;
use crate::proxy_protocol::Fault;
use crate::rate::Rates;
use crate::target_form;

/// Answers the requests of one worker.
#[derive(Debug)]
pub(crate) struct App {
    origin: Arc<Origin>,
    visitors: VisitorLayer<Recorder>,
    edge: Option<EdgeArtifact>,
    recorder: Recorder,
    inspector: Option<Arc<Inspector>>,
    targets: TargetResolver,
    limits: Limits,
    rates: Option<Rates>,
    counters: Option<Arc<Counters>>,
}

/// Where a worker's responses come from. All workers share the files; each has a proxy with connections of its own.
#[derive(Debug)]
pub(crate) enum Origin {
    Files(Arc<Files>),
    Upstream(Box<Proxy>),
}

impl App {
    pub(crate) fn new(
        config: &Config,
        origin: Origin,
        inspector: Option<Arc<Inspector>>,
        log: Option<Arc<dyn AccessLog>>,
        edge: Option<EdgeArtifact>,
        rates: Option<Rates>,
        counters: Option<Arc<Counters>>,
    ) -> Self {
        let recorder = Recorder {
            log,
            with_ids: config.policy.policy.logs_ids(),
            decision: None,
            counters: counters.clone(),
            inspector: inspector.clone(),
        };
        Self {
            origin: Arc::new(origin),
            // No service behind the layer reads the visitor from the extensions.
            visitors: VisitorLayer::new(Arc::clone(&config.policy.policy))
                .extensions(false)
                .observe(recorder.clone()),
            edge,
            recorder,
            inspector,
            targets: TargetResolver::new(config.public_url.clone(), config.trusted.clone()),
            limits: config.limits,
            rates,
            counters,
        }
    }

    /// Answers the requests of one connection, and records them in `progress`.
    pub(crate) fn service(
        self: &Arc<Self>,
        connection: Connection,
        progress: Progress,
    ) -> impl hyper::service::Service<
        Request<Incoming>,
        Response = Response<Body>,
        Error = Infallible,
        Future: Send + 'static,
    > + use<> {
        let app = Arc::clone(self);
        let origin = Arc::clone(&self.origin);
        let visitors = self.visitors.clone().scheme(connection.scheme());
        let inner = tower::service_fn(move |request: Request<Incoming>| {
            let origin = Arc::clone(&origin);
            let timer = DecisionTimer::of(&request);
            async move {
                let response = origin.respond(request, connection);
                Ok::<_, Infallible>(DecisionTimer::leave_out(timer, response).await)
            }
        });
        let unlogged = visitors.layer(inner.clone());
        hyper::service::service_fn(move |mut request| {
            let chunked = ChunkedBody::mark(&mut request);
            let busy = progress.record_request();
            let app = Arc::clone(&app);
            let measurement = app.counters.as_ref().map(Measurement::begin);
            let entry = app.recorder.begin(&request, connection, &app.targets);
            let site = match &entry {
                Some(entry) => {
                    let recorder = app.recorder.leaving_decision_in(entry.decision());
                    visitors.clone().observe(recorder).layer(inner.clone())
                }
                None => unlogged.clone(),
            };
            // In HTTP/1.1, the timeout of the socket is enough.
            let exchange =
                (request.version() == Version::HTTP_2).then(|| progress.begin_exchange());
            async move {
                let mut response = app.respond(request, site, connection).await?;
                date::add(response.headers_mut());
                if let Some(body) = chunked {
                    body.close_after(&mut response);
                }
                let response = match entry {
                    Some(entry) => entry.track(response),
                    None => response,
                };
                let response = match exchange {
                    Some(exchange) => exchange.track(response),
                    None => response,
                };
                let response = match measurement {
                    Some(measurement) => measurement.track(response),
                    None => response,
                };
                Ok(response.map(|body| body.holding(busy)))
            }
        })
    }

    /// Records a request that hyper refused, because it could not be read.
    pub(crate) fn record_unreadable(
        &self,
        connection: Connection,
        status: Option<StatusCode>,
        why: String,
    ) {
        if let Some(counters) = &self.counters {
            counters.count_unreadable(status);
        }
        if let Some(log) = &self.recorder.log {
            log.ended(&AccessEntry::unreadable(connection, status, why));
        }
    }

    /// Counts a connection that did not begin with a header of the PROXY protocol.
    pub(crate) fn record_unidentified(&self, fault: Fault) {
        if let Some(counters) = &self.counters {
            counters.count_unidentified(fault);
        }
    }

    async fn respond(
        &self,
        mut request: Request<Incoming>,
        mut site: impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
        connection: Connection,
    ) -> Result<Response<Body>, Infallible> {
        if let Some(response) = self.own_response(&request, connection) {
            return Ok(match *request.method() {
                Method::HEAD => head_only(response),
                _ => response,
            });
        }
        if let Some(inspector) = &self.inspector {
            inspector.withhold_secrets(&mut request);
        }
        let trusted = self.targets.trusted();
        peer::warn_if_untrusted(request.headers(), connection, trusted);
        if let Some(artifact) = &self.edge {
            let origin = |request| self.origin.respond(request, connection);
            let record = |run: &EdgeRun<'_>| self.recorder.record_run(run);
            let response = edge::respond(artifact, request, connection, trusted, origin, record);
            return Ok(Box::pin(response).await);
        }
        if let Some(target) = self.targets.original(&request, connection) {
            request.extensions_mut().insert(target);
        }
        let counters = self.counters.as_deref();
        let timer = counters.and_then(|counters| DecisionTimer::begin(counters, &mut request));
        let response = site.call(request).await;
        if let (Some(counters), Some(timer)) = (counters, timer) {
            timer.end(counters);
        }
        response
    }

    /// The response to a request that the site does not answer: one for the inspector, or one that is refused.
    fn own_response<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
    ) -> Option<Response<Body>> {
        if let Some(wait) = self.wait(request, connection) {
            return Some(too_many_requests(wait));
        }
        if !peer::names_one_host(request) {
            let why = "The request must name exactly one host.\n";
            return Some(refusal(StatusCode::BAD_REQUEST, why));
        }
        if !target_form::fits_method(request) {
            let why = "The request's target has another form than its method needs.\n";
            return Some(refusal(StatusCode::BAD_REQUEST, why));
        }
        if content_length(request.headers()) > Some(self.limits.body_bytes) {
            let why = "The request is larger than this server accepts.\n";
            return Some(refusal(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
        let inspector = self.inspector.as_ref()?;
        inspector.is_for(request, connection).then(|| {
            let mut response = inspector.respond(request, connection);
            response.extensions_mut().insert(Handling::Inspector);
            response
        })
    }

    /// How long the client has to wait, if it has sent too many requests.
    fn wait<B>(&self, request: &Request<B>, connection: Connection) -> Option<Duration> {
        let rates = self.rates.as_ref()?;
        let trusted = self.targets.trusted();
        let client = peer::client_address(request.headers(), connection, trusted);
        rates.count(ClientKey::new(client)).err()
    }
}

impl Origin {
    /// What takes long is boxed: hyper moves the future of each exchange, and a file needs a small one.
    async fn respond(&self, request: Request<Incoming>, connection: Connection) -> Response<Body> {
        match self {
            Self::Files(files) => {
                let (parts, _) = request.into_parts();
                files.respond(&parts).await
            }
            Self::Upstream(proxy) => Box::pin(proxy.respond(request, connection)).await,
        }
    }
}

/// Passes decisions to the access log, the metrics and the inspector.
#[derive(Clone, Debug)]
struct Recorder {
    log: Option<Arc<dyn AccessLog>>,
    /// Whether the log may hold ids.
    with_ids: bool,
    /// The exchange's, where it is logged.
    decision: Option<DecisionSlot>,
    counters: Option<Arc<Counters>>,
    inspector: Option<Arc<Inspector>>,
}

impl Recorder {
    /// The entry of an exchange, if there is a log.
    fn begin<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
        targets: &TargetResolver,
    ) -> Option<OpenEntry> {
        let log = Arc::clone(self.log.as_ref()?);
        Some(OpenEntry::begin(log, request, connection, targets))
    }

    /// The same recorder for one exchange, whose decision it leaves for the entry.
    fn leaving_decision_in(&self, slot: DecisionSlot) -> Self {
        Self {
            decision: Some(slot),
            ..self.clone()
        }
    }

    fn record_run(&self, run: &EdgeRun<'_>) {
        if let Some(log) = &self.log {
            log.ran(run);
        }
        if let Some(inspector) = &self.inspector {
            inspector.record_run(run);
        }
    }
}

impl Observer for Recorder {
    type Trace = Notes;

    /// Only the inspector shows what each rule found.
    fn trace(&self) -> Notes {
        match &self.inspector {
            Some(_) => Notes::recorded(),
            None => Notes::off(),
        }
    }

    fn is_enabled(&self) -> bool {
        self.log.is_some() || self.inspector.is_some() || self.counters.is_some()
    }

    fn decided(&self, decided: &Decided<'_>, notes: Notes) {
        if let Some(log) = &self.log {
            log.record(decided);
        }
        if let Some(counters) = &self.counters {
            counters.count_decision(decided.decision.outcome(), decided.decision.reason());
        }
        if let Some(slot) = &self.decision {
            // There is one decision in an exchange.
            let _ = slot.set(Handling::of(decided, self.with_ids));
        }
        if let Some(inspector) = &self.inspector {
            inspector.record(decided, notes);
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn refusal(status: StatusCode, why: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(why));
    *response.status_mut() = status;
    let handling = Handling::Refused(why.trim_end().to_string());
    response.extensions_mut().insert(handling);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The response to a client that has sent too many requests. The connection stays: a new one would cost more.
fn too_many_requests(wait: Duration) -> Response<Body> {
    let why = "Too many requests in a short time.\n";
    let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, why);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.remove(CONNECTION);
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The response to a HEAD request. In HTTP/2, hyper would send the body.
fn head_only(mut response: Response<Body>) -> Response<Body> {
    if let Some(length) = response.body().size_hint().exact() {
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
    response
}

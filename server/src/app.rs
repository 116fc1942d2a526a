//! One exchange: the inspector's, or the site's with a decision on it.

use std::convert::Infallible;
use std::sync::Arc;

use hardtack::Scheme;
use hardtack_cloudfront::local::EdgeArtifact;
use hardtack_tower::{Decided, Observer, OriginalTarget, VisitorLayer};
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::Body;
use crate::config::{AccessLog, Config, Limits};
use crate::edge::{self, EdgeRun};
use crate::files::Files;
use crate::host;
use crate::inspector::{Inspector, Notes};
use crate::progress::Progress;
use crate::proxy::{self, Connection, Proxy, TrustedProxies};

/// Answers all requests of one worker.
#[derive(Debug)]
pub(crate) struct App {
    origin: Arc<Origin>,
    visitors: VisitorLayer<Watch>,
    edge: Option<EdgeArtifact>,
    watch: Watch,
    inspector: Option<Arc<Inspector>>,
    trusted: TrustedProxies,
    limits: Limits,
}

/// Where a worker's responses come from. Files are shared by all workers; a proxy belongs to one, with its connections.
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
    ) -> Self {
        let watch = Watch {
            log,
            inspector: inspector.clone(),
        };
        Self {
            origin: Arc::new(origin),
            // Nothing behind it asks for the visitor, so none is put into the extensions.
            visitors: VisitorLayer::new(Arc::clone(&config.policy.policy))
                .extensions(false)
                .observe(watch.clone()),
            edge,
            watch,
            inspector,
            trusted: config.trusted.clone(),
            limits: config.limits,
        }
    }

    /// What answers the requests of one connection, and tells `progress` of them.
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
        let visitors = self.visitors.clone().scheme(scheme_of(connection));
        let site = visitors.layer(tower::service_fn(move |request| {
            let origin = Arc::clone(&origin);
            async move { Ok::<_, Infallible>(origin.respond(request, connection).await) }
        }));
        hyper::service::service_fn(move |request| {
            progress.ask();
            let (app, site) = (Arc::clone(&app), site.clone());
            // In HTTP/1.1 the socket tells enough.
            let exchange = (request.version() == Version::HTTP_2).then(|| progress.begin());
            async move {
                let response = app.respond(request, site, connection).await;
                match exchange {
                    Some(exchange) => response.map(|response| exchange.answer(response)),
                    None => response,
                }
            }
        })
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
        if let Some(artifact) = &self.edge {
            let origin = |request| self.origin.respond(request, connection);
            let watch = |run: &EdgeRun<'_>| self.watch.ran(run);
            let response =
                edge::respond(artifact, request, connection, &self.trusted, origin, watch);
            return Ok(response.await);
        }
        if self.trusted.trusts(connection.peer.ip()) {
            let target = self.original_target(&request, connection);
            request.extensions_mut().insert(target);
        }
        site.call(request).await
    }

    /// What is not for the site to answer: requests for the inspector, and those that are refused.
    fn own_response<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
    ) -> Option<Response<Body>> {
        if !host::is_clear(request) {
            let why = "A request has to name one host.\n";
            return Some(refusal(StatusCode::BAD_REQUEST, why));
        }
        if announces_more_than(self.limits.body_bytes, request.headers()) {
            let why = "This is more than the server takes.\n";
            return Some(refusal(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
        let inspector = self.inspector.as_ref()?;
        inspector
            .is_for(request, connection)
            .then(|| inspector.respond(request, connection))
    }

    fn original_target(
        &self,
        request: &Request<Incoming>,
        connection: Connection,
    ) -> OriginalTarget {
        let headers = request.headers();
        let host = proxy::host(request.uri(), headers, connection, &self.trusted);
        OriginalTarget {
            scheme: proxy::scheme(headers, connection, &self.trusted),
            host: host.and_then(|host| HeaderValue::from_str(host).ok()),
        }
    }
}

impl Origin {
    async fn respond(&self, request: Request<Incoming>, connection: Connection) -> Response<Body> {
        match self {
            Self::Files(files) => {
                let (parts, _) = request.into_parts();
                files.respond(&parts).await
            }
            Self::Upstream(proxy) => proxy.respond(request, connection).await,
        }
    }
}

/// Hands decisions to the access log and the inspector.
#[derive(Clone, Debug)]
struct Watch {
    log: Option<Arc<dyn AccessLog>>,
    inspector: Option<Arc<Inspector>>,
}

impl Watch {
    fn ran(&self, run: &EdgeRun<'_>) {
        if let Some(log) = &self.log {
            log.ran(run);
        }
        if let Some(inspector) = &self.inspector {
            inspector.record_run(run);
        }
    }
}

impl Observer for Watch {
    type Trace = Notes;

    /// Only the inspector shows what each rule saw.
    fn witness(&self) -> Notes {
        match &self.inspector {
            Some(_) => Notes::taken(),
            None => Notes::none(),
        }
    }

    fn is_enabled(&self) -> bool {
        self.log.is_some() || self.inspector.is_some()
    }

    fn decided(&self, decided: &Decided<'_>, notes: Notes) {
        if let Some(log) = &self.log {
            log.record(decided);
        }
        if let Some(inspector) = &self.inspector {
            inspector.record(decided, notes);
        }
    }
}

const fn scheme_of(connection: Connection) -> Scheme {
    if connection.tls {
        Scheme::Https
    } else {
        Scheme::Http
    }
}

fn announces_more_than(limit: u64, headers: &HeaderMap) -> bool {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: u64| length > limit)
}

fn refusal(status: StatusCode, why: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(why));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// What HEAD gets. In HTTP/2, hyper would send the body all the same.
fn head_only(mut response: Response<Body>) -> Response<Body> {
    if let Some(length) = response.body().size_hint().exact() {
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
    response
}

//! Answers through a local CloudFront: the origin answers, and a built function has the response before the visitor
//! does.
use hardtack_cloudfront::local::{EdgeArtifact, EdgeOutcome, ViewerRequest};
use hardtack_tower::{Source as _, System};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::access_log::Handling;
use crate::body::Body;
use crate::peer::{self, Connection, TrustedProxies};

/// One exchange, and what the function made of it.
#[derive(Debug)]
pub struct EdgeRun<'a> {
    /// Unix time in seconds.
    pub now: u64,
    /// The request's method.
    pub method: &'a Method,
    /// The request's host, with its port.
    pub host: &'a str,
    /// The request's path, without the query.
    pub path: &'a str,
    /// The status that the visitor gets.
    pub status: StatusCode,
    /// What came of it.
    pub outcome: &'a EdgeOutcome,
}

/// Lets the origin answer, runs the artifact on the answer, and tells `watch` what came of it.
pub(crate) async fn respond<F: Future<Output = Response<Body>>>(
    artifact: &EdgeArtifact,
    request: Request<Incoming>,
    connection: Connection,
    trusted: &TrustedProxies,
    origin: impl FnOnce(Request<Incoming>) -> F,
    watch: impl FnOnce(&EdgeRun<'_>),
) -> Response<Body> {
    let client = peer::client_address(request.headers(), connection, trusted);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let viewer_request = ViewerRequest::new(&method, &uri, request.headers(), client);
    let answer = origin(request).await;
    let (mut response, outcome) = artifact.respond(&viewer_request, answer).await;
    if method == Method::HEAD && matches!(outcome, EdgeOutcome::Failed(_)) {
        *response.body_mut() = Body::empty();
    }
    watch(&EdgeRun {
        now: System.now(),
        method: &method,
        host: viewer_request.host(),
        path: uri.path(),
        status: response.status(),
        outcome: &outcome,
    });
    response.extensions_mut().insert(Handling::Edge(outcome));
    response
}

//! The service: translates the request, asks the rules, and lets the inner service run.

use std::sync::Arc;
use std::task::{Context, Poll};

use hardtack::{
    Country, Decision, LogLine, NoTrace, Outcome, Policy, Request, RequestDecision, Response,
    Target, Trace,
};
use http::{HeaderMap, Method, StatusCode, Uri};
use tower_service::Service;

use crate::front::{self, Front};
use crate::future::ResponseFuture;
use crate::headers::{self, Headers};
use crate::layer::Parts;
use crate::visitor::Visitor;

/// Is told of every decision, once its edits are made. Called on the request's path: be quick.
pub trait Observer: Clone + Send + Sync + 'static {
    /// Watches a decision being made; [`NoTrace`] where only what comes of it counts.
    type Trace: Trace + std::fmt::Debug + Send + 'static;

    /// A witness of one decision.
    fn witness(&self) -> Self::Trace;

    /// Whether it wants to be told now. Where nobody does, less of a request has to be remembered until its response is there.
    fn listens(&self) -> bool {
        true
    }

    /// A decision was made, before this witness.
    fn decided(&self, decided: &Decided<'_>, witness: Self::Trace);
}

/// Observes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    type Trace = NoTrace;

    fn witness(&self) -> NoTrace {
        NoTrace
    }

    fn listens(&self) -> bool {
        false
    }

    fn decided(&self, _: &Decided<'_>, _: NoTrace) {}
}

/// A decision and the exchange that it was made for.
#[derive(Debug)]
pub struct Decided<'a> {
    /// Unix time in seconds, as the decision took it.
    pub now: u64,
    /// The decision.
    pub decision: Decision<'a>,
    /// The request's method.
    pub method: &'a Method,
    /// The request's URI, as the service received it.
    pub uri: &'a Uri,
    /// Scheme and host, as the decision took them.
    pub target: Target<'a>,
    /// The response's status.
    pub status: StatusCode,
    /// The response's headers, with the edits.
    pub headers: &'a HeaderMap,
}

impl<'a> Decided<'a> {
    /// The log line of rule 12.
    pub fn log_line(&self) -> LogLine<'a> {
        LogLine {
            time: self.now,
            decision: self.decision,
            method: self.method.as_str().as_bytes(),
            host: self.target.host,
            path: self.uri.path().as_bytes(),
            status: self.status.as_u16(),
        }
    }
}

/// Runs an inner service and sets the cookie on its responses. Made by [`VisitorLayer`](crate::VisitorLayer).
#[derive(Debug)]
pub struct VisitorService<S, O> {
    inner: S,
    parts: Arc<Parts<O>>,
}

impl<S: Clone, O> Clone for VisitorService<S, O> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            parts: Arc::clone(&self.parts),
        }
    }
}

impl<S, O> VisitorService<S, O> {
    pub(crate) const fn new(inner: S, parts: Arc<Parts<O>>) -> Self {
        Self { inner, parts }
    }
}

impl<S, O, A, B> Service<http::Request<A>> for VisitorService<S, O>
where
    S: Service<http::Request<A>, Response = http::Response<B>>,
    O: Observer,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, O>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<A>) -> Self::Future {
        let pending = Pending::open(&self.parts, &mut request);
        ResponseFuture::new(self.inner.call(request), pending)
    }
}

/// What waits for the response.
#[derive(Debug)]
pub(crate) struct Pending<O: Observer> {
    parts: Arc<Parts<O>>,
    visit: RequestDecision,
    now: u64,
    asked: Option<Asked>,
    /// Where the observer listens.
    witness: Option<O::Trace>,
}

/// The parts of a request that are still needed when the response is there. Cloning them copies no bytes.
#[derive(Debug)]
struct Asked {
    front: Front,
    /// Where somebody is told, or only the URI names the host.
    line: Option<(Method, Uri)>,
    told: bool,
}

impl<O: Observer> Pending<O> {
    fn open<A>(parts: &Arc<Parts<O>>, request: &mut http::Request<A>) -> Self {
        let now = parts.source.now();
        let fields = Headers::of(request.headers());
        let front = front::front(request, fields.host(), parts.scheme);
        let observer = &parts.observer;
        let mut witness = observer.listens().then(|| observer.witness());
        let visit = on_request(parts, request, &fields, &front, now, witness.as_mut());
        let told = witness.is_some() || parts.policy.logs();
        let has_effect = visit.outcome() != Outcome::Skipped || parts.policy.exposes_skipped();
        let asked = (told || has_effect).then(|| Asked::of(request, front, told));
        if parts.extensions {
            let visitor = visitor(parts, visit, &fields, now);
            request.extensions_mut().insert(visitor);
        }
        headers::apply(visit.request_edits(&parts.policy), request.headers_mut());
        Self {
            parts: Arc::clone(parts),
            visit,
            now,
            asked,
            witness,
        }
    }

    /// Decides on a response, edits it, and tells.
    pub(crate) fn close<B>(&mut self, response: &mut http::Response<B>) {
        let Some(asked) = &self.asked else { return };
        let target = asked.target();
        let status = response.status();
        let decision = {
            let fields = &Headers::of(response.headers());
            let response = Response {
                status: status.as_u16(),
                fields,
            };
            let (policy, visit) = (&self.parts.policy, self.visit);
            match &mut self.witness {
                Some(witness) => on_response_traced(policy, visit, target, &response, witness),
                None => hardtack::on_response(policy, visit, target, &response),
            }
        };
        headers::apply(decision.edits(), response.headers_mut());
        if let (true, Some((method, uri))) = (asked.told, &asked.line) {
            let decided = Decided {
                now: self.now,
                decision,
                method,
                uri,
                target,
                status,
                headers: response.headers(),
            };
            tell(&self.parts, &decided, self.witness.take());
        }
    }
}

fn tell<O: Observer>(parts: &Parts<O>, decided: &Decided<'_>, witness: Option<O::Trace>) {
    if parts.policy.logs() {
        tracing::info!(target: "hardtack", "{}", decided.log_line());
    }
    if let Some(witness) = witness {
        parts.observer.decided(decided, witness);
    }
}

fn on_request<A, O: Observer>(
    parts: &Parts<O>,
    request: &http::Request<A>,
    fields: &Headers<'_>,
    front: &Front,
    now: u64,
    witness: Option<&mut O::Trace>,
) -> RequestDecision {
    let request = Request {
        target: front.target(Some(request.uri())),
        method: request.method().as_str().as_bytes(),
        path: request.uri().path().as_bytes(),
        country: request.extensions().get::<Country>().copied(),
        fields,
    };
    let entropy = parts.source.entropy();
    match witness {
        Some(witness) => on_request_traced(&parts.policy, &request, now, entropy, witness),
        None => hardtack::on_request(&parts.policy, &request, now, entropy),
    }
}

/// Out of the way of the rules without a witness, which are what has to be fast.
#[inline(never)]
fn on_request_traced(
    policy: &Policy,
    request: &Request<'_, Headers<'_>>,
    now: u64,
    entropy: [u8; 16],
    witness: &mut impl Trace,
) -> RequestDecision {
    hardtack::on_request_traced(policy, request, now, entropy, witness)
}

#[inline(never)]
fn on_response_traced<'a>(
    policy: &'a Policy,
    visit: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, Headers<'_>>,
    witness: &mut impl Trace,
) -> Decision<'a> {
    hardtack::on_response_traced(policy, visit, target, response, witness)
}

impl Asked {
    fn of<A>(request: &http::Request<A>, front: Front, told: bool) -> Self {
        let line = || (request.method().clone(), request.uri().clone());
        Self {
            line: (told || front.host.is_none()).then(line),
            front,
            told,
        }
    }

    fn target(&self) -> Target<'_> {
        self.front.target(self.line.as_ref().map(|(_, uri)| uri))
    }
}

fn visitor<O>(parts: &Parts<O>, visit: RequestDecision, fields: &Headers<'_>, now: u64) -> Visitor {
    let sent = match visit.id() {
        Some(_) => None,
        None => hardtack::read(&parts.policy, fields, now),
    };
    Visitor::new(visit, sent)
}

//! A request between its decision and its response: asks the rules before and after the inner service runs.

use std::sync::Arc;

use hardtack::{Decision, Outcome, Policy, Request, RequestDecision, Response, Target, Trace};
use http::{Method, Uri};

use crate::events;
use crate::headers::{self, Headers};
use crate::observer::{Decided, Observer};
use crate::original_target::{self, OriginalTarget};
use crate::recording::Recording;
use crate::shared::Shared;
use crate::visitor::Visitor;

/// A request that has been decided on, waiting for its response.
#[derive(Debug)]
pub(crate) struct Pending<O: Observer> {
    shared: Arc<Shared<O>>,
    visit: RequestDecision,
    now: u64,
    /// `None` where no response can change anything.
    parts: Option<RequestParts>,
    recording: Recording<O::Trace>,
}

/// The parts of a request that are still needed when the response is there. Cloning them copies no bytes.
#[derive(Debug)]
struct RequestParts {
    target: OriginalTarget,
    /// Where somebody is notified, or only the URI names the host.
    line: Option<(Method, Uri)>,
    notify: bool,
}

impl<O: Observer> Pending<O> {
    /// Decides on a request before the inner service gets it.
    pub(crate) fn open<A>(shared: &Arc<Shared<O>>, request: &mut http::Request<A>) -> Self {
        let now = shared.source.now();
        let fields = Headers::of(request.headers());
        let target = original_target::of(request, fields.host(), shared.scheme);
        let mut recording = Recording::of(&shared.observer, &shared.policy);
        let translated = translated(shared, request, &fields, &target);
        let visit = on_request(shared, &translated, now, &mut recording);
        let visitor = (shared.extensions).then(|| visitor(&shared.policy, visit, &translated, now));
        let notify = recording.notifies() || events::wants_decision(&shared.policy);
        let has_effect = visit.outcome() != Outcome::Skipped || shared.policy.exposes_skipped();
        let parts = (notify || has_effect).then(|| RequestParts::of(request, target, notify));
        if let Some(visitor) = visitor {
            request.extensions_mut().insert(visitor);
        }
        if let Some(name) = shared.policy.request_header() {
            // First, so that what a client sent is gone even if the edit cannot be made.
            headers::remove_alike(name, request.headers_mut());
            headers::apply(visit.request_edits(&shared.policy), request.headers_mut());
        }
        Self {
            shared: Arc::clone(shared),
            visit,
            now,
            parts,
            recording,
        }
    }

    /// Decides on a response, edits it, and notifies.
    pub(crate) fn close<B>(&mut self, response: &mut http::Response<B>) {
        let Some(parts) = &self.parts else { return };
        let target = parts.target();
        let status = response.status();
        let decision = {
            let fields = &Headers::of(response.headers());
            let response = Response {
                status: status.as_u16(),
                fields,
            };
            let (policy, visit) = (&self.shared.policy, self.visit);
            match &mut self.recording {
                on if on.is_on() => on_response_traced(policy, visit, target, &response, on),
                _ => hardtack::on_response(policy, visit, target, &response),
            }
        };
        headers::apply(decision.edits(), response.headers_mut());
        if let (true, Some((method, uri))) = (parts.notify, &parts.line) {
            let decided = Decided {
                now: self.now,
                decision,
                method,
                uri,
                target,
                status,
                headers: response.headers(),
            };
            notify(&self.shared, &decided, self.recording.take());
        }
    }
}

fn notify<O: Observer>(shared: &Shared<O>, decided: &Decided<'_>, trace: Option<O::Trace>) {
    events::decided(&shared.policy, decided);
    if let Some(trace) = trace {
        shared.observer.decided(decided, trace);
    }
}

/// The request as the rules take it.
fn translated<'a, 'h, A, O>(
    shared: &Shared<O>,
    request: &'a http::Request<A>,
    fields: &'a Headers<'h>,
    target: &'a OriginalTarget,
) -> Request<'a, Headers<'h>> {
    Request {
        target: target.target(Some(request.uri())),
        method: request.method().as_str().as_bytes(),
        path: request.uri().path().as_bytes(),
        country: shared.country(request),
        fields,
    }
}

fn on_request<O: Observer>(
    shared: &Shared<O>,
    request: &Request<'_, Headers<'_>>,
    now: u64,
    recording: &mut Recording<O::Trace>,
) -> RequestDecision {
    let entropy = shared.source.entropy();
    match recording.is_on() {
        true => on_request_traced(&shared.policy, request, now, entropy, recording),
        false => hardtack::on_request(&shared.policy, request, now, entropy),
    }
}

/// Out of the way of the rules without a trace, which are what has to be fast.
#[inline(never)]
fn on_request_traced(
    policy: &Policy,
    request: &Request<'_, Headers<'_>>,
    now: u64,
    entropy: [u8; 16],
    trace: &mut impl Trace,
) -> RequestDecision {
    hardtack::on_request_traced(policy, request, now, entropy, trace)
}

#[inline(never)]
fn on_response_traced<'a>(
    policy: &'a Policy,
    visit: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, Headers<'_>>,
    trace: &mut impl Trace,
) -> Decision<'a> {
    hardtack::on_response_traced(policy, visit, target, response, trace)
}

impl RequestParts {
    fn of<A>(request: &http::Request<A>, target: OriginalTarget, notify: bool) -> Self {
        let line = || (request.method().clone(), request.uri().clone());
        Self {
            line: (notify || target.host.is_none()).then(line),
            target,
            notify,
        }
    }

    fn target(&self) -> Target<'_> {
        self.target.target(self.line.as_ref().map(|(_, uri)| uri))
    }
}

fn visitor(
    policy: &Policy,
    visit: RequestDecision,
    request: &Request<'_, Headers<'_>>,
    now: u64,
) -> Visitor {
    let sent = match visit.id() {
        Some(_) => None,
        None => hardtack::read_consented(policy, request, now),
    };
    Visitor::new(visit, sent)
}

//! The decision: which rule is asked when. What each rule does stands in `rules/`, under its number.

use crate::decision::{Decision, RequestDecision};
use crate::edit::Edit;
use crate::http::exchange::{Exchange, Request, Response, Target};
use crate::http::field::Fields;
use crate::http::id::Invalid;
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::rules::bots::{self, speculation};
use crate::rules::caches::Caches;
use crate::rules::consent::{self, Consent};
use crate::rules::read::Reading;
use crate::rules::write::placement;
use crate::rules::{adopt, document, origin};
use crate::trace::{NoTrace, Rule, Trace};

/// Decides one exchange.
///
/// `now` is Unix time in seconds. `entropy` is 16 bytes from a cryptographic source, used only
/// where an id is minted.
pub fn decide<'a, Q: Fields + ?Sized, R: Fields + ?Sized>(
    policy: &'a Policy,
    exchange: &Exchange<'a, Q, R>,
    now: u64,
    entropy: [u8; 16],
) -> Decision<'a> {
    decide_traced(policy, exchange, now, entropy, &mut NoTrace)
}

/// [`decide`], with each rule's findings recorded in `trace`.
pub fn decide_traced<'a, Q: Fields + ?Sized, R: Fields + ?Sized>(
    policy: &'a Policy,
    exchange: &Exchange<'a, Q, R>,
    now: u64,
    entropy: [u8; 16],
    trace: &mut impl Trace,
) -> Decision<'a> {
    let Exchange { request, response } = exchange;
    let decision = on_request_traced(policy, request, now, entropy, trace);
    on_response_traced(policy, decision, request.target, response, trace)
}

/// The first half, which needs the request only: who the visitor is, and what comes of it unless the response says
/// otherwise. For adapters that hand the id to the origin.
pub fn on_request<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    entropy: [u8; 16],
) -> RequestDecision {
    on_request_traced(policy, request, now, entropy, &mut NoTrace)
}

/// The second half: what to do with the response. `request` is what [`on_request`] made of the request, and `target` is
/// where that request went.
pub fn on_response<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    request: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, R>,
) -> Decision<'a> {
    on_response_traced(policy, request, target, response, &mut NoTrace)
}

/// [`on_request`], with each rule's findings recorded in `trace`.
pub fn on_request_traced<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    entropy: [u8; 16],
    trace: &mut impl Trace,
) -> RequestDecision {
    let settings = &policy.settings;
    let exposed = settings.signals.exposes_speculation();
    let decision = RequestDecision {
        outcome: Outcome::Skipped,
        reason: Reason::NotDocument,
        id: None,
        speculation: speculation(exposed, request.fields),
        now,
    };
    let documents_only = settings.scope.documents_only;
    let in_scope = settings
        .scope
        .request(&settings.cookie, request, trace)
        .and_then(|()| document::request(documents_only, request.fields, trace));
    match in_scope {
        Ok(()) => identify(policy, request, entropy, decision, trace),
        Err(reason) => decision.skipped(reason),
    }
}

/// [`on_response`], with each rule's findings recorded in `trace`.
pub fn on_response_traced<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    request: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, R>,
    trace: &mut impl Trace,
) -> Decision<'a> {
    let decision = respond(policy, request, target, response, trace);
    policy.settings.signals.record(trace);
    decision
}

/// Rules 1 to 3, for the response, then 10 and 11.
fn respond<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    request: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, R>,
    trace: &mut impl Trace,
) -> Decision<'a> {
    let mut decision = Decision {
        policy,
        request,
        domain: None,
        on_loopback: false,
        caches: Caches::default(),
    };
    if request.outcome == Outcome::Skipped {
        return decision;
    }
    let (fields, name) = (response.fields, policy.cookie_name());
    let scope = &policy.settings.scope;
    let in_scope = scope
        .response(target, response, &policy.domain, trace)
        .and_then(|()| document::response(scope.documents_only, fields, trace))
        .and_then(|()| origin::response(name, fields, trace));
    match in_scope {
        Ok(()) => write(&mut decision, target, fields, trace),
        Err(reason) => decision.request = request.skipped(reason),
    }
    decision
}

/// Rules 10 and 11, which a response asks for that sets or expires a cookie of ours.
fn write<'a, R: Fields + ?Sized>(
    decision: &mut Decision<'a>,
    target: Target<'a>,
    fields: &R,
    trace: &mut impl Trace,
) {
    let outcome = decision.outcome();
    if !outcome.sets_cookie() && !outcome.expires_cookie() {
        return;
    }
    let policy = decision.policy;
    (decision.domain, decision.on_loopback) =
        placement(&policy.settings.cookie, &policy.domain, target);
    record_lines(decision, trace);
    decision.caches = policy.settings.caches.apply(fields, trace);
}

/// Rules 4 to 9: who is it, and may they be recognised?
fn identify<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    entropy: [u8; 16],
    decision: RequestDecision,
    trace: &mut impl Trace,
) -> RequestDecision {
    let (fields, now) = (request.fields, decision.now);
    let (settings, ids) = (&policy.settings, policy.ids());
    let needle = policy.cookie.name_and_equals.as_bytes();
    let reading = Reading::of(ids, needle, fields, now);
    trace.record(Rule::Read, format_args!("{reading}"));
    match policy.consent.ask(request, now, trace) {
        Consent::NotAsked | Consent::Granted => {}
        Consent::Denied(reason) => return forget(policy, fields, decision.skipped(reason)),
        Consent::Pending(reason) => return decision.skipped(reason),
    }
    if let Some(reason) = bots::declared(&settings.bots, fields, trace) {
        return decision.skipped(reason);
    }
    if let Some(id) = reading.id {
        let marker = policy.marker.as_ref();
        let (outcome, reason) = settings.renew.outcome(marker, fields, now, trace);
        return decision.recognised(id, outcome, reason);
    }
    if let Some((id, reason)) = adopt::adopted(policy.adopt.as_ref(), ids, fields, trace) {
        return decision.recognised(id, Outcome::Adopted, reason);
    }
    let (outcome, reason) = match reading.invalid {
        None => (Outcome::Issued, Reason::NewVisitor),
        Some(Invalid::Malformed) => (Outcome::Replaced, Reason::MalformedId),
        Some(Invalid::Version) => (Outcome::Replaced, Reason::UnacceptedVersion),
        Some(Invalid::Unsealed) => (Outcome::Replaced, Reason::Unsealed),
    };
    let id = ids.mint(entropy);
    trace.record(Rule::Mint, format_args!("a new id, {id}"));
    decision.recognised(id, outcome, reason)
}

/// Rule 5: a visitor who said no loses the cookies that they were given. Where the browser sent none, there is nothing
/// to take back.
fn forget<Q: Fields + ?Sized>(
    policy: &Policy,
    fields: &Q,
    decision: RequestDecision,
) -> RequestDecision {
    let mut cookies = policy.cookies();
    let outcome = match cookies.any(|cookie| consent::sent(cookie, fields)) {
        true => Outcome::Forgotten,
        false => Outcome::Skipped,
    };
    RequestDecision {
        outcome,
        ..decision
    }
}

/// Rule 10 speaks last of the cookies, in their own words.
fn record_lines(decision: &Decision<'_>, trace: &mut impl Trace) {
    if !trace.enabled() {
        return;
    }
    for edit in decision.edits() {
        if let Edit::AppendSetCookie(line) = edit {
            trace.record(Rule::Write, format_args!("{line}"));
        }
    }
}

//! The decision: which rule is asked when. What each rule does stands in `rules/`, under its number.
//!
//! The file is a table of contents. It passes to each rule the settings that the rule reads, and takes from it a plain
//! value: a reason to leave the exchange alone, an id, or nothing. No rule calls another one.
//!
//! | half | rules |
//! |---|---|
//! | [`on_request`] | 1 and 2 for the request, then 4 to 9 |
//! | [`on_response`] | 1 to 3 for the response; 10 where a cookie is set or expired; 11 there, and where an id shows |
//!
//! Rule 12 is applied where the edits are made, in `edit.rs`; here it is only recorded.

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

/// Decides one exchange: whether the visitor gets a cookie, which one, and what the response needs for that.
///
/// `now` is Unix time in seconds. `entropy` is 16 bytes from a cryptographic source, and fresh for each call; they are
/// used only if an id is minted, and then become its 122 (or, sealed, 74) random bits. The same arguments always give
/// the same decision.
///
/// The function does not fail, does not panic, and allocates nothing. It is [`on_request`] and [`on_response`] in one.
/// Its decision borrows the exchange; code that edits the response in place uses the two halves, whose decision does
/// not borrow the response.
///
/// # Example
///
/// A returning visitor keeps the id, and the cookie is renewed:
///
/// ```
/// use hardtack::{
///     Exchange, Outcome, Policy, Reason, Request, Response, Scheme, Settings, Target, decide,
/// };
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let request_fields = [
///     ("sec-fetch-dest", "document"),
///     ("cookie", "theme=dark; FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8"),
/// ];
/// let exchange = Exchange {
///     request: Request {
///         target: Target { scheme: Scheme::Https, host: b"shop.example.co.uk" },
///         method: b"GET",
///         path: b"/basket",
///         country: None,
///         fields: &request_fields[..],
///     },
///     response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
/// };
/// let decision = decide(&policy, &exchange, 1_750_000_000, [7; 16]);
///
/// assert_eq!(decision.outcome(), Outcome::Renewed);
/// assert_eq!(decision.reason(), Reason::ReturningVisitor);
/// let line = decision.set_cookie().unwrap().to_string();
/// assert!(line.starts_with("FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8; "));
/// assert!(line.contains("; Domain=example.co.uk; "));
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn decide<'a, Q: Fields + ?Sized, R: Fields + ?Sized>(
    policy: &'a Policy,
    exchange: &Exchange<'a, Q, R>,
    now: u64,
    entropy: [u8; 16],
) -> Decision<'a> {
    decide_traced(policy, exchange, now, entropy, &mut NoTrace)
}

/// Decides one exchange as [`decide`] does, and records in `trace` what each rule found.
///
/// The decision is the same with any trace. A rule that the decision does not reach records nothing.
///
/// # Example
///
/// ```
/// use core::fmt;
/// use hardtack::{
///     Exchange, Policy, Request, Response, Rule, Scheme, Settings, Target, Trace, decide_traced,
/// };
///
/// /// Collects lines such as `1 scope: status 200 is in scope`.
/// struct Lines(Vec<String>);
///
/// impl Trace for Lines {
///     fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>) {
///         self.0.push(format!("{} {}: {what}", rule.number(), rule.name()));
///     }
/// }
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let exchange = Exchange {
///     request: Request {
///         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///         method: b"GET",
///         path: b"/logo.png",
///         country: None,
///         fields: &[("sec-fetch-dest", "image")][..],
///     },
///     response: Response { status: 200, fields: &[("content-type", "image/png")][..] },
/// };
/// let mut lines = Lines(Vec::new());
/// decide_traced(&policy, &exchange, 1_750_000_000, [7; 16], &mut lines);
///
/// assert_eq!(lines.0, [
///     "1 scope: path, method and scheme are in scope",
///     "2 documents only: Sec-Fetch-Dest is not document",
///     "12 signals: the decision is exposed nowhere",
/// ]);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
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

/// The first half of the decision, which needs the request only: who the visitor is, and what will be done unless the
/// response is out of scope.
///
/// It is for code that runs in front of the origin: a handler that wants to know the id before it answers, or an
/// adapter that passes the id on to the origin. `now` and `entropy` are those of [`decide`]. The result borrows
/// nothing; pass it to [`on_response`] when the response is there.
///
/// # Example
///
/// ```
/// use hardtack::{
///     Outcome, Policy, Reason, Request, Response, Scheme, Settings, Target, on_request, on_response,
/// };
///
/// let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &[("sec-fetch-dest", "document")][..],
/// };
/// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
/// assert_eq!(decision.outcome(), Outcome::Issued);
/// assert_eq!(decision.id().unwrap().to_string(), "07070707-0707-4707-8707-070707070707");
///
/// // The origin answers with an error page, so the new id is not set after all.
/// let response = Response { status: 503, fields: &[("content-type", "text/html")][..] };
/// let decision = on_response(&policy, decision, request.target, &response);
/// assert_eq!(decision.outcome(), Outcome::Skipped);
/// assert_eq!(decision.reason(), Reason::ErrorStatus);
/// assert_eq!(decision.edits().count(), 0);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
pub fn on_request<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    entropy: [u8; 16],
) -> RequestDecision {
    on_request_traced(policy, request, now, entropy, &mut NoTrace)
}

/// The second half of the decision: what to do with the response.
///
/// `request` is what [`on_request`] made of the request under the same policy, and `target` is where that request went.
/// Of the response it needs the status and the fields of [`Field::RESPONSE`](crate::Field::RESPONSE); the result
/// borrows none of them, so the caller can edit them while it asks for the edits. [`on_request`] has an example.
pub fn on_response<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    request: RequestDecision,
    target: Target<'a>,
    response: &Response<'_, R>,
) -> Decision<'a> {
    on_response_traced(policy, request, target, response, &mut NoTrace)
}

/// The first half of the decision, as [`on_request`] makes it, with the findings of each rule recorded in `trace`.
///
/// [`Trace`] has an example.
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

/// The second half of the decision, as [`on_response`] makes it, with the findings of each rule recorded in `trace`.
///
/// Rule 12 is recorded last, whatever the outcome.
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
    let settings = &policy.settings;
    let scope = &settings.scope;
    let in_scope = scope
        .response(target, response, &policy.domain, trace)
        .and_then(|()| document::response(scope.documents_only, fields, trace))
        .and_then(|()| origin::response(name, fields, trace));
    match in_scope {
        Ok(()) => write(&mut decision, target, trace),
        Err(reason) => decision.request = request.skipped(reason),
    }
    let outcome = decision.outcome();
    if outcome.changes_cookie() || settings.signals.carries_id(request.id, decision.id()) {
        decision.caches = settings.caches.apply(fields, trace);
    }
    decision
}

/// Rule 10, which applies where the response sets or expires a cookie of ours.
fn write<'a>(decision: &mut Decision<'a>, target: Target<'a>, trace: &mut impl Trace) {
    if !decision.outcome().changes_cookie() {
        return;
    }
    let policy = decision.policy;
    (decision.domain, decision.on_loopback) =
        placement(&policy.settings.cookie, &policy.domain, target);
    record_lines(decision, trace);
}

/// Rules 4 to 9: who the visitor is, and whether the policy recognises them.
///
/// Consent and bots are asked after the cookie was read, because a denial expires a cookie that is there; and before
/// any id leaves, because neither a signal nor the origin may learn the id of somebody who denied.
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
    if let Some((id, reason)) = adopt::adopted(&policy.adopt, ids, fields, trace) {
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

/// Rule 5: the cookies of a visitor who denies are expired. If the browser sent none of them, there is nothing to
/// expire, and the exchange is skipped.
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

/// Records the `Set-Cookie` lines of rule 10, as they are written.
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

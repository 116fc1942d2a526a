//! The decision: the rules, in order. The numbers are those of the crate's documentation.

use crate::adopt;
use crate::bots;
use crate::caches::Caches;
use crate::consent::{self, Consent};
use crate::cookie;
use crate::decision::{Decision, Visit};
use crate::document::{self, Evidence};
use crate::edit::Edit;
use crate::exchange::{Exchange, Field, Fields, Request, Response, Scheme, Target};
use crate::host::Host;
use crate::id::{Invalid, VisitorId};
use crate::outcome::{Outcome, Reason};
use crate::policy::{CookieText, Marker, Policy};
use crate::reading::Reading;
use crate::scope;
use crate::settings::Renew;
use crate::witness::{Blind, Rule, Witness};

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
    decide_before(policy, exchange, now, entropy, &mut Blind)
}

/// Decides one exchange before a witness.
pub fn decide_before<'a, Q: Fields + ?Sized, R: Fields + ?Sized>(
    policy: &'a Policy,
    exchange: &Exchange<'a, Q, R>,
    now: u64,
    entropy: [u8; 16],
    witness: &mut impl Witness,
) -> Decision<'a> {
    let visit = foresee_before(policy, &exchange.request, now, entropy, witness);
    conclude_before(
        policy,
        visit,
        exchange.request.target,
        &exchange.response,
        witness,
    )
}

/// The first half, which needs the request only: who the visitor is, and what will come of it unless the response says
/// otherwise. For adapters that hand the id to the origin.
pub fn foresee<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    entropy: [u8; 16],
) -> Visit {
    foresee_before(policy, request, now, entropy, &mut Blind)
}

/// The second half: what to do with the response.
pub fn conclude<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    visit: Visit,
    target: Target<'a>,
    response: &Response<'_, R>,
) -> Decision<'a> {
    conclude_before(policy, visit, target, response, &mut Blind)
}

/// [`foresee`] before a witness.
pub fn foresee_before<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    now: u64,
    entropy: [u8; 16],
    witness: &mut impl Witness,
) -> Visit {
    let visit = Visit {
        outcome: Outcome::Skipped,
        reason: Reason::NotDocument,
        id: None,
        speculation: bots::speculation(policy, request.fields),
        now,
    };
    let in_scope = request_in_scope(policy, request, witness)
        .and_then(|()| is_document(policy, request.fields, witness));
    match in_scope {
        Ok(()) => identify(policy, request, entropy, visit, witness),
        Err(reason) => visit.skipped(reason),
    }
}

/// [`conclude`] before a witness.
pub fn conclude_before<'a, R: Fields + ?Sized>(
    policy: &'a Policy,
    visit: Visit,
    target: Target<'a>,
    response: &Response<'_, R>,
    witness: &mut impl Witness,
) -> Decision<'a> {
    let mut decision = Decision {
        policy,
        visit,
        domain: None,
        on_loopback: false,
        caches: Caches::default(),
    };
    if visit.outcome == Outcome::Skipped {
        return decision;
    }
    let in_scope = response_in_scope(policy, target, response, witness)
        .and_then(|()| is_html(policy, response.fields, witness))
        .and_then(|()| leaves_cookie_to_us(policy, response.fields, witness));
    match in_scope {
        Ok(()) => {
            write(&mut decision, target, witness);
            protect(&mut decision, response.fields, witness);
        }
        Err(reason) => decision.visit = visit.skipped(reason),
    }
    decision
}

/// Rule 1, for the request: path, method, scheme.
fn request_in_scope<Q: ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    witness: &mut impl Witness,
) -> Result<(), Reason> {
    let path = scope::without_query(request.path);
    if let Some(pattern) = policy
        .exclude
        .iter()
        .find(|pattern| scope::matches(pattern.as_bytes(), path))
    {
        witness.saw(
            Rule::Scope,
            format_args!("the path matches the excluded `{pattern}`"),
        );
        return Err(Reason::ExcludedPath);
    }
    if !scope::path_covers(policy.path.as_bytes(), path) {
        witness.saw(
            Rule::Scope,
            format_args!("the path is not under the cookie's, `{}`", policy.path),
        );
        return Err(Reason::OutsideCookiePath);
    }
    if !matches!(request.method, b"GET" | b"POST") {
        witness.saw(
            Rule::Scope,
            format_args!("the method is neither GET nor POST"),
        );
        return Err(Reason::Method);
    }
    if policy.secure
        && request.target.scheme == Scheme::Http
        && !Host::parse(request.target.host).is_loopback()
    {
        witness.saw(
            Rule::Scope,
            format_args!("plain http, and the cookie is Secure"),
        );
        return Err(Reason::PlainHttp);
    }
    witness.saw(
        Rule::Scope,
        format_args!("path, method and scheme are in scope"),
    );
    Ok(())
}

/// Rule 2, for the request.
fn is_document<Q: Fields + ?Sized>(
    policy: &Policy,
    fields: &Q,
    witness: &mut impl Witness,
) -> Result<(), Reason> {
    if !policy.documents_only {
        witness.saw(Rule::Document, format_args!("the policy does not ask"));
        return Ok(());
    }
    let evidence = Evidence::of(fields);
    witness.saw(Rule::Document, format_args!("{evidence}"));
    if evidence.is_document() {
        Ok(())
    } else {
        Err(Reason::NotDocument)
    }
}

/// Rules 4 to 9: who is it, and may they be recognised?
fn identify<Q: Fields + ?Sized>(
    policy: &Policy,
    request: &Request<'_, Q>,
    entropy: [u8; 16],
    visit: Visit,
    witness: &mut impl Witness,
) -> Visit {
    let reading = Reading::of(policy, request.fields, visit.now);
    witness.saw(Rule::Read, format_args!("{reading}"));
    match consent::ask(policy, request, visit.now, witness) {
        Consent::NotAsked | Consent::Granted => {}
        Consent::Denied(reason) => return forget(policy, request.fields, visit, reason),
        Consent::Pending(reason) => return visit.skipped(reason),
    }
    if let Some(reason) = bots::declared(policy, request.fields, witness) {
        return visit.skipped(reason);
    }
    if let Some(id) = reading.id {
        return renew(policy, request.fields, id, visit, witness);
    }
    if let Some((id, reason)) = adopt::adopted(policy, request.fields, witness) {
        return visit.of(id, Outcome::Adopted, reason);
    }
    let (outcome, reason) = match reading.invalid {
        None => (Outcome::Issued, Reason::NewVisitor),
        Some(Invalid::Malformed) => (Outcome::Replaced, Reason::MalformedId),
        Some(Invalid::Version) => (Outcome::Replaced, Reason::UnacceptedVersion),
        Some(Invalid::Unsealed) => (Outcome::Replaced, Reason::Unsealed),
    };
    // Rule 9.
    let id = policy.mint(entropy);
    witness.saw(Rule::Mint, format_args!("a new id, {id}"));
    visit.of(id, outcome, reason)
}

/// Rule 5: a visitor who said no loses what we have given them. Where the browser sent nothing of ours, there is nothing
/// to take back.
fn forget<Q: Fields + ?Sized>(policy: &Policy, fields: &Q, visit: Visit, reason: Reason) -> Visit {
    let is_there = |text: &CookieText| {
        let name = text.name_and_equals.as_bytes();
        let mut headers = fields.values(Field::Cookie);
        headers.any(|header| cookie::values(header, name).next().is_some())
    };
    let outcome = match policy.cookies().any(is_there) {
        true => Outcome::Forgotten,
        false => Outcome::Skipped,
    };
    Visit {
        outcome,
        ..visit.skipped(reason)
    }
}

/// Rule 7.
fn renew<Q: Fields + ?Sized>(
    policy: &Policy,
    fields: &Q,
    id: VisitorId,
    visit: Visit,
    witness: &mut impl Witness,
) -> Visit {
    let marker = policy.marker.as_ref();
    let lately = marker.and_then(|marker| marker.renewed_at(fields, visit.now));
    let (outcome, reason) = match (policy.renew, lately) {
        (Renew::Never, _) => (Outcome::Kept, Reason::RenewalOff),
        (Renew::WhenDue(_), Some(_)) => (Outcome::Kept, Reason::NotDue),
        (Renew::EveryVisit | Renew::WhenDue(_), _) => (Outcome::Renewed, Reason::ReturningVisitor),
    };
    match (marker, lately) {
        (Some(Marker { period, .. }), Some(at)) => {
            let ago = visit.now.saturating_sub(at);
            witness.saw(
                Rule::Renew,
                format_args!("renewed {ago} s ago, and due after {period} s: the cookie is kept"),
            );
        }
        (Some(Marker { period, .. }), None) => witness.saw(
            Rule::Renew,
            format_args!(
                "not renewed within {period} s, as far as the marker tells: the cookie is {outcome}"
            ),
        ),
        (None, _) => witness.saw(Rule::Renew, format_args!("the cookie is {outcome}")),
    }
    visit.of(id, outcome, reason)
}

/// Rule 1, for the response: status, and where a redirect goes.
fn response_in_scope<R: Fields + ?Sized>(
    policy: &Policy,
    target: Target<'_>,
    response: &Response<'_, R>,
    witness: &mut impl Witness,
) -> Result<(), Reason> {
    let status = response.status;
    if status < 200 {
        witness.saw(
            Rule::Scope,
            format_args!("status {status} is no answer yet"),
        );
        return Err(Reason::InformationalStatus);
    }
    if status >= 400 && !policy.error_pages {
        witness.saw(Rule::Scope, format_args!("status {status} is an error"));
        return Err(Reason::ErrorStatus);
    }
    if matches!(status, 300..=399) && redirects_offsite(policy, target, response.fields) {
        witness.saw(Rule::Scope, format_args!("the redirect leaves the site"));
        return Err(Reason::OffsiteRedirect);
    }
    witness.saw(Rule::Scope, format_args!("status {status} is in scope"));
    Ok(())
}

fn redirects_offsite<R: Fields + ?Sized>(policy: &Policy, target: Target<'_>, fields: &R) -> bool {
    fields
        .values(Field::Location)
        .any(|location| scope::leaves_site(location, target, &policy.domain))
}

/// Rule 2, for the response.
fn is_html<R: Fields + ?Sized>(
    policy: &Policy,
    fields: &R,
    witness: &mut impl Witness,
) -> Result<(), Reason> {
    if !policy.documents_only || document::may_be_html(fields) {
        return Ok(());
    }
    witness.saw(Rule::Document, format_args!("Content-Type is not HTML"));
    Err(Reason::NotHtml)
}

/// Rule 3.
fn leaves_cookie_to_us<R: Fields + ?Sized>(
    policy: &Policy,
    fields: &R,
    witness: &mut impl Witness,
) -> Result<(), Reason> {
    let name = policy.cookie_name();
    if fields
        .values(Field::SetCookie)
        .any(|value| cookie::name_set_by(value) == name.as_bytes())
    {
        witness.saw(
            Rule::Origin,
            format_args!("the response already sets {name}"),
        );
        return Err(Reason::OriginCookie);
    }
    witness.saw(
        Rule::Origin,
        format_args!("the response does not set {name}"),
    );
    Ok(())
}

/// Rule 10.
fn write<'a>(decision: &mut Decision<'a>, target: Target<'a>, witness: &mut impl Witness) {
    let outcome = decision.outcome();
    if !outcome.sets_cookie() && !outcome.expires_cookie() {
        return;
    }
    let host = Host::parse(target.host);
    // Rule 1 lets a Secure cookie and plain http meet on loopback only.
    let relaxed = decision.policy.secure || host.is_loopback();
    decision.on_loopback = target.scheme == Scheme::Http && relaxed;
    decision.domain = decision.policy.domain.domain(host);
    if witness.watches() {
        for edit in decision.edits() {
            if let Edit::AppendSetCookie(line) = edit {
                witness.saw(Rule::Write, format_args!("{line}"));
            }
        }
    }
}

/// Rule 11.
fn protect<R: Fields + ?Sized>(
    decision: &mut Decision<'_>,
    fields: &R,
    witness: &mut impl Witness,
) {
    let outcome = decision.outcome();
    if !outcome.sets_cookie() && !outcome.expires_cookie() {
        return;
    }
    if !decision.policy.protect_caches {
        witness.saw(Rule::Caches, format_args!("the policy leaves caches alone"));
        return;
    }
    decision.caches = Caches::of(fields);
    if decision.caches.changes_nothing() {
        let what = "no shared cache may store the response as it is";
        witness.saw(Rule::Caches, format_args!("{what}"));
    } else {
        let what = "a shared cache could store the response, and is told not to";
        witness.saw(Rule::Caches, format_args!("{what}"));
    }
}

//! What the page shows about the browser that opened it: cookie, consent, and how long browsers keep the cookie.

use hardtack::{
    Answer, Decision, Exchange, Field, Fields, Reason, Request, Response, Rule, Scheme,
    SetCookieParts, Target, decide_traced,
};
use hardtack_policy::{AttributeMeaning, Lifetime, attribute_meanings, lifetimes, policy_summary};
use hardtack_tower::{Source, System};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::notes::Notes;
use crate::config::PolicyInForce;
use crate::peer::{Connection, TargetResolver};

/// The exchange that the page explains: this browser requests a page of the site. It is decided like any other, so that
/// the page shows what really happens.
struct SamplePage<'a>(&'a HeaderMap);

impl Fields for SamplePage<'_> {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let document: &[u8] = b"document";
        let destination = (field == Field::SecFetchDest).then_some(document);
        let sent = is_sent_always(field).then(|| self.0.get_all(field.name()).into_iter());
        let sent = sent.into_iter().flatten().map(HeaderValue::as_bytes);
        sent.chain(destination)
    }
}

/// Whether browsers send the field with requests of every kind.
const fn is_sent_always(field: Field) -> bool {
    matches!(
        field,
        Field::Cookie | Field::UserAgent | Field::SecGpc | Field::Dnt
    )
}

const NO_HEADERS: [(&str, &str); 0] = [];

/// What the state depends on, besides the request.
pub(super) struct State<'a> {
    pub(super) policy: PolicyInForce,
    pub(super) targets: &'a TargetResolver,
}

impl State<'_> {
    /// The JSON that the page reads.
    pub(super) fn json<B>(&self, request: &http::Request<B>, connection: Connection) -> Value {
        let (policy, settings) = (&*self.policy.policy, &self.policy.settings);
        let fields = SamplePage(request.headers());
        let (uri, headers) = (request.uri(), request.headers());
        let host = self.targets.host(uri, headers, connection);
        let host = host.unwrap_or_default().as_bytes();
        let scheme = self.targets.scheme(headers, connection);
        let now = Source::now(&System);
        let exchange = Exchange {
            request: Request {
                target: Target { scheme, host },
                method: b"GET",
                path: settings.cookie.path.as_bytes(),
                country: None,
                fields: &fields,
            },
            response: Response {
                status: 200,
                fields: &NO_HEADERS[..],
            },
        };
        let mut notes = Notes::recorded();
        let decision = decide_traced(policy, &exchange, now, rand::random(), &mut notes);
        let line = decision.set_cookie().map(|line| line.to_string());
        let sent: Vec<_> = hardtack::values(policy, &fields)
            .map(String::from_utf8_lossy)
            .collect();
        let id = hardtack::read(policy, &fields, now).map(|id| id.to_string());
        json!({
            "cookie": {
                "name": policy.cookie_name(),
                "problem": (id.is_none() && !sent.is_empty()).then(|| decision.reason().sentence()),
                "sent": sent,
                "id": id,
            },
            "next": {
                "outcome": decision.outcome().as_str(),
                "reason": decision.reason().as_str(),
                "why": decision.reason().sentence(),
                "rules": notes.json(),
            },
            "consent": self.consent(&decision, &notes, &fields, now),
            "set_cookie": line.as_deref().map(|line| json!({
                "line": line,
                "attributes": attribute_meanings(settings, line).iter().map(attribute).collect::<Vec<_>>(),
            })),
            "lifetimes": lifetimes(settings).iter().map(lifetime).collect::<Vec<_>>(),
            "notes": self.notes(scheme, host),
            "policy": { "source": self.policy.source },
            "site": {
                "host": String::from_utf8_lossy(host),
                "domain": line.as_deref().and_then(domain),
            },
        })
    }

    /// `null` if the policy asks for no consent.
    fn consent(
        &self,
        decision: &Decision<'_>,
        notes: &Notes,
        fields: &SamplePage<'_>,
        now: u64,
    ) -> Value {
        let settings = &self.policy.settings;
        let summary = policy_summary(settings);
        let Some(consent) = summary.iter().find(|part| part.section == "consent") else {
            return Value::Null;
        };
        let read: Vec<_> = hardtack::consent_as_read(&self.policy.policy, fields, now).collect();
        let granted = read.iter().any(|read| read.answer == Some(Answer::Granted));
        json!({
            "policy": consent.text,
            "answers": read.iter().map(|read| json!({
                "platform": read.cmp.as_str(),
                "cookie": read.cookie,
                "answer": read.answer.map(Answer::as_str),
            })).collect::<Vec<_>>(),
            "signals": [
                signal("Sec-GPC", settings.consent.gpc, fields, Field::SecGpc),
                signal("DNT", settings.consent.dnt, fields, Field::Dnt),
            ],
            "saw": notes.of(Rule::Consent).collect::<Vec<_>>(),
            "verdict": verdict(decision.reason(), notes, granted),
        })
    }

    fn notes(&self, scheme: Scheme, host: &[u8]) -> Vec<&'static str> {
        let relaxed = scheme == Scheme::Http
            && hardtack::is_loopback(host)
            && self.policy.policy.relaxes_secure_on_loopback();
        relaxed
            .then_some("The cookie is set without Secure: this is plain http on your own machine, where Safari would refuse it otherwise. Over TLS, it is set with Secure.")
            .into_iter()
            .collect()
    }
}

/// The result in one word or two.
fn verdict(reason: Reason, notes: &Notes, granted: bool) -> &'static str {
    match reason {
        Reason::ConsentDenied | Reason::GlobalPrivacyControl | Reason::DoNotTrack => "denied",
        Reason::ConsentPending => "pending",
        _ if notes.of(Rule::Consent).next().is_none() => "not asked",
        _ if granted => "granted",
        _ => "not required",
    }
}

fn signal(name: &str, counts: bool, fields: &SamplePage<'_>, field: Field) -> Value {
    let sent = fields.values(field).next().map(String::from_utf8_lossy);
    json!({ "name": name, "counts": counts, "sent": sent })
}

fn attribute(attribute: &AttributeMeaning) -> Value {
    json!({ "name": attribute.name, "value": attribute.value, "meaning": attribute.meaning })
}

fn lifetime(lifetime: &Lifetime) -> Value {
    json!({ "browser": lifetime.browser, "days": lifetime.days(), "why": lifetime.why })
}

fn domain(line: &str) -> Option<&str> {
    SetCookieParts::of(line).attribute("Domain")
}

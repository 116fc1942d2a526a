//! What the page shows of the browser that asks: its cookie, and how long browsers keep it.

use hardtack::{Exchange, Field, Fields, Request, Response, Scheme, Target, decide};
use hardtack_policy::{AttributeMeaning, Lifetime, attribute_meanings, lifetimes};
use hardtack_tower::{Source, System};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::Inspector;
use crate::proxy::{self, Connection};

/// The exchange that the page shows: a page of this site, asked for by the browser that asks now. Decided like any
/// other, so that what is shown is what happens.
struct SamplePage<'a>(&'a HeaderMap);

impl Fields for SamplePage<'_> {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let cookies = self
            .0
            .get_all(COOKIE)
            .into_iter()
            .map(HeaderValue::as_bytes);
        let document: &[u8] = b"document";
        let destination = (field == Field::SecFetchDest).then_some(document);
        cookies
            .filter(move |_| field == Field::Cookie)
            .chain(destination)
    }
}

const NO_HEADERS: [(&str, &str); 0] = [];

impl Inspector {
    pub(super) fn state<B>(&self, request: &http::Request<B>, connection: Connection) -> Value {
        let (policy, settings) = (&*self.policy.policy, &self.policy.settings);
        let fields = SamplePage(request.headers());
        let (uri, headers, trusted) = (request.uri(), request.headers(), &self.trusted);
        let host = proxy::host(uri, headers, connection, trusted)
            .unwrap_or_default()
            .as_bytes();
        let scheme = proxy::scheme(headers, connection, trusted);
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
        let decision = decide(policy, &exchange, now, rand::random());
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

    fn notes(&self, scheme: Scheme, host: &[u8]) -> Vec<&'static str> {
        let relaxed = scheme == Scheme::Http
            && hardtack::is_loopback(host)
            && self.policy.policy.relaxes_secure_on_loopback();
        relaxed
            .then_some("Secure is left off: this is plain http on your own machine, where Safari would refuse the cookie with it. Over TLS it is there.")
            .into_iter()
            .collect()
    }
}

fn attribute(attribute: &AttributeMeaning) -> Value {
    json!({ "name": attribute.name, "value": attribute.value, "meaning": attribute.meaning })
}

fn lifetime(lifetime: &Lifetime) -> Value {
    json!({ "browser": lifetime.browser, "days": lifetime.days(), "why": lifetime.why })
}

fn domain(line: &str) -> Option<&str> {
    line.split("; ")
        .find_map(|attribute| attribute.strip_prefix("Domain="))
}

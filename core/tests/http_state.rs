//! The parser cases of the working group that wrote RFC 6265, as far as they concern a server: the `Cookie` headers
//! that browsers send after them, and the names that their `Set-Cookie` lines set.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must fail"
)]

use std::collections::{BTreeMap, BTreeSet};

use hardtack::{
    DomainSetting, Exchange, Policy, Reason, Request, Response, Scheme, Settings, Target, decide,
    read,
};
use hardtack_conformance::third_party;
use serde_json::Value;

const ID: &str = "6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13";

/// Cases of the suite, fewer of which would mean that they are not read.
const AT_LEAST: usize = 222;

/// A value with a comma in it and our name behind that is read as two cookies, because some hosts join `Cookie` headers
/// with commas. The case, and the name that no browser meant. One that agrees again makes the test fail.
const READ_BEHIND_A_COMMA: &[(&str, &str)] =
    &[("0017", "a"), ("COMMA0001", "baz"), ("COMMA0002", "baz")];

/// One case: the `Set-Cookie` lines that a server sends, and the cookies that a browser then sends back.
struct Parser {
    id: String,
    received: Vec<String>,
    sent: Vec<(String, String)>,
}

impl Parser {
    fn names_sent(&self) -> BTreeSet<&str> {
        self.sent.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The header as RFC 6265 §5.4 puts it together, with another value in one place.
    fn cookie_header(&self, place: Option<usize>) -> String {
        let pairs = self.sent.iter().enumerate().map(|(i, (name, value))| {
            let value = if Some(i) == place { ID } else { value };
            format!("{name}={value}")
        });
        pairs.collect::<Vec<_>>().join("; ")
    }
}

#[test]
fn every_cookie_that_a_browser_sends_is_found() {
    let policies = policies();
    let mut found = 0;
    for case in suite() {
        for name in case.names_sent() {
            let Some(policy) = policies.get(name) else {
                continue;
            };
            let reason = reason(policy, &case.cookie_header(None), &[]);
            assert_eq!(reason, Reason::MalformedId, "{}: {name}", case.id);
            found += 1;
        }
    }
    assert!(found >= 130, "{found} found");
}

#[test]
fn an_id_is_read_in_the_place_of_any_value() {
    let policies = policies();
    for case in suite() {
        for (place, (name, _)) in case.sent.iter().enumerate() {
            let Some(policy) = policies.get(name) else {
                continue;
            };
            let header = case.cookie_header(Some(place));
            let id = read(policy, &[("cookie", &header)][..], 0).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some(ID), "{}: {header}", case.id);
        }
    }
}

#[test]
fn no_cookie_is_found_that_a_browser_did_not_send() {
    for (name, policy) in policies() {
        for case in suite() {
            let header = case.cookie_header(None);
            let found = reason(&policy, &header, &[]) != Reason::NewVisitor;
            let deviates = READ_BEHIND_A_COMMA.contains(&(case.id.as_str(), name.as_str()));
            let expected = case.names_sent().contains(name.as_str()) || deviates;
            assert_eq!(found, expected, "{}: {name} in {header}", case.id);
        }
    }
}

#[test]
fn the_origin_owns_every_cookie_that_a_browser_keeps() {
    let policies = policies();
    for case in suite() {
        for name in case.names_sent() {
            let Some(policy) = policies.get(name) else {
                continue;
            };
            let reason = reason(policy, "", &case.received);
            assert_eq!(reason, Reason::OriginCookie, "{}: {name}", case.id);
        }
    }
}

#[test]
fn the_origin_owns_no_cookie_that_its_lines_do_not_name() {
    let mut wrong = Vec::new();
    for (name, policy) in policies() {
        for case in suite() {
            let named = case.received.iter().any(|line| names(line, &name));
            let owned = reason(&policy, "", &case.received) == Reason::OriginCookie;
            if owned != named {
                wrong.push(format!("{}: {name}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// RFC 6265 §5.2, steps 1 to 5, in the words of the RFC: independent of what it is compared with.
fn names(set_cookie: &str, name: &str) -> bool {
    let pair = set_cookie.split(';').next().unwrap();
    let own = pair
        .split_once('=')
        .map(|(own, _)| own.trim_matches([' ', '\t']));
    own == Some(name)
}

/// What becomes of a visit by a browser with this `Cookie` header, answered with these `Set-Cookie` lines.
fn reason(policy: &Policy, cookie: &str, set_cookie: &[String]) -> Reason {
    let response: Vec<_> = set_cookie.iter().map(|line| ("set-cookie", line)).collect();
    let exchange = Exchange {
        request: Request {
            target: Target {
                scheme: Scheme::Https,
                host: b"home.example.org",
            },
            method: b"GET",
            path: b"/",
            country: None,
            fields: &[("sec-fetch-dest", "document"), ("cookie", cookie)][..],
        },
        response: Response {
            status: 200,
            fields: &response,
        },
    };
    decide(policy, &exchange, 0, [7; 16]).reason()
}

/// A policy for every name in the suite that a cookie of ours can have: a token.
fn policies() -> BTreeMap<String, Policy> {
    let mut names: BTreeSet<String> = words_of_received();
    names.extend(
        suite()
            .into_iter()
            .flat_map(|case| case.sent)
            .map(|(name, _)| name),
    );
    let policies: BTreeMap<String, Policy> = names
        .into_iter()
        .filter_map(|name| Some((name.clone(), policy(name)?)))
        .collect();
    assert!(policies.len() >= 40, "{} names", policies.len());
    policies
}

fn policy(name: String) -> Option<Policy> {
    let mut settings = Settings::default();
    settings.cookie.name = name;
    settings.cookie.domain = DomainSetting::HostOnly;
    Policy::new(&settings, None).ok()
}

/// Whatever stands in a line between separators: what somebody who reads carelessly could take for a name.
fn words_of_received() -> BTreeSet<String> {
    let lines = suite().into_iter().flat_map(|case| case.received);
    lines
        .flat_map(|line| {
            let words = line.split([';', '=', ',', ' ', '\t']).map(str::to_string);
            words.collect::<Vec<_>>()
        })
        .filter(|word| word.len() < 64)
        .collect()
}

fn suite() -> Vec<Parser> {
    let text = third_party("http-state/parser.json").unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() >= AT_LEAST, "{} cases", cases.len());
    cases.iter().map(parser).collect()
}

fn parser(case: &Value) -> Parser {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let received = case["received"].as_array().unwrap();
    let sent = case["sent"].as_array().unwrap();
    Parser {
        id: text(&case["test"]),
        received: received.iter().map(text).collect(),
        sent: sent
            .iter()
            .map(|pair| (text(&pair["name"]), text(&pair["value"])))
            .collect(),
    }
}

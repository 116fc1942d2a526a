//! What the inspector shows of consent and of each rule.

use std::sync::Arc;

use hardtack::{DomainSetting, Policy, SealKey, Settings};
use hardtack_server::{Config, PolicyInForce};
use serde_json::{Value, json};

use crate::served::{EXAMPLE, Served, policy, usual};

const ID: &str = "FPD=3fa85f64-5717-4562-b3fc-2c963f66afa6";
const CONSENT: &str =
    "[consent]\nrequired = \"everywhere\"\nfrom = [\"onetrust\", \"cookiebot\"]\ngpc = \"deny\"\n";
const GRANTED: &str =
    "OptanonConsent=groups=C0001%3A1%2CC0002%3A1; OptanonAlertBoxClosed=2026-01-01T00:00:00.000Z";
const DENIED: &str =
    "OptanonConsent=groups=C0001%3A1%2CC0002%3A0; OptanonAlertBoxClosed=2026-01-01T00:00:00.000Z";

fn by(toml: &str) -> Served {
    with(policy(toml))
}

fn with(policy: PolicyInForce) -> Served {
    let config = Config { policy, ..usual() };
    Served::folder(EXAMPLE, config)
}

/// Keys are never in a policy file.
fn sealed() -> PolicyInForce {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.id.sealed = true;
    settings.id.keys = vec![SealKey::new([7; 32])];
    PolicyInForce {
        policy: Arc::new(Policy::new(&settings, None).unwrap()),
        settings: Arc::new(settings),
        source: "a test".to_string(),
    }
}

fn state(server: &Served, fields: &[&str]) -> Value {
    let answer = server.ask(&server.inspecting("/.hardtack/state", fields));
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// Checks what a browser that sends these fields sees of its consent: the answers of both platforms, and the verdict.
#[track_caller]
fn consents(fields: &[&str], answers: [Option<&str>; 2], verdict: &str) {
    let state = state(&by(CONSENT), fields);
    let consent = &state["consent"];
    let shown: Vec<_> = (0..2)
        .map(|i| consent["answers"][i]["answer"].as_str())
        .collect();
    assert_eq!(shown, answers, "{consent}");
    assert_eq!(consent["verdict"], verdict, "{consent}");
}

#[test]
fn consent_is_shown_as_it_is_read() {
    let cookie = |value: &str| format!("Cookie: {value}");
    consents(&[], [None, None], "pending");
    consents(&[&cookie(GRANTED)], [Some("granted"), None], "granted");
    consents(&[&cookie(DENIED)], [Some("denied"), None], "denied");
    consents(
        &[&cookie("CookieConsent=%%%")],
        [None, Some("not given")],
        "pending",
    );
    consents(
        &[&cookie(GRANTED), "Sec-GPC: 1"],
        [Some("granted"), None],
        "denied",
    );
}

#[test]
fn the_platforms_cookies_and_the_region_are_named() {
    let consent = &state(&by(CONSENT), &[])["consent"];
    assert_eq!(consent["answers"][0]["cookie"], "OptanonConsent");
    assert_eq!(consent["answers"][0]["platform"], "onetrust");
    assert_eq!(
        consent["saw"].as_array().unwrap().last().unwrap(),
        "consent is required everywhere"
    );
    let regions = CONSENT.replace("\"everywhere\"", "[\"EEA\"]");
    let consent = &state(&by(&regions), &[])["consent"];
    assert!(
        consent["policy"].as_str().unwrap().contains("EEA"),
        "{consent}"
    );
    assert_eq!(
        consent["saw"].as_array().unwrap().last().unwrap(),
        "the country is not known: consent is required"
    );
}

#[test]
fn without_consent_in_the_policy_none_is_shown() {
    assert_eq!(state(&by(""), &["Sec-GPC: 1"])["consent"], Value::Null);
}

/// The last decision that the inspector keeps, after a request for a page with these fields.
fn decision(server: &Served, fields: &[&str]) -> Value {
    server.page("/about", fields);
    let mut wire = server.wire();
    wire.send(server.inspecting("/.hardtack/decisions", &[]));
    wire.until("data: ");
    serde_json::from_str(wire.until("\n").trim()).expect("JSON")
}

/// The last finding of a rule in a decision.
fn finding(decision: &Value, number: u64) -> String {
    let rules = decision["rules"].as_array().unwrap();
    let mut of_rule = rules.iter().rev().filter(|rule| rule["number"] == number);
    let rule = of_rule
        .next()
        .unwrap_or_else(|| panic!("no rule {number} in {rules:?}"));
    rule["saw"].as_str().unwrap().to_string()
}

#[test]
fn a_decision_is_shown_rule_by_rule_with_all_that_it_changed() {
    let decision = decision(&by("renew.when = \"30d\"\n"), &[]);
    assert_eq!(decision["outcome"], "issued");
    assert_eq!(finding(&decision, 4), "found no such cookie");
    let lines = decision["set_cookie"].as_array().unwrap();
    assert_eq!(lines.len(), 2, "the id and the marker: {lines:?}");
    assert_eq!(
        decision["fields"],
        json!([["cache-control", "private, no-cache"]])
    );
}

#[test]
fn a_bot_is_shown_with_the_rule_that_recognised_it() {
    let decision = decision(
        &by(""),
        &["User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)"],
    );
    assert_eq!(decision["reason"], "crawler");
    assert_eq!(
        finding(&decision, 6),
        "User-Agent names a crawler or another bot"
    );
    assert_eq!(decision["set_cookie"], json!([]));
}

#[test]
fn an_adopted_id_is_shown_with_the_cookie_that_it_came_from() {
    let cookie = format!("Cookie: ajs_anonymous_id={}", &ID[4..]);
    let decision = decision(&by("[adopt]\nfrom = [\"ajs_anonymous_id\"]\n"), &[&cookie]);
    assert_eq!(decision["outcome"], "adopted");
    assert!(
        finding(&decision, 8).contains("ajs_anonymous_id"),
        "{decision}"
    );
}

#[test]
fn an_id_without_its_seal_is_shown_as_replaced_and_why() {
    let decision = decision(&with(sealed()), &[&format!("Cookie: {ID}")]);
    assert_eq!(decision["outcome"], "replaced");
    assert_eq!(
        finding(&decision, 4),
        "found a UUID that this site has not sealed"
    );
}

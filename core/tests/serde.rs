//! Words, ids and decisions through serde, as JSON.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]

use std::fmt::Debug;

use hardtack::{
    Accept, Country, Outcome, Policy, Reason, Request, Rule, Scheme, Settings, Speculation, Target,
    VisitorId, on_request,
};
use serde_json::{Value, from_value, json, to_value};

/// A value is this JSON, and back.
#[track_caller]
fn check<T>(value: T, expected: Value)
where
    T: serde_core::Serialize + for<'de> serde_core::Deserialize<'de> + PartialEq + Debug,
{
    assert_eq!(to_value(&value).expect("a text"), expected);
    assert_eq!(from_value::<T>(expected).expect("the same text"), value);
}

#[test]
fn words_and_ids_are_the_texts_of_logs_and_headers() {
    for outcome in Outcome::ALL {
        check(outcome, json!(outcome.as_str()));
    }
    for reason in Reason::ALL {
        check(reason, json!(reason.as_str()));
    }
    for rule in Rule::ALL {
        check(rule, json!(rule.name()));
    }
    check(Scheme::Http, json!("http"));
    check(Speculation::Prerender, json!("prerender"));
    check(Country::parse(b"fr").expect("a country"), json!("FR"));
    let id = "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";
    let parsed = VisitorId::parse(id.as_bytes(), Accept::V4);
    check(parsed.expect("an id"), json!(id));
}

#[test]
fn what_is_not_such_a_text_says_what_would_be() {
    #[track_caller]
    fn check<T: for<'de> serde_core::Deserialize<'de> + Debug>(text: &str, expected: &str) {
        let error = from_value::<T>(json!(text)).expect_err("an error");
        assert_eq!(error.to_string(), expected);
    }
    check::<Outcome>(
        "gone",
        "invalid value: string \"gone\", expected an outcome such as \"issued\"",
    );
    check::<VisitorId>(
        "42",
        "invalid value: string \"42\", expected a UUID in its 36-character form",
    );
    check::<Country>(
        "XX",
        "invalid value: string \"XX\", expected two letters of ISO 3166-1 such as \"FR\"",
    );
}

#[test]
fn a_decision_is_a_map() {
    let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST)).expect("the defaults");
    let request = Request {
        target: Target {
            scheme: Scheme::Https,
            host: b"www.example.com",
        },
        method: b"GET",
        path: b"/",
        country: None,
        fields: &[("sec-fetch-dest", "document")][..],
    };
    let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
    let expected = json!({
        "outcome": "issued",
        "reason": "new_visitor",
        "id": "07070707-0707-4707-8707-070707070707",
        "speculation": null,
    });
    assert_eq!(to_value(decision).expect("a map"), expected);
}

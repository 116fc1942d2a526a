//! Consent: what holds for any cookie at all, and strings that others wrote.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must fail"
)]

use hardtack::{
    Answer, Cmp, ConsentSource, DomainSetting, Edit, Exchange, LogLine, Outcome, Policy, Request,
    Required, Response, Scheme, Settings, Target, consent_as_read, decide,
};
use hardtack_conformance::{cases, third_party};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

const ID: &str = "6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13";
const ENTROPY: [u8; 16] = *b"sixteen bytes...";
const NEW_ID: &str = "73697874-6565-4e20-a279-7465732e2e2e";

/// A policy that requires consent everywhere, from these sources.
fn policy(from: Vec<ConsentSource>) -> Policy {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    settings.consent.required = Required::Everywhere;
    settings.consent.from = from;
    settings.consent.us_opt_out = true;
    settings.signals.response_header = Some("x-visitor".to_string());
    settings.signals.request_header = Some("x-visitor-id".to_string());
    settings.signals.log = true;
    Policy::new(&settings, None).unwrap()
}

fn source(cmp: Cmp, needs: &[&str]) -> ConsentSource {
    let mut source = ConsentSource::new(cmp);
    if source.cookie.is_empty() {
        source.cookie = "prefs".to_string();
    }
    if !needs.is_empty() || source.needs.is_empty() {
        source.needs = needs.iter().map(ToString::to_string).collect();
    }
    source
}

/// Every platform, with something to ask of it.
fn any_source() -> impl Strategy<Value = ConsentSource> {
    select(&Cmp::ALL[..]).prop_map(|cmp| match cmp {
        Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain | Cmp::Piano => source(cmp, &[]),
        _ if cmp.defaults().1.is_empty() => source(cmp, &["matomo"]),
        _ => source(cmp, &[]),
    })
}

const PIECES: &[&str] = &[
    "{\"", "[", "]", "}", "%7B%22", "%2522", "\\", "true", ",", ":", "~", ".",
];

/// Values as platforms write them, cut, doubled and mixed with noise.
fn any_value() -> impl Strategy<Value = Vec<u8>> {
    let values: Vec<Vec<u8>> = cases()
        .iter()
        .filter(|case| case.file.starts_with("consent-"))
        .flat_map(|case| case.exchange.request.clone())
        .filter_map(|(_, value)| {
            let at = value.iter().position(|byte| *byte == b'=')?;
            Some(value[at + 1..].to_vec()).filter(|value| value.len() < 600)
        })
        .collect();
    assert!(values.len() > 200, "{} values", values.len());
    let piece = prop_oneof![
        3 => (select(values), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(value, from, to)| {
            let (a, b) = (from.index(value.len() + 1), to.index(value.len() + 1));
            value[a.min(b)..a.max(b)].to_vec()
        }),
        1 => vec(any::<u8>(), 0..12),
        1 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A page, asked for with these cookies.
fn request<'a>(fields: &'a [(&'static str, Vec<u8>)]) -> Request<'a, [(&'static str, Vec<u8>)]> {
    Request {
        target: Target {
            scheme: Scheme::Https,
            host: b"www.example.com",
        },
        method: b"GET",
        path: b"/",
        country: None,
        fields,
    }
}

fn cookie_name(source: &ConsentSource) -> String {
    source.cookie.replace('*', "123")
}

proptest! {
    /// Whatever a cookie holds, it is read without a panic, and what it says is what is done.
    #[test]
    fn every_cookie_has_an_answer(sources in vec(any_source(), 1..3), values in vec(any_value(), 0..3), now in 0_u64..4_000_000_000) {
        let policy = policy(sources.clone());
        let mut cookie = format!("FPD={ID}").into_bytes();
        for (source, value) in sources.iter().zip(&values) {
            cookie.extend(format!("; {}=", cookie_name(source)).bytes());
            cookie.extend(value);
        }
        let fields = [("sec-fetch-dest", b"document".to_vec()), ("cookie", cookie)];
        let exchange = Exchange {
            request: request(&fields),
            response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
        };
        let decision = decide(&policy, &exchange, now, ENTROPY);
        let answers: Vec<_> = consent_as_read(&policy, &fields[..], now).filter_map(|read| read.answer).collect();
        let expected = match () {
            () if answers.contains(&Answer::Denied) => Outcome::Forgotten,
            () if answers.contains(&Answer::Granted) => Outcome::Renewed,
            () => Outcome::Skipped,
        };
        prop_assert_eq!(decision.outcome(), expected);
        if expected != Outcome::Renewed {
            let line = LogLine::new(now, decision, &exchange).to_string();
            let edits: Vec<String> = decision.edits().map(|edit| match edit {
                Edit::AppendSetCookie(line) => line.to_string(),
                other => format!("{other:?}"),
            }).collect();
            for output in edits.iter().chain([&line]) {
                prop_assert!(!output.contains(ID) && !output.contains(NEW_ID), "{output}");
            }
            prop_assert_eq!(decision.id(), None);
        }
    }
}

/// What one GPP string says about one purpose.
fn read(gpp: &str, purpose: u64, now: u64) -> Answer {
    let policy = policy(vec![source(Cmp::Gpp, &[&purpose.to_string()])]);
    let fields = [("cookie", format!("__gpp={gpp}").into_bytes())];
    let mut answers = consent_as_read(&policy, &fields[..], now);
    answers.next().unwrap().answer.unwrap()
}

/// The crate `iab_gpp`'s own tests: a string, and what is in it.
#[test]
fn gpp_strings_of_another_library_say_what_it_says() {
    let (mut europe, mut canada, mut states) = (0, 0, 0);
    for name in FILES {
        let file = third_party(&format!("iab_gpp/{name}.json")).unwrap();
        let file: Value = serde_json::from_str(&file).unwrap();
        let text = file["gpp_string"].as_str().unwrap();
        for section in file["expected_sections"].as_array().unwrap() {
            let (kind, section) = section.as_object().unwrap().iter().next().unwrap();
            match kind.as_str() {
                "TcfEuV2" => europe += check_europe(name, text, section),
                "TcfCaV1" => canada += check_canada(name, text, section),
                "TcfEuV1" => assert_eq!(read(text, 1, 0), Answer::Unknown, "{name}"),
                _ => states += check_state(name, text, section),
            }
        }
    }
    assert_eq!((europe, canada, states), (6 * 24, 3 * 24, 17));
}

fn check_europe(name: &str, text: &str, section: &Value) -> usize {
    let core = &section["core"];
    let own = lists(&section["publisher_purposes"]["consents"])
        .or_else(|| lists(&section["publisher_purposes"]["purpose_consents"]))
        .filter(|own| !own.is_empty());
    let purposes = own.or_else(|| lists(&core["purpose_consents"])).unwrap();
    let now = core["last_updated"].as_u64().unwrap();
    if core["is_service_specific"] == false {
        assert_eq!(read(text, 1, now), Answer::Unknown, "{name}");
    }
    let text = service_specific(text);
    for purpose in 1..=24 {
        let expected = match purposes.contains(&purpose) {
            true => Answer::Granted,
            false => Answer::Denied,
        };
        assert_eq!(read(&text, purpose, now), expected, "{name}: {purpose}");
    }
    24
}

fn check_canada(name: &str, text: &str, section: &Value) -> usize {
    let core = &section["core"];
    let express = lists(&core["purpose_express_consents"]).unwrap();
    let implied = lists(&core["purpose_implied_consents"]).unwrap();
    for purpose in 1..=24 {
        let expected = match (express.contains(&purpose), implied.contains(&purpose)) {
            (true, _) => Answer::Granted,
            (false, true) => Answer::Unknown,
            (false, false) => Answer::Denied,
        };
        assert_eq!(read(text, purpose, 0), expected, "{name}: {purpose}");
    }
    24
}

fn check_state(name: &str, text: &str, section: &Value) -> usize {
    let core = &section["core"];
    let core = ["V1", "V2"]
        .iter()
        .find_map(|v| core.get(v))
        .unwrap_or(core);
    let choices = [
        "sale_opt_out",
        "sharing_opt_out",
        "targeted_advertising_opt_out",
    ];
    let opted_out = choices.iter().any(|choice| core[choice] == "OptedOut");
    let expected = match opted_out || section["gpc"] == true {
        true => Answer::Denied,
        false => Answer::Unknown,
    };
    assert_eq!(read(text, 1, 0), expected, "{name}");
    1
}

fn lists(value: &Value) -> Option<Vec<u64>> {
    let items = value.as_array()?;
    items.iter().map(Value::as_u64).collect()
}

/// The same string for one service alone: bit 138, the first one of a character, is set.
fn service_specific(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = text.as_bytes().to_vec();
    let at = text.iter().position(|byte| *byte == b'~').unwrap() + 1 + 138 / 6;
    let bits = ALPHABET.iter().position(|byte| *byte == text[at]).unwrap();
    text[at] = ALPHABET[bits | 0b10_0000];
    String::from_utf8(text).unwrap()
}

const FILES: [&str; 27] = [
    "tcfcav1_basic",
    "tcfcav1_full",
    "tcfcav1_with_publisher_purposes",
    "tcfeuv1_basic",
    "tcfeuv2_core_only",
    "tcfeuv2_with_all_segments_disclosed_vendors_first",
    "tcfeuv2_with_all_segments_publisher_purposes_first",
    "tcfeuv2_with_allowed_vendors",
    "tcfeuv2_with_disclosed_vendors",
    "tcfeuv2_with_publisher_purposes",
    "usca_not_applicable",
    "usca_opted_out",
    "usca_with_gpc",
    "usco_not_applicable",
    "usco_opted_out",
    "usco_with_gpc",
    "usct_not_applicable",
    "usct_opted_out",
    "usct_with_gpc",
    "usnat_v1_not_applicable",
    "usnat_v1_opted_out",
    "usnat_v1_with_gpc",
    "usnat_v2_not_applicable",
    "usut_not_applicable",
    "usut_opted_out",
    "usva_not_applicable",
    "usva_opted_out",
];

//! What policies and decisions answer when they are asked: adapters skip work by it, and tools show it.

use std::fmt;

use hardtack::{
    Bots, Cmp, ConsentSource, Country, Edit, Exchange, Field, Fields as _, NoTrace, Outcome,
    Policy, Reason, Renew, Request, Required, Response, Rule, Scheme, SealKey, Settings,
    Speculation, Target, Trace, decide, decide_traced, is_loopback, on_request, read,
    read_consented,
};

const NOW: u64 = 1_750_000_000;
const OURS: (&str, &str) = ("cookie", "FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8");
const PAGE: (&str, &str) = ("sec-fetch-dest", "document");

#[expect(clippy::unwrap_used, reason = "settings of these tests are right")]
fn policy(set: impl Fn(&mut Settings)) -> Policy {
    let mut settings = Settings::default();
    set(&mut settings);
    Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap()
}

fn request<'a>(fields: &'a [(&'a str, &'a str)]) -> Request<'a, [(&'a str, &'a str)]> {
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

/// The lines of one rule.
#[derive(Default)]
struct Lines {
    rule: Option<Rule>,
    lines: Vec<String>,
}

impl Trace for Lines {
    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>) {
        if self.rule == Some(rule) {
            self.lines.push(what.to_string());
        }
    }
}

#[test]
fn a_decision_at_the_request_has_the_id_and_the_speculation() {
    let policy = policy(|settings| settings.signals.request_header = Some("x-v".to_string()));
    let seen = |fields: &[(&str, &str)]| {
        let decision = on_request(&policy, &request(fields), NOW, [7; 16]);
        let id = decision.id().map(|id| id.to_string());
        (decision.outcome(), id, decision.speculation())
    };
    let id = || Some(OURS.1["FPD=".len()..].to_string());
    let (_, _, purpose) = seen(&[PAGE, OURS, ("sec-purpose", "prefetch")]);
    assert_eq!(purpose, Some(Speculation::Prefetch));
    assert_eq!(seen(&[PAGE, OURS]), (Outcome::Renewed, id(), None));
    assert_eq!(seen(&[OURS]), (Outcome::Skipped, None, None));
}

#[test]
fn a_signal_is_text_as_in_the_header() {
    let (policy, fields) = (policy(|_| ()), [PAGE, OURS]);
    let exchange = Exchange {
        request: request(&fields),
        response: Response {
            status: 200,
            fields: &[("content-type", "text/html")][..],
        },
    };
    let signal = decide(&policy, &exchange, NOW, [7; 16]).signal();
    let expected = r#"renewed;reason=returning_visitor;id="6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8""#;
    assert_eq!(signal.to_string(), expected);
    assert_eq!(Speculation::Prerender.to_string(), "prerender");
}

#[test]
fn an_id_is_read_without_a_decision() {
    let policy = policy(|settings| settings.consent.gpc = true);
    let id = |fields: &[(&str, &str)]| read(&policy, fields, NOW).map(|id| id.to_string());
    let consented =
        |fields: &[(&str, &str)]| read_consented(&policy, &request(fields), NOW).is_some();
    assert_eq!(id(&[OURS]).as_deref(), Some(&OURS.1["FPD=".len()..]));
    assert_eq!(id(&[("cookie", "FPD=forged")]), None);
    assert!(consented(&[OURS]));
    assert!(!consented(&[OURS, ("sec-gpc", "1")]));
    assert!(!consented(&[("cookie", "FPD=forged")]));
}

#[test]
fn a_trace_has_the_lines_that_are_set() {
    let policy = policy(|settings| settings.signals.script_cookie = Some("visitor".to_string()));
    let fields = [PAGE, OURS];
    let exchange = Exchange {
        request: request(&fields),
        response: Response {
            status: 200,
            fields: &[("content-type", "text/html")][..],
        },
    };
    let mut trace = Lines {
        rule: Some(Rule::Write),
        ..Lines::default()
    };
    let decision = decide_traced(&policy, &exchange, NOW, [7; 16], &mut trace);
    let set = |edit: Edit<'_>| match edit {
        Edit::AppendSetCookie(line) => Some(line.to_string()),
        _ => None,
    };
    let lines: Vec<_> = decision.edits().filter_map(set).collect();
    assert!(!decision.set_cookie().unwrap().is_empty());
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("FPD=6f1c8a52") && lines[1].starts_with("visitor=6f1c8a52"));
    assert!(
        lines.iter().all(|line| trace.lines.contains(line)),
        "{:?}",
        trace.lines
    );
    assert!(Lines::default().enabled() && !NoTrace.enabled());
}

#[track_caller]
fn check_trace(set: &dyn Fn(&mut Settings), more: (&str, &str), rule: Rule, line: &str) {
    let fields = [PAGE, more];
    let exchange = Exchange {
        request: request(&fields),
        response: Response {
            status: 200,
            fields: &[("content-type", "text/html"), ("cache-control", "private")][..],
        },
    };
    let mut trace = Lines {
        rule: Some(rule),
        ..Lines::default()
    };
    decide_traced(&policy(set), &exchange, NOW, [7; 16], &mut trace);
    let is_there = trace.lines.iter().any(|found| found.contains(line));
    assert!(is_there, "{:?}", trace.lines);
}

#[test]
fn a_trace_says_what_each_rule_found() {
    let plain = |_: &mut Settings| {};
    let check = |more, rule, line| check_trace(&plain, more, rule, line);
    let found = "found a valid id, 6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";
    check(OURS, Rule::Document, "Sec-Fetch-Dest is document");
    check(OURS, Rule::Read, found);
    check(("cookie", "a=1"), Rule::Read, "found no such cookie");
    check(("cookie", "FPD=1"), Rule::Read, "but no UUID in it");
    let curl = ("user-agent", "curl/8.5.0");
    check(curl, Rule::Bots, "a crawler or another bot");
    let facebook = ("user-agent", "facebookexternalhit/1.1");
    check(facebook, Rule::Bots, "a link preview");
    check(OURS, Rule::Caches, "no shared cache may store");
    check(OURS, Rule::Signals, "the decision is exposed nowhere");
    let signals = |settings: &mut Settings| {
        settings.signals.request_header = Some("x-a".into());
        settings.signals.response_header = Some("x-b".into());
        settings.signals.script_cookie = Some("c".into());
        settings.signals.server_timing = true;
        settings.signals.log = true;
    };
    let all = "exposed in the request header x-a, the response header x-b, the cookie c, Server-Timing, the log";
    check_trace(&signals, OURS, Rule::Signals, all);
    let without = |settings: &mut Settings| {
        settings.signals.log = true;
        settings.signals.log_without_id = true;
    };
    let line = "exposed in the log, without the id";
    check_trace(&without, OURS, Rule::Signals, line);
    let plain = |settings: &mut Settings| {
        settings.consent.required = Required::Everywhere;
        settings.consent.from = vec![ConsentSource::new(Cmp::Plain)];
    };
    let denied = ("cookie", "hardtack_consent=denied");
    check_trace(&plain, denied, Rule::Consent, "denied");
}

#[test]
fn a_trace_says_whether_caches_are_told_something() {
    let told = |targeted: &str| {
        let response = [
            ("content-type", "text/html"),
            ("cache-control", "private"),
            ("cdn-cache-control", targeted),
        ];
        let exchange = Exchange {
            request: request(&[PAGE]),
            response: Response {
                status: 200,
                fields: &response[..],
            },
        };
        let mut trace = Lines {
            rule: Some(Rule::Caches),
            ..Lines::default()
        };
        decide_traced(&policy(|_| {}), &exchange, NOW, [7; 16], &mut trace);
        trace.lines.concat().contains("told not to")
    };
    assert!(told("max-age=60"));
    assert!(!told("no-store"));
}

#[test]
fn texts_are_short() {
    let country = Country::parse(b"DE").unwrap();
    assert_eq!(format!("{country} {country:?}"), "DE Country(DE)");
    let id = read(&policy(|_| {}), &[OURS][..], NOW).unwrap();
    assert_eq!(
        format!("{id:?}"),
        "VisitorId(6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8)"
    );
    assert_eq!(format!("{:?}", hardtack_psl::LIST), "SuffixList");
}

#[test]
fn loopback_is_known_without_a_policy() {
    assert!(is_loopback(b"localhost:8080") && is_loopback(b"[::1]:8080"));
    assert!(!is_loopback(b"localhost.example.com"));
}

#[test]
fn outcomes_with_an_id_are_known() {
    let with: Vec<_> = Outcome::ALL.into_iter().filter(|it| it.has_id()).collect();
    let without = [Outcome::Skipped, Outcome::Forgotten];
    assert_eq!(with.len() + without.len(), Outcome::ALL.len());
    assert!(without.into_iter().all(|it| !with.contains(&it)));
}

#[test]
fn a_field_that_many_responses_get_is_static() {
    let policy = policy(|settings| settings.signals.response_header = Some("x-v".to_string()));
    let values = |cache_control: &str| {
        let fields = [
            ("content-type", "text/html"),
            ("cache-control", cache_control),
        ];
        let exchange = Exchange {
            request: request(&[PAGE]),
            response: Response {
                status: 200,
                fields: &fields[..],
            },
        };
        let decision = decide(&policy, &exchange, NOW, [7; 16]);
        let value = |edit: Edit<'_>| match edit {
            Edit::SetHeader(name, value) => {
                let same = value.as_static().is_none_or(|it| it == value.to_string());
                assert!(same, "{name}");
                Some((name.to_string(), value.as_static()))
            }
            _ => None,
        };
        decision.edits().filter_map(value).collect::<Vec<_>>()
    };
    let signal = ("x-v".to_string(), None);
    let control = |value| ("cache-control".to_string(), value);
    assert_eq!(values("public"), [control(Some("private")), signal.clone()]);
    let no_cache = control(Some("private, no-cache"));
    assert_eq!(values("no-cache"), [no_cache, signal.clone()]);
    assert_eq!(values("public, max-age=60"), [control(None), signal]);
}

#[test]
fn a_list_knows_which_fields_it_has() {
    let fields = &[PAGE, ("Cookie", "a=1")][..];
    assert!(fields.has_any(&[Field::Dnt, Field::Cookie]));
    assert!(!fields.has_any(&[Field::Dnt, Field::UserAgent]));
    assert!(!fields.has_any(&[]));
}

#[test]
fn a_fault_names_the_value() {
    let mut settings = Settings::default();
    settings.cookie.name = "a b".to_string();
    let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
    assert_eq!((error.key(), error.value()), ("cookie.name", "a b"));
    let mut settings = Settings::default();
    settings.id.sealed = true;
    let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
    assert_eq!((error.key(), error.value()), ("id.sealed", "true"));
}

#[test]
fn fields_are_read_where_a_rule_asks() {
    let check = |set: &dyn Fn(&mut Settings), field, reads| {
        assert_eq!(policy(set).reads(field), reads, "{field:?}");
    };
    let defaults = |_: &mut Settings| {};
    let gpc = |settings: &mut Settings| settings.consent.gpc = true;
    let timing = |settings: &mut Settings| settings.signals.server_timing = true;
    let header = |settings: &mut Settings| settings.signals.request_header = Some("x-v".into());
    let people = |settings: &mut Settings| settings.bots.policy = Bots::TreatAsPeople;
    let shared = |settings: &mut Settings| settings.caches.protect = false;
    check(&defaults, Field::Cookie, true);
    check(&defaults, Field::SecGpc, false);
    check(&gpc, Field::SecGpc, true);
    check(&gpc, Field::Dnt, false);
    check(&defaults, Field::SecPurpose, false);
    check(&header, Field::SecPurpose, true);
    check(&timing, Field::UserAgent, true);
    check(&people, Field::UserAgent, false);
    check(&defaults, Field::XMoz, false);
    check(&header, Field::XMoz, true);
    check(&defaults, Field::SurrogateControl, true);
    check(&shared, Field::SurrogateControl, false);
}

#[test]
fn the_time_is_read_where_something_runs_out() {
    let reads = |set: &dyn Fn(&mut Settings)| policy(set).reads_time();
    assert!(!reads(&|_| {}));
    assert!(reads(&|settings| settings.signals.log = true));
    assert!(reads(
        &|settings| settings.renew.when = Renew::WhenDue(86_400)
    ));
    assert!(reads(&|settings| settings.consent.gpc = true));
    assert!(reads(&|settings| {
        settings.id.sealed = true;
        settings.id.keys = vec![SealKey::new([7; 32])];
    }));
}

#[test]
fn logs_may_hold_ids_unless_the_policy_says_otherwise() {
    let check = |log, without, ids| {
        let policy = policy(|settings| {
            settings.signals.log = log;
            settings.signals.log_without_id = without;
        });
        assert_eq!((policy.logs(), policy.logs_ids()), (log, ids));
    };
    check(true, false, true);
    check(true, true, false);
    check(false, false, false);
}

#[test]
fn what_skipped_responses_get_is_known() {
    let exposes = |set: &dyn Fn(&mut Settings)| policy(set).exposes_skipped();
    assert!(!exposes(&|_| {}));
    assert!(!exposes(
        &|settings| settings.signals.script_cookie = Some("v".into())
    ));
    assert!(exposes(
        &|settings| settings.signals.response_header = Some("x-v".into())
    ));
    assert!(exposes(&|settings| settings.signals.server_timing = true));
}

#[test]
fn secure_is_relaxed_on_loopback_where_browsers_take_the_cookie() {
    let relaxes = |set: &dyn Fn(&mut Settings)| policy(set).relaxes_secure_on_loopback();
    assert!(relaxes(&|_| {}));
    assert!(!relaxes(&|settings| settings.cookie.partitioned = true));
    assert!(!relaxes(
        &|settings| settings.cookie.name = "__Secure-FPD".into()
    ));
}

#[test]
fn a_key_that_sealed_an_id_is_found() {
    let keys = [[1; 32], [2; 32]].map(SealKey::new);
    let sealing = |keys: &[SealKey]| {
        policy(|settings| {
            settings.id.sealed = true;
            settings.id.keys = keys.to_vec();
        })
    };
    let minted = |policy: &Policy| on_request(policy, &request(&[PAGE]), NOW, [7; 16]).id();
    let [old, new] = [&keys[..1], &keys[1..]].map(|keys| minted(&sealing(keys)).unwrap());
    let both = sealing(&keys);
    assert_eq!(both.sealed_by(old), Some(0));
    assert_eq!(both.sealed_by(new), Some(1));
    assert_eq!(sealing(&keys[..1]).sealed_by(new), None);
    assert_eq!(policy(|_| {}).sealed_by(new), None);
}

#[test]
fn consent_that_is_asked_for_is_pending_without_an_answer() {
    let policy = policy(|settings| {
        settings.consent.required = Required::Everywhere;
        settings.consent.from = vec![ConsentSource::new(Cmp::Tcf)];
    });
    let decision = on_request(&policy, &request(&[PAGE, OURS]), NOW, [7; 16]);
    assert_eq!(decision.reason(), Reason::ConsentPending);
    assert!(read_consented(&policy, &request(&[OURS]), NOW).is_none());
}

//! What goes in and what comes out, tried at its edges and with noise: there is an answer, or there is none, and that
//! is all that can happen.

use hardtack::{
    DomainSetting, Field, LogLine, Policy, Reason, Renew, RequestEdits, Scheme, Settings,
};
use hardtack_conformance::{Observed, OwnedExchange};
use hardtack_engine::{
    INPUT_LEN, LoadError, NO_REASON, OUTPUT_LEN, decide, load, on_request, read,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../../../../core/tests/arbitrary/mod.rs"]
#[expect(dead_code, reason = "shared with core's tests, which use the rest")]
mod arbitrary;
mod wire;

use arbitrary::{OTHER_ID, entropy, exchange, page, policy};
use wire::{decode, encode, part, tag};

type Ask = fn(&Policy, &[u8], &mut [u8]) -> Option<usize>;
const ALL: [Ask; 3] = [decide, on_request, read];

/// Where the parts begin.
const HEAD: usize = 28;

proptest! {
    #[test]
    fn a_decision_is_that_of_core((_, policy) in policy(), exchange in either(), now: u64, entropy in entropy()) {
        let decision = hardtack::decide(&policy, &exchange.borrow(), now, entropy);
        let line = LogLine::new(now, decision, &exchange.borrow());
        let expected = Observed::of(&decision, policy.logs().then(|| line.to_string()));
        prop_assert_eq!(ask(decide, &policy, &encode(&exchange, now, entropy)), Some(expected));
    }

    #[test]
    fn a_foresight_is_that_of_core((_, policy) in policy(), exchange in either(), now: u64, entropy in entropy()) {
        let visit = hardtack::on_request(&policy, &exchange.borrow().request, now, entropy);
        let expected = Observed {
            outcome: visit.outcome().to_string(),
            reason: visit.reason().to_string(),
            id: visit.id().map(|id| id.to_string()),
            headers: to_origin(visit.request_edits(&policy)),
            ..Observed::default()
        };
        prop_assert_eq!(ask(on_request, &policy, &encode(&exchange, now, entropy)), Some(expected));
    }

    #[test]
    fn an_id_is_read_as_core_reads_it((_, policy) in policy(), exchange in either(), entropy in entropy()) {
        let id = hardtack::read(&policy, &exchange.request, 0);
        let expected = Observed {
            outcome: "skipped".to_string(),
            id: id.map(|id| id.to_string()),
            ..Observed::default()
        };
        prop_assert_eq!(ask(read, &policy, &encode(&exchange, 0, entropy)), Some(expected));
    }

    /// A host that asks before there is a response may leave the response's parts away.
    #[test]
    fn response_parts_do_not_change_what_the_request_half_decides((_, policy) in policy(), exchange in either(), entropy in entropy()) {
        let mut bare = exchange.clone();
        (bare.status, bare.response) = (0, Vec::new());
        for question in [on_request, read] {
            let whole = ask(question, &policy, &encode(&exchange, 0, entropy));
            prop_assert_eq!(ask(question, &policy, &encode(&bare, 0, entropy)), whole);
        }
    }

    #[test]
    fn parts_of_no_known_tag_are_passed_over(
        (_, policy) in policy(),
        exchange in either(),
        tag in prop_oneof![Just(0_u8), 5..=15_u8, 27..=31_u8, 43..=u8::MAX],
        noise in vec(any::<u8>(), 0..20),
        entropy in entropy(),
    ) {
        let input = encode(&exchange, 0, entropy);
        let (mut before, mut after) = (input[..HEAD].to_vec(), input.clone());
        part(&mut before, tag, &noise);
        before.extend(&input[HEAD..]);
        part(&mut after, tag, &noise);
        for question in ALL {
            let expected = ask(question, &policy, &input);
            prop_assert_eq!(ask(question, &policy, &before), expected.clone());
            prop_assert_eq!(ask(question, &policy, &after), expected);
        }
    }

    #[test]
    fn an_exchange_that_ends_within_a_part_cannot_be_read((_, policy) in policy(), exchange in either(), at: Index) {
        let input = encode(&exchange, 0, [7; 16]);
        let len = at.index(input.len());
        let whole = ends_of_parts(&input).contains(&len);
        for question in ALL {
            prop_assert_eq!(ask(question, &policy, &input[..len]).is_some(), whole);
        }
    }

    #[test]
    fn noise_is_answered_or_not((_, policy) in policy(), noise in vec(any::<u8>(), 0..400)) {
        check_harmless(&policy, &noise);
        check_harmless(&policy, &[&[1, 0, 200, 0][..], &noise].concat());
        check_harmless(&policy, &[&[1; 1][..], &[0; HEAD - 1], &noise].concat());
    }

    #[test]
    fn an_exchange_with_wrong_bytes_is_answered_or_not(
        (_, policy) in policy(),
        exchange in either(),
        changes in vec((any::<Index>(), any::<u8>()), 1..5),
    ) {
        let mut input = encode(&exchange, 0, [7; 16]);
        for (at, byte) in changes {
            *at.get_mut(&mut input) = byte;
        }
        check_harmless(&policy, &input);
    }

    #[test]
    fn an_output_that_is_too_short_gets_no_answer((_, policy) in policy(), exchange in either(), at: Index) {
        let input = encode(&exchange, 0, [7; 16]);
        let mut output = [0; OUTPUT_LEN];
        for question in ALL {
            let needed = question(&policy, &input, &mut output).unwrap_or_default();
            let short = at.index(needed);
            if !policy.logs() {
                prop_assert_eq!(question(&policy, &input, &mut output[..short]), None);
                prop_assert_eq!(question(&policy, &input, &mut output[..needed + 1]), Some(needed));
            }
        }
    }
}

#[test]
fn every_field_may_occur_many_times() {
    for field in Field::ALL {
        let name = field.name();
        let tag = tag(name.as_bytes()).unwrap();
        assert_eq!(hardtack_engine::tag(field), tag, "{name}");
        let mut bytes = encode(&visit(&[]), 0, [7; 16]);
        let alone = bytes.len();
        (0..3).for_each(|_| part(&mut bytes, tag, b"FPD=x"));
        assert!(ask(decide, &defaults(), &bytes).is_some(), "{name}");
        assert!(bytes.len() > alone);
    }
}

#[test]
fn the_first_valid_id_wins_wherever_the_header_stands() {
    let mut bytes = encode(&visit(&["a=b", "FPD=hello"]), 0, [7; 16]);
    part(&mut bytes, 16, b"text/html");
    part(&mut bytes, 17, format!("FPD={OTHER_ID}").as_bytes());
    let observed = ask(decide, &defaults(), &bytes).unwrap_or_default();
    assert_eq!(
        (observed.outcome.as_str(), observed.id.as_deref()),
        ("renewed", Some(OTHER_ID))
    );
}

#[test]
fn what_stands_between_two_parts_of_a_field_is_none_of_it() {
    let mut bytes = encode(&visit(&["a=b"]), 0, [7; 16]);
    part(&mut bytes, 16, format!("FPD={OTHER_ID}").as_bytes());
    part(&mut bytes, 17, b"c=d");
    let observed = ask(decide, &defaults(), &bytes).unwrap_or_default();
    assert_eq!(observed.outcome, "issued");
}

#[test]
fn method_host_and_path_occur_once_at_most() {
    for tag in 1..=3 {
        let mut bytes = encode(&visit(&[]), 0, [7; 16]);
        part(&mut bytes, tag, b"");
        assert_eq!(ask(decide, &defaults(), &bytes), None, "tag {tag}");
    }
}

#[test]
fn what_is_absent_is_empty() {
    let head = &encode(&visit(&[]), 0, [7; 16])[..HEAD];
    let observed = ask(decide, &defaults(), head).unwrap_or_default();
    assert_eq!(observed.reason, Reason::OutsideCookiePath.as_str());
}

#[test]
fn heads_of_other_versions_cannot_be_read() {
    let mut bytes = encode(&visit(&[]), 0, [7; 16]);
    for (at, byte) in [(0, 2), (0, 255), (1, 1)] {
        let before = std::mem::replace(&mut bytes[at], byte);
        assert_eq!(
            ask(decide, &defaults(), &bytes),
            None,
            "byte {at} is {byte}"
        );
        bytes[at] = before;
    }
    assert!(ask(decide, &defaults(), &bytes).is_some());
}

#[test]
fn what_is_read_alone_has_no_reason() {
    let mut output = [0; OUTPUT_LEN];
    let input = encode(&visit(&[]), 0, [7; 16]);
    assert_eq!(read(&defaults(), &input, &mut output), Some(4));
    assert_eq!(output[..4], [6, NO_REASON, 0, 0]);
}

#[test]
fn a_log_line_that_has_no_room_is_cut_and_stays_json() {
    let policy = made(|settings| settings.signals.log = true);
    let whole = logged(&policy, &visit_of("/", "x", 7000));
    assert!(whole.len() > 7000, "{} bytes", whole.len());
    for byte in ["x", "\u{1}", "\"", "\u{ff}"] {
        let line = logged(&policy, &visit_of("/", byte, 60_000));
        assert!(line.len() > 2000, "{} bytes", line.len());
        assert!(line.ends_with(",\"status\":200}"), "{line}");
    }
}

#[test]
fn a_log_line_leaves_room_for_the_edits() {
    let policy = made(|settings| {
        settings.signals.log = true;
        settings.signals.response_header = Some("x-visitor".to_string());
    });
    let mut cut = 0;
    for len in OUTPUT_LEN - 1200..OUTPUT_LEN {
        let input = encode(&visit_of("/", "x", len), 0, [7; 16]);
        let observed = ask(decide, &policy, &input).unwrap_or_default();
        let edits = (observed.set_cookie.len(), observed.headers.len());
        assert_eq!(edits, (1, 2), "a path of {len} bytes");
        cut += usize::from(observed.log.unwrap_or_default().len() < len);
    }
    assert!(cut > 0);
}

#[test]
fn whatever_is_long_in_a_log_line_is_cut() {
    let policy = made(|settings| settings.signals.log = true);
    let mut exchange = visit_of("/some/path", "", 0);
    exchange.host = vec![b'h'; 100_000];
    let line = logged(&policy, &exchange);
    assert!(
        line.contains(r#""method":"GET","host":"hhh"#),
        "{} bytes",
        line.len()
    );
    assert!(
        line.contains(r#"hhh","path":"/some/path","#),
        "{} bytes",
        line.len()
    );
    exchange.method = vec![b'M'; 20_000];
    let observed = ask(decide, &policy, &encode(&exchange, 0, [7; 16])).unwrap_or_default();
    let line = observed.log.unwrap_or_default();
    assert!(line.contains(r#""method":"MMM"#), "{} bytes", line.len());
    assert!(
        line.contains(r#"hhh","path":"/some/path","#),
        "{} bytes",
        line.len()
    );
}

/// Whatever a policy says, and however long the request is, the cookie is set.
#[test]
fn the_longest_decision_fits() {
    let host = format!(
        "{0}.{0}.{0}.{1}.example.com",
        "a".repeat(63),
        "b".repeat(45)
    );
    let path = format!("/{}", "p".repeat(1017));
    let policy = made(|settings| {
        settings.cookie.name = "n".repeat(4060);
        settings.cookie.max_age = 2_147_483_647;
        settings.cookie.path.clone_from(&path);
        settings.cookie.domain = DomainSetting::Listed(vec![host.clone()]);
        settings.cookie.partitioned = true;
        settings.signals.response_header = Some("h".repeat(1024));
        settings.signals.script_cookie = Some("s".repeat(4060));
        settings.signals.server_timing = true;
        settings.renew.when = Renew::WhenDue(2_147_483_646);
        settings.renew.marker = Some("m".repeat(4060));
        settings.signals.log = true;
    });
    let mut exchange = visit_of(&format!("{path}/"), "\u{1}", 120_000);
    exchange.host = host.into_bytes();
    let observed = ask(decide, &policy, &encode(&exchange, u64::MAX, [7; 16])).unwrap_or_default();
    assert_eq!(observed.outcome, "issued");
    assert!(
        observed.set_cookie[0].len() > 5400,
        "{}",
        observed.set_cookie[0].len()
    );
    assert_eq!(observed.set_cookie.len(), 3);
    assert_eq!(observed.headers.len(), 2);
    let line: serde_json::Value = serde_json::from_str(&observed.log.unwrap_or_default()).unwrap();
    assert_eq!(line["outcome"], "issued");
}

#[test]
fn blobs_that_are_refused_have_a_number() {
    let mut blob = defaults().to_blob().unwrap();
    check_load(b"", LoadError::NotABlob, 2);
    check_load(b"HTK\x01", LoadError::Version, 3);
    check_load(&blob[..9], LoadError::Damaged, 4);
    blob[9] ^= 1;
    check_load(&blob, LoadError::Damaged, 4);
    assert_eq!(LoadError::TooLong as u32, 1);
    assert_eq!(LoadError::Malformed as u32, 5);
    assert_eq!(LoadError::Refused as u32, 6);
}

/// The longest blob that is made is one that the engine can take.
#[test]
fn the_input_buffer_holds_any_blob() {
    assert_eq!(Policy::MAX_BLOB_LEN, INPUT_LEN);
}

#[track_caller]
fn check_load(blob: &[u8], expected: LoadError, number: u32) {
    assert_eq!(load(blob).err(), Some(expected));
    assert_eq!(expected as u32, number);
}

/// An answer can be read, whatever the question was.
#[track_caller]
fn check_harmless(policy: &Policy, input: &[u8]) {
    for question in ALL {
        let mut output = [0; OUTPUT_LEN];
        if let Some(len) = question(policy, input, &mut output) {
            assert!(decode(&output[..len]).is_some(), "{:?}", &output[..len]);
        }
    }
}

fn ask(question: Ask, policy: &Policy, input: &[u8]) -> Option<Observed> {
    let mut output = [0xaa; OUTPUT_LEN];
    let len = question(policy, input, &mut output)?;
    decode(&output[..len])
}

fn logged(policy: &Policy, exchange: &OwnedExchange) -> String {
    let observed = ask(decide, policy, &encode(exchange, 0, [7; 16])).unwrap_or_default();
    assert_eq!(observed.set_cookie.len(), 1);
    observed.log.unwrap_or_default()
}

/// Random exchanges, and such as get a cookie.
fn either() -> impl Strategy<Value = OwnedExchange> {
    prop_oneof![exchange(), page()]
}

/// Where parts begin or end, from the head's end to the input's.
fn ends_of_parts(input: &[u8]) -> Vec<usize> {
    let mut ends = vec![HEAD];
    while let Some(head) = input
        .get(ends[ends.len() - 1]..)
        .and_then(|rest| rest.first_chunk::<5>())
    {
        let len = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        ends.push(ends[ends.len() - 1] + 5 + len as usize);
    }
    ends
}

/// What `on_request` answers: its edits are the request's.
fn to_origin(edits: RequestEdits<'_>) -> Vec<(String, String)> {
    let origin = Observed::default().with_origin(edits).origin;
    origin
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn visit(cookies: &[&str]) -> OwnedExchange {
    let cookies = cookies
        .iter()
        .map(|value| (b"cookie".to_vec(), value.as_bytes().to_vec()));
    let dest = (b"sec-fetch-dest".to_vec(), b"document".to_vec());
    OwnedExchange {
        method: b"GET".to_vec(),
        scheme: Scheme::Https,
        host: b"www.example.com".to_vec(),
        path: b"/".to_vec(),
        country: None,
        request: std::iter::once(dest).chain(cookies).collect(),
        status: 200,
        response: vec![(b"content-type".to_vec(), b"text/html".to_vec())],
    }
}

fn visit_of(path: &str, more: &str, times: usize) -> OwnedExchange {
    let mut exchange = visit(&[]);
    exchange.path = format!("{path}{}", more.repeat(times)).into_bytes();
    exchange
}

fn defaults() -> Policy {
    made(|_| ())
}

#[track_caller]
fn made(change: impl FnOnce(&mut Settings)) -> Policy {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    change(&mut settings);
    match Policy::new(&settings, None) {
        Ok(policy) => policy,
        Err(error) => panic!("{error}"),
    }
}

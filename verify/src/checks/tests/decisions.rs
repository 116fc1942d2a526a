//! Each exchange against what the policy decides for it.

use super::*;

fn new() -> Exchange {
    seen(Probe::New, "", 200, &[&line(ID)])
}

/// What is found where a new visitor gets the cookie, and a visitor with these cookies gets these lines.
#[track_caller]
fn after_new(text: &str, probe: Probe, cookies: &str, lines: &[&str], expected: &[Fault]) {
    let new = seen(Probe::New, "", 200, &[&line_at(PAGE, text, ID)]);
    check(text, vec![new, seen(probe, cookies, 200, lines)], expected);
}

#[test]
fn new_ids_are_uuids_that_nobody_sent() {
    let held = format!("FPD={ID}");
    let invalid = "FPD=not-a-uuid";
    after_new("", Probe::Invalid, invalid, &[&line(OTHER)], &[]);
    after_new(
        "",
        Probe::Invalid,
        invalid,
        &[&line("not-a-uuid")],
        &[Fault::InvalidKept],
    );
    after_new(
        "",
        Probe::Invalid,
        invalid,
        &[&line("7")],
        &[Fault::NotAUuid],
    );
    let sealed = "id.sealed = true";
    let keys = [hardtack::SealKey::new([7; hardtack::SealKey::LEN])];
    let policy = hardtack_policy::from_toml_with_keys(sealed, &keys)
        .unwrap()
        .policy;
    let forged = |lines: &[&str]| {
        let results = collected(vec![seen(Probe::Forged, &held, 200, lines)]);
        faults(&judge(&results, &policy, PolicySource::default(), NOW))
    };
    assert_eq!(forged(&[&line(OTHER)]), []);
    assert_eq!(forged(&[&line(ID)]), [Fault::ForgedKept]);
    assert_eq!(forged(&[]), [Fault::ForgedKept]);
}

#[test]
fn an_id_in_another_header_was_not_sent_as_a_cookie() {
    let mut other = seen(Probe::Another, "", 200, &[&line(OTHER)]);
    other
        .request_headers
        .push(("x-id".to_string(), OTHER.to_string()));
    check("", vec![new(), other], &[Fault::SharedId]);
}

#[test]
fn two_visitors_without_cookies_never_get_the_same_id() {
    let report = report("", vec![new(), seen(Probe::Another, "", 200, &[&line(ID)])]);
    assert_eq!(
        evidence(&report, Fault::SharedId),
        [format!("new visitor and another new visitor both got {ID}")]
    );
    assert_eq!(results(&report), "✓✗");
    let held = format!("FPD={ID}");
    after_new("", Probe::Returning, &held, &[&line(ID)], &[]);
}

#[test]
fn a_renewal_is_not_any_unexpected_cookie() {
    let never = "renew.when = \"never\"";
    let held = format!("FPD={ID}");
    after_new(never, Probe::Returning, &held, &[], &[]);
    after_new(
        never,
        Probe::Returning,
        &held,
        &[&line(ID)],
        &[Fault::RenewedAgainstPolicy],
    );
    after_new(
        never,
        Probe::Returning,
        &held,
        &[&line(OTHER)],
        &[Fault::UnexpectedCookie],
    );
    let gone = seen(Probe::Returning, &held, 404, &[&line(ID)]);
    check(never, vec![new(), gone], &[Fault::UnexpectedCookie]);
    let excluded = "scope.exclude = [\"/*\"]";
    check(excluded, vec![new()], &[Fault::UnexpectedCookie]);
    check(
        excluded,
        vec![
            seen(Probe::New, "", 200, &[]),
            seen(Probe::Bot, "", 200, &[&line(ID)]),
        ],
        &[Fault::UnexpectedCookie],
    );
}

#[test]
fn of_a_site_that_never_renews_that_is_said_once() {
    let held = format!("FPD={ID}");
    let probes = [
        Probe::Returning,
        Probe::SecondPage,
        Probe::Worker,
        Probe::Revalidation,
    ];
    let silent = probes.map(|probe| seen(probe, &held, 200, &[]));
    let all = std::iter::once(new()).chain(silent).collect();
    check("", all, &[Fault::NotRenewed]);
    after_new(
        "",
        Probe::SecondPage,
        &held,
        &[],
        &[Fault::SecondPageWithoutRenewal],
    );
    after_new(
        "",
        Probe::Worker,
        &held,
        &[],
        &[Fault::WorkerWithoutRenewal],
    );
    after_new(
        "",
        Probe::Revalidation,
        &held,
        &[],
        &[Fault::RevalidationWithout],
    );
    after_new("", Probe::Forged, &held, &[], &[]);
}

#[test]
fn a_second_value_is_misread_where_the_first_one_was_kept() {
    let first = || {
        seen(
            Probe::InvalidFirst,
            &format!("FPD=not-a-uuid; FPD={ID}"),
            200,
            &[],
        )
    };
    check("", vec![new(), first()], &[]);
    let kept = seen(Probe::Invalid, "FPD=not-a-uuid", 200, &[]);
    check(
        "",
        vec![new(), kept, first()],
        &[Fault::InvalidKept, Fault::DuplicateMisread],
    );
}

#[test]
fn a_grant_that_is_ignored_leaves_the_withdrawal_to_be_judged() {
    let text = "consent.from = [\"plain\"]\nconsent.required = \"everywhere\"";
    let granted = seen(Probe::ConsentGranted, "hardtack_consent=granted", 200, &[]);
    let held = |answer: &str| format!("hardtack_consent={answer}; FPD={ID}");
    let withdrawn = seen(Probe::Withdrawn, &held("denied"), 200, &[]);
    let returning = seen(Probe::Returning, &held("granted"), 200, &[]);
    let both = [Fault::GrantIgnored, Fault::WithdrawalIgnored];
    check(text, vec![granted, returning, withdrawn], &both);
}

#[test]
fn a_page_that_opens_with_consent_does_not_fail() {
    let text = "consent.from = [\"plain\"]\nconsent.required = \"everywhere\"";
    let closed = || seen(Probe::New, "", 403, &[]);
    let granted = |probe, lines: &[&str]| seen(probe, "hardtack_consent=granted", 200, lines);
    check(text, vec![closed()], &[Fault::PageFails]);
    let opens = granted(Probe::ConsentGranted, &[&line(ID)]);
    check(text, vec![closed(), opens], &[]);
    let another = granted(Probe::Another, &[&line(ID)]);
    check(text, vec![closed(), another], &[Fault::PageFails]);
    let shut = seen(Probe::ConsentGranted, "hardtack_consent=granted", 403, &[]);
    let report = report(text, vec![closed(), shut]);
    assert_eq!(
        (faults(&report), results(&report)),
        (vec![Fault::PageFails], "✗-".to_string())
    );
}

#[test]
fn evidence_is_a_line_for_each_of_the_first_four() {
    let excluded = "scope.exclude = [\"/*\"]";
    let probes = [
        Probe::New,
        Probe::Another,
        Probe::Gpc,
        Probe::Bot,
        Probe::Head,
    ];
    let set = probes.map(|probe| seen(probe, "", 200, &["FPD=1"]));
    let all = evidence(&report(excluded, set.to_vec()), Fault::UnexpectedCookie);
    assert_eq!(all[0], "new visitor: / answered 200 with 1");
    assert_eq!(all.len(), 4);
    let silent = report("", vec![seen(Probe::New, "", 200, &[])]);
    let told = evidence(&silent, Fault::NoCookie);
    assert_eq!(told, ["new visitor: / answered 200 with no cookie"]);
    let set = seen(Probe::PlainHttp, "", 200, &[&line(ID), "other=1"]);
    let plain = report(excluded, vec![set]);
    assert_eq!(
        evidence(&plain, Fault::PlainHttpSets),
        [format!("plain http: / answered 200 with {ID}")]
    );
    assert_eq!(
        plain.rows[0].expected.to_string(),
        format!("skipped: {}", plain.rows[0].expected.reason.sentence())
    );
}

#[test]
fn a_cookie_of_the_origin_is_lost_only_beside_ours() {
    let with = |cookies: &str, lines: &[&str]| seen(Probe::Bot, cookies, 200, lines);
    let never = "bots.policy = \"treat-as-people\"";
    let bare = || with("", &["session=1"]);
    let ours = || seen(Probe::New, "", 200, &[&line(ID)]);
    let beside = || seen(Probe::New, "", 200, &[&line(ID), "session=2"]);
    let lost = |all| faults(&report(never, all)).contains(&Fault::OriginCookiesLost);
    assert!(lost(vec![ours(), bare()]));
    assert!(!lost(vec![beside(), bare()]));
    assert!(!lost(vec![bare()]));
    let missing = seen(Probe::Bot, "", 404, &["session=1"]);
    assert!(!lost(vec![ours(), missing]));
    let asset = seen(Probe::Asset, "", 200, &["session=1"]);
    assert!(!lost(vec![ours(), asset]));
}

#[test]
fn an_id_in_a_page_that_all_may_store_is_told_with_its_place() {
    let never = "renew.when = \"never\"";
    let mut shown = seen(Probe::Returning, &format!("FPD={ID}"), 200, &[]);
    shown.shows_id = Some("the body".to_string());
    shown.response_headers = vec![("cache-control".to_string(), "public".to_string())];
    let report = report(never, vec![new(), shown]);
    assert_eq!(
        evidence(&report, Fault::IdInCacheablePage),
        ["returning visitor: cache-control: public, with the id in the body"]
    );
}

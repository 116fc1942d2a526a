//! What each exchange says about the site.

use super::*;

#[track_caller]
fn check_marks(text: &str, exchanges: Vec<Exchange>, expected: &str) {
    let report = report(text, exchanges);
    assert_eq!(results(&report), expected, "{:#?}", report.findings);
}

fn new(status: u16, lines: &[&str]) -> Exchange {
    seen(Probe::New, "", status, lines)
}

#[test]
fn odd_cookies_are_no_reason_to_fail_where_the_page_works() {
    let odd = || seen(Probe::OddCookies, "a=%; b=1", 502, &[]);
    check_marks("", vec![new(200, &[&line(ID)]), odd()], "✓✗");
    check_marks("", vec![new(500, &[]), odd()], "✗-");
    check_marks("", vec![new(400, &[]), odd()], "✗-");
    check_marks(
        "",
        vec![seen(Probe::Another, "", 200, &[&line(ID)]), odd()],
        "✓-",
    );
}

#[test]
fn nothing_passes_where_no_cookie_came_anywhere() {
    let plain = || at("http://www.example.co.uk/", Probe::PlainHttp, "", 301, &[]);
    check_marks("", vec![plain()], "-");
    check_marks("", vec![new(200, &[&line(ID)]), plain()], "✓✓");
    check_marks("", vec![new(200, &[]), plain()], "✗-");
}

#[test]
fn pages_over_plain_http_fail_whatever_they_set() {
    for (status, mark) in [(200, '✗'), (299, '✗'), (300, '✓'), (404, '✓')] {
        let plain = seen(Probe::PlainHttp, "", status, &[]);
        let excluded = "scope.exclude = [\"/plain\"]";
        let plain = Exchange {
            url: "http://www.example.co.uk/plain".parse().unwrap(),
            ..plain
        };
        check_marks(
            excluded,
            vec![new(200, &[&line(ID)]), plain],
            &format!("✓{mark}"),
        );
    }
    check_marks(
        "scope.exclude = [\"/a\"]",
        vec![
            new(200, &[&line(ID)]),
            at("https://www.example.co.uk/a", Probe::Asset, "", 200, &[]),
        ],
        "✓✓",
    );
}

#[test]
fn a_cookie_that_all_may_store_fails() {
    let mut cached = new(200, &[&line(ID)]);
    cached
        .response_headers
        .retain(|(name, _)| name != "cache-control");
    cached
        .response_headers
        .push(("cache-control".to_string(), "public".to_string()));
    check_marks("", vec![cached], "✗");
}

#[test]
fn cookies_of_the_origin_that_are_lost_fail_beside_ours_alone() {
    let people = "bots.policy = \"treat-as-people\"\nscope.exclude = [\"/a\"]";
    let bare = at(
        "https://www.example.co.uk/a",
        Probe::Bot,
        "",
        200,
        &["session=1"],
    );
    let asset = at("https://www.example.co.uk/a", Probe::Asset, "", 200, &[]);
    let second = seen(Probe::SecondPage, &format!("FPD={ID}"), 200, &[&line(ID)]);
    let all = || {
        vec![
            new(200, &[&line(ID)]),
            bare.clone(),
            asset.clone(),
            second.clone(),
        ]
    };
    check_marks(people, all(), "✗✓✓✓");
}

#[test]
fn what_waits_for_consent_is_not_tested() {
    let text = "consent.from = [\"plain\"]\nconsent.required = \"everywhere\"";
    let returning = seen(Probe::Returning, &format!("FPD={ID}"), 200, &[]);
    let report = report(text, vec![returning]);
    let expected = RowResult::NotTested("it takes consent: `--granted`");
    assert_eq!(report.rows[0].result, expected);
}

#[test]
fn only_new_visitors_must_not_share_ids() {
    let held = format!("FPD={ID}");
    let returning = || seen(Probe::Returning, &held, 200, &[&line(ID)]);
    check_marks(
        "",
        vec![new(200, &[&line(ID)]), returning(), returning()],
        "✓✓✓",
    );
    let another = |id: &str| seen(Probe::Another, "", 200, &[&line(id)]);
    check_marks(
        "",
        vec![new(200, &[&line(ID)]), another(ID), another(OTHER)],
        "✓✗✓",
    );
}

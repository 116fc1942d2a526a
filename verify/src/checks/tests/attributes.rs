//! The cookie's attributes, against the policy's.

use super::*;
use crate::observed::SetCookie;

#[track_caller]
fn check_line(text: &str, set: &str, expected: &[Fault]) {
    check(text, vec![seen(Probe::New, "", 200, &[set])], expected);
}

#[test]
fn lifetimes_may_be_short_by_two_minutes_of_what_browsers_keep() {
    let lasting = |seconds: i64| line(ID).replace("63072000", &seconds.to_string());
    const LIMIT: i64 = 400 * 86_400 - 120;
    check_line("", &lasting(LIMIT), &[]);
    check_line("", &lasting(LIMIT + 1), &[]);
    check_line("", &lasting(LIMIT - 1), &[Fault::ShortLived]);
    check_line("", &lasting(86_400), &[Fault::ShortLived]);
    check_line("", &without(&line(ID), "Max-Age"), &[Fault::SessionCookie]);
}

#[test]
fn lifetimes_by_date_count_from_now() {
    let date =
        httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(NOW + 60));
    let set = SetCookie::read(&format!("a=1; Expires={date}"));
    assert_eq!(set.lifetime(NOW), Some(60));
}

#[test]
fn same_site_is_as_the_policy_says() {
    let other = [Fault::OtherSameSite];
    check_line("", &line(ID), &[]);
    check_line("", &without(&line(ID), "SameSite"), &other);
    check_line("", &line(ID).replace("=Lax", "=Strict"), &other);
    let unset = "cookie.same_site = \"unset\"";
    check_line(unset, &line_at(PAGE, unset, ID), &[]);
    check_line(unset, &line(ID), &other);
}

#[test]
fn paths_are_told() {
    let told = |set: &str| {
        let report = report("", vec![seen(Probe::New, "", 200, &[set])]);
        evidence(&report, Fault::OtherPath).concat()
    };
    assert_eq!(told(&line(ID)), "");
    assert_eq!(
        told(&line(ID).replace("Path=/", "Path=/shop")),
        "Path is /shop, expected /"
    );
    assert_eq!(
        told(&without(&line(ID), "Path")),
        "Path is the page's folder, expected /"
    );
}

#[test]
fn a_withdrawal_deletes_the_cookie_that_was_given() {
    let text = "consent.from = [\"plain\"]";
    let new = || seen(Probe::New, "", 200, &[&line(ID)]);
    let cookies = format!("hardtack_consent=denied; FPD={ID}");
    let wide = "FPD=; Domain=example.co.uk; Path=/; Max-Age=0";
    let narrow = "FPD=; Path=/; Max-Age=0";
    let withdrawn = |lines: &[&str]| {
        report(
            text,
            vec![new(), seen(Probe::Withdrawn, &cookies, 200, lines)],
        )
    };
    let both = withdrawn(&[narrow, wide]);
    assert_eq!((faults(&both), results(&both)), (vec![], "✓✓".to_string()));
    let half = withdrawn(&[narrow]);
    assert_eq!(results(&half), "✓✗");
    assert_eq!(
        evidence(&half, Fault::WithdrawalIgnored),
        ["consent withdrawn: / answered 200 with deleted, but not with Domain=example.co.uk"]
    );
}

#[test]
fn a_cookie_with_a_fault_fails_its_check() {
    let bad = without(&line(ID), "HttpOnly");
    let report = report(
        "",
        vec![
            seen(Probe::New, "", 200, &[&bad]),
            seen(Probe::Another, "", 200, &[&line(OTHER)]),
        ],
    );
    assert_eq!(results(&report), "✗✓");
}

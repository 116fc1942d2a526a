//! What `hardtack explain` refuses, and what it makes harmless.

use insta::assert_snapshot;

use super::explain;
use crate::sandbox::run;

#[test]
fn invalid_flags_are_refused() {
    assert_snapshot!(run("explain"), @"
    exit code: 2
    ----- stderr -----
    error: the following required arguments were not provided:
      <--url <URL>|--curl <COMMAND>|--har <FILE>>

    Usage: hardtack explain <--url <URL>|--curl <COMMAND>|--har <FILE>>

    For more information, try '--help'.
    ");
    assert_snapshot!(run("explain --url https://a.example --entropy 12"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '12' for '--entropy <HEX>': write 32 hex digits

    For more information, try '--help'.
    ");
    assert_snapshot!(run("explain --url https://a.example --header Cookie"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'Cookie' for '--header <NAME: VALUE>': write a name, a colon and a value, such as 'Accept: text/html'

    For more information, try '--help'.
    ");
    assert_snapshot!(run("explain --url ftp://a.example/"), @"
    exit code: 2
    ----- stderr -----
    error: the scheme `ftp` is not http or https
    hint: write https:// or http://
    ");
    assert_snapshot!(run("explain --url https://[::1"), @"
    exit code: 2
    ----- stderr -----
    error: `https://[::1` is not a valid URL
      caused by: invalid IPv6 address
    hint: write it like https://www.example.com/page
    ");
}

#[test]
fn control_characters_of_an_exchange_do_not_reach_the_terminal() {
    let shown = explain(&[
        "--url",
        "https://a.example/",
        "--header",
        "Host: a\u{1b}[2J",
    ]);
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn parts_of_an_exchange_that_cannot_be_sent_are_refused() {
    let url = ["--url", "https://a.example/"];
    assert_snapshot!(explain(&[&url[..], &["--status", "99"]].concat()), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '99' for '--status <STATUS>': 99 is not in 100..=599

    For more information, try '--help'.
    ");
    assert_snapshot!(explain(&[&url[..], &["--method", "GET /"]].concat()), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'GET /' for '--method <METHOD>': write a word, such as GET or POST

    For more information, try '--help'.
    ");
    assert_snapshot!(explain(&[&url[..], &["--header", "a b: c"]].concat()), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'a b: c' for '--header <NAME: VALUE>': `a b` is not a valid header name

    For more information, try '--help'.
    ");
}

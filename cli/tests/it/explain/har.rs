//! `hardtack explain --har`: what browsers record.

use insta::assert_snapshot;

use super::{explain, explain_in};
use crate::sandbox::Sandbox;

/// A page with a style sheet and a call, and a second page, as a browser saves them.
fn har() -> Sandbox {
    Sandbox::with("site.har", include_str!("../site.har"))
}

#[test]
fn the_first_page_of_a_har_file_is_explained() {
    assert_snapshot!(explain_in(&har(), &["--har", "site.har"]), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.com/, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found no such cookie
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          the decision is exposed nowhere

    outcome  issued
    reason   new_visitor: a browser without the cookie
    id       00112233-4455-4677-8899-aabbccddeeff
    append   Set-Cookie: FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
    set      cache-control: private
    ----- stderr -----
    note: entry 1 of 6: GET https://www.example.com/
    note: the entry has no cookies; some browsers omit them unless sensitive data is included
    note: pages are the entries 1, 5, 6
    ");
}

#[test]
fn another_entry_of_a_har_file_is_explained() {
    assert_snapshot!(explain_in(&har(), &["--har", "site.har", "--entry", "5", "-q"]), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.com/about, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found a valid id, 6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8
       6  bots             User-Agent names no bot
       7  renew            the cookie is renewed
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          the decision is exposed nowhere

    outcome  renewed
    reason   returning_visitor: the browser sent a valid id
    id       6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8
    append   Set-Cookie: FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
    set      cache-control: private
    ");
}

#[test]
fn all_entries_of_a_har_file_are_listed() {
    assert_snapshot!(explain_in(&har(), &["--har", "site.har", "--all"]), @"
    exit code: 0
    ----- stdout -----
       1  issued    new_visitor           GET   https://www.example.com/
       2  skipped   not_document          GET   https://www.example.com/style.css
       3  skipped   not_document          POST  https://www.example.com/api/cart
       4  none      no_exchange           GET   data:image/gif;base64,R0lGODlhAQABAAAAACw=: the scheme `data` is not http or https
       5  renewed   returning_visitor     GET   https://www.example.com/about
       6  skipped   error_status          GET   https://www.example.com/missing
    ");
    let json = explain_in(&har(), &["--har", "site.har", "--all", "--json"]);
    assert_eq!(json.matches("\"entry\"").count(), 6);
}

#[test]
fn missing_entries_are_refused() {
    assert_snapshot!(explain_in(&har(), &["--har", "site.har", "--entry", "7"]), @"
    exit code: 2
    ----- stderr -----
    error: there is no entry 7
    hint: the entries are 1 to 6; --all lists them
    ");
    assert_snapshot!(explain_in(&har(), &["--har", "site.har", "--entry", "0"]), @"
    exit code: 2
    ----- stderr -----
    error: there is no entry 0
    hint: the entries are 1 to 6; --all lists them
    ");
    assert_snapshot!(explain_in(&har(), &["--har", "site.har", "--entry", "4"]), @"
    exit code: 2
    ----- stderr -----
    error: entry 4 cannot be explained
      caused by: the scheme `data` is not http or https
    ");
}

#[test]
fn files_that_are_not_har_are_refused() {
    assert_snapshot!(explain(&["--har", "missing.har"]), @"
    exit code: 4
    ----- stderr -----
    error: cannot read `missing.har`
      caused by: No such file or directory (os error 2)
    hint: check the path: a relative one begins at the current folder
    ");
    let sandbox = Sandbox::with("a.har", "{\"log\": 5}");
    assert_snapshot!(explain_in(&sandbox, &["--har", "a.har"]), @"
    exit code: 4
    ----- stderr -----
    error: cannot read `a.har`
      caused by: it is not a HAR file: it has no list at log.entries
    hint: save one from the network panel of your browser's developer tools
    ");
    let sandbox = Sandbox::with("a.har", "<html>");
    assert_snapshot!(explain_in(&sandbox, &["--har", "a.har"]), @"
    exit code: 4
    ----- stderr -----
    error: cannot read `a.har`
      caused by: it is not valid JSON: expected value at line 1 column 1
    hint: save one from the network panel of your browser's developer tools
    ");
    let sandbox = Sandbox::with("a.har", "\u{feff}{\"log\": {\"entries\": []}}");
    assert_snapshot!(explain_in(&sandbox, &["--har", "a.har"]), @"
    exit code: 2
    ----- stderr -----
    error: the HAR file has no entries
    ");
}

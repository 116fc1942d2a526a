//! `hardtack explain --curl`: what browsers copy.

use insta::assert_snapshot;

use super::{FIXED, explain};
use crate::sandbox::Sandbox;

#[test]
fn a_curl_command_is_explained() {
    let command = "curl 'https://www.example.com/app.css' -H 'Accept: text/css' -H 'sec-fetch-dest: style' --frob";
    assert_snapshot!(explain(&["--curl", command]), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.com/app.css, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is not document
      12  signals          the decision is exposed nowhere

    outcome  skipped
    reason   not_document: not a page: an image, a script, a frame or a call from a script
    edits    none: the response stays as it is
    ----- stderr -----
    note: ignored curl's `--frob`, which is unknown
    note: assuming a page with status 200; --status and --response-header set others
    ");
}

#[test]
fn a_curl_command_is_read_from_stdin() {
    let command = "curl 'https://www.example.com/' \\\n  -A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' -H 'accept: text/html' \\\n  -b $'FPD=it\\'s broken'\n";
    let args = [&["explain", "--curl", "-"], &FIXED[..]].concat();
    assert_snapshot!(Sandbox::new().run_with_stdin(&args, command), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.com/, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   no Sec-Fetch-Dest, and Accept lists text/html
       4  read             found the cookie, but no UUID in it
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          the decision is exposed nowhere

    outcome  replaced
    reason   malformed_id: the cookie held no UUID
    id       00112233-4455-4677-8899-aabbccddeeff
    append   Set-Cookie: FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax
    set      cache-control: private
    ----- stderr -----
    note: assuming a page with status 200; --status and --response-header set others
    ");
}

#[test]
fn another_command_than_curl_is_refused() {
    assert_snapshot!(explain(&["--curl", "wget https://a.example"]), @"
    exit code: 2
    ----- stderr -----
    error: `wget https://a.example` is not a curl command
    hint: paste the command that your browser copies as cURL
    ");
    assert_snapshot!(explain(&["--curl", "curl 'https://a.example"]), @"
    exit code: 2
    ----- stderr -----
    error: a quote in `curl 'https://a.example` is not closed
    hint: the shell may have removed the quotes: pipe the command into `--curl -` instead
    ");
}

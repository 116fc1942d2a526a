//! `hardtack explain`: an exchange, a command of curl's, a browser's recording.

mod curl;
mod har;
mod refused;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

const FIXED: [&str; 4] = [
    "--entropy",
    "00112233445566778899aabbccddeeff",
    "--now",
    "1750000000",
];

/// Runs `explain` with entropy and time that are always the same.
fn explain(args: &[&str]) -> String {
    explain_in(&Sandbox::new(), args)
}

fn explain_in(sandbox: &Sandbox, args: &[&str]) -> String {
    sandbox.run_args(&[&["explain"], args, &FIXED].concat())
}

#[test]
fn a_url_is_explained_rule_by_rule() {
    assert_snapshot!(explain(&["--url", "https://www.example.co.uk/shop?a=b"]), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.co.uk/shop, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found no such cookie
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.co.uk; Path=/; Secure; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          the decision is exposed nowhere

    outcome  issued
    reason   new_visitor: a browser without the cookie
    id       00112233-4455-4677-8899-aabbccddeeff
    append   Set-Cookie: FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=example.co.uk; Path=/; Secure; HttpOnly; SameSite=Lax
    set      cache-control: private
    ----- stderr -----
    note: assuming the headers of a browser that opens a page; --header sets others
    note: assuming a page with status 200; --status and --response-header set others
    ");
}

#[test]
fn a_returning_visitor_is_recognised() {
    let cookie = "Cookie: a=b; FPD=6F1C3A52-8D0E-4B7A-9C41-2F5E7A90B3D8";
    assert_snapshot!(explain(&["--url", "www.example.com", "--header", cookie, "-q"]), @"
    exit code: 0
    ----- stdout -----
    GET https://www.example.com/, answered with status 200

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
fn a_response_can_be_given() {
    let args = [
        "--url",
        "https://a.example/",
        "--method",
        "POST",
        "--status",
        "302",
    ];
    let redirect = ["--response-header", "Location: https://b.example/"];
    assert_snapshot!(explain(&[&args[..], &redirect].concat()), @"
    exit code: 0
    ----- stdout -----
    POST https://a.example/, answered with status 302

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found no such cookie
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            the redirect leaves the site
      12  signals          the decision is exposed nowhere

    outcome  skipped
    reason   offsite_redirect: a redirect to another site
    edits    none: the response stays as it is
    ----- stderr -----
    note: assuming the headers of a browser that opens a page; --header sets others
    ");
}

#[test]
fn plain_http_is_explained_as_browsers_ask_for_it() {
    assert_snapshot!(explain(&["--url", "http://www.example.com/", "-q"]), @"
    exit code: 0
    ----- stdout -----
    GET http://www.example.com/, answered with status 200

       1  scope            plain http, and the cookie is Secure
      12  signals          the decision is exposed nowhere

    outcome  skipped
    reason   plain_http: plain http, where browsers refuse a Secure cookie
    edits    none: the response stays as it is
    ");
    assert_snapshot!(explain(&["--url", "http://127.0.0.1:8080/", "-q"]), @"
    exit code: 0
    ----- stdout -----
    GET http://127.0.0.1:8080/, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found no such cookie
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          the decision is exposed nowhere

    outcome  issued
    reason   new_visitor: a browser without the cookie
    id       00112233-4455-4677-8899-aabbccddeeff
    append   Set-Cookie: FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax
    set      cache-control: private
    ");
}

#[test]
fn every_edit_is_shown() {
    let sandbox = Sandbox::with("hardtack.toml", "signals.response_header = \"x-visitor\"");
    assert_snapshot!(explain_in(&sandbox, &["--url", "https://a.example/", "-v"]), @r#"
    exit code: 0
    ----- stdout -----
    GET https://a.example/, answered with status 200

       1  scope            path, method and scheme are in scope
       2  documents only   Sec-Fetch-Dest is document
       4  read             found no such cookie
       6  bots             User-Agent names no bot
       9  mint             a new id, 00112233-4455-4677-8899-aabbccddeeff
       1  scope            status 200 is in scope
       3  origin's cookie  the response does not set FPD
      10  write            FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=a.example; Path=/; Secure; HttpOnly; SameSite=Lax
      11  caches           a shared cache could store the response, and is told not to
      12  signals          exposed in the response header x-visitor

    outcome  issued
    reason   new_visitor: a browser without the cookie
    id       00112233-4455-4677-8899-aabbccddeeff
    append   Set-Cookie: FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=a.example; Path=/; Secure; HttpOnly; SameSite=Lax
    set      cache-control: private
    set      x-visitor: issued;reason=new_visitor;id="00112233-4455-4677-8899-aabbccddeeff"
    ----- stderr -----
    policy: hardtack.toml
    note: assuming the headers of a browser that opens a page; --header sets others
    note: assuming a page with status 200; --status and --response-header set others
    "#);
}

#[test]
fn an_explanation_can_be_json() {
    assert_snapshot!(explain(&["--url", "https://a.example/", "--json"]), @r#"
    exit code: 0
    ----- stdout -----
    {
      "assumed": [
        "assuming the headers of a browser that opens a page; --header sets others",
        "assuming a page with status 200; --status and --response-header set others"
      ],
      "edits": [
        {
          "edit": "append",
          "header": "Set-Cookie",
          "value": "FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=a.example; Path=/; Secure; HttpOnly; SameSite=Lax"
        },
        {
          "edit": "set",
          "header": "cache-control",
          "value": "private"
        }
      ],
      "id": "00112233-4455-4677-8899-aabbccddeeff",
      "outcome": "issued",
      "reason": "new_visitor",
      "request": {
        "country": null,
        "headers": [
          [
            "Accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
          ],
          [
            "Sec-Fetch-Dest",
            "document"
          ],
          [
            "Sec-Fetch-Mode",
            "navigate"
          ],
          [
            "Sec-Fetch-Site",
            "none"
          ],
          [
            "Sec-Fetch-User",
            "?1"
          ]
        ],
        "host": "a.example",
        "method": "GET",
        "path": "/",
        "scheme": "https"
      },
      "response": {
        "headers": [],
        "status": 200
      },
      "rules": [
        {
          "name": "scope",
          "number": 1,
          "saw": "path, method and scheme are in scope"
        },
        {
          "name": "documents only",
          "number": 2,
          "saw": "Sec-Fetch-Dest is document"
        },
        {
          "name": "read",
          "number": 4,
          "saw": "found no such cookie"
        },
        {
          "name": "bots",
          "number": 6,
          "saw": "User-Agent names no bot"
        },
        {
          "name": "mint",
          "number": 9,
          "saw": "a new id, 00112233-4455-4677-8899-aabbccddeeff"
        },
        {
          "name": "scope",
          "number": 1,
          "saw": "status 200 is in scope"
        },
        {
          "name": "origin's cookie",
          "number": 3,
          "saw": "the response does not set FPD"
        },
        {
          "name": "write",
          "number": 10,
          "saw": "FPD=00112233-4455-4677-8899-aabbccddeeff; Max-Age=63072000; Domain=a.example; Path=/; Secure; HttpOnly; SameSite=Lax"
        },
        {
          "name": "caches",
          "number": 11,
          "saw": "a shared cache could store the response, and is told not to"
        },
        {
          "name": "signals",
          "number": 12,
          "saw": "the decision is exposed nowhere"
        }
      ],
      "schema": 1,
      "sentence": "a browser without the cookie"
    }
    ----- stderr -----
    note: assuming the headers of a browser that opens a page; --header sets others
    note: assuming a page with status 200; --status and --response-header set others
    "#);
}

#[test]
fn explain_has_help() {
    assert_snapshot!(run("explain -h"), @"
    exit code: 0
    ----- stdout -----
    Explain the decision on one exchange, rule by rule

    Usage: hardtack explain [OPTIONS] <--url <URL>|--curl <COMMAND>|--har <FILE>>

    Options:
          --url <URL>                      Explain a request for this URL
          --curl <COMMAND>                 Explain the request of a curl command; `-` reads the command
                                           from stdin
          --har <FILE>                     Explain an exchange of a HAR file: the first page, or the one
                                           that --entry names
          --entry <N>                      Explain this entry of the HAR file, counted from 1
          --all                            Explain all entries of the HAR file, one line each
          --method <METHOD>                Assume this request method [default: GET]
          --header <NAME: VALUE>           Assume this request header (can be repeated)
          --status <STATUS>                Assume this response status [default: 200]
          --response-header <NAME: VALUE>  Assume this response header (can be repeated)
          --country <COUNTRY>              Assume that the platform knows the visitor to be in this
                                           country: two letters, such as DE
          --entropy <HEX>                  Make a new id from these 16 bytes, written as 32 hex digits
                                           [default: random]
          --now <SECONDS>                  Assume this time, in seconds since 1970 [default: now]
      -h, --help                           Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

#[test]
fn a_country_decides_where_the_policy_names_some() {
    let policy = "[consent]\nrequired = [\"EEA\"]\nfrom = [\"onetrust\"]\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    for (country, outcome) in [("DE", "consent_pending"), ("us", "new_visitor")] {
        let args = ["--url", "www.example.com", "--country", country, "--json"];
        let shown = explain_in(&sandbox, &args);
        assert!(shown.contains(outcome), "{country}: {shown}");
    }
    assert_snapshot!(explain(&["--url", "www.example.com", "--country", "Germany"]), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'Germany' for '--country <COUNTRY>': write two letters, such as FR

    For more information, try '--help'.
    ");
}

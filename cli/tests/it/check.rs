//! `hardtack check`

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn check_explains_the_defaults() {
    assert_snapshot!(run("check"), @"
    exit code: 0
    ----- stdout -----
    There is no hardtack.toml, so the defaults apply

    A new visitor of www.example.com gets

      FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax

      Name      FPD                The cookie's name.
      Value     6f1c3a52-8d0e-4b…  The visitor's id: a random UUID, which reveals nothing about the visitor.
      Max-Age   63072000           Kept for 730 days after the last visit, as far as the browser allows.
      Domain    example.com        Sent to example.com and to every host below it.
      Path      /                  Sent with requests for every path.
      Secure                       Sent over TLS only, never over plain http.
      HttpOnly                     Hidden from scripts: document.cookie does not show it.
      SameSite  Lax                Sent also when a link from another site is followed, but not with other cross-site requests.

    Domain: example.com (the registrable domain of the host, by the public suffix list)

    What it does

      Renewal   With every page.
      Bots      Crawlers, link previews and other declared bots get no id.
      Pages     Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not.
      Caches    Pages that carry the cookie are kept out of shared caches; others stay as they are.

    How long browsers keep it after the last visit

      Chromium  ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Firefox   ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Safari    ████████████████████    730 days  as asked
      Brave     █████░░░░░░░░░░░░░░░    180 days  no cookie lasts longer there

    CNIL's exemption from consent (13 months at most, never renewed): no, the cookie is renewed, and max_age is more than 13 months (393 days)
    ");
}

#[test]
fn check_explains_the_file_for_a_host() {
    let sandbox = Sandbox::with(
        "hardtack.toml",
        "[cookie]\ndomain = \"none\"\n[renew]\nwhen = \"never\"\n",
    );
    assert_snapshot!(sandbox.run("check --host d111.cloudfront.net"), @r#"
    exit code: 0
    ----- stdout -----
    hardtack.toml is a valid policy

    A new visitor of d111.cloudfront.net gets

      FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Path=/; Secure; HttpOnly; SameSite=Lax

      Name       FPD                The cookie's name.
      Value      6f1c3a52-8d0e-4b…  The visitor's id: a random UUID, which reveals nothing about the visitor.
      Max-Age    63072000           Kept for 730 days after the first visit, as far as the browser allows.
      Path       /                  Sent with requests for every path.
      Secure                        Sent over TLS only, never over plain http.
      HttpOnly                      Hidden from scripts: document.cookie does not show it.
      SameSite   Lax                Sent also when a link from another site is followed, but not with other cross-site requests.
      no Domain                     Sent to this one host, not to those below it.

    Domain: none (the policy says "none")

    What it does

      Renewal   Never: the cookie ends max_age after the first visit.
      Bots      Crawlers, link previews and other declared bots get no id.
      Pages     Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not.
      Caches    Pages that carry the cookie are kept out of shared caches; others stay as they are.

    How long browsers keep it after the first visit

      Chromium  ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Firefox   ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Safari    ████████████████████    730 days  as asked
      Brave     █████░░░░░░░░░░░░░░░    180 days  no cookie lasts longer there

    CNIL's exemption from consent (13 months at most, never renewed): no, max_age is more than 13 months (393 days)
    ----- stderr -----

    warning: cookie.max_age: the policy asks for 730 days, but most browsers keep no cookie longer than 400 days, and it is never renewed
    hint: write max_age = "393d", or renew.when = "every-visit"
    source: RFC 6265bis §5.5 (400 days in Chromium and Firefox); brave-core net/cookies (180 days in Brave)

    warning: renew.when: a visitor gets a new id 400 days after the first visit, however often they return
    hint: write when = "every-visit", or max_age = "393d" for 13 months
    source: RFC 6265bis §5.5 (400 days in Chromium and Firefox); brave-core net/cookies (180 days in Brave)
    "#);
}

#[test]
fn check_explains_consent_and_shows_the_cookie_after_it() {
    let sandbox = Sandbox::with(
        "hardtack.toml",
        "[consent]\nrequired = [\"EEA\"]\nfrom = [\"tcf\"]\ngpc = \"deny\"\n[renew]\nwhen = \"30d\"\n[adopt]\nfrom = [\"_ga\"]\n",
    );
    assert_snapshot!(sandbox.run("check"), @r"
    exit code: 0
    ----- stdout -----
    hardtack.toml is a valid policy

    A new visitor of www.example.com, once consent is given where it is required, gets

      FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax

      Name      FPD                The cookie's name.
      Value     6f1c3a52-8d0e-4b…  The visitor's id: a random UUID, which reveals nothing about the visitor.
      Max-Age   63072000           Kept for 730 days after the last visit, as far as the browser allows.
      Domain    example.com        Sent to example.com and to every host below it.
      Path      /                  Sent with requests for every path.
      Secure                       Sent over TLS only, never over plain http.
      HttpOnly                     Hidden from scripts: document.cookie does not show it.
      SameSite  Lax                Sent also when a link from another site is followed, but not with other cross-site requests.

    Domain: example.com (the registrable domain of the host, by the public suffix list)

    What it does

      Renewal   Once in 30 days; a second cookie, FPD_renewed, stores when. Other pages set no cookie.
      Adoption  A visitor without an id, but with a cookie _ga, keeps the UUID in it.
      Bots      Crawlers, link previews and other declared bots get no id.
      Pages     Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not.
      Caches    Pages that carry the cookie are kept out of shared caches; others stay as they are.
      Consent   Required in EEA, and where the country is unknown: without an answer, a visitor there gets no id. A denial counts everywhere. Read from euconsent-v2 (tcf: 1 and 8). Sec-GPC: 1 is a denial.

    How long browsers keep it after its last renewal, which is up to 30 days before the last visit

      Chromium  ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Firefox   ███████████░░░░░░░░░    400 days  no cookie lasts longer there
      Safari    ████████████████████    730 days  as asked
      Brave     █████░░░░░░░░░░░░░░░    180 days  no cookie lasts longer there

    CNIL's exemption from consent (13 months at most, never renewed): no, the cookie is renewed, and max_age is more than 13 months (393 days)
    ----- stderr -----

    warning: adopt.from: _ga holds no UUID, so no id is adopted from it
    hint: write derive = true
    ");
}

#[test]
fn check_takes_the_first_listed_domain_for_a_host() {
    let sandbox = Sandbox::with(
        "a.toml",
        "cookie.domain = [\"Bücher.example\", \"example.com\"]\ncookie.max_age = \"1h\"",
    );
    assert_snapshot!(sandbox.run("check --policy a.toml"), @r#"
    exit code: 0
    ----- stdout -----
    a.toml is a valid policy

    A new visitor of xn--bcher-kva.example gets

      FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=3600; Domain=xn--bcher-kva.example; Path=/; Secure; HttpOnly; SameSite=Lax

      Name      FPD                The cookie's name.
      Value     6f1c3a52-8d0e-4b…  The visitor's id: a random UUID, which reveals nothing about the visitor.
      Max-Age   3600               Kept for 60 minutes after the last visit, as far as the browser allows.
      Domain    xn--bcher-kva.ex…  Sent to xn--bcher-kva.example and to every host below it.
      Path      /                  Sent with requests for every path.
      Secure                       Sent over TLS only, never over plain http.
      HttpOnly                     Hidden from scripts: document.cookie does not show it.
      SameSite  Lax                Sent also when a link from another site is followed, but not with other cross-site requests.

    Domain: xn--bcher-kva.example (the policy lists xn--bcher-kva.example)

    What it does

      Renewal   With every page.
      Bots      Crawlers, link previews and other declared bots get no id.
      Pages     Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not.
      Caches    Pages that carry the cookie are kept out of shared caches; others stay as they are.

    How long browsers keep it after the last visit

      Chromium  ████████████████████  60 minutes  as asked
      Firefox   ████████████████████  60 minutes  as asked
      Safari    ████████████████████  60 minutes  as asked
      Brave     ████████████████████  60 minutes  as asked

    CNIL's exemption from consent (13 months at most, never renewed): no, the cookie is renewed
    ----- stderr -----

    warning: cookie.max_age: the cookie lasts 60 minutes: a visitor who returns the next day gets a new id
    hint: write max_age = "730d" for a lasting cookie, and check the unit
    source: RFC 6265bis §5.5 (400 days in Chromium and Firefox); brave-core net/cookies (180 days in Brave)
    "#);
}

#[test]
fn check_gives_everything_as_json() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nsecure = false\n");
    assert_snapshot!(sandbox.run("check --json --host www.example.co.uk --strict"), @r#"
    exit code: 1
    ----- stdout -----
    {
      "attributes": [
        {
          "meaning": "The cookie's name.",
          "name": "Name",
          "value": "FPD"
        },
        {
          "meaning": "The visitor's id: a random UUID, which reveals nothing about the visitor.",
          "name": "Value",
          "value": "6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8"
        },
        {
          "meaning": "Kept for 730 days after the last visit, as far as the browser allows.",
          "name": "Max-Age",
          "value": "63072000"
        },
        {
          "meaning": "Sent to example.co.uk and to every host below it.",
          "name": "Domain",
          "value": "example.co.uk"
        },
        {
          "meaning": "Sent with requests for every path.",
          "name": "Path",
          "value": "/"
        },
        {
          "meaning": "Hidden from scripts: document.cookie does not show it.",
          "name": "HttpOnly",
          "value": null
        },
        {
          "meaning": "Sent also when a link from another site is followed, but not with other cross-site requests.",
          "name": "SameSite",
          "value": "Lax"
        },
        {
          "meaning": "Sent over plain http too.",
          "name": "no Secure",
          "value": null
        }
      ],
      "domain": {
        "value": "example.co.uk",
        "why": "the registrable domain of the host, by the public suffix list"
      },
      "host": "www.example.co.uk",
      "lifetimes": [
        {
          "browser": "Chromium",
          "days": 400,
          "seconds": 34560000,
          "why": "no cookie lasts longer there"
        },
        {
          "browser": "Firefox",
          "days": 400,
          "seconds": 34560000,
          "why": "no cookie lasts longer there"
        },
        {
          "browser": "Safari",
          "days": 730,
          "seconds": 63072000,
          "why": "as asked"
        },
        {
          "browser": "Brave",
          "days": 180,
          "seconds": 15552000,
          "why": "no cookie lasts longer there"
        }
      ],
      "policy": "hardtack.toml",
      "schema": 1,
      "set_cookie": "FPD=6f1c3a52-8d0e-4b7a-9c41-2f5e7a90b3d8; Max-Age=63072000; Domain=example.co.uk; Path=/; HttpOnly; SameSite=Lax",
      "summary": [
        {
          "section": "renew",
          "text": "With every page."
        },
        {
          "section": "bots",
          "text": "Crawlers, link previews and other declared bots get no id."
        },
        {
          "section": "scope",
          "text": "Only pages set the cookie, not images, styles, scripts or their fetches. Error pages do not."
        },
        {
          "section": "caches",
          "text": "Pages that carry the cookie are kept out of shared caches; others stay as they are."
        }
      ],
      "thirteen_months": "no, the cookie is renewed, and max_age is more than 13 months (393 days)",
      "warnings": [
        {
          "hint": "write secure = true",
          "key": "cookie.secure",
          "message": "the cookie is also sent over plain http, where an attacker can read and replace it",
          "source": "RFC 6265bis §4.1.2.5"
        }
      ]
    }
    "#);
}

#[test]
fn warnings_fail_a_strict_check_only() {
    let toml = "[scope]\nexclude = [\"/*\"]\n[cookie]\nhttp_only = false\n";
    let sandbox = Sandbox::with("hardtack.toml", toml);
    assert!(sandbox.run("check").starts_with("exit code: 0\n"));
    let shown = sandbox.run("check --strict");
    let (_, talk) = shown.split_once("----- stderr -----\n").unwrap();
    assert!(shown.starts_with("exit code: 1\n"));
    assert_snapshot!(talk, @r"

    warning: cookie.http_only: every script on the page can read the id, and replace it
    hint: write http_only = true
    source: RFC 6265bis §4.1.2.6

    warning: scope.exclude: `/*` matches every path: no visitor gets a cookie
    hint: leave `/*` out
    error: 2 warnings, and --strict is on
    ");
    assert_snapshot!(sandbox.run("check --strict --quiet"), @"
    exit code: 1
    ----- stderr -----
    error: 2 warnings, and --strict is on
    ");
}

#[test]
fn an_invalid_policy_is_shown_with_its_places() {
    let toml =
        "[cookie]\n\tnmae = \"FPD\"\nsecure = \"yes\"\ndomain = [\"example.com\", \"co.uk\"]\n";
    assert_snapshot!(Sandbox::with("hardtack.toml", toml).run("check"), @r#"
    exit code: 3
    ----- stderr -----
    error: unknown key `cookie.nmae`
     --> hardtack.toml:2:2
      |
    2 | 	nmae = "FPD"
      | 	^^^^
    hint: did you mean `name`?

    error: `cookie.secure` is the string "yes", it takes true or false
     --> hardtack.toml:3:10
      |
    3 | secure = "yes"
      |          ^^^^^
    hint: write secure = true
    "#);
    let toml = "[cookie]\n# both domains\ndomain = [\"example.com\", \"co.uk\"]\n";
    assert_snapshot!(Sandbox::with("hardtack.toml", toml).run("check"), @r#"
    exit code: 3
    ----- stderr -----
    error: cookie.domain `co.uk` is a public suffix, for which browsers refuse cookies
     --> hardtack.toml:3:26
      |
    3 | domain = ["example.com", "co.uk"]
      |                          ^^^^^^^
    hint: name a domain below it, or write "none"
    "#);
}

#[test]
fn an_invalid_policy_is_an_error_in_json() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nsame_site = \"Lax\"\n");
    assert_snapshot!(sandbox.run("check --json"), @r#"
    exit code: 3
    ----- stdout -----
    {
      "errors": [
        {
          "causes": [],
          "column": 13,
          "file": "hardtack.toml",
          "hint": "did you mean \"lax\"?",
          "key": "cookie.same_site",
          "line": 2,
          "message": "`cookie.same_site` is \"Lax\", it takes \"strict\", \"lax\", \"none\" or \"unset\""
        }
      ],
      "schema": 1
    }
    "#);
}

#[test]
fn invalid_toml_is_shown_with_its_place() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nname = FPD\n");
    assert_snapshot!(sandbox.run("check"), @r#"
    exit code: 3
    ----- stderr -----
    error: `FPD` is not a valid value
     --> hardtack.toml:2:8
      |
    2 | name = FPD
      |        ^^^
    hint: put it in straight quotes: "FPD"
    "#);
}

#[test]
fn control_characters_of_a_policy_do_not_reach_the_terminal() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nname = \"a\" \u{1b}[2J\n");
    assert!(!sandbox.run("check").contains('\u{1b}'));
}

#[test]
fn an_unreadable_file_is_an_error() {
    assert_snapshot!(run("check --policy other.toml"), @"
    exit code: 4
    ----- stderr -----
    error: cannot read `other.toml`
      caused by: No such file or directory (os error 2)
    hint: `hardtack init -o other.toml` writes one
    ");
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("hardtack.toml"), b"name = \"\xff\"").unwrap();
    assert_snapshot!(sandbox.run("check"), @"
    exit code: 3
    ----- stderr -----
    error: `hardtack.toml` is not UTF-8 text
    hint: save it as UTF-8
    ");
}

#[test]
fn check_has_help() {
    assert_snapshot!(run("check -h"), @"
    exit code: 0
    ----- stdout -----
    Check the policy, and explain how browsers will treat its cookie

    Usage: hardtack check [OPTIONS]

    Options:
          --host <HOST>  Show the cookie for this host
          --strict       Fail if there is a warning
      -h, --help         Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

#[test]
fn a_host_is_checked_where_it_enters() {
    assert_snapshot!(Sandbox::new().run_args(&["check", "--host", "bad host"]), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'bad host' for '--host <HOST>': write a host, such as www.example.com or 127.0.0.1

    For more information, try '--help'.
    ");
    assert_snapshot!(run("build lambda-edge --host https://www.example.com/"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'https://www.example.com/' for '--host <NAME>': write the host alone, such as www.example.com

    For more information, try '--help'.
    ");
    assert_snapshot!(run("export terraform --host www.example.com/shop"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'www.example.com/shop' for '--host <NAME>': write a host, such as www.example.com or 127.0.0.1

    For more information, try '--help'.
    ");
}

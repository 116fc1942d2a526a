//! `hardtack init`

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn init_writes_a_policy_and_hints_at_the_next_step() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("init"), @"
    exit code: 0
    ----- stderr -----
    wrote hardtack.toml
    hint: `hardtack check` explains it, `hardtack serve DIR` serves a folder with it
    ");
    assert_snapshot!(sandbox.read("hardtack.toml"), @r#"
    # The cookie FPD on the whole site, renewed with every page.
    #
    # Every key may be left out. A key behind a `#` shows its default; `hardtack check` explains the result.

    # The cookie's name and attributes.
    [cookie]

    # The cookie's name.
    #name = "FPD"

    # How long browsers are asked to keep the cookie after it was last set.
    #   a time such as "730d", or a whole number of seconds; for example "393d"
    #max_age = "730d"

    # Which hosts share the cookie.
    #   "auto", "none", a domain or a list of domains; for example ["example.com", "example.org"]
    #domain = "auto"

    # The paths for which browsers send the cookie.
    #path = "/"

    # Send the cookie over TLS only.
    #secure = true

    # Hide the cookie from scripts.
    #http_only = true

    # Whether browsers send the cookie with cross-site requests.
    #   "strict": with requests from this site only
    #   "lax": also when a visitor follows a link from another site
    #   "none": always, where the browser lets third-party cookies through
    #   "unset": the attribute is left out, and each browser applies its own default
    #same_site = "lax"

    # Keep one cookie for each site that embeds this one.
    #partitioned = false

    # What counts as a visitor id.
    [id]

    # Which UUIDs are accepted as a visitor's id.
    #   "v4": version 4 only, which Adobe's and Snowplow's collectors require
    #   "any": any version from 1 to 8, to keep visitors whom another system numbered
    #accept = "v4"

    # Seal ids, so that only ids that this site issued are accepted.
    #sealed = false

    # The day, UTC, before which ids without a seal are accepted too.
    #   a day such as "2030-12-31"; for example "2030-12-31"
    #   absent by default; for example
    #accept_unsealed_until = "2030-12-31"

    # When a returning visitor's cookie is extended.
    [renew]

    # When a returning visitor's cookie is extended to its full `max_age`.
    #   "every-visit": with every page
    #   "never": the cookie ends `max_age` after the first visit
    #   "every-visit" or "never", or a time such as "30d"; for example "30d"
    #when = "every-visit"

    # The name of the marker, the cookie that says when the id was last renewed.
    #   absent by default; for example
    #marker = "seen"

    # Which ids of other cookies are adopted, so that visitors whom another system numbered keep their id.
    [adopt]

    # Cookies of other systems that may hold a visitor's earlier id, in order of preference.
    #   a list of strings; for example ["ajs_anonymous_id", "_sp_id.*", "_ga"]
    #from = []

    # Derive an id from values that hold no UUID.
    #derive = false

    # How self-identified bots are treated: crawlers, link previews and others.
    [bots]

    # Whether declared bots get an id.
    #   "skip": they get no id, and the page goes out unchanged
    #   "treat-as-people": they get an id as any other client does
    #policy = "skip"

    # Further parts of a `User-Agent` that identify a bot.
    #   a list of strings; for example ["AcmeMonitor/"]
    #also = []

    # Parts of a `User-Agent` that identify a person's browser or app, whatever else it holds.
    #   a list of strings; for example ["AcmeApp/"]
    #people = []

    # Which exchanges the policy covers.
    [scope]

    # Paths that are excluded.
    #   a list of strings; for example ["/admin/*", "*.xml"]
    #exclude = []

    # Set the cookie with pages only, never with images, scripts, frames or fetches.
    #documents_only = true

    # Set the cookie with pages of status 400 and above too.
    #error_pages = false

    # How shared caches treat responses that carry the cookie.
    [caches]

    # Keep shared caches from storing a response that carries a visitor's cookie.
    #protect = true

    # Whether consent is required, and where the visitor's answer is read; by default it is not required.
    [consent]

    # Where a visitor gets an id only with consent.
    #   "nowhere", "everywhere" or a list of countries; for example ["EEA", "UK", "CH"]
    #required = "nowhere"

    # The cookies in which consent platforms store a visitor's answer.
    #   a list of platforms, each a word or a table; for example ["onetrust", { cmp = "tcf", needs = [1, 2, 8] }]
    #from = []

    # What `Sec-GPC: 1`, the Global Privacy Control, means for this cookie.
    #   "ignore": nothing
    #   "deny": the visitor denies consent
    #gpc = "ignore"

    # What `DNT: 1`, Do Not Track, means for this cookie.
    #   "ignore": nothing
    #   "deny": the visitor denies consent
    #dnt = "ignore"

    # What an objection to sale, sharing or targeted advertising means for this cookie.
    #   "ignore": nothing
    #   "deny": the visitor denies consent
    #us_opt_out = "ignore"

    # Where the decision is exposed; everything here is off by default.
    [signals]

    # The name of a response header that carries outcome, reason and id.
    #   absent by default; for example
    #response_header = "x-visitor"

    # The name of a request header that carries outcome, reason and id to the origin.
    #   absent by default; for example
    #request_header = "x-visitor-id"

    # The name of a second cookie that holds the id, for scripts to read.
    #   absent by default; for example
    #script_cookie = "visitor_id"

    # Send outcome and reason, without the id, in `Server-Timing`.
    #server_timing = false

    # Write one line of JSON for each decision to the platform's log.
    #log = false
    "#);
}

#[test]
fn init_overwrites_nothing_without_force() {
    let sandbox = Sandbox::with("hardtack.toml", "# mine\n");
    assert_snapshot!(sandbox.run("init"), @"
    exit code: 4
    ----- stderr -----
    error: `hardtack.toml` already exists
    hint: overwrite it with --force, or write to another file with --output FILE
    ");
    assert_eq!(sandbox.read("hardtack.toml"), "# mine\n");
    assert_snapshot!(sandbox.run("init --force"), @"
    exit code: 0
    ----- stderr -----
    wrote hardtack.toml
    hint: `hardtack check` explains it, `hardtack serve DIR` serves a folder with it
    ");
    assert_ne!(sandbox.read("hardtack.toml"), "# mine\n");
}

#[test]
fn init_writes_elsewhere() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("init -o other.toml --json"), @r#"
    exit code: 0
    ----- stdout -----
    {
      "written": "other.toml"
    }
    "#);
    assert_snapshot!(sandbox.run("init --policy third.toml"), @"
    exit code: 0
    ----- stderr -----
    wrote third.toml
    hint: `hardtack check --policy third.toml` explains it, `hardtack serve --policy third.toml DIR` serves a folder with it
    ");
    assert_eq!(sandbox.read("other.toml"), sandbox.read("third.toml"));
    assert_snapshot!(sandbox.run("init -o missing/hardtack.toml"), @"
    exit code: 4
    ----- stderr -----
    error: cannot write `missing/hardtack.toml`
      caused by: No such file or directory (os error 2)
    ");
}

#[test]
fn init_writes_to_stdout() {
    let sandbox = Sandbox::new();
    sandbox.run("init --profile cnil-exempt");
    let shown = sandbox.run("init --profile cnil-exempt -o -");
    let (_, text) = shown.split_once("----- stdout -----\n").unwrap();
    assert_eq!(text, sandbox.read("hardtack.toml"));
}

#[test]
fn every_profile_passes_the_strict_check() {
    for profile in [
        "tutorial",
        "eu-consent",
        "cnil-exempt",
        "adobe-fpid",
        "snowplow",
        "strict-host",
    ] {
        let sandbox = Sandbox::new();
        sandbox.run(&format!("init -q --profile {profile}"));
        assert_eq!(
            sandbox.run("check -q --strict"),
            "exit code: 0\n",
            "{profile}"
        );
    }
}

#[test]
fn an_unknown_profile_is_refused() {
    assert_snapshot!(run("init --profile cnli"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'cnli' for '--profile <NAME>'
      [possible values: tutorial, eu-consent, cnil-exempt, adobe-fpid, snowplow, strict-host]

      tip: a similar value exists: 'cnil-exempt'

    For more information, try '--help'.
    ");
}

#[test]
fn init_has_help() {
    assert_snapshot!(run("init -h"), @"
    exit code: 0
    ----- stdout -----
    Write a commented policy file

    Usage: hardtack init [OPTIONS]

    Options:
          --profile <NAME>  Start from this profile: tutorial, eu-consent, cnil-exempt, adobe-fpid,
                            snowplow or strict-host [default: tutorial]
          --force           Overwrite an existing file
      -o, --output <FILE>   Write to this file instead of ./hardtack.toml; `-` means stdout
      -h, --help            Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

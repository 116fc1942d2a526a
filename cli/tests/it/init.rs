//! `hardtack init`

use std::path::Path;

use hardtack_policy::PROFILES;
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
    let file = sandbox.read("hardtack.toml");
    let (schema, file) = file.split_once('\n').unwrap();
    assert_eq!(file, PROFILES[0].commented());
    let schema = schema.strip_prefix("#:schema ").unwrap();
    let (_, path) = schema.split_once("/raw/main/").unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    assert!(Path::new(root).join(path).exists(), "{schema}");
    // The first section; the others are written from the same table of keys.
    let (begin, _) = file.split_once("\n# What counts").unwrap();
    assert_snapshot!(begin, @r#"
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
      "schema": 1,
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
    hint: check the path: a relative one begins at the current folder
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
fn every_profile_is_in_the_changelog() {
    let changelog = include_str!("../../../CHANGELOG.md");
    let line = changelog
        .split("- ")
        .find(|line| line.starts_with("Profiles for"))
        .unwrap();
    for profile in PROFILES {
        assert!(
            line.contains(&format!("`{}`", profile.name)),
            "{}",
            profile.name
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

//! Help, version, and invalid command lines.

use insta::assert_snapshot;

use crate::sandbox::run;

#[test]
fn help_lists_the_commands() {
    assert_snapshot!(run("-h").replace(" (feature aws)", ""), @"
    exit code: 0
    ----- stdout -----
    Give every visitor of a website one persistent, first-party, HttpOnly cookie

    Usage: hardtack [OPTIONS] <COMMAND>

    Commands:
      init         Write a commented policy file
      check        Check the policy, and explain how browsers will treat its cookie
      explain      Explain the decision on one exchange, rule by rule
      serve        Serve a folder or an upstream, and set the cookie
      build        Build what an edge or a server runs, ready to upload or to import
      deploy       Deploy the policy to a CloudFront distribution
      status       Show what runs where, and whether it matches the local policy
      rollback     Go back to the release before
      remove       Take it off the distribution, and delete what was created for it
      logs         Show the function's logs of all regions, merged by time
      export       Write infrastructure as code around the built function: terraform, cloudformation or
                   cdk
      iam-policy   Print the least IAM policy for deploying
      seal         Make a key for sealed ids, or check an id's seal
      verify       Probe a live site as browsers would, and report what breaks its cookie
      completions  Print a shell completion script
      man          Print the manual page, or write a page for each command
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

#[test]
fn help_takes_the_name_of_a_command() {
    assert_eq!(run("help serve"), run("serve --help"));
    assert_eq!(run("help"), run("--help"));
}

/// A script that asks for JSON gets nothing else on stdout.
#[test]
fn whatever_clap_says_is_json_on_request() {
    assert_snapshot!(run("check --json --hots a.example"), @r#"
    exit code: 2
    ----- stdout -----
    {
      "errors": [
        {
          "causes": [],
          "column": null,
          "file": null,
          "hint": "a similar argument exists: '--host'",
          "key": null,
          "line": null,
          "message": "unexpected argument '--hots' found"
        }
      ],
      "schema": 1
    }
    "#);
    assert_snapshot!(run("--json --version"), @r#"
    exit code: 0
    ----- stdout -----
    {
      "schema": 1,
      "version": "hardtack [VERSION]"
    }
    "#);
    for line in [
        "check --help --json",
        "completions bash --json",
        "man --json",
        "init -o - --json",
    ] {
        let shown = run(line);
        let (code, json) = shown.split_once("\n----- stdout -----\n").unwrap();
        assert_eq!(code, "exit code: 0", "{line}");
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(json["schema"], 1, "{line}");
    }
}

#[test]
fn long_help_ends_with_the_exit_codes() {
    let help = run("--help");
    let (_, codes) = help.split_once("Exit codes:").unwrap();
    assert_snapshot!(codes, @"
    0  success
    1  problems were found, such as a warning with `check --strict`
    2  the command line is invalid
    3  the policy file is invalid
    4  a file could not be read or written, or the network or AWS failed
    ");
}

#[test]
fn the_version_is_printed() {
    assert_snapshot!(run("--version"), @"
    exit code: 0
    ----- stdout -----
    hardtack [VERSION]
    ");
}

#[test]
fn help_fits_one_screen() {
    for command in [
        "",
        "init ",
        "check ",
        "explain ",
        "serve ",
        "build ",
        "deploy ",
        "status ",
        "rollback ",
        "remove ",
        "logs ",
        "export ",
        "iam-policy ",
        "completions ",
        "man ",
    ] {
        let help = run(&format!("{command}-h"));
        assert!(help.lines().count() <= 40, "{command}: {help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 100),
            "{command}: {help}"
        );
    }
}

#[test]
fn a_misspelt_command_names_the_nearest() {
    assert_snapshot!(run("chekc"), @"
    exit code: 2
    ----- stderr -----
    error: unrecognized subcommand 'chekc'

      tip: a similar subcommand exists: 'check'

    Usage: hardtack [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn a_missing_command_is_refused() {
    assert_snapshot!(run("--quiet"), @"
    exit code: 2
    ----- stderr -----
    error: 'hardtack' requires a subcommand but one was not provided
      [subcommands: init, check, explain, serve, build, deploy, status, rollback, remove, logs, export, iam-policy, seal, verify, completions, man, help]

    Usage: hardtack [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    assert_snapshot!(run("check -q -v"), @"
    exit code: 2
    ----- stderr -----
    error: the argument '--quiet' cannot be used with '--verbose'

    Usage: hardtack check --quiet

    For more information, try '--help'.
    ");
}

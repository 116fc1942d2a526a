//! Help, version, and lines that make no sense.

use insta::assert_snapshot;

use crate::sandbox::run;

#[test]
fn help_lists_the_commands() {
    assert_snapshot!(run("-h"), @"
    exit code: 0
    ----- stdout -----
    Give every visitor of a website one lasting, first-party, HttpOnly cookie

    Usage: hardtack [OPTIONS] <COMMAND>

    Commands:
      init         Write a commented policy file
      check        Check the policy, and explain what browsers will make of it
      explain      Explain the decision on one exchange, rule by rule
      serve        Serve a folder or an upstream, with the cookie
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
      verify       Examine a live site as browsers would, and say what breaks its cookie
      completions  Print a script that completes hardtack's command line
      man          Print the manual page, or write one for each command

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Say nothing but errors
      -v, --verbose        Say more
          --color <WHEN>   Colour the output [default: auto]
    ");
}

#[test]
fn long_help_ends_with_the_exit_codes() {
    let help = run("--help");
    let (_, codes) = help.split_once("Exit codes:").unwrap();
    assert_snapshot!(codes, @"
    0  all is well
    1  something was found wrong, such as a warning under `check --strict`
    2  the command line makes no sense
    3  the policy file is invalid
    4  a file could not be read or written, or the network or AWS failed
    ");
}

#[test]
fn the_version_is_told() {
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
fn no_command_at_all_gets_help() {
    assert_snapshot!(run("--quiet"), @"
    exit code: 2
    ----- stderr -----
    error: 'hardtack' requires a subcommand but one was not provided
      [subcommands: init, check, explain, serve, build, deploy, status, rollback, remove, logs, export, iam-policy, seal, verify, completions, man]

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

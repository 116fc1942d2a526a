//! `hardtack completions`

use insta::assert_snapshot;

use crate::sandbox::run;

#[test]
fn every_shell_gets_a_script_with_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&format!("completions {shell}"));
        assert!(script.starts_with("exit code: 0\n"), "{shell}");
        for word in [
            "init",
            "check",
            "explain",
            "serve",
            "completions",
            "man",
            "policy",
            "profile",
        ] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn an_unknown_shell_is_refused() {
    assert_snapshot!(run("completions tcsh"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'tcsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
}

#[test]
fn completions_has_help() {
    assert_snapshot!(run("completions -h"), @"
    exit code: 0
    ----- stdout -----
    Print a shell completion script

    Usage: hardtack completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  The shell: bash, zsh, fish, powershell or elvish

    Options:
      -h, --help  Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

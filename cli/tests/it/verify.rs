//! `hardtack verify` without a site. The tests in `verify/` and `tests/e2e/` cover its findings.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn a_url_is_required() {
    assert_snapshot!(run("verify"), @"
    exit code: 2
    ----- stderr -----
    error: the following required arguments were not provided:
      <URL>

    Usage: hardtack verify <URL>

    For more information, try '--help'.
    ");
    assert_snapshot!(run("verify ftp://www.example.com/"), @"
    exit code: 2
    ----- stderr -----
    error: `ftp://www.example.com/` is not a valid page URL
    hint: write it as https://www.example.com/
    ");
    assert_snapshot!(run("verify localhost --resolve localhost"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'localhost' for '--resolve <HOST=ADDR>': write it as www.example.com=192.0.2.1

    For more information, try '--help'.
    ");
}

#[track_caller]
fn refused(arguments: &[&str], message: &str) {
    let policy = "[consent]\nfrom = [\"plain\"]\nrequired = \"everywhere\"\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    let mut all = vec!["verify", "http://127.0.0.1:1/"];
    all.extend(arguments);
    let shown = sandbox.run_args(&all);
    assert!(shown.starts_with("exit code: 2"), "{shown}");
    assert!(shown.contains(message), "{shown}");
}

#[test]
fn cookies_that_the_policy_reads_no_answer_from_are_refused() {
    let nothing = "the policy reads no consent from what `--granted` holds (hardtack_consent)";
    refused(&["--granted", "theme=dark"], nothing);
    refused(&["--granted", "hardtack_consent=denied"], nothing);
    let nothing = "the policy reads no answer from what `--denied` holds (hardtack_consent)";
    refused(&["--denied", "theme=dark"], nothing);
    for option in ["--granted", "--denied"] {
        refused(
            &[option, "hardtack_consent=granted\r\nx: y"],
            "control character",
        );
        refused(&[option, "hardtack_consent=granted\n"], "control character");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_before_the_site_is_asked() {
    assert_snapshot!(run("verify http://127.0.0.1:1/ --html /nonexistent/report.html"), @"
    exit code: 4
    ----- stderr -----
    error: cannot write `/nonexistent/report.html`
      caused by: No such file or directory (os error 2)
    hint: name a file in a folder that exists and that you may write to
    ");
}

#[test]
fn an_authority_that_cannot_be_read_says_what_to_name() {
    let shown = run("verify http://127.0.0.1:1/ --ca /nonexistent/ca.pem");
    assert!(shown.contains("name a PEM file"), "{shown}");
    assert!(!shown.contains("--resolve"), "{shown}");
}

#[test]
fn an_unreachable_site_is_an_error() {
    let shown = run("verify http://127.0.0.1:1/ --timeout 5");
    let first: Vec<_> = shown.lines().take(4).collect();
    assert_snapshot!(first.join("\n"), @"
    exit code: 4
    ----- stderr -----
    error: no answer from `http://127.0.0.1:1/`
      caused by: client error (Connect)
    ");
}

#[test]
fn an_unreachable_site_is_an_error_in_json() {
    let shown = run("verify http://127.0.0.1:1/ --json");
    assert!(
        shown.starts_with("exit code: 4") && shown.contains("\"errors\""),
        "{shown}"
    );
}

#[test]
fn verify_has_help() {
    assert_snapshot!(run("verify -h"), @"
    exit code: 0
    ----- stdout -----
    Probe a live site as browsers would, and report what breaks its cookie

    Usage: hardtack verify [OPTIONS] <URL>

    Arguments:
      <URL>  The first page to request

    Options:
          --pages <LIST>             Request these pages, too: paths or URLs, separated by commas
                                     [default: the first linked page]
          --html <FILE>              Write the report to this HTML file
          --strict                   Fail if there is a warning
          --granted <COOKIES>        Probe as a visitor who granted consent, too, with these cookies,
                                     copied from a browser; where the policy waits for consent, all
                                     visitors send them
          --denied <COOKIES>         Probe as a visitor who denied consent, and as one who withdrew it,
                                     with these cookies
          --country <COUNTRY>        Expect the policy's decision for this country, if the platform
                                     knows the visitor's: two letters, such as FR
          --resolve <HOST=ADDR>      Connect to this address for the host
          --ca <FILE>                Trust these certificate authorities (PEM) and no others
          --timeout <SECONDS>        Wait this many seconds for a response [default: 15]
          --deadline <SECONDS>       End the examination after this many seconds, whatever has not been
                                     tested then [default: 60]
          --plain-port <PORT>        Use this port for plain http [default: 80 if https uses 443]
          --name-server <ADDR:PORT>  Look up CNAMEs at this name server [default: the system's]
      -h, --help                     Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

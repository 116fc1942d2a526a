//! `hardtack verify`, as far as it needs no site; what it finds is tested in `verify/` and `e2e/`.

use insta::assert_snapshot;

use crate::sandbox::run;

#[test]
fn an_address_is_needed() {
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
    error: `ftp://www.example.com/` is no address of a page
    hint: write it as https://www.example.com/
    ");
    assert_snapshot!(run("verify localhost --resolve localhost"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'localhost' for '--resolve <HOST=ADDR>': write it as www.example.com=192.0.2.1

    For more information, try '--help'.
    ");
}

#[test]
fn a_site_that_is_not_there_is_told() {
    let told = run("verify http://127.0.0.1:1/ --timeout 5");
    let first: Vec<_> = told.lines().take(4).collect();
    assert_snapshot!(first.join("\n"), @"
    exit code: 4
    ----- stderr -----
    error: no answer from `http://127.0.0.1:1/`
      caused by: client error (Connect)
    ");
}

#[test]
fn a_site_that_is_not_there_is_told_as_json() {
    let told = run("verify http://127.0.0.1:1/ --json");
    assert!(
        told.starts_with("exit code: 4") && told.contains("\"errors\""),
        "{told}"
    );
}

#[test]
fn verify_has_help() {
    assert_snapshot!(run("verify -h"), @"
    exit code: 0
    ----- stdout -----
    Examine a live site as browsers would, and say what breaks its cookie

    Usage: hardtack verify [OPTIONS] <URL>

    Arguments:
      <URL>  The page to begin with

    Options:
          --pages <LIST>             Visit these pages, too; paths or addresses, separated by commas
                                     [default: the first page that is linked]
          --html <FILE>              Write the report as one HTML file
          --strict                   Fail where there is a warning
          --granted <COOKIES>        Come as a visitor who granted consent, too: with these cookies,
                                     copied from a browser
          --denied <COOKIES>         Come as a visitor who denied consent, and as one who withdrew it:
                                     with these cookies
          --country <COUNTRY>        Expect what the policy says for visitors from here, where the
                                     site's platform knows: two letters, such as FR
          --resolve <HOST=ADDR>      Take this address for that host
          --ca <FILE>                Trust these certificate authorities (PEM) and no others
          --timeout <SECONDS>        Wait this many seconds for an answer [default: 15]
          --plain-port <PORT>        The port of plain http [default: 80 where https is at 443]
          --name-server <ADDR:PORT>  Ask this name server for CNAMEs [default: the system's]
      -h, --help                     Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Say nothing but errors
      -v, --verbose        Say more
          --color <WHEN>   Colour the output [default: auto]
    ");
}

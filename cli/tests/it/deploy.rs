//! `hardtack deploy` and the related commands, in a build without AWS.

use insta::assert_snapshot;

use crate::sandbox::run;

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_aws_names_one_with_it() {
    assert_snapshot!(run("deploy --distribution E1"), @"
    exit code: 2
    ----- stderr -----
    error: this build of hardtack has no `deploy`
      caused by: it was compiled without the feature `aws`, which takes minutes to compile
    hint: `cargo install --path cli --features aws` builds one that has; releases have it, too
    ");
}

#[test]
fn a_distribution_is_required() {
    assert_snapshot!(run("rollback"), @"
    exit code: 2
    ----- stderr -----
    error: the following required arguments were not provided:
      --distribution <ID>

    Usage: hardtack rollback --distribution <ID>

    For more information, try '--help'.
    ");
}

#[test]
fn deploy_has_help() {
    assert_snapshot!(run("deploy -h"), @"
    exit code: 0
    ----- stdout -----
    Deploy the policy to a CloudFront distribution

    Usage: hardtack deploy [OPTIONS] --distribution <ID>

    Options:
          --distribution <ID>    The CloudFront distribution, by its id, such as E1ABCDEFGHIJKL
          --profile <NAME>       Take credentials from this profile
          --endpoint <URL>       Use this endpoint instead of AWS
          --via <PRODUCT>        Where it runs: lambda-edge or cloudfront-function
          --behavior <PATTERN>   Attach it to the behavior with this path pattern (can be repeated;
                                 `default` is one)
          --all                  Attach it to all behaviors
          --replace              Replace another function on viewer-response, until `hardtack remove`
                                 puts that one back
          --wrap                 Wrap another CloudFront Function on viewer-response: run a copy of it
                                 first
          --staging              Attach it to the staging distribution of the continuous deployment
          --dry-run              Print the plan, and change nothing
      -y, --yes                  Do not ask for confirmation
          --no-wait              Do not wait until the change is deployed at every edge
          --check-url <URL>      Request this page at the end, and check that it sets the cookie
          --runtime <NAME>       The Lambda runtime [default: nodejs22.x]
          --log-days <DAYS>      Keep the function's logs for this many days [default: 30]
          --log-region <REGION>  Create log groups in this region only (can be repeated)
      -h, --help                 Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

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
    Put the policy on a CloudFront distribution

    Usage: hardtack deploy [OPTIONS] --distribution <ID>

    Options:
          --distribution <ID>    The CloudFront distribution, by its id, such as E1ABCDEFGHIJKL
          --profile <NAME>       Take credentials from this profile
          --endpoint <URL>       Talk to this endpoint in place of AWS
          --via <PRODUCT>        Where it runs: lambda-edge or cloudfront-function
          --behavior <PATTERN>   Attach it to the behavior with this path pattern (can be repeated;
                                 `default` is one)
          --all                  Attach it to all behaviors
          --replace              Let it take the place of another function on viewer-response, until
                                 `hardtack remove` puts that one back
          --wrap                 Run another CloudFront Function on viewer-response first, as a copy in
                                 ours
          --staging              Attach it to the staging distribution of the continuous deployment
          --dry-run              Print the plan, and do nothing
      -y, --yes                  Don't ask
          --no-wait              Don't wait until the edges have it
          --check-url <URL>      Look at this page when all is done
          --runtime <NAME>       The Lambda runtime [default: nodejs22.x]
          --log-days <DAYS>      Keep the function's logs for so many days [default: 30]
          --log-region <REGION>  Prepare logs in this region only (can be repeated)
      -h, --help                 Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

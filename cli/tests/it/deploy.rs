//! `hardtack deploy` and the related commands, in a build without AWS.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

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

#[cfg(feature = "aws")]
#[test]
fn a_runtime_of_the_other_product_is_refused() {
    let function = "deploy --distribution E1 --via cloudfront-function";
    assert_snapshot!(run(&format!("{function} --runtime nodejs24.x")), @"
    exit code: 2
    ----- stderr -----
    error: `--runtime` is for Lambda@Edge, and this is a CloudFront Function
    hint: leave it out, or deploy with `--via lambda-edge`
    ");
}

/// Nothing is asked of AWS before the command line is right.
#[test]
fn what_aws_would_refuse_is_refused_at_once() {
    let deploy = |flags: &str| run(&format!("deploy --distribution E1 {flags}"));
    assert_snapshot!(deploy("--runtime python3.12"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'python3.12' for '--runtime <NAME>'
      [possible values: nodejs22.x, nodejs24.x, nodejs26.x]

    For more information, try '--help'.
    ");
    assert_snapshot!(deploy("--log-region mars-1"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'mars-1' for '--log-region <REGION>'
      [possible values: us-east-1, us-east-2, us-west-1, us-west-2, ap-northeast-1, ap-northeast-2, ap-south-1, ap-southeast-1, ap-southeast-2, eu-central-1, eu-west-1, eu-west-2, sa-east-1]

    For more information, try '--help'.
    ");
    assert_snapshot!(deploy("--log-days 31"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '31' for '--log-days <DAYS>': CloudWatch Logs takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653

    For more information, try '--help'.
    ");
    assert_snapshot!(deploy("--endpoint 127.0.0.1:4566"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '127.0.0.1:4566' for '--endpoint <URL>': write it with http:// or https://, and a host

    For more information, try '--help'.
    ");
    assert_snapshot!(deploy("--check-url www.example.com"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'www.example.com' for '--check-url <URL>': write it with http:// or https://, and a host

    For more information, try '--help'.
    ");
    assert_snapshot!(run("deploy --distribution https://d1.cloudfront.net"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'https://d1.cloudfront.net' for '--distribution <ID>': write an id, such as E1ABCDEFGHIJKL

    For more information, try '--help'.
    ");
    assert_snapshot!(run("logs --distribution E1 --region mars-1"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'mars-1' for '--region <REGION>'
      [possible values: us-east-1, us-east-2, us-west-1, us-west-2, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, ap-southeast-1, ap-southeast-2, ca-central-1, eu-central-1, eu-north-1, eu-west-1, eu-west-2, eu-west-3, sa-east-1]

    For more information, try '--help'.
    ");
    assert_snapshot!(run("iam-policy --account abc"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'abc' for '--account <NUMBER>': write the 12 digits of an account's number

    For more information, try '--help'.
    ");
    assert_snapshot!(run("iam-policy --distribution arn:aws:cloudfront::1:distribution/E1"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'arn:aws:cloudfront::1:distribution/E1' for '--distribution <ID>': write an id, such as E1ABCDEFGHIJKL

    For more information, try '--help'.
    ");
}

#[test]
fn the_environment_names_the_distribution() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["rollback", "--endpoint", "http://127.0.0.1:9"]);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env(name, "unused");
    }
    command.env("HARDTACK_DISTRIBUTION", "E1");
    let shown = sandbox.show(&command.output().unwrap());
    assert!(!shown.contains("--distribution <ID>"), "{shown}");
}

/// An emulator that is named must not lose to AWS, or to another one.
#[cfg(feature = "aws")]
#[test]
fn an_endpoint_on_the_command_line_comes_before_the_environment() {
    use std::net::TcpListener;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let waiting = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["rollback", "--distribution", "E1"]);
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFRONT"] {
        command.env(name, "http://127.0.0.1:9");
    }
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env(name, "unused");
    }
    let output = command.args(["--endpoint", &endpoint]).output().unwrap();
    assert!(waiting.is_finished(), "{}", sandbox.show(&output));
}

#[test]
fn deploy_has_help() {
    assert_snapshot!(run("deploy -h").replace(" (feature aws)", ""), @"
    exit code: 0
    ----- stdout -----
    Deploy the policy to a CloudFront distribution

    Usage: hardtack deploy [OPTIONS] --distribution <ID>

    Options:
          --distribution <ID>      The CloudFront distribution, by its id, such as E1ABCDEFGHIJKL [env:
                                   HARDTACK_DISTRIBUTION=]
          --profile <NAME>         Take credentials from this profile
          --endpoint <URL>         Use this endpoint instead of AWS
          --via <PRODUCT>          Where it runs: lambda-edge or cloudfront-function
          --behavior <PATTERN>     Attach it to the behavior with this path pattern (can be repeated;
                                   `default` is one)
          --all                    Attach it to all behaviors
          --replace                Replace another function on viewer-response, until `hardtack remove`
                                   puts that one back
          --wrap                   Wrap another CloudFront Function on viewer-response: run a copy of it
                                   first
          --viewer-request <MODE>  Find a bucket's pages: clean-urls, clean-urls-file, single-page or
                                   none
          --staging                Attach it to the staging distribution of the continuous deployment
          --dry-run                Print the plan, and change nothing
      -y, --yes                    Do not ask for confirmation
          --no-wait                Do not wait until the change is deployed at every edge
          --check-url <URL>        Request this page at the end, and check that it sets the cookie
          --runtime <NAME>         The Lambda runtime: nodejs22.x, nodejs24.x, nodejs26.x [default:
                                   nodejs22.x]
          --log-days <DAYS>        Keep the function's logs for this many days [default: 30]
          --log-region <REGION>    Create log groups in this region only (can be repeated)
      -h, --help                   Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

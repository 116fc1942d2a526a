//! What AWS and the network refuse, in the user's words.

use insta::assert_snapshot;

use crate::deploy::Scene;
use crate::emulator::{Bench, Run};
use crate::faults::SITE;
use crate::proxy::Fault;

#[test]
fn expired_credentials_are_told() {
    let scene = Scene::new(SITE);
    scene.proxy.fail(0, Fault::Expired);
    assert_snapshot!(scene.run("deploy --yes"), @"
    exit code: 4
    ----- stderr -----
    error: cloudfront:GetDistribution was refused: ExpiredTokenException
      caused by: as the test wants it
    hint: log in again, for example with `aws sso login`; the next run continues where this one stopped
    ");
}

#[test]
fn without_credentials_nothing_is_tried() {
    let scene = Scene::new(SITE);
    let mut command = scene.bench.command(&scene.line("status"));
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    assert_snapshot!(Run::of(&mut command).shown(&[]), @"
    exit code: 4
    ----- stderr -----
    error: no AWS credentials
      caused by: the credential provider was not enabled: no providers in chain provided credentials
    hint: `aws configure` or `aws sso login` provides some; `--profile NAME` or AWS_PROFILE chooses among them
    ");
    assert_eq!(scene.proxy.passed(), []);
}

#[test]
fn an_endpoint_that_nobody_listens_on_is_told() {
    let bench = Bench::new("", "127.0.0.1:1");
    let mut command = bench.command("status --distribution E1");
    let run = Run::of(command.env("AWS_MAX_ATTEMPTS", "1"));
    assert_snapshot!(run.shown(&[]), @"
    exit code: 4
    ----- stderr -----
    error: cloudfront:GetDistribution got no response
      caused by: io error: client error (Connect): tcp connect error: Connection refused (os error 111)
    hint: the next run continues where this one stopped
    ");
}

#[test]
fn a_network_that_breaks_off_on_the_way_is_told() {
    let scene = Scene::new(SITE);
    let line = format!("POST /2015-03-31/functions/hardtack-{}/versions", scene.id);
    scene.proxy.cut_off(&line);
    let mut command = scene.bench.command(&scene.line("deploy --yes"));
    let run = Run::of(command.env("AWS_MAX_ATTEMPTS", "1"));
    let shown = run.shown(&[(&scene.id, "[ID]")]);
    assert_snapshot!(shown.split_once("----- stderr -----\n").unwrap().1, @"
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    ok function hardtack-[ID] created
    error: lambda:PublishVersion got no response
      caused by: other: client error (SendRequest): connection closed before message completed
    hint: the next run continues where this one stopped
    ");
}

#[test]
fn credentials_that_aws_does_not_know_are_told() {
    let scene = Scene::new(SITE);
    let refusal = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the \
        request is invalid.</Message></Error></ErrorResponse>";
    scene
        .proxy
        .refuse("GET /2020-05-31/distribution/", "", refusal);
    assert_snapshot!(scene.run("status"), @"
    exit code: 4
    ----- stderr -----
    error: cloudfront:GetDistribution was refused: InvalidClientTokenId
      caused by: The security token included in the request is invalid.
    hint: the credentials are unknown to AWS: check AWS_ACCESS_KEY_ID, the profile, and this machine's clock
    ");
}

#[test]
fn a_profile_that_is_not_there_is_told() {
    let scene = Scene::new(SITE);
    assert_snapshot!(scene.run("status --profile nobody"), @"
    exit code: 4
    ----- stderr -----
    error: no AWS credentials
      caused by: profile `nobody`: the credential provider was not enabled
    hint: `aws configure` or `aws sso login` provides some; `--profile NAME` or AWS_PROFILE chooses among them
    ");
    assert_eq!(scene.proxy.passed(), []);
}

#[test]
fn a_profile_comes_before_the_keys_of_the_environment() {
    let scene = Scene::new(SITE);
    let folder = scene.bench.path(".aws");
    std::fs::create_dir(&folder).unwrap();
    let keys = "[other]\naws_access_key_id = OTHER\naws_secret_access_key = x\n";
    std::fs::write(folder.join("credentials"), keys).unwrap();
    scene.ok("status --profile other");
    let calls = scene.proxy.passed();
    assert!(calls.iter().all(|call| call.key == "OTHER"), "{calls:?}");
    assert!(!calls.is_empty());
}

#[test]
fn the_region_of_the_environment_does_not_matter() {
    let scene = Scene::new(SITE);
    let mut command = scene.bench.command(&scene.line("deploy --yes"));
    let elsewhere = command
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_DEFAULT_REGION", "eu-central-1");
    let run = Run::of(elsewhere);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(scene.config().contains(&scene.version(1)));
}

#[test]
fn a_change_that_is_still_on_its_way_is_told() {
    let scene = Scene::new(SITE);
    let on_its_way = "<Distribution><DomainName>d1.cloudfront.net</DomainName><Status>InProgress</Status></Distribution>";
    let line = format!("GET /2020-05-31/distribution/{} ", scene.id);
    scene.proxy.answer(&line, on_its_way);
    let shown = scene.ok("deploy --dry-run");
    assert_snapshot!(shown.split_once("----- stderr -----\n").unwrap().1, @"note: an earlier change of the distribution is still being deployed; this one waits for it");
    assert_snapshot!(scene.ok("status"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, still being deployed
      hardtack is not attached
    ----- stderr -----
    hint: `hardtack deploy` attaches it
    ");
}

#[test]
fn throttling_without_end_is_told() {
    let scene = Scene::new(SITE);
    scene.proxy.fail(0, Fault::Burst(429, u32::MAX));
    assert_snapshot!(scene.run("status"), @"
    exit code: 4
    ----- stderr -----
    error: cloudfront:GetDistribution was refused: TooManyRequestsException
      caused by: as the test wants it
    hint: AWS throttles these calls: try again in a minute; the next run continues where this one stopped
    ");
}

#[test]
fn a_quota_that_is_reached_is_told() {
    let scene = Scene::new(SITE);
    let refusal = "{\"Message\":\"Code storage limit exceeded.\"}";
    scene.proxy.refuse(
        "POST /2015-03-31/functions HTTP",
        "CodeStorageExceededException",
        refusal,
    );
    assert_snapshot!(scene.run("deploy --yes"), @"
    exit code: 4
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + role      hardtack-[ID]  for Lambda and Lambda@Edge to assume
      ~ rights    hardtack-[ID]  may write its own log, in every region
      + logs      /aws/lambda/us-east-1.hardtack-[ID]  kept for 30 days, in 2 regions
      + function  hardtack-[ID]  nodejs22.x, 128 MB, 5 s, [SIZE] bytes
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      + behavior  default  viewer-response: nothing -> the new version
    ----- stderr -----
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    error: lambda:CreateFunction was refused: CodeStorageExceededException
      caused by: Code storage limit exceeded.
    hint: the account's quota for Lambda code is reached: delete old versions, or request a higher quota
    ");
}

/// Refuses a call the way CloudFront does, and shows the error.
fn refused(line: &str, call: &str, code: &str, message: &str) -> String {
    let scene = Scene::new(SITE);
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    scene.proxy.refuse(call, "", &body);
    let shown = scene.run(line);
    shown.split_once("error: ").unwrap().1.to_string()
}

#[test]
fn quotas_of_cloudfront_are_told() {
    let function = "deploy --yes --via cloudfront-function";
    let message = "You have reached the maximum number of functions in your account.";
    assert_snapshot!(refused(function, "POST /2020-05-31/function ", "TooManyFunctions", message), @"
    cloudfront:CreateFunction was refused: TooManyFunctions
      caused by: You have reached the maximum number of functions in your account.
    hint: an account may have a hundred CloudFront Functions: delete one that is not used
    ");
    let message =
        "The number of distributions with CloudFront Functions associations is at its maximum.";
    let code = "TooManyDistributionsWithFunctionAssociations";
    assert_snapshot!(refused(function, "PUT /2020-05-31/distribution/", code, message), @"
    cloudfront:UpdateDistribution was refused: TooManyDistributionsWithFunctionAssociations
      caused by: The number of distributions with CloudFront Functions associations is at its maximum.
    hint: a CloudFront quota is reached: request a higher one in the Service Quotas console, or detach a function
    ");
    let message =
        "The number of distributions with Lambda function associations is at its maximum.";
    let code = "TooManyDistributionsWithLambdaAssociations";
    assert_snapshot!(refused("deploy --yes", "PUT /2020-05-31/distribution/", code, message), @"
    cloudfront:UpdateDistribution was refused: TooManyDistributionsWithLambdaAssociations
      caused by: The number of distributions with Lambda function associations is at its maximum.
    hint: a CloudFront quota is reached: request a higher one in the Service Quotas console, or detach a function
    ");
}

#[test]
fn a_function_that_cloudfront_does_not_take_is_told() {
    let message = "The function must be in region &apos;us-east-1&apos;.";
    let code = "InvalidLambdaFunctionAssociation";
    assert_snapshot!(refused("deploy --yes", "PUT /2020-05-31/distribution/", code, message), @"
    cloudfront:UpdateDistribution was refused: InvalidLambdaFunctionAssociation
      caused by: The function must be in region 'us-east-1'.
    hint: `hardtack status` shows what is attached; nothing was changed
    ");
}

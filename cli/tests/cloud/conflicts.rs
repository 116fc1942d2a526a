//! What conflicts with a deployment, and the errors and choices that the user reads.

use std::sync::Arc;

use insta::assert_snapshot;

use crate::deploy::{EVERYTHING, Scene, writes};
use crate::emulator::{ACCOUNT, between};
use crate::faults::SITE;

#[test]
fn a_function_that_stands_there_already_is_told_with_the_choices() {
    let scene = Scene::new(EVERYTHING);
    assert_snapshot!(scene.run("deploy --dry-run --behavior /shop/*"), @"
    exit code: 1
    ----- stderr -----
    error: behavior `/shop/*` has a function on viewer-response already
      caused by: arn:aws:lambda:us-east-1:000000000000:function:ab-test:12
    hint: choose: `--replace` to run hardtack in its place, or another behavior, with `--behavior PATTERN`
    ");
    assert_snapshot!(scene.run("deploy --dry-run --all"), @"
    exit code: 1
    ----- stderr -----
    error: behavior `/api/*` has a function on viewer-request already
      caused by: arn:aws:cloudfront::000000000000:function/check-token
      caused by: CloudFront never runs Lambda@Edge and CloudFront Functions together on the viewer events of one behavior
    hint: choose: the other `--via`, which can run beside it, or another behavior, with `--behavior PATTERN`

    error: behavior `/shop/*` has a function on viewer-response already
      caused by: arn:aws:lambda:us-east-1:000000000000:function:ab-test:12
    hint: choose: `--replace` to run hardtack in its place, or another behavior, with `--behavior PATTERN`
    ");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
}

#[test]
fn a_function_gives_way_where_that_is_asked_for() {
    let scene = Scene::new(EVERYTHING);
    assert_snapshot!(scene.ok("deploy --yes --replace --behavior /shop/*"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      + role      hardtack-[ID]  for Lambda and Lambda@Edge to assume
      ~ rights    hardtack-[ID]  may write its own log, in every region
      + logs      /aws/lambda/us-east-1.hardtack-[ID]  kept for 30 days, in 2 regions
      + function  hardtack-[ID]  nodejs22.x, 128 MB, 5 s, [SIZE] bytes
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      ~ tags      hardtack-[ID]  records ab-test:12
      ~ behavior  /shop/*  viewer-response: ab-test:12 -> the new version
    ----- stderr -----
    note: pages under `default`, `/api/*`, `*.jp?g` set no cookie; `--behavior PATTERN` or `--all` adds them
    note: where the origin answers 403, CloudFront serves /index.html as 200 and runs no function: a visit that begins there gets its cookie on the next page only; to have it at once, map paths to files in a viewer-request or origin-request function, such as `--viewer-request` brings along
    note: the error page /404.html for 404 sets no cookie: CloudFront runs no function for it
    note: arn:aws:lambda:us-east-1:000000000000:function:ab-test:12 is replaced; `hardtack remove` puts it back
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    ok function hardtack-[ID] created
    ok version of hardtack-[ID] published
    ok replaced functions recorded
    ok distribution [ID] changed
    ");
    let config = scene.config();
    assert!(!config.contains("function:ab-test"), "{config}");
    assert!(config.contains(&scene.version(1)), "{config}");
}

#[test]
fn a_behavior_that_is_not_there_is_told_with_those_that_are() {
    let scene = Scene::new(EVERYTHING);
    assert_snapshot!(scene.run("deploy --dry-run --behavior /shp/*"), @"
    exit code: 2
    ----- stderr -----
    error: the distribution has no behavior `/shp/*`
    hint: it has `default`, `/api/*`, `/shop/*`, `*.jp?g`
    ");
}

#[test]
fn an_unknown_distribution_is_told_with_the_account() {
    let scene = Scene::new(SITE);
    let run = scene
        .bench
        .run("deploy --distribution E0000000000000 --dry-run");
    assert_snapshot!(run.shown(&[]), @"
    exit code: 2
    ----- stderr -----
    error: account 123456789012 has no distribution `E0000000000000`
    hint: look up the id in the CloudFront console, or choose another account with `--profile NAME`
    ");
}

#[test]
fn a_function_of_the_same_name_that_is_not_ours_stays() {
    let scene = Scene::new(SITE);
    let name = format!("hardtack-{}", scene.id);
    let body = format!(
        "{{\"FunctionName\":\"{name}\",\"Role\":\"arn:aws:iam::{ACCOUNT}:role/x\",\"Runtime\":\"nodejs22.x\",\
         \"Handler\":\"index.handler\",\"Code\":{{\"ZipFile\":\"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==\"}}}}"
    );
    let made = scene
        .emulator
        .call("POST", "/2015-03-31/functions", &[], &body);
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    assert_snapshot!(scene.run("deploy --yes"), @"
    exit code: 1
    ----- stderr -----
    error: a Lambda function `hardtack-[ID]` exists, and hardtack does not manage it: it has no tag managed-by=hardtack
    hint: if hardtack created it, add the tag; otherwise rename it or delete it
    ");
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn a_change_by_someone_else_is_never_overwritten() {
    let scene = Scene::new(SITE);
    let (emulator, id) = (Arc::clone(&scene.emulator), scene.id.clone());
    scene
        .proxy
        .before("PUT /2020-05-31/distribution/", move || {
            let path = format!("/2020-05-31/distribution/{id}/config");
            let answer = emulator.call("GET", &path, &[], "");
            let etag = between(&answer.to_lowercase(), "etag: ", "\r\n");
            let config = answer.split_once("\r\n\r\n").unwrap().1;
            let config = config.replace("<Comment />", "<Comment>theirs</Comment>");
            let answer = emulator.call("PUT", &path, &[("if-match", &etag)], &config);
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        });
    assert_snapshot!(scene.ok("deploy --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + role      hardtack-[ID]  for Lambda and Lambda@Edge to assume
      ~ rights    hardtack-[ID]  may write its own log, in every region
      + logs      /aws/lambda/us-east-1.hardtack-[ID]  kept for 30 days, in 2 regions
      + function  hardtack-[ID]  nodejs22.x, 128 MB, 5 s, [SIZE] bytes
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      + behavior  default  viewer-response: nothing -> the new version
    distribution [ID] (www.example.com), account 123456789012
      + behavior  default  viewer-response: nothing -> hardtack-[ID]:1
    ----- stderr -----
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    ok function hardtack-[ID] created
    ok version of hardtack-[ID] published
    warning: the distribution has changed meanwhile: this is a new plan
    ok distribution [ID] changed
    ");
    let config = scene.config();
    assert!(config.contains("<Comment>theirs</Comment>"), "{config}");
    assert!(config.contains(&scene.version(1)), "{config}");
}

#[test]
fn a_function_with_replicas_is_deleted_another_day() {
    let scene = Scene::new(SITE);
    scene.ok("deploy --yes");
    let line = format!("DELETE /2015-03-31/functions/hardtack-{}", scene.id);
    let refusal = "{\"Type\":\"User\",\"Message\":\"Lambda was unable to delete arn:aws:lambda:us-east-1:1:function:x:1 \
        because it is a replicated function. Please see our documentation for Deleting Lambda@Edge Functions and \
        Replicas.\"}";
    scene
        .proxy
        .refuse(&line, "InvalidParameterValueException", refusal);
    assert_snapshot!(scene.run("remove --yes"), @"
    exit code: 1
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]:1 -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]  with all versions
      - role      hardtack-[ID]  with its rights
      - logs      /aws/lambda/us-east-1.hardtack-[ID]  in 2 regions
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    error: the function still has replicas at the edges, and AWS does not delete a function that has any
      caused by: AWS removes them by itself, usually within a few hours
    hint: run `hardtack remove` again then; it is detached from the distribution already
    ");
    assert!(!scene.config().contains("LambdaFunctionARN"));
    scene.proxy.heal();
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
        wait      until it is detached at every edge
      - function  hardtack-[ID]  with all versions
      - role      hardtack-[ID]  with its rights
      - logs      /aws/lambda/us-east-1.hardtack-[ID]  in 2 regions
    ----- stderr -----
    ok detached at every edge
    ok function hardtack-[ID] deleted
    ok role hardtack-[ID] deleted
    ok logs deleted in 2 regions
    ");
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      nothing to do
    ");
}

#[test]
fn a_role_that_is_not_known_yet_is_waited_for() {
    let scene = Scene::new(SITE);
    let refusal = "{\"Type\":\"User\",\"message\":\"The role defined for the function cannot be assumed by Lambda.\"}";
    let line = "POST /2015-03-31/functions HTTP";
    scene
        .proxy
        .refuse_times(line, "InvalidParameterValueException", refusal, 3);
    scene.ok("deploy --yes");
    assert!(scene.config().contains(&scene.version(1)));
}

//! Logs of many regions, as one.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::deploy::Scene;
use crate::emulator::http;
use crate::faults::SITE;

/// Asks the logs of a region.
fn ask(scene: &Scene, region: &str, action: &str, body: &Value) -> String {
    let target = format!("Logs_20140328.{action}");
    let scope = format!("Credential=test/20260101/{region}/logs/aws4_request");
    let authorization = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
    let headers = [
        ("authorization", authorization.as_str()),
        ("x-amz-target", &target),
        ("content-type", "application/x-amz-json-1.1"),
    ];
    let address = scene.emulator.address();
    http(&address, "POST", "/", &headers, body.to_string())
}

/// Writes a line into a group of a region, so many seconds ago.
fn write(scene: &Scene, region: &str, group: &str, ago: u64, message: &str) {
    let call = |action: &str, body: &Value| ask(scene, region, action, body);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let time = now.as_millis() as u64 - ago * 1000;
    call("CreateLogGroup", &json!({ "logGroupName": group }));
    call(
        "CreateLogStream",
        &json!({ "logGroupName": group, "logStreamName": "s" }),
    );
    let events = json!([{ "timestamp": time, "message": message }]);
    let put = call(
        "PutLogEvents",
        &json!({ "logGroupName": group, "logStreamName": "s", "logEvents": events }),
    );
    assert!(put.starts_with("HTTP/1.1 200"), "{put}");
}

#[test]
fn what_a_cloudfront_function_wrote_goes_with_it() {
    let scene = Scene::new(SITE);
    scene.ok("deploy --yes --via cloudfront-function");
    let group = |number: &str| format!("/aws/cloudfront/function/hardtack-{}-{number}", scene.id);
    for number in ["1", "1-by-somebody-else"] {
        write(&scene, "us-east-1", &group(number), 10, "a line");
    }
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]-1 -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
      - logs      /aws/cloudfront/function/hardtack-[ID]-1  in us-east-1
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID]-1 deleted
    ok logs deleted in us-east-1
    ");
    assert_eq!(
        scene
            .ok("logs --region us-east-1")
            .matches("a line")
            .count(),
        1
    );
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn the_log_of_a_cloudfront_function_that_logs_is_not_kept_for_ever() {
    let scene = Scene::new(SITE);
    let deploy = "deploy --yes --via cloudfront-function --log-days 14";
    scene.bench.write("hardtack.toml", "signals.log = true\n");
    let plan = scene.ok(&format!("{deploy} --dry-run"));
    let line =
        "+ logs      /aws/cloudfront/function/hardtack-[ID]-1  kept for 14 days, in us-east-1";
    assert!(plan.contains(line), "{plan}");
    scene.ok(deploy);
    let prefix = format!("/aws/cloudfront/function/hardtack-{}-", scene.id);
    let found = || {
        let body = json!({ "logGroupNamePrefix": prefix });
        ask(&scene, "us-east-1", "DescribeLogGroups", &body)
    };
    assert!(found().contains("\"retentionInDays\": 14"), "{}", found());
    assert!(scene.ok(deploy).contains("nothing to do"));
    scene.ok("remove --yes");
    assert!(!found().contains(&prefix), "{}", found());
}

fn some(scene: &Scene) {
    let id = &scene.id;
    let lambda = format!("/aws/lambda/us-east-1.hardtack-{id}");
    write(
        scene,
        "eu-central-1",
        &lambda,
        50,
        "{\"outcome\":\"issued\"}\n",
    );
    write(scene, "us-east-1", &lambda, 60, "first");
    write(
        scene,
        "ap-south-1",
        &format!("/aws/lambda/ap-south-1.hardtack-{id}"),
        40,
        "by the other name",
    );
    write(
        scene,
        "sa-east-1",
        &format!("/aws/cloudfront/LambdaEdge/{id}"),
        30,
        "what CloudFront refused",
    );
    write(
        scene,
        "us-east-1",
        &format!("/aws/cloudfront/function/hardtack-{id}-1"),
        20,
        "a CloudFront Function",
    );
    write(scene, "us-east-1", &lambda, 7200, "long ago");
    write(
        scene,
        "us-east-1",
        "/aws/lambda/us-east-1.other",
        10,
        "someone else's",
    );
}

#[test]
fn lines_of_all_regions_and_groups_are_merged_by_time() {
    let scene = Scene::new(SITE);
    some(&scene);
    let shown = scene.ok("logs");
    let untimed: Vec<_> = shown
        .lines()
        .map(|line| line.split_once("Z  ").map_or(line, |(_, rest)| rest))
        .collect();
    assert_snapshot!(untimed.join("\n"), @r#"
    exit code: 0
    ----- stdout -----
    us-east-1       first
    eu-central-1    {"outcome":"issued"}
    ap-south-1      by the other name
    sa-east-1       what CloudFront refused
    us-east-1       a CloudFront Function
    "#);
    assert!(scene.ok("logs --since 3h").contains("long ago"));
    assert_eq!(
        scene.ok("logs --region sa-east-1").matches("Z  ").count(),
        1
    );
}

#[test]
fn lines_are_json_where_that_is_asked_for() {
    let scene = Scene::new(SITE);
    some(&scene);
    let run = scene
        .bench
        .ok(&scene.line("logs --json --region eu-central-1"));
    let line: Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!(line["message"], json!({ "outcome": "issued" }));
    assert_eq!(line["region"], "eu-central-1");
}

#[test]
fn a_region_that_cannot_be_searched_is_told_and_the_others_are_shown() {
    let scene = Scene::new(SITE);
    some(&scene);
    let refusal = "{\"__type\":\"AccessDeniedException\",\"message\":\"with an explicit deny in a service control policy\"}";
    let ap_south = "/ap-south-1/logs/aws4_request";
    scene
        .proxy
        .refuse(ap_south, "AccessDeniedException", refusal);
    let shown = scene.ok("logs");
    assert_snapshot!(shown.split_once("----- stderr -----\n").unwrap().1, @"warning: ap-south-1 was not searched: logs:FilterLogEvents: AccessDeniedException (400): with an explicit deny in a service control policy");
    assert_eq!(shown.matches("Z  ").count(), 4, "{shown}");
    // Where no region answers, there is nothing to show.
    scene
        .proxy
        .refuse("/logs/aws4_request", "AccessDeniedException", refusal);
    assert_snapshot!(scene.run("logs --region ap-south-1 --region eu-west-3"), @r#"
    exit code: 4
    ----- stderr -----
    error: not allowed: logs:FilterLogEvents
      caused by: with an explicit deny in a service control policy
    hint: add to the policy of whoever deploys: {"Action":"logs:FilterLogEvents","Effect":"Allow","Resource":"*"}; `hardtack iam-policy` prints everything that is needed, with the resources
    "#);
}

#[test]
fn that_there_are_none_is_told() {
    let scene = Scene::new(SITE);
    assert_snapshot!(scene.ok("logs"), @"
    exit code: 0
    ----- stderr -----
    note: no lines in 17 regions; `signals.log = true` in the policy writes one for each decision
    ");
}

#[test]
fn new_lines_are_shown_as_they_come_and_each_once() {
    let scene = Scene::new(SITE);
    some(&scene);
    let mut command = scene.bench.command(&scene.line("logs --follow"));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert_eq!(lines.by_ref().take(5).count(), 5);
    let groups = [
        (
            "eu-west-1",
            format!("/aws/lambda/us-east-1.hardtack-{}", scene.id),
        ),
        (
            "us-east-1",
            format!("/aws/cloudfront/function/hardtack-{}-2", scene.id),
        ),
        (
            "us-west-2",
            format!("/aws/cloudfront/LambdaEdge/{}", scene.id),
        ),
    ];
    for (region, group) in groups {
        write(&scene, region, &group, 0, "new");
        let line = lines.next().unwrap();
        assert!(line.ends_with(&format!("{region}       new")), "{line}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

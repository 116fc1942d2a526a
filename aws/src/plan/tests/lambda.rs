//! Lambda@Edge: role, logs, code, configuration, version.

use insta::assert_snapshot;
use serde_json::json;

use super::*;

const RUNS_1: &str = "default: viewer-response=hardtack-E1:1";

#[test]
fn a_first_deployment_creates_everything() {
    assert_snapshot!(planned(&lambda("b1"), &site("default")), @"
    create-role hardtack-E1, right trust true
    write-role-policy hardtack-E1, right policy true
    keep-logs {days:30,group:/aws/lambda/us-east-1.hardtack-E1,regions:[eu-west-1,us-east-1]}
    create-function {bytes:2,description:policy b1,function:hardtack-E1,handler:index.handler,memory:128,role:arn:aws:iam::1:role/hardtack-E1,runtime:nodejs22.x,sha256:b1,timeout:5}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default nothing -> the new version
    ");
}

#[test]
fn a_second_deployment_has_nothing_to_do() {
    assert_snapshot!(planned(&lambda("b1"), &with_lambda(RUNS_1, &["b1"])), @"nothing to do");
}

#[test]
fn a_changed_policy_is_uploaded_published_and_associated() {
    assert_snapshot!(planned(&lambda("b2"), &with_lambda(RUNS_1, &["b1"])), @"
    upload-code {function:hardtack-E1,sha256:b2}
    publish-version {description:policy b2,function:hardtack-E1,sha256:b2}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn the_newest_version_counts_and_not_an_older_one_with_the_same_code() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:2", &["b1", "b2"]);
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    upload-code {function:hardtack-E1,sha256:b1}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:2 -> the new version
    ");
}

#[test]
fn a_run_cut_off_before_the_association_only_associates() {
    assert_snapshot!(planned(&lambda("b1"), &with_lambda("default", &["b1"])), @"associate E1: default nothing -> hardtack-E1:1");
}

#[test]
fn a_run_cut_off_before_the_version_publishes_it() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.versions.clear();
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default nothing -> the new version
    ");
}

#[test]
fn a_run_cut_off_after_the_role_creates_the_rest() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.function = None;
    observed.versions.clear();
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    create-function {bytes:2,description:policy b1,function:hardtack-E1,handler:index.handler,memory:128,role:arn:aws:iam::1:role/hardtack-E1,runtime:nodejs22.x,sha256:b1,timeout:5}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default nothing -> the new version
    ");
}

#[test]
fn a_missing_role_is_created_again() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.role = None;
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    create-role hardtack-E1, right trust true
    write-role-policy hardtack-E1, right policy true
    ");
}

#[test]
fn a_role_without_its_policy_gets_it() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.role.as_mut().unwrap().policy = None;
    assert_snapshot!(planned(&lambda("b1"), &observed), @"write-role-policy hardtack-E1, right policy true");
}

#[test]
fn a_changed_role_policy_is_written_back() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.role.as_mut().unwrap().policy = Some(json!({ "Statement": [] }));
    assert_snapshot!(planned(&lambda("b1"), &observed), @"write-role-policy hardtack-E1, right policy true");
}

#[test]
fn a_changed_trust_policy_is_written_back() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.role.as_mut().unwrap().trust = json!({});
    assert_snapshot!(planned(&lambda("b1"), &observed), @"write-trust hardtack-E1, right trust true");
}

#[test]
fn a_newer_runtime_is_configured_and_published() {
    let desired = DesiredState {
        runtime: "nodejs24.x".to_string(),
        ..lambda("b1")
    };
    assert_snapshot!(planned(&desired, &with_lambda(RUNS_1, &["b1"])), @"
    configure-function {bytes:2,description:policy b1,differs:[runtime nodejs22.x -> nodejs24.x],function:hardtack-E1,handler:index.handler,memory:128,role:arn:aws:iam::1:role/hardtack-E1,runtime:nodejs24.x,sha256:b1,timeout:5}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn changed_limits_are_configured_back_and_published() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.function.as_mut().unwrap().memory = 512;
    observed.function.as_mut().unwrap().timeout = 30;
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    configure-function {bytes:2,description:policy b1,differs:[memory 512 -> 128,timeout 30 -> 5],function:hardtack-E1,handler:index.handler,memory:128,role:arn:aws:iam::1:role/hardtack-E1,runtime:nodejs22.x,sha256:b1,timeout:5}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn a_version_with_other_limits_is_not_taken_for_the_desired_one() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.versions[0].limits = (512, 5);
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn a_changed_handler_and_role_are_configured_back() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.function.as_mut().unwrap().handler = "main.run".to_string();
    observed.function.as_mut().unwrap().role = "arn:aws:iam::1:role/other".to_string();
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    configure-function {bytes:2,description:policy b1,differs:[handler main.run -> index.handler,role arn:aws:iam::1:role/other -> arn:aws:iam::1:role/hardtack-E1],function:hardtack-E1,handler:index.handler,memory:128,role:arn:aws:iam::1:role/hardtack-E1,runtime:nodejs22.x,sha256:b1,timeout:5}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn code_that_somebody_else_uploaded_is_replaced() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.function.as_mut().unwrap().sha256 = "theirs".to_string();
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    upload-code {function:hardtack-E1,sha256:b1}
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

#[test]
fn log_groups_are_created_where_they_are_missing() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed
        .logs
        .insert("eu-west-1".to_string(), LogGroup::Missing);
    assert_snapshot!(planned(&lambda("b1"), &observed), @"keep-logs {days:30,group:/aws/lambda/us-east-1.hardtack-E1,regions:[eu-west-1]}");
}

#[test]
fn retention_is_changed_only_where_it_differs() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed
        .logs
        .insert("eu-west-1".to_string(), LogGroup::Keeps(None));
    assert_snapshot!(planned(&lambda("b1"), &observed), @"keep-logs {days:30,group:/aws/lambda/us-east-1.hardtack-E1,regions:[eu-west-1]}");
}

#[test]
fn another_retention_is_set_everywhere() {
    let desired = DesiredState {
        log_days: 7,
        ..lambda("b1")
    };
    assert_snapshot!(planned(&desired, &with_lambda(RUNS_1, &["b1"])), @"keep-logs {days:7,group:/aws/lambda/us-east-1.hardtack-E1,regions:[eu-west-1,us-east-1]}");
}

#[test]
fn a_region_that_could_not_be_asked_is_left_alone() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    let closed = LogGroup::Unknown("closed".to_string());
    observed.logs.insert("eu-west-1".to_string(), closed);
    assert_snapshot!(planned(&lambda("b1"), &observed), @"nothing to do");
}

#[test]
fn a_function_that_hardtack_does_not_manage_is_refused() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.function.as_mut().unwrap().tags.clear();
    assert_snapshot!(planned(&lambda("b1"), &observed), @r#"NotManaged { kind: "Lambda function", name: "hardtack-E1" }"#);
}

#[test]
fn a_role_that_hardtack_does_not_manage_is_refused() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.role.as_mut().unwrap().is_managed = false;
    assert_snapshot!(planned(&lambda("b1"), &observed), @r#"NotManaged { kind: "role", name: "hardtack-E1" }"#);
}

#[test]
fn a_version_with_another_runtime_is_not_taken_for_the_desired_one() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.versions[0].runtime = "nodejs20.x".to_string();
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    associate E1: default hardtack-E1:1 -> the new version
    ");
}

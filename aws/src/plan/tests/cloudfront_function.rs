//! CloudFront Functions: create, publish, associate, delete the old ones.

use insta::assert_snapshot;

use super::*;

const RUNS_1: &str = "default: viewer-response=hardtack-E1-1";

#[test]
fn a_first_deployment_creates_publishes_and_associates() {
    assert_snapshot!(planned(&function("b1"), &site("default")), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_policy_that_logs_gets_its_log_group_first() {
    let desired = DesiredState {
        logs: true,
        log_days: 7,
        ..function("b1")
    };
    assert_snapshot!(planned(&desired, &site("default")), @"
    keep-logs {days:7,group:/aws/cloudfront/function/hardtack-E1-1,regions:[us-east-1]}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_second_deployment_has_nothing_to_do() {
    assert_snapshot!(planned(&function("b1"), &with_functions(RUNS_1, &["b1"])), @"nothing to do");
}

#[test]
fn a_changed_policy_is_a_new_function() {
    assert_snapshot!(planned(&function("b2"), &with_functions(RUNS_1, &["b1"])), @"
    create-edge-function {bytes:2,comment:policy b2, code b2,name:hardtack-E1-2}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2
    ");
}

#[test]
fn a_function_left_in_development_is_published() {
    let mut observed = with_functions("default", &["b1"]);
    observed.edge_functions[0].1.is_published = false;
    assert_snapshot!(planned(&function("b1"), &observed), @"
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_run_cut_off_before_the_association_only_associates() {
    assert_snapshot!(planned(&function("b1"), &with_functions("default", &["b1"])), @"associate E1: default nothing -> hardtack-E1-1");
}

#[test]
fn three_functions_are_kept_and_older_ones_deleted() {
    let runs = "default: viewer-response=hardtack-E1-4";
    let observed = with_functions(runs, &["b1", "b2", "b3", "b4"]);
    assert_snapshot!(planned(&function("b5"), &observed), @"
    create-edge-function {bytes:2,comment:policy b5, code b5,name:hardtack-E1-5}
    publish-edge-function {name:hardtack-E1-5}
    associate E1: default hardtack-E1-4 -> hardtack-E1-5
    delete-edge-function {name:hardtack-E1-2}
    delete-edge-function {name:hardtack-E1-1}
    ");
}

#[test]
fn an_old_function_that_still_runs_somewhere_is_kept() {
    let runs = "default: viewer-response=hardtack-E1-4; /old/*: viewer-response=hardtack-E1-1";
    let mut observed = with_functions("default", &["b1", "b2", "b3", "b4"]);
    observed.staging = Some(distribution("E2", runs));
    assert_snapshot!(planned(&function("b5"), &observed), @"
    create-edge-function {bytes:2,comment:policy b5, code b5,name:hardtack-E1-5}
    publish-edge-function {name:hardtack-E1-5}
    associate E1: default nothing -> hardtack-E1-5
    delete-edge-function {name:hardtack-E1-2}
    ");
}

#[test]
fn key_value_stores_go_with_the_function() {
    let mut desired = function("b1");
    desired.artifacts.plain.stores = vec!["arn:aws:cloudfront::1:key-value-store/a".to_string()];
    assert_snapshot!(planned(&desired, &site("default")), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,stores:[arn:aws:cloudfront::1:key-value-store/a]}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_function_that_hardtack_does_not_manage_is_refused() {
    let mut observed = with_functions("default", &["b1"]);
    observed.edge_functions[0].1.tags.clear();
    assert_snapshot!(planned(&function("b1"), &observed), @r#"NotManaged { kind: "CloudFront Function", name: "hardtack-E1-1" }"#);
}

#[test]
fn lambda_gives_way_to_a_cloudfront_function() {
    let mut observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    observed.logs.clear();
    assert_snapshot!(planned(&function("b1"), &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default hardtack-E1:1 -> nothing, default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_cloudfront_function_gives_way_to_lambda() {
    let mut observed = with_lambda(RUNS_1, &["b1"]);
    observed.edge_functions = with_functions(RUNS_1, &["b1"]).edge_functions;
    assert_snapshot!(planned(&lambda("b1"), &observed), @"associate E1: default hardtack-E1-1 -> nothing, default nothing -> hardtack-E1:1");
}

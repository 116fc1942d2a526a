//! Off the distribution, and everything deleted.

use insta::assert_snapshot;

use super::super::remove;
use super::*;

fn removed(observed: &Observed, only: &[&str]) -> String {
    let only: Vec<_> = only.iter().map(|it| BehaviorName::parse(it)).collect();
    shown(remove(observed, &only))
}

#[test]
fn everything_of_lambda_is_deleted() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    assert_snapshot!(removed(&observed, &[]), @"
    associate E1: default hardtack-E1:1 -> nothing
    await-detached {distribution:E1}
    delete-function {function:hardtack-E1}
    delete-role {role:hardtack-E1}
    delete-logs {group:/aws/lambda/us-east-1.hardtack-E1,regions:[eu-west-1,us-east-1]}
    ");
}

#[test]
fn all_cloudfront_functions_and_their_logs_are_deleted() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-2", &["b1", "b2"]);
    observed.edge_logs = vec![Names::edge_log_group("hardtack-E1-1")];
    assert_snapshot!(removed(&observed, &[]), @"
    associate E1: default hardtack-E1-2 -> nothing
    await-detached {distribution:E1}
    delete-edge-function {name:hardtack-E1-1}
    delete-edge-function {name:hardtack-E1-2}
    delete-logs {group:/aws/cloudfront/function/hardtack-E1-1,regions:[us-east-1]}
    ");
}

#[test]
fn nothing_there_is_nothing_to_do() {
    assert_snapshot!(removed(&site("default: viewer-response=theirs"), &[]), @"nothing to do");
}

#[test]
fn a_named_behavior_is_detached_and_the_rest_stays() {
    let runs = "default: viewer-response=hardtack-E1:1; /a/*: viewer-response=hardtack-E1:1";
    assert_snapshot!(removed(&with_lambda(runs, &["b1"]), &["/a/*"]), @"associate E1: /a/* hardtack-E1:1 -> nothing");
}

#[test]
fn a_named_behavior_without_hardtack_is_nothing_to_do() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:1; /a/*", &["b1"]);
    assert_snapshot!(removed(&observed, &["/a/*"]), @"nothing to do");
}

#[test]
fn what_was_replaced_comes_back() {
    let mut observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    record(&mut observed, Product::LambdaEdge, "theirs:7");
    assert_snapshot!(removed(&observed, &["default"]), @"associate E1: default hardtack-E1:1 -> theirs:7");
}

#[test]
fn what_was_replaced_comes_back_from_the_other_product() {
    let mut observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    record(&mut observed, Product::LambdaEdge, "theirs");
    assert_snapshot!(removed(&observed, &["default"]), @"associate E1: default hardtack-E1:1 -> nothing, default nothing -> theirs");
}

#[test]
fn what_was_wrapped_comes_back() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-1", &["b1>theirs"]);
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    assert_snapshot!(removed(&observed, &[]), @"
    associate E1: default hardtack-E1-1 -> theirs
    await-detached {distribution:E1}
    delete-edge-function {name:hardtack-E1-1}
    ");
}

#[test]
fn what_was_replaced_and_is_deleted_does_not_come_back() {
    let mut observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    record(&mut observed, Product::LambdaEdge, "theirs:7");
    observed.deleted.insert(arn("theirs:7"));
    assert_snapshot!(removed(&observed, &["default"]), @"associate E1: default hardtack-E1:1 -> nothing");
    assert_snapshot!(short(&remove(&observed, &[]).unwrap().notes.concat()), @"theirs:7, which ran in behavior `default`, is deleted: nothing is put back");
}

#[test]
fn what_hardtack_does_not_manage_stays() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.function.as_mut().unwrap().tags.clear();
    observed.role.as_mut().unwrap().is_managed = false;
    observed.logs.clear();
    assert_snapshot!(removed(&observed, &[]), @"nothing to do");
}

#[test]
fn a_run_cut_off_after_the_detachment_deletes_the_rest() {
    let mut observed = with_lambda("default", &["b1"]);
    observed.role = None;
    observed
        .logs
        .insert("eu-west-1".to_string(), LogGroup::Missing);
    assert_snapshot!(removed(&observed, &[]), @"
    await-detached {distribution:E1}
    delete-function {function:hardtack-E1}
    delete-logs {group:/aws/lambda/us-east-1.hardtack-E1,regions:[us-east-1]}
    ");
}

#[test]
fn a_cloudfront_function_that_hardtack_does_not_manage_stays() {
    let mut observed = with_functions("default", &["b1", "b2"]);
    observed.edge_functions[0].1.tags.clear();
    assert_snapshot!(removed(&observed, &[]), @"
    await-detached {distribution:E1}
    delete-edge-function {name:hardtack-E1-2}
    ");
}

#[test]
fn an_unknown_behavior_is_refused() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:1; /a/*", &["b1"]);
    assert_snapshot!(removed(&observed, &["/typo"]), @r#"UnknownBehavior { name: Path("/typo"), known: [Default, Path("/a/*")] }"#);
    assert_snapshot!(removed(&observed, &["/a/*"]), @"nothing to do");
}

#[test]
fn logs_are_kept_on_request() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    assert_snapshot!(shown(remove(&observed, &[]).map(Plan::keeping_logs)), @"
    associate E1: default hardtack-E1:1 -> nothing
    await-detached {distribution:E1}
    delete-function {function:hardtack-E1}
    delete-role {role:hardtack-E1}
    ");
}

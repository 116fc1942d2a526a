//! The staging distribution of a continuous deployment.

use insta::assert_snapshot;

use super::super::{remove, rollback};
use super::*;

fn staged(mut observed: Observed, staging: &str) -> Observed {
    observed.staging = Some(distribution("E2", staging));
    observed.is_staged = true;
    observed
}

#[test]
fn a_deployment_changes_the_staging_distribution_only() {
    let observed = staged(with_lambda("default", &["b1"]), "default");
    assert_snapshot!(planned(&lambda("b1"), &observed), @"associate E2: default nothing -> hardtack-E1:1");
}

#[test]
fn the_same_version_runs_on_both() {
    let observed = with_lambda("default", &["b1"]);
    let mut observed = staged(observed, "default: viewer-response=hardtack-E1:1");
    observed.is_staged = false;
    assert_snapshot!(planned(&lambda("b1"), &observed), @"associate E1: default nothing -> hardtack-E1:1");
}

#[test]
fn a_rollback_leaves_the_staging_distribution() {
    let runs = "default: viewer-response=hardtack-E1:2";
    let mut observed = staged(with_lambda(runs, &["b1", "b2"]), runs);
    observed.is_staged = false;
    assert_snapshot!(shown(rollback(&observed)), @"associate E1: default hardtack-E1:2 -> hardtack-E1:1");
}

#[test]
fn a_removal_detaches_both() {
    let runs = "default: viewer-response=hardtack-E1-1";
    let mut observed = staged(with_functions(runs, &["b1"]), runs);
    observed.is_staged = false;
    assert_snapshot!(shown(remove(&observed, &[])), @"
    associate E1: default hardtack-E1-1 -> nothing
    associate E2: default hardtack-E1-1 -> nothing
    await-detached {distribution:E1}
    await-detached {distribution:E2}
    delete-edge-function {name:hardtack-E1-1}
    ");
}

#[test]
fn what_was_replaced_on_one_is_not_recorded_for_the_other() {
    let observed = with_lambda("default: viewer-response=theirs:7", &["b1"]);
    let observed = staged(observed, "default");
    assert_snapshot!(planned(&lambda("b1"), &observed), @"associate E2: default nothing -> hardtack-E1:1");
}

#[test]
fn what_is_replaced_on_both_is_recorded_for_the_one_that_is_deployed_to() {
    let runs = "default: viewer-response=theirs:7";
    let observed = staged(with_lambda(runs, &["b1"]), runs);
    let desired = DesiredState {
        existing: Existing::Replace,
        ..lambda("b1")
    };
    assert_snapshot!(planned(&desired, &observed), @"
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-f739f9344830af9d:theirs:7}}
    associate E2: default theirs:7 -> hardtack-E1:1
    ");
}

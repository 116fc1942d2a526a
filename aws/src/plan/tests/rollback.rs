//! Back to the release before.

use insta::assert_snapshot;

use super::super::rollback;
use super::*;

fn rolled_back(observed: &Observed) -> String {
    shown(rollback(observed))
}

#[test]
fn the_version_before_runs_again() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:2", &["b1", "b2"]);
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1:2 -> hardtack-E1:1");
}

#[test]
fn a_second_rollback_goes_one_further() {
    let observed = with_lambda(
        "default: viewer-response=hardtack-E1:2",
        &["b1", "b2", "b3"],
    );
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1:2 -> hardtack-E1:1");
}

#[test]
fn the_first_version_has_none_before() {
    let observed = with_lambda("default: viewer-response=hardtack-E1:1", &["b1"]);
    assert_snapshot!(rolled_back(&observed), @r#"NoPreviousRelease { running: "hardtack-E1:1" }"#);
}

#[test]
fn nothing_attached_is_refused() {
    assert_snapshot!(rolled_back(&with_lambda("default", &["b1", "b2"])), @"NotDeployed");
}

#[test]
fn all_behaviors_go_back_to_the_same_version() {
    let runs = "default: viewer-response=hardtack-E1:3; /a/*: viewer-response=hardtack-E1:2; /b/*";
    assert_snapshot!(rolled_back(&with_lambda(runs, &["b1", "b2", "b3"])), @"associate E1: default hardtack-E1:3 -> hardtack-E1:2");
}

#[test]
fn a_version_that_is_deleted_is_skipped() {
    let mut observed = with_lambda(
        "default: viewer-response=hardtack-E1:3",
        &["b1", "b2", "b3"],
    );
    observed.versions.remove(1);
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1:3 -> hardtack-E1:1");
}

#[test]
fn the_cloudfront_function_before_runs_again() {
    let observed = with_functions("default: viewer-response=hardtack-E1-2", &["b1", "b2"]);
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1-2 -> hardtack-E1-1");
}

#[test]
fn a_cloudfront_function_that_was_never_live_is_skipped() {
    let runs = "default: viewer-response=hardtack-E1-3";
    let mut observed = with_functions(runs, &["b1", "b2", "b3"]);
    observed.edge_functions[1].1.is_published = false;
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1-3 -> hardtack-E1-1");
}

#[test]
fn only_a_function_that_wraps_the_same_one_comes_before() {
    let runs = "default: viewer-response=hardtack-E1-3; /a/*: viewer-response=hardtack-E1-4";
    let observed = with_functions(runs, &["b1", "b2>x", "b3>x", "b4"]);
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1-3 -> hardtack-E1-2, /a/* hardtack-E1-4 -> hardtack-E1-1");
}

#[test]
fn what_has_none_before_stays_and_is_noted() {
    let runs = "default: viewer-response=hardtack-E1-2; /a/*: viewer-response=hardtack-E1-3";
    let observed = with_functions(runs, &["b1", "b2", "b3>x"]);
    assert_snapshot!(rolled_back(&observed), @"associate E1: default hardtack-E1-2 -> hardtack-E1-1");
    assert_snapshot!(short(&rollback(&observed).unwrap().notes.concat()), @"there is no release before hardtack-E1-3: it stays");
}

#[test]
fn the_newest_release_counts_in_whatever_behavior_it_runs() {
    let runs = "default: viewer-response=hardtack-E1:2; /a/*: viewer-response=hardtack-E1:3";
    assert_snapshot!(rolled_back(&with_lambda(runs, &["b1", "b2", "b3"])), @"associate E1: /a/* hardtack-E1:3 -> hardtack-E1:2");
}

#[test]
fn a_function_that_hardtack_does_not_manage_is_skipped() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-2", &["b1", "b2"]);
    observed.edge_functions[0].1.tags.clear();
    assert_snapshot!(rolled_back(&observed), @r#"NoPreviousRelease { running: "hardtack-E1-2" }"#);
}

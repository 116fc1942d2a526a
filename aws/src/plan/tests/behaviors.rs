//! Which behaviours a deployment concerns, and what it wraps there.

use insta::assert_snapshot;

use super::super::functions_to_wrap;
use super::*;

const THREE: &str = "default; /a/*: viewer-response=hardtack-E1:1; /b/*";

fn in_behaviors(behaviors: Selection) -> DesiredState {
    DesiredState {
        behaviors,
        ..lambda("b1")
    }
}

#[test]
fn where_it_runs_already_is_brought_up_to_date() {
    assert_snapshot!(planned(&lambda("b2"), &with_lambda(THREE, &["b1"])), @"
    upload-code {function:hardtack-E1,sha256:b2}
    publish-version {description:policy b2,function:hardtack-E1,sha256:b2}
    associate E1: /a/* hardtack-E1:1 -> the new version
    ");
}

#[test]
fn a_named_behavior_comes_beside_those_where_it_runs() {
    let observed = with_lambda(THREE, &["b1"]);
    assert_snapshot!(planned(&in_behaviors(named(&["/b/*"])), &observed), @"associate E1: /b/* nothing -> hardtack-E1:1");
}

#[test]
fn two_behaviors_change_in_one_call() {
    let observed = with_lambda("default; /a/*; /b/*", &["b1"]);
    assert_snapshot!(planned(&in_behaviors(named(&["default", "/b/*"])), &observed), @"associate E1: default nothing -> hardtack-E1:1, /b/* nothing -> hardtack-E1:1");
}

#[test]
fn all_behaviors_can_be_selected() {
    assert_snapshot!(planned(&in_behaviors(Selection::All), &with_lambda(THREE, &["b1"])), @"associate E1: default nothing -> hardtack-E1:1, /b/* nothing -> hardtack-E1:1");
}

#[test]
fn an_unknown_behavior_is_refused() {
    assert_snapshot!(planned(&in_behaviors(named(&["/c/*"])), &site("default; /a/*")), @r#"UnknownBehavior { name: Path("/c/*"), known: [Default, Path("/a/*")] }"#);
}

#[test]
fn behaviors_that_run_different_releases_get_the_same_one() {
    let runs = "default: viewer-response=hardtack-E1:1; /a/*: viewer-response=hardtack-E1:2";
    assert_snapshot!(planned(&lambda("b2"), &with_lambda(runs, &["b1", "b2"])), @"associate E1: default hardtack-E1:1 -> hardtack-E1:2");
}

#[test]
fn two_wrapped_functions_are_two_functions() {
    let observed = site("default: viewer-response=x; /a/*: viewer-response=y; /b/*");
    let desired = DesiredState {
        behaviors: Selection::All,
        existing: Existing::Wrap,
        ..function("b1>x,y")
    };
    assert_snapshot!(planned(&desired, &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-before-ba912d26124c5e1b:y,hardtack-before-default:x}}
    publish-edge-function {name:hardtack-E1-1}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-2,runs_first:x,tags:{hardtack-before-ba912d26124c5e1b:y,hardtack-before-default:x,hardtack-runs-first:x}}
    publish-edge-function {name:hardtack-E1-2}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-3,runs_first:y,tags:{hardtack-before-ba912d26124c5e1b:y,hardtack-before-default:x,hardtack-runs-first:y}}
    publish-edge-function {name:hardtack-E1-3}
    associate E1: default x -> hardtack-E1-2, /a/* y -> hardtack-E1-3, /b/* nothing -> hardtack-E1-1
    ");
}

#[track_caller]
fn check(product: Product, existing: Existing, observed: &Observed, expected: &[&str]) {
    let found = functions_to_wrap(product, &Selection::All, existing, observed).unwrap();
    assert_eq!(
        found,
        expected.iter().map(|it| arn(it)).collect::<BTreeSet<_>>()
    );
}

#[test]
fn only_cloudfront_functions_can_be_wrapped() {
    let observed = site("default: viewer-response=x; /a/*: viewer-response=y:1; /b/*");
    let function = Product::CloudfrontFunction;
    check(function, Existing::Wrap, &observed, &["x"]);
    check(function, Existing::Replace, &observed, &[]);
    check(function, Existing::Refuse, &observed, &[]);
    check(Product::LambdaEdge, Existing::Wrap, &observed, &[]);
}

#[test]
fn what_is_wrapped_already_is_built_again() {
    let runs = "default: viewer-response=hardtack-E1-1";
    let observed = with_functions(runs, &["b1>x"]);
    let function = Product::CloudfrontFunction;
    check(function, Existing::Refuse, &observed, &["x"]);
    check(function, Existing::Replace, &observed, &[]);
}

//! Functions of others where hardtack is to run: refused, replaced, wrapped.

use insta::assert_snapshot;

use super::*;

const LAMBDA_THERE: &str = "default: viewer-response=theirs:7";
const FUNCTION_THERE: &str = "default: viewer-response=theirs";

fn with(existing: Existing, desired: DesiredState) -> DesiredState {
    DesiredState {
        existing,
        ..desired
    }
}

#[test]
fn a_function_on_viewer_response_is_refused() {
    assert_snapshot!(planned(&lambda("b1"), &site(LAMBDA_THERE)), @"default is occupied by theirs:7 on viewer-response, replaceable true, other product fits false");
}

#[test]
fn the_other_product_on_viewer_request_is_refused_and_not_replaceable() {
    let observed = site("default: viewer-request=theirs");
    let desired = with(Existing::Replace, lambda("b1"));
    assert_snapshot!(planned(&desired, &observed), @"default is occupied by theirs on viewer-request, replaceable false, other product fits true");
}

#[test]
fn the_same_product_on_viewer_request_does_not_conflict() {
    let observed = site("default: viewer-request=theirs");
    assert_snapshot!(planned(&function("b1"), &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn functions_on_origin_events_do_not_conflict() {
    let observed = site("default: origin-request=theirs:7 origin-response=theirs:8");
    assert_snapshot!(planned(&function("b1"), &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn every_conflict_is_named() {
    let observed = site("default: viewer-response=a:1; /x/*: viewer-request=b viewer-response=c");
    let desired = DesiredState {
        behaviors: Selection::All,
        ..lambda("b1")
    };
    assert_snapshot!(planned(&desired, &observed), @"
    default is occupied by a:1 on viewer-response, replaceable true, other product fits false
    /x/* is occupied by b on viewer-request, replaceable false, other product fits false
    /x/* is occupied by c on viewer-response, replaceable true, other product fits false
    ");
}

#[test]
fn conflicts_in_behaviors_that_are_not_selected_do_not_count() {
    let observed = site("default; /x/*: viewer-response=theirs:7");
    assert_snapshot!(planned(&function("b1"), &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1
    ");
}

#[test]
fn lambda_replaces_a_lambda_function_and_records_it() {
    let mut observed = with_lambda(LAMBDA_THERE, &["b1"]);
    observed.versions.clear();
    let desired = with(Existing::Replace, lambda("b1"));
    assert_snapshot!(planned(&desired, &observed), @"
    publish-version {description:policy b1,function:hardtack-E1,sha256:b1}
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-default:theirs:7}}
    associate E1: default theirs:7 -> the new version
    ");
}

#[test]
fn lambda_replaces_a_cloudfront_function() {
    let observed = with_lambda(FUNCTION_THERE, &["b1"]);
    let desired = with(Existing::Replace, lambda("b1"));
    assert_snapshot!(planned(&desired, &observed), @"
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-default:theirs}}
    associate E1: default theirs -> nothing, default nothing -> hardtack-E1:1
    ");
}

#[test]
fn a_cloudfront_function_replaces_another_and_records_it() {
    let desired = with(Existing::Replace, function("b1"));
    assert_snapshot!(planned(&desired, &site(FUNCTION_THERE)), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-before-default:theirs}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default theirs -> hardtack-E1-1
    ");
}

#[test]
fn a_cloudfront_function_replaces_a_lambda_function() {
    let desired = with(Existing::Replace, function("b1"));
    assert_snapshot!(planned(&desired, &site(LAMBDA_THERE)), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-before-default:theirs:7}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default theirs:7 -> nothing, default nothing -> hardtack-E1-1
    ");
}

#[test]
fn a_cloudfront_function_is_wrapped_and_recorded() {
    let desired = with(Existing::Wrap, function("b1>theirs"));
    assert_snapshot!(planned(&desired, &site(FUNCTION_THERE)), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,runs_first:theirs,tags:{hardtack-before-default:theirs,hardtack-runs-first:theirs}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default theirs -> hardtack-E1-1
    ");
}

#[test]
fn a_lambda_function_cannot_be_wrapped() {
    let desired = with(Existing::Wrap, function("b1"));
    assert_snapshot!(planned(&desired, &site(LAMBDA_THERE)), @"default is occupied by theirs:7 on viewer-response, replaceable true, other product fits false");
}

#[test]
fn what_is_wrapped_stays_wrapped_without_being_asked_for() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-1", &["b1>theirs"]);
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    assert_snapshot!(planned(&function("b1>theirs"), &observed), @"nothing to do");
    assert_snapshot!(planned(&function("b2>theirs"), &observed), @"
    create-edge-function {bytes:2,comment:policy b2, code b2,name:hardtack-E1-2,runs_first:theirs,tags:{hardtack-before-default:theirs,hardtack-runs-first:theirs}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2
    ");
}

#[test]
fn what_is_wrapped_can_be_replaced_instead() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-1", &["b1>theirs"]);
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    let desired = with(Existing::Replace, function("b1>theirs"));
    assert_snapshot!(planned(&desired, &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-2,tags:{hardtack-before-default:theirs}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2
    ");
}

#[test]
fn what_was_replaced_can_be_wrapped_instead() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-1", &["b1"]);
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    let desired = with(Existing::Wrap, function("b1>theirs"));
    assert_snapshot!(planned(&desired, &observed), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-2,runs_first:theirs,tags:{hardtack-before-default:theirs,hardtack-runs-first:theirs}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2
    ");
}

#[test]
fn lambda_does_not_take_the_place_of_a_wrapping_function_unasked() {
    let mut observed = with_functions("default: viewer-response=hardtack-E1-1", &["b1>theirs"]);
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    assert_snapshot!(planned(&lambda("b1"), &observed), @"default is occupied by theirs on viewer-response, replaceable true, other product fits false");
}

#[test]
fn the_record_moves_from_a_cloudfront_function_to_lambda() {
    let runs = "default: viewer-response=hardtack-E1-1";
    let mut observed = with_lambda(runs, &["b1"]);
    observed.edge_functions = with_functions(runs, &["b1>theirs"]).edge_functions;
    record(&mut observed, Product::CloudfrontFunction, "theirs");
    let desired = with(Existing::Replace, lambda("b1"));
    assert_snapshot!(planned(&desired, &observed), @"
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-default:theirs}}
    associate E1: default hardtack-E1-1 -> nothing, default nothing -> hardtack-E1:1
    ");
}

#[test]
fn a_stale_record_is_cleared() {
    let mut observed = with_lambda("default", &["b1"]);
    record(&mut observed, Product::LambdaEdge, "theirs:7");
    assert_snapshot!(planned(&lambda("b1"), &observed), @"
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-default:nothing}}
    associate E1: default nothing -> hardtack-E1:1
    ");
}

#[test]
fn a_record_is_added_to_the_newest_function_where_none_is_new() {
    let observed = with_functions(FUNCTION_THERE, &["b1"]);
    let desired = with(Existing::Replace, function("b1"));
    assert_snapshot!(planned(&desired, &observed), @"
    remember {arn:hardtack-E1-1,product:cloudfront-function,tags:{hardtack-before-default:theirs}}
    associate E1: default theirs -> hardtack-E1-1
    ");
}

#[test]
fn a_new_function_is_the_only_one_that_gets_the_record() {
    let observed = with_functions(FUNCTION_THERE, &["b1"]);
    let desired = with(Existing::Replace, function("b2"));
    assert_snapshot!(planned(&desired, &observed), @"
    create-edge-function {bytes:2,comment:policy b2, code b2,name:hardtack-E1-2,tags:{hardtack-before-default:theirs}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default theirs -> hardtack-E1-2
    ");
}

#[test]
fn of_two_functions_on_viewer_response_one_is_left() {
    let observed = with_lambda(
        "default: viewer-response=theirs:7 viewer-response=theirs:8",
        &["b1"],
    );
    let desired = with(Existing::Replace, lambda("b1"));
    assert_snapshot!(planned(&desired, &observed), @"
    remember {arn:hardtack-E1,product:lambda-edge,tags:{hardtack-before-default:theirs:7}}
    associate E1: default theirs:7 -> hardtack-E1:1, default theirs:8 -> nothing
    ");
}

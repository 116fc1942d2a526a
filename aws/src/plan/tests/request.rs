//! The function on viewer-request that gives a bucket's pages their addresses.

use insta::assert_snapshot;

use crate::previous::REQUEST_TAG;

use super::*;

const FILE: &str = "hardtack-E1-clean-urls-file-0000000f";
const BOTH: &str =
    "default@bucket: viewer-request=hardtack-E1-clean-urls-0000000d viewer-response=hardtack-E1-1";

/// A build that brings `clean-urls` or `clean-urls-file` along.
fn with_request(build: &str, addresses: &str, is_asked_for: bool) -> DesiredState {
    let mut desired = function(build);
    desired.artifacts.request = Some(RequestFunction {
        addresses: addresses.to_string(),
        is_asked_for,
        artifact: Artifact {
            identity: match addresses {
                "clean-urls" => "0000000d".to_string(),
                _ => "0000000f".to_string(),
            },
            description: addresses.to_string(),
            ..artifact(addresses)
        },
    });
    desired
}

fn asked(build: &str, addresses: &str) -> DesiredState {
    with_request(build, addresses, true)
}

/// A live function on requests.
fn live(name: &str) -> EdgeFunction {
    EdgeFunction {
        name: name.to_string(),
        arn: arn(name),
        comment: String::new(),
        is_published: true,
        tags: managed(),
    }
}

/// What a first deployment with `clean-urls` leaves behind.
fn deployed() -> Observed {
    let mut observed = with_functions(BOTH, &["b1"]);
    observed.request_functions = vec![live("hardtack-E1-clean-urls-0000000d")];
    record_request(&mut observed, 0, "hardtack-E1-clean-urls-0000000d");
    observed
}

fn record_request(observed: &mut Observed, at: usize, name: &str) {
    let tags = &mut observed.edge_functions[at].1.tags;
    tags.insert(REQUEST_TAG.to_string(), arn(name));
}

#[test]
fn it_is_created_published_and_attached_with_the_other() {
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &site("default@bucket")), @"
    create-edge-function {addresses:clean-urls,bytes:10,comment:clean-urls,name:hardtack-E1-clean-urls-0000000d}
    publish-edge-function {name:hardtack-E1-clean-urls-0000000d}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1, default on requests nothing -> hardtack-E1-clean-urls-0000000d
    ");
}

#[test]
fn a_second_deployment_has_nothing_to_do() {
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &deployed()), @"nothing to do");
    assert_snapshot!(planned(&with_request("b1", "clean-urls", false), &deployed()), @"nothing to do");
}

#[test]
fn other_addresses_are_another_release() {
    assert_snapshot!(planned(&asked("b1", "clean-urls-file"), &deployed()), @"
    create-edge-function {addresses:clean-urls-file,bytes:15,comment:clean-urls-file,name:hardtack-E1-clean-urls-file-0000000f}
    publish-edge-function {name:hardtack-E1-clean-urls-file-0000000f}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-2,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-file-0000000f}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2, default on requests hardtack-E1-clean-urls-0000000d -> hardtack-E1-clean-urls-file-0000000f
    ");
}

#[test]
fn a_changed_policy_leaves_the_addresses() {
    assert_snapshot!(planned(&with_request("b2", "clean-urls", false), &deployed()), @"
    create-edge-function {bytes:2,comment:policy b2, code b2,name:hardtack-E1-2,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2
    ");
}

#[test]
fn without_addresses_it_is_detached() {
    assert_snapshot!(planned(&function("b1"), &deployed()), @"
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-2}
    publish-edge-function {name:hardtack-E1-2}
    associate E1: default hardtack-E1-1 -> hardtack-E1-2, default on requests hardtack-E1-clean-urls-0000000d -> nothing
    ");
}

#[test]
fn a_run_cut_off_before_the_publication_goes_on() {
    let mut observed = site("default@bucket");
    observed.request_functions = vec![live("hardtack-E1-clean-urls-0000000d")];
    observed.request_functions[0].is_published = false;
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &observed), @"
    publish-edge-function {name:hardtack-E1-clean-urls-0000000d}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1, default on requests nothing -> hardtack-E1-clean-urls-0000000d
    ");
}

#[test]
fn only_buckets_get_addresses() {
    let all = DesiredState {
        behaviors: Selection::All,
        ..asked("b1", "clean-urls")
    };
    let observed = site("default@bucket; /api/*; /docs/*@bucket");
    assert_snapshot!(planned(&all, &observed), @"
    create-edge-function {addresses:clean-urls,bytes:10,comment:clean-urls,name:hardtack-E1-clean-urls-0000000d}
    publish-edge-function {name:hardtack-E1-clean-urls-0000000d}
    create-edge-function {bytes:2,comment:policy b1, code b1,name:hardtack-E1-1,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-1}
    associate E1: default nothing -> hardtack-E1-1, default on requests nothing -> hardtack-E1-clean-urls-0000000d, /api/* nothing -> hardtack-E1-1, /docs/* nothing -> hardtack-E1-1, /docs/* on requests nothing -> hardtack-E1-clean-urls-0000000d
    ");
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &site("default; /docs/*@bucket")), @"NoBucket { behaviors: [Default] }");
}

#[test]
fn a_plan_tells_which_addresses_stay_as_they_are() {
    let all = DesiredState {
        behaviors: Selection::All,
        ..asked("b1", "clean-urls")
    };
    let plan = deploy(&all, &site("default@bucket; /api/*")).unwrap();
    assert_eq!(
        plan.notes,
        ["the addresses in `/api/*` stay as they are: no S3 bucket is behind them"]
    );
    assert_eq!(
        deploy(&with_request("b1", "clean-urls", false), &deployed())
            .unwrap()
            .notes,
        [""; 0]
    );
}

#[test]
fn somebody_elses_function_is_not_replaced() {
    let observed = site("default@bucket: viewer-request=index");
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &observed), @r#"RequestsOccupied { behavior: Default, arn: "index" }"#);
    // Beside a behavior that has its addresses already, a new one keeps its own function.
    let observed = Observed {
        distribution: distribution(
            "E1",
            &format!("{BOTH}; /docs/*@bucket: viewer-request=index"),
        ),
        ..deployed()
    };
    let kept = DesiredState {
        behaviors: Selection::All,
        ..with_request("b1", "clean-urls", false)
    };
    assert_snapshot!(planned(&kept, &observed), @"associate E1: /docs/* nothing -> hardtack-E1-1");
}

#[test]
fn a_function_that_hardtack_does_not_manage_is_refused() {
    let mut observed = site("default@bucket");
    observed.request_functions = vec![live("hardtack-E1-clean-urls-0000000d")];
    observed.request_functions[0].tags.clear();
    assert_snapshot!(planned(&asked("b1", "clean-urls"), &observed), @r#"NotManaged { kind: "CloudFront Function", name: "hardtack-E1-clean-urls-0000000d" }"#);
}

#[test]
fn lambda_does_not_take_the_addresses_away() {
    assert_snapshot!(planned(&lambda("b1"), &deployed()), @"default is occupied by hardtack-E1-clean-urls-0000000d on viewer-request, replaceable false, other product fits true");
}

#[test]
fn a_rollback_changes_both() {
    let mut observed = with_functions(&BOTH.replace("E1-1", "E1-2"), &["b1", "b2"]);
    observed.request_functions = vec![live("hardtack-E1-clean-urls-0000000d"), live(FILE)];
    record_request(&mut observed, 1, "hardtack-E1-clean-urls-0000000d");
    assert_snapshot!(shown(super::super::rollback(&observed)), @"associate E1: default hardtack-E1-2 -> hardtack-E1-1, default on requests hardtack-E1-clean-urls-0000000d -> nothing");
    record_request(&mut observed, 0, FILE);
    assert_snapshot!(shown(super::super::rollback(&observed)), @"associate E1: default hardtack-E1-2 -> hardtack-E1-1, default on requests hardtack-E1-clean-urls-0000000d -> hardtack-E1-clean-urls-file-0000000f");
}

#[test]
fn a_removal_takes_both_away() {
    assert_snapshot!(shown(super::super::remove(&deployed(), &[])), @"
    associate E1: default hardtack-E1-1 -> nothing, default on requests hardtack-E1-clean-urls-0000000d -> nothing
    await-detached {distribution:E1}
    delete-edge-function {name:hardtack-E1-1}
    delete-edge-function {name:hardtack-E1-clean-urls-0000000d}
    ");
    assert_snapshot!(shown(super::super::remove(&deployed(), &[BehaviorName::Default])), @"associate E1: default hardtack-E1-1 -> nothing, default on requests hardtack-E1-clean-urls-0000000d -> nothing");
}

#[test]
fn functions_on_requests_go_with_the_last_release_that_needs_them() {
    let runs = BOTH.replace("E1-1", "E1-4");
    let mut observed = with_functions(&runs, &["b1", "b2", "b3", "b4"]);
    observed.request_functions = vec![live("hardtack-E1-clean-urls-0000000d"), live(FILE)];
    record_request(&mut observed, 3, "hardtack-E1-clean-urls-0000000d");
    record_request(&mut observed, 1, FILE);
    assert_snapshot!(planned(&asked("b5", "clean-urls"), &observed), @"
    create-edge-function {bytes:2,comment:policy b5, code b5,name:hardtack-E1-5,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-5}
    associate E1: default hardtack-E1-4 -> hardtack-E1-5
    delete-edge-function {name:hardtack-E1-2}
    delete-edge-function {name:hardtack-E1-1}
    delete-edge-function {name:hardtack-E1-clean-urls-file-0000000f}
    ");
    record_request(&mut observed, 2, FILE);
    assert_snapshot!(planned(&asked("b5", "clean-urls"), &observed), @"
    create-edge-function {bytes:2,comment:policy b5, code b5,name:hardtack-E1-5,tags:{hardtack-viewer-request:hardtack-E1-clean-urls-0000000d}}
    publish-edge-function {name:hardtack-E1-5}
    associate E1: default hardtack-E1-4 -> hardtack-E1-5
    delete-edge-function {name:hardtack-E1-2}
    delete-edge-function {name:hardtack-E1-1}
    ");
}

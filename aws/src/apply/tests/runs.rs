//! Runs that nothing disturbs.

use insta::assert_snapshot;

use super::*;
use crate::config::BehaviorName;
use crate::fake::site::config;

#[test]
fn a_deployment_to_lambda_creates_everything_and_attaches_it() {
    let aws = FakeAws::with("default; /a/*");
    assert_snapshot!(deploy(&aws, &lambda("b1")).unwrap().join("\n"), @"
    create-role
    write-role-policy
    keep-logs
    waiting for the role, 1
    waiting for the role, 2
    waiting for the role, 3
    waiting for the role, 4
    create-function
    waiting for the function, 1
    waiting for the function, 2
    waiting for the function, 3
    publish-version
    associate
    ");
    assert_snapshot!(aws.listed(), @r#"
    E1 default: viewer-response=hardtack-E1:1
    E1 /a/*:
    role hardtack-E1, policy true
    function hardtack-E1 fclvd2yEI+V6J4VImj+cQ/tudWh21q2anKxKpOcuwZM= {"managed-by": "hardtack"}
    version hardtack-E1:1 fclvd2yEI+V6J4VImj+cQ/tudWh21q2anKxKpOcuwZM= policy b1
    logs eu-west-1 /aws/lambda/us-east-1.hardtack-E1 Some(30)
    logs us-east-1 /aws/lambda/us-east-1.hardtack-E1 Some(30)
    "#);
}

#[test]
fn a_deployment_as_a_cloudfront_function_creates_everything_and_attaches_it() {
    let aws = FakeAws::with("default; /a/*");
    assert_snapshot!(deploy(&aws, &function("b1")).unwrap().join("\n"), @"
    keep-logs
    create-edge-function
    publish-edge-function
    associate
    ");
    assert_snapshot!(aws.listed(), @r#"
    E1 default: viewer-response=hardtack-E1-1
    E1 /a/*:
    function hardtack-E1-1 live {"managed-by": "hardtack"}
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-1 Some(30)
    "#);
}

#[test]
fn a_second_deployment_changes_nothing() {
    for desired in [lambda("b1"), function("b1")] {
        let aws = FakeAws::with("default");
        deploy(&aws, &desired).unwrap();
        let before = aws.listed();
        assert_eq!(deploy(&aws, &desired).unwrap(), Vec::<String>::new());
        assert_eq!(aws.listed(), before);
    }
}

#[test]
fn a_changed_policy_runs_and_a_rollback_takes_it_back() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    deploy(&aws, &lambda("b2")).unwrap();
    assert!(
        aws.listed()
            .contains("E1 default: viewer-response=hardtack-E1:2")
    );
    rollback(&aws).unwrap();
    assert!(
        aws.listed()
            .contains("E1 default: viewer-response=hardtack-E1:1")
    );
}

#[test]
fn a_cloudfront_function_is_rolled_back_too() {
    let aws = FakeAws::with("default");
    deploy(&aws, &function("b1")).unwrap();
    deploy(&aws, &function("b2")).unwrap();
    assert!(
        aws.listed()
            .contains("E1 default: viewer-response=hardtack-E1-2")
    );
    rollback(&aws).unwrap();
    assert!(
        aws.listed()
            .contains("E1 default: viewer-response=hardtack-E1-1")
    );
}

#[test]
fn old_cloudfront_functions_are_deleted_in_the_order_of_their_numbers() {
    let aws = FakeAws::with("default");
    for number in 1..=11 {
        deploy(&aws, &function(&format!("b{number}"))).unwrap();
    }
    let names: Vec<_> = aws.state().edge_functions.keys().cloned().collect();
    assert_eq!(names, ["hardtack-E1-10", "hardtack-E1-11", "hardtack-E1-9"]);
}

#[test]
fn an_association_that_is_accepted_and_dropped_is_an_error() {
    for desired in [lambda("b1"), function("b1")] {
        let aws = FakeAws::with("default; /a/*");
        aws.state().forgets_changes = true;
        let dropped = deploy(&aws, &desired);
        let is_told = matches!(&dropped, Err(ApplyError::NotKept(BehaviorName::Default)));
        assert!(is_told, "{dropped:?}");
        aws.state().forgets_changes = false;
        deploy(&aws, &desired).unwrap();
        aws.state().forgets_changes = true;
        let kept = remove(&aws);
        assert!(matches!(kept, Err(ApplyError::NotKept(_))), "{kept:?}");
    }
}

#[test]
fn a_removal_leaves_nothing_behind() {
    for desired in [lambda("b1"), function("b1")] {
        let aws = FakeAws::with("default; /a/*");
        deploy(&aws, &desired).unwrap();
        remove(&aws).unwrap();
        assert_eq!(aws.listed(), "E1 default:\nE1 /a/*:\n");
        assert_eq!(
            aws.state().distributions["E1"].config,
            config("default; /a/*", "")
        );
        assert_eq!(remove(&aws).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn a_function_with_replicas_is_deleted_by_a_later_run() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    aws.state().replicated_until = std::time::Duration::from_secs(10_000);
    assert!(matches!(remove(&aws), Err(ApplyError::Replicated)));
    assert!(aws.listed().starts_with("E1 default:\nrole"));
    aws.state().now = std::time::Duration::from_secs(10_000);
    remove(&aws).unwrap();
    assert_eq!(aws.listed(), "E1 default:\n");
}

/// An account where another function, live, runs on viewer-response.
fn occupied() -> FakeAws {
    let aws = FakeAws::with("default: viewer-response=theirs; /a/*");
    block_on(aws.create_edge_function(crate::api::NewEdgeFunction {
        name: "theirs",
        comment: "",
        stores: &[],
        tags: &crate::api::Tags::new(),
        code: b"theirs",
    }))
    .unwrap();
    block_on(aws.publish_edge_function("theirs")).unwrap();
    aws
}

#[test]
fn what_is_replaced_comes_back() {
    for desired in [lambda("b1"), function("b1")] {
        let aws = occupied();
        let before = aws.listed();
        let desired = DesiredState {
            existing: Existing::Replace,
            ..desired
        };
        deploy(&aws, &desired).unwrap();
        assert!(!aws.listed().contains("viewer-response=theirs"));
        remove(&aws).unwrap();
        assert_eq!(aws.listed(), before);
    }
}

#[test]
fn what_is_replaced_and_then_deleted_does_not_come_back() {
    for desired in [lambda("b1"), function("b1")] {
        let aws = occupied();
        let desired = DesiredState {
            existing: Existing::Replace,
            ..desired
        };
        deploy(&aws, &desired).unwrap();
        block_on(aws.delete_edge_function("theirs")).unwrap();
        remove(&aws).unwrap();
        assert_eq!(aws.listed(), "E1 default:\nE1 /a/*:\n");
    }
}

#[test]
fn what_is_wrapped_runs_in_the_new_function_and_comes_back() {
    let aws = occupied();
    let before = aws.listed();
    let desired = DesiredState {
        existing: Existing::Wrap,
        ..function("b1")
    };
    deploy(&aws, &desired).unwrap();
    assert_eq!(aws.state().edge_code["hardtack-E1-1"], b"theirs+b1");
    // Without being asked for, it stays wrapped.
    deploy(&aws, &function("b2")).unwrap();
    assert_eq!(aws.state().edge_code["hardtack-E1-2"], b"theirs+b2");
    remove(&aws).unwrap();
    assert_eq!(aws.listed(), before);
}

#[test]
fn addresses_are_deployed_rolled_back_and_removed_with_the_cookie() {
    let behaviors = "default@bucket; /a/*";
    let aws = FakeAws::with(behaviors);
    deploy(&aws, &function("b1")).unwrap();
    deploy(&aws, &with_request("b1", "clean-urls")).unwrap();
    assert_eq!(
        aws.state().edge_code["hardtack-E1-clean-urls-0000000a"],
        b"clean-urls"
    );
    assert_eq!(
        deploy(&aws, &with_request("b1", "clean-urls")).unwrap(),
        Vec::<String>::new()
    );
    assert_snapshot!(aws.listed(), @r#"
    E1 default: viewer-response=hardtack-E1-2 viewer-request=hardtack-E1-clean-urls-0000000a
    E1 /a/*:
    function hardtack-E1-1 live {"managed-by": "hardtack"}
    function hardtack-E1-2 live {"hardtack-viewer-request": "hardtack-E1-clean-urls-0000000a", "managed-by": "hardtack"}
    function hardtack-E1-clean-urls-0000000a live {"managed-by": "hardtack"}
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-1 Some(30)
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-2 Some(30)
    "#);
    deploy(&aws, &with_request("b1", "clean-urls-file")).unwrap();
    rollback(&aws).unwrap();
    assert_snapshot!(aws.listed(), @r#"
    E1 default: viewer-response=hardtack-E1-2 viewer-request=hardtack-E1-clean-urls-0000000a
    E1 /a/*:
    function hardtack-E1-1 live {"managed-by": "hardtack"}
    function hardtack-E1-2 live {"hardtack-viewer-request": "hardtack-E1-clean-urls-0000000a", "managed-by": "hardtack"}
    function hardtack-E1-3 live {"hardtack-viewer-request": "hardtack-E1-clean-urls-file-0000000f", "managed-by": "hardtack"}
    function hardtack-E1-clean-urls-0000000a live {"managed-by": "hardtack"}
    function hardtack-E1-clean-urls-file-0000000f live {"managed-by": "hardtack"}
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-1 Some(30)
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-2 Some(30)
    logs us-east-1 /aws/cloudfront/function/hardtack-E1-3 Some(30)
    "#);
    rollback(&aws).unwrap();
    assert!(
        aws.listed()
            .starts_with("E1 default: viewer-response=hardtack-E1-1\n")
    );
    deploy(&aws, &with_request("b1", "clean-urls")).unwrap();
    remove(&aws).unwrap();
    assert_eq!(aws.listed(), "E1 default:\nE1 /a/*:\n");
    assert_eq!(
        aws.state().distributions["E1"].config,
        config(behaviors, "")
    );
}

#[test]
fn the_products_can_be_changed_both_ways() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    deploy(&aws, &function("b1")).unwrap();
    assert!(
        aws.listed()
            .starts_with("E1 default: viewer-response=hardtack-E1-1\n")
    );
    deploy(&aws, &lambda("b1")).unwrap();
    assert!(
        aws.listed()
            .starts_with("E1 default: viewer-response=hardtack-E1:1\n")
    );
    remove(&aws).unwrap();
    assert_eq!(aws.listed(), "E1 default:\n");
}

#[test]
fn a_staging_distribution_is_deployed_to_alone_and_removed_with_the_other() {
    let aws = FakeAws::default();
    let policy = "<ContinuousDeploymentPolicyId>P1</ContinuousDeploymentPolicyId>";
    aws.put("E1", &config("default", policy), false);
    aws.put("E2", &config("default", ""), true);
    deploy_to(&aws, &lambda("b1"), true).unwrap();
    assert!(
        aws.listed()
            .starts_with("E1 default:\nE2 default: viewer-response=hardtack-E1:1\n")
    );
    remove(&aws).unwrap();
    assert_eq!(aws.listed(), "E1 default:\nE2 default:\n");
}

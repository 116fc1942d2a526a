//! Runs whose calls fail, one after the other: what was begun is finished by the next run.

use super::*;
use crate::fake::Fault;

type Scene = (&'static str, fn() -> FakeAws, fn(&FakeAws) -> Report);

/// A run, and the account that it begins with.
const SCENES: [Scene; 9] = [
    ("a deployment to Lambda@Edge", empty, |aws| {
        deploy(aws, &lambda("b1"))
    }),
    ("a new version", with_lambda, |aws| {
        deploy(aws, &lambda("b3"))
    }),
    ("a deployment as a CloudFront Function", empty, |aws| {
        deploy(aws, &function("b1"))
    }),
    ("addresses beside the cookie", bucket, |aws| {
        deploy(aws, &with_request("b1", "clean-urls"))
    }),
    ("a removal of addresses", with_addresses, remove),
    ("from one product to the other", with_lambda, |aws| {
        deploy(aws, &function("b3"))
    }),
    ("a removal of Lambda@Edge", with_lambda, remove),
    ("a removal of CloudFront Functions", with_functions, remove),
    (
        "a rollback of a CloudFront Function",
        with_functions,
        |aws| {
            // Done again, a rollback would go back one further.
            let listed = aws.listed();
            match listed.contains("viewer-response=hardtack-E1-1\n") {
                true => Ok(Vec::new()),
                false => rollback(aws),
            }
        },
    ),
];

fn empty() -> FakeAws {
    FakeAws::with("default")
}

fn bucket() -> FakeAws {
    FakeAws::with("default@bucket")
}

fn with_addresses() -> FakeAws {
    let aws = bucket();
    deploy(&aws, &with_request("b1", "clean-urls")).unwrap();
    aws
}

fn with_lambda() -> FakeAws {
    let aws = empty();
    deploy(&aws, &lambda("b1")).unwrap();
    deploy(&aws, &lambda("b2")).unwrap();
    aws
}

fn with_functions() -> FakeAws {
    let aws = empty();
    deploy(&aws, &function("b1")).unwrap();
    deploy(&aws, &function("b2")).unwrap();
    aws
}

/// Has every call of a run fail in turn, and counts them.
#[track_caller]
fn check_every_call((name, begin, run): Scene, fault: Fault, check: fn(&str, usize, &Report)) {
    let undisturbed = begin();
    run(&undisturbed).unwrap();
    let expected = undisturbed.listed();
    for call in 0.. {
        let aws = begin();
        let before = aws.calls();
        aws.fail_after(call, fault);
        let result = run(&aws);
        if aws.calls() - before <= call {
            assert!(call >= 5, "{name}: {call} calls are too few");
            return;
        }
        check(name, call, &result);
        run(&aws).unwrap_or_else(|error| panic!("{name}, call {call}: {error:?}"));
        assert_eq!(aws.listed(), expected, "{name}, call {call}");
    }
}

fn is_cut_off(name: &str, call: usize, result: &Report) {
    let is_network = matches!(result, Err(ApplyError::Call(error)) if error.code().is_empty());
    assert!(is_network, "{name}, call {call}: {result:?}");
}

#[test]
fn a_run_that_is_cut_off_before_any_call_is_finished_by_the_next() {
    for scene in SCENES {
        check_every_call(scene, Fault::Unsent, is_cut_off);
    }
}

#[test]
fn a_run_that_is_cut_off_after_any_call_is_finished_by_the_next() {
    for scene in SCENES {
        check_every_call(scene, Fault::Unanswered, is_cut_off);
    }
}

#[test]
fn a_refused_call_ends_the_run_and_the_next_finishes_it() {
    for scene in SCENES {
        check_every_call(
            scene,
            Fault::Refused("AccessDenied"),
            |name, call, result| {
                // Whether a function still exists is taken for granted where it may not be looked at.
                let is_denied =
                    matches!(result, Err(ApplyError::Call(error)) if error.is_access_denied());
                assert!(is_denied, "{name}, call {call}: {result:?}");
            },
        );
    }
}

#[test]
fn a_call_that_arrives_twice_does_no_harm() {
    for scene in SCENES {
        check_every_call(scene, Fault::Repeated, |name, call, result| {
            // While Lambda is busy with the first, it refuses the second; all others answer as they did.
            let is_fine = match result {
                Ok(_) => true,
                Err(ApplyError::Call(error)) => error.code() == "ResourceConflictException",
                Err(_) => false,
            };
            assert!(is_fine, "{name}, call {call}: {result:?}");
        });
    }
}

#[test]
fn a_distribution_that_changed_since_the_plan_is_left_alone() {
    let aws = empty();
    let changed = crate::fake::site::config("default: viewer-request=theirs:1", "");
    let result = block_on(async {
        let observed = observed(&aws, ObserveScope::Deploying(None)).await?;
        let desired = lambda("b1");
        let plan = plan::deploy(&desired, &observed).unwrap();
        aws.put("E1", &changed, false);
        applied(&aws, &plan, Some(&desired.artifacts)).await
    });
    assert!(matches!(result, Err(ApplyError::StalePlan)), "{result:?}");
    assert_eq!(aws.state().distributions["E1"].config, changed);
    assert!(!aws.state().calls.contains(&"cloudfront:UpdateDistribution"));
    deploy(&aws, &lambda("b1")).unwrap();
    assert!(
        aws.listed()
            .starts_with("E1 default: viewer-request=theirs:1 viewer-response=hardtack-E1:1\n")
    );
}

#[test]
fn a_plan_without_the_code_that_it_publishes_is_refused() {
    let aws = empty();
    let result = block_on(async {
        let observed = observed(&aws, ObserveScope::Deploying(None)).await?;
        let plan = plan::deploy(&lambda("b1"), &observed).unwrap();
        applied(&aws, &plan, None).await
    });
    let is_refused =
        matches!(&result, Err(ApplyError::Call(error)) if error.action == "lambda:PublishVersion");
    assert!(is_refused, "{result:?}");
}

#[test]
fn a_region_that_is_closed_is_a_warning() {
    let aws = with_lambda();
    let other = DesiredState {
        log_days: 7,
        ..lambda("b2")
    };
    block_on(async {
        let observed = observed(&aws, ObserveScope::Attached).await.unwrap();
        let plan = plan::deploy(&other, &observed).unwrap();
        aws.state().closed_regions.insert("eu-west-1".to_string());
        let report = applied(&aws, &plan, None).await.unwrap();
        let warning = "warning: logs in eu-west-1: logs:PutRetentionPolicy: UnrecognizedClientException (400): \
            the region is not enabled";
        assert_eq!(report, [warning, "keep-logs"]);
    });
    assert!(
        aws.listed()
            .contains("us-east-1 /aws/lambda/us-east-1.hardtack-E1 Some(7)")
    );
    // Its logs cannot be read now, and the rest is deployed and removed all the same.
    deploy(&aws, &lambda("b3")).unwrap();
    remove(&aws).unwrap();
    assert!(
        aws.listed().ends_with("hardtack-E1 Some(30)\n"),
        "{}",
        aws.listed()
    );
}

//! What is waited for, and for how long.

use std::time::Duration;

use super::super::wait_deployed;
use super::*;

fn deployed_within(aws: &FakeAws, limit: Duration) -> Result<u32, ApplyError> {
    let mut seen = 0;
    let mut progress = |it: Progress<'_>| {
        if let Progress::Waiting { polls, .. } = it {
            seen = polls;
        }
    };
    block_on(wait_deployed(aws, "E1", limit, &mut progress))?;
    Ok(seen)
}

#[test]
fn the_edges_are_asked_until_they_have_the_change() {
    let aws = FakeAws::with("default");
    assert_eq!(deployed_within(&aws, Duration::from_secs(600)).unwrap(), 0);
    deploy(&aws, &lambda("b1")).unwrap();
    // 240 seconds, in steps of six.
    assert_eq!(deployed_within(&aws, Duration::from_secs(600)).unwrap(), 40);
}

#[test]
fn edges_that_take_too_long_end_the_wait() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    let result = deployed_within(&aws, Duration::from_secs(60));
    let expected = "the distribution is not deployed yet";
    assert!(matches!(result, Err(ApplyError::TimedOut(what)) if what == expected));
}

#[test]
fn a_removal_waits_for_the_edges_before_it_deletes() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    let report = remove(&aws).unwrap();
    assert_eq!(report[..2], ["associate", "waiting for the edges, 1"]);
    assert_eq!(
        report[40..42],
        ["waiting for the edges, 40", "await-detached"]
    );
}

#[test]
fn a_function_that_stays_busy_ends_the_run() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    let busy = Duration::from_secs(100_000);
    aws.state().functions.get_mut("hardtack-E1").unwrap().0 = busy;
    let began = aws.state().now;
    let result = deploy(&aws, &lambda("b2"));
    let expected = "the function does not become ready";
    assert!(matches!(result, Err(ApplyError::TimedOut(what)) if what == expected));
    assert_eq!(aws.state().now - began, Duration::from_secs(180));
}

#[test]
fn a_role_that_never_becomes_known_ends_the_run() {
    let aws = FakeAws::with("default");
    deploy(&aws, &lambda("b1")).unwrap();
    let never = Duration::from_secs(100_000);
    aws.state().roles.get_mut("hardtack-E1").unwrap().0 = never;
    aws.state().functions.clear();
    let began = aws.state().now;
    let result = deploy(&aws, &lambda("b1"));
    let is_about_role = matches!(&result, Err(ApplyError::Call(error)) if error.message().contains("assumed by Lambda"));
    assert!(is_about_role, "{result:?}");
    assert_eq!(aws.state().now - began, Duration::from_secs(90));
}

//! Whatever call goes wrong, and however: the next run ends where one without faults would have.

use crate::deploy::{Scene, writes};
use crate::emulator::{ACCOUNT, Run, between};
use crate::proxy::Fault;

/// A plain site.
pub(crate) const SITE: &str = include_str!("site.xml");

/// What is there in the end, with the distribution's id masked: all that AWS would tell.
fn state(scene: &Scene) -> String {
    let status = scene.bench.ok(&scene.line("status --json"));
    let mut state: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    // A version that was published and whose answer was lost is published once all the same.
    let releases = state["releases"].as_array().map(Vec::len);
    assert_eq!(
        releases,
        Some(
            state["distributions"][0]["behaviors"][0]["release"]
                .as_u64()
                .unwrap() as usize
        )
    );
    state["distributions"][0]["domain"] = "".into();
    let config = scene.config();
    let reference = between(&config, "<CallerReference>", "</CallerReference>");
    let config = config.replace(&format!("<CallerReference>{reference}<"), "<");
    let text = format!("{state:#}\n{config}");
    text.replace(&scene.id, "[ID]")
}

/// A deployment on which the call number `at` goes wrong, and then one without faults.
fn with_fault(change: bool, at: usize, fault: Fault) -> (Run, Scene) {
    let scene = Scene::new(SITE);
    if change {
        scene.ok("deploy --yes");
        scene
            .bench
            .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    }
    scene.proxy.fail(at, fault);
    let mut command = scene.bench.command(&scene.line("deploy --yes"));
    // Where a call is tried again at once, fewer faults show.
    let attempts = match fault {
        Fault::Throttled(_) => "4",
        _ => "1",
    };
    let run = Run::of(command.env("AWS_MAX_ATTEMPTS", attempts));
    check_sound(&scene, &run);
    scene.proxy.heal();
    scene.ok("deploy --yes");
    (run, scene)
}

/// What serves traffic is never half of something: no function, or a version that is there.
#[track_caller]
fn check_sound(scene: &Scene, run: &Run) {
    let config = scene.config();
    let mut rest = config.as_str();
    while let Some((_, after)) = rest.split_once("<LambdaFunctionARN>") {
        let (arn, after) = after.split_once('<').unwrap();
        rest = after;
        let version = arn.rsplit(':').next().unwrap();
        let path = format!(
            "/2015-03-31/functions/hardtack-{}?Qualifier={version}",
            scene.id
        );
        let found = scene.emulator.call("GET", &path, &[], "");
        assert!(
            found.starts_with("HTTP/1.1 200"),
            "{arn}: {found}\n{}",
            run.stderr
        );
    }
}

/// Every position, until one is beyond the last call.
fn every_position(name: &str, change: bool, fault: Fault) {
    let expected = {
        let (_, scene) = with_fault(change, usize::MAX, fault);
        state(&scene)
    };
    assert!(expected.contains(ACCOUNT));
    let mut failed = 0;
    let positions = calls(change);
    for at in 0..positions {
        let (run, scene) = with_fault(change, at, fault);
        failed += usize::from(run.code != Some(0));
        assert_eq!(state(&scene), expected, "{name}, call {at}\n{}", run.stderr);
    }
    println!(
        "{name}: {positions} positions tried, the first run failed at {failed}, the second at none"
    );
}

/// How many calls a deployment makes.
fn calls(change: bool) -> usize {
    let scene = Scene::new(SITE);
    if change {
        scene.ok("deploy --yes");
        scene
            .bench
            .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    }
    scene.proxy.heal();
    scene.ok("deploy --yes");
    assert!(!writes(&scene.proxy).is_empty());
    scene.proxy.passed().len()
}

#[test]
fn a_first_deployment_that_is_refused_anywhere_is_finished_by_the_next() {
    every_position("a first deployment, 503", false, Fault::Unavailable);
}

#[test]
fn a_first_deployment_whose_answer_is_lost_anywhere_is_finished_by_the_next() {
    every_position("a first deployment, answer lost", false, Fault::Cut);
}

#[test]
fn a_first_deployment_whose_call_is_lost_anywhere_is_finished_by_the_next() {
    every_position("a first deployment, call lost", false, Fault::Unheard);
}

#[test]
fn a_change_that_is_refused_anywhere_is_finished_by_the_next() {
    every_position("a change, 503", true, Fault::Unavailable);
}

#[test]
fn a_change_whose_answer_is_lost_anywhere_is_finished_by_the_next() {
    every_position("a change, answer lost", true, Fault::Cut);
}

#[test]
fn credentials_that_expire_anywhere_are_told_and_the_next_run_finishes() {
    every_position(
        "a first deployment, credentials expired",
        false,
        Fault::Expired,
    );
}

#[test]
fn bursts_of_throttling_are_sat_out() {
    let positions = calls(false);
    for at in 0..positions {
        let (run, _) = with_fault(false, at, Fault::Throttled(3));
        assert_eq!(run.code, Some(0), "call {at}: {}", run.stderr);
    }
    println!("bursts of throttling: {positions} positions tried");
}

#[test]
fn slow_answers_are_waited_for() {
    let positions = calls(false);
    for at in (0..positions).step_by(4) {
        let (run, _) = with_fault(false, at, Fault::Slow);
        assert_eq!(run.code, Some(0), "call {at}: {}", run.stderr);
    }
}

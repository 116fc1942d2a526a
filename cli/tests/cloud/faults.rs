//! Whatever call goes wrong, and however: the next run ends where one without faults would have.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::deploy::{Scene, writes};
use crate::emulator::{ACCOUNT, Emulator, Run, between};
use crate::proxy::Fault;
use crate::site::{function_within, with_function};

/// A plain site.
pub(crate) const SITE: &str = include_str!("site.xml");

/// A way to deploy.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) line: &'static str,
    /// Whether a function of theirs is there already.
    pub(crate) is_taken: bool,
    /// Whether there is a deployment already, and the policy changes.
    pub(crate) is_change: bool,
}

pub(crate) const LAMBDA: Way = Way {
    name: "a first Lambda@Edge deployment",
    line: "deploy --yes",
    is_taken: false,
    is_change: false,
};
pub(crate) const LAMBDA_CHANGE: Way = Way {
    name: "a change of a Lambda@Edge deployment",
    is_change: true,
    ..LAMBDA
};
pub(crate) const LAMBDA_INSTEAD: Way = Way {
    name: "Lambda@Edge in the place of another function",
    line: "deploy --yes --replace",
    is_taken: true,
    is_change: false,
};
pub(crate) const FUNCTION: Way = Way {
    name: "a first CloudFront Function",
    line: "deploy --yes --via cloudfront-function",
    is_taken: false,
    is_change: false,
};
pub(crate) const FUNCTION_CHANGE: Way = Way {
    name: "a change of a CloudFront Function",
    is_change: true,
    ..FUNCTION
};
pub(crate) const WRAP: Way = Way {
    name: "a CloudFront Function around another",
    line: "deploy --yes --wrap",
    is_taken: true,
    is_change: false,
};
pub(crate) const WRAP_CHANGE: Way = Way {
    name: "a change of one around another",
    is_change: true,
    ..WRAP
};

/// Ways are tried in an emulator of their own: one that holds much gets slow.
pub(crate) struct Trial {
    pub(crate) way: Way,
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) config: String,
}

impl Way {
    pub(crate) fn trial(self) -> Trial {
        let emulator = Arc::new(Emulator::start(&[]));
        let code = "function handler(event) { return event.response; }";
        let config = match self.is_taken {
            true => {
                let theirs = function_within(&emulator, "theirs", code, "");
                with_function(SITE, &theirs, "viewer-response")
            }
            false => SITE.to_string(),
        };
        Trial {
            way: self,
            emulator,
            config,
        }
    }
}

impl Trial {
    /// All that comes before what is tried.
    pub(crate) fn scene(&self) -> Scene {
        let scene = Scene::within(&self.emulator, &self.config);
        if self.way.is_change {
            scene.ok(self.way.line);
            let changed = "cookie.max_age = \"100d\"\n";
            scene.bench.write("hardtack.toml", changed);
        }
        scene.proxy.heal();
        scene
    }

    /// How many calls it makes.
    pub(crate) fn calls(&self) -> usize {
        let scene = self.scene();
        scene.ok(self.way.line);
        assert!(!writes(&scene.proxy).is_empty());
        scene.proxy.passed().len()
    }

    /// A run in which the call number `at` goes wrong.
    pub(crate) fn with_fault(&self, at: usize, fault: Fault) -> (Run, Scene) {
        let scene = self.scene();
        let run = faulty(&scene, self.way.line, at, fault);
        (run, scene)
    }

    /// Every position in turn; after each, the same command without faults ends where one without any would have.
    fn is_finished_by_the_next(&self, what: &str, fault: Fault) {
        let (_, untouched) = self.with_fault(usize::MAX, fault);
        let expected = state(&untouched);
        assert!(expected.contains(ACCOUNT));
        let mut failed = 0;
        let positions = self.calls();
        for at in 0..positions {
            let (run, scene) = self.with_fault(at, fault);
            failed += usize::from(run.code != Some(0));
            scene.ok(self.way.line);
            let place = format!("{}, {what} at call {at}", self.way.name);
            assert_eq!(state(&scene), expected, "{place}\n{}", run.stderr);
        }
        println!(
            "{}, {what}: {positions} positions tried, the first run failed at {failed}, the second at none",
            self.way.name
        );
    }

    /// Every position in turn, and the run is none the worse for it.
    fn is_sat_out(&self, what: &str, fault: Fault) {
        let positions = self.calls();
        for at in 0..positions {
            let (run, _) = self.with_fault(at, fault);
            let place = format!("{}, {what} at call {at}", self.way.name);
            assert_eq!(run.code, Some(0), "{place}: {}", run.stderr);
        }
        println!(
            "{}, {what}: {positions} positions tried, none failed",
            self.way.name
        );
    }
}

/// Runs a line in which the call number `at` goes wrong.
pub(crate) fn faulty(scene: &Scene, line: &str, at: usize, fault: Fault) -> Run {
    scene.proxy.fail(at, fault);
    let mut command = scene.bench.command(&scene.line(line));
    // Where a call is tried again at once, fewer faults show.
    let attempts = match fault {
        Fault::Burst(..) => "4",
        _ => "1",
    };
    command.env("AWS_MAX_ATTEMPTS", attempts);
    let run = match fault {
        Fault::Killed => killed(scene, &mut command),
        _ => Run::of(&mut command),
    };
    check_sound(scene, &run);
    scene.proxy.heal();
    run
}

/// Ends the command at the moment that the proxy has chosen.
fn killed(scene: &Scene, command: &mut Command) -> Run {
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = silent.spawn().unwrap();
    let code = loop {
        if scene.proxy.has_struck() {
            child.kill().unwrap();
        }
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    Run {
        code,
        stdout: String::new(),
        stderr: String::new(),
    }
}

/// What is there in the end, with the distribution's id masked: all that AWS would tell.
fn state(scene: &Scene) -> String {
    let status = scene.bench.ok(&scene.line("status --json"));
    let mut state: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    // A version that was published and whose answer was lost is published once all the same.
    let releases = state["releases"].as_array().map(Vec::len);
    let running = state["distributions"][0]["behaviors"][0]["release"].as_u64();
    assert_eq!(releases, Some(running.unwrap() as usize));
    state["distributions"][0]["domain"] = "".into();
    let text = format!("{state:#}\n{}", unnamed(&scene.config()));
    text.replace(&scene.id, "[ID]")
}

/// Without what each distribution has of its own.
pub(crate) fn unnamed(config: &str) -> String {
    let reference = between(config, "<CallerReference>", "</CallerReference>");
    config.replace(&format!("<CallerReference>{reference}<"), "<")
}

/// What serves traffic is never half of something: no function, or a version that is there.
#[track_caller]
fn check_sound(scene: &Scene, run: &Run) {
    let config = scene.config();
    let lambda = parts(&config, "<LambdaFunctionARN>").map(|arn| {
        let version = arn.rsplit(':').next().unwrap();
        let name = format!("hardtack-{}", scene.id);
        format!("/2015-03-31/functions/{name}?Qualifier={version}")
    });
    let edge = parts(&config, "<FunctionARN>").map(|arn| {
        let name = arn.rsplit('/').next().unwrap();
        format!("/2020-05-31/function/{name}/describe?Stage=LIVE")
    });
    for path in lambda.chain(edge) {
        let found = scene.emulator.call("GET", &path, &[], "");
        assert!(
            found.starts_with("HTTP/1.1 200"),
            "{path}: {found}\n{}",
            run.stderr
        );
    }
}

/// What stands behind each occurrence of a tag.
fn parts<'a>(text: &'a str, tag: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(tag)
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap())
}

#[test]
fn a_first_deployment_that_is_refused_anywhere_is_finished_by_the_next() {
    LAMBDA
        .trial()
        .is_finished_by_the_next("503", Fault::Unavailable);
}

#[test]
fn a_first_deployment_whose_answer_is_lost_anywhere_is_finished_by_the_next() {
    LAMBDA
        .trial()
        .is_finished_by_the_next("answer lost", Fault::Cut);
}

#[test]
fn a_first_deployment_whose_call_is_lost_anywhere_is_finished_by_the_next() {
    LAMBDA
        .trial()
        .is_finished_by_the_next("call lost", Fault::Unheard);
}

#[test]
fn a_first_deployment_that_is_killed_anywhere_is_finished_by_the_next() {
    LAMBDA
        .trial()
        .is_finished_by_the_next("killed", Fault::Killed);
}

#[test]
fn credentials_that_expire_anywhere_are_told_and_the_next_run_finishes() {
    LAMBDA
        .trial()
        .is_finished_by_the_next("credentials expired", Fault::Expired);
}

#[test]
fn a_change_whose_answer_is_lost_anywhere_is_finished_by_the_next() {
    LAMBDA_CHANGE
        .trial()
        .is_finished_by_the_next("answer lost", Fault::Cut);
}

#[test]
fn a_change_that_is_killed_anywhere_is_finished_by_the_next() {
    LAMBDA_CHANGE
        .trial()
        .is_finished_by_the_next("killed", Fault::Killed);
}

#[test]
fn bursts_of_throttling_are_sat_out() {
    LAMBDA
        .trial()
        .is_sat_out("429 three times", Fault::Burst(429, 3));
}

#[test]
fn slow_answers_are_waited_for() {
    LAMBDA.trial().is_sat_out("a late answer", Fault::Slow);
}

#[test]
fn a_replacement_that_is_killed_anywhere_is_finished_by_the_next() {
    LAMBDA_INSTEAD
        .trial()
        .is_finished_by_the_next("killed", Fault::Killed);
}

#[test]
fn a_first_function_is_made_whatever_goes_wrong() {
    let function = FUNCTION.trial();
    function.is_finished_by_the_next("503", Fault::Unavailable);
    function.is_finished_by_the_next("answer lost", Fault::Cut);
    function.is_finished_by_the_next("call lost", Fault::Unheard);
    function.is_finished_by_the_next("credentials expired", Fault::Expired);
    function.is_finished_by_the_next("killed", Fault::Killed);
    function.is_sat_out("429 three times", Fault::Burst(429, 3));
    function.is_sat_out("503 three times", Fault::Burst(503, 3));
    function.is_sat_out("a late answer", Fault::Slow);
}

#[test]
fn a_function_is_changed_whatever_goes_wrong() {
    let change = FUNCTION_CHANGE.trial();
    change.is_finished_by_the_next("503", Fault::Unavailable);
    change.is_finished_by_the_next("answer lost", Fault::Cut);
    change.is_finished_by_the_next("call lost", Fault::Unheard);
    change.is_finished_by_the_next("killed", Fault::Killed);
    change.is_sat_out("503 three times", Fault::Burst(503, 3));
}

#[test]
fn a_function_is_made_around_another_whatever_goes_wrong() {
    let wrap = WRAP.trial();
    wrap.is_finished_by_the_next("503", Fault::Unavailable);
    wrap.is_finished_by_the_next("answer lost", Fault::Cut);
    wrap.is_finished_by_the_next("killed", Fault::Killed);
    WRAP_CHANGE
        .trial()
        .is_finished_by_the_next("killed", Fault::Killed);
}

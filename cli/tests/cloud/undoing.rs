//! Whatever goes wrong while something is taken back: the next run leaves what it was asked to leave.

use crate::deploy::Scene;
use crate::faults::{FUNCTION_CHANGE, LAMBDA_CHANGE, LAMBDA_INSTEAD, Trial, WRAP, faulty, unnamed};
use crate::proxy::Fault;

impl Trial {
    /// Every position in turn; after each, all can be taken back.
    fn is_taken_back(&self, what: &str, fault: Fault) {
        let positions = self.calls();
        for at in 0..positions {
            let before = Scene::within(&self.emulator, &self.config).config();
            let (_, scene) = self.with_fault(at, fault);
            scene.ok("remove --yes");
            let place = format!("{}, {what} at call {at}", self.way.name);
            assert_eq!(unnamed(&scene.config()), unnamed(&before), "{place}");
            assert!(
                scene.ok("remove --yes").contains("nothing to do"),
                "{place}"
            );
        }
        println!(
            "{}, {what}, and then removed: {positions} positions tried",
            self.way.name
        );
    }

    /// Taking it back, with every position going wrong in turn; after each, the same command leaves nothing behind.
    fn is_removed_by_the_next(&self, what: &str, fault: Fault) {
        let deployed = || {
            let scene = self.scene();
            let before = scene.config();
            scene.ok(self.way.line);
            scene.proxy.heal();
            (scene, before)
        };
        let (scene, _) = deployed();
        scene.ok("remove --yes");
        let positions = scene.proxy.passed().len();
        for at in 0..positions {
            let (scene, before) = deployed();
            let run = faulty(&scene, "remove --yes", at, fault);
            let place = format!("{} taken back, {what} at call {at}", self.way.name);
            scene.ok("remove --yes");
            assert_eq!(scene.config(), before, "{place}: {}", run.stderr);
            let again = scene.ok("remove --yes");
            assert!(again.contains("nothing to do"), "{place}: {again}");
        }
        println!(
            "{} taken back, {what}: {positions} positions tried",
            self.way.name
        );
    }

    /// To the version before, with every position going wrong in turn. After each, the old version runs or the new one,
    /// and the same command ends with the old one: where that had come about already, it says so.
    fn is_rolled_back_by_the_next(&self, what: &str, fault: Fault) {
        let changed = || {
            let scene = self.scene();
            scene.ok(self.way.line);
            scene.proxy.heal();
            scene
        };
        let running = |scene: &Scene| {
            let status = scene.bench.ok(&scene.line("status --json"));
            let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
            let release = &status["distributions"][0]["behaviors"][0]["release"];
            release.as_u64().unwrap()
        };
        let scene = changed();
        scene.ok("rollback --yes");
        let positions = scene.proxy.passed().len();
        let mut done = 0;
        for at in 0..positions {
            let scene = changed();
            let run = faulty(&scene, "rollback --yes", at, fault);
            let place = format!("{} rolled back, {what} at call {at}", self.way.name);
            let was_done = running(&scene) == 1;
            done += usize::from(was_done);
            let again = scene.run("rollback --yes");
            match was_done {
                true => assert!(
                    again.contains("there is no release before"),
                    "{place}: {again}"
                ),
                false => assert!(again.contains("exit code: 0"), "{place}: {again}"),
            }
            assert_eq!(running(&scene), 1, "{place}: {}", run.stderr);
        }
        println!(
            "{} rolled back, {what}: {positions} positions tried, at {done} it had come about all the same",
            self.way.name
        );
    }
}

#[test]
fn a_replacement_that_is_killed_anywhere_is_taken_back() {
    LAMBDA_INSTEAD
        .trial()
        .is_taken_back("killed", Fault::Killed);
}

#[test]
fn a_removal_that_is_killed_anywhere_is_finished_by_the_next() {
    WRAP.trial().is_removed_by_the_next("killed", Fault::Killed);
    LAMBDA_INSTEAD
        .trial()
        .is_removed_by_the_next("answer lost", Fault::Cut);
}

#[test]
fn a_function_around_another_that_is_killed_anywhere_is_taken_back() {
    WRAP.trial().is_taken_back("killed", Fault::Killed);
}

#[test]
fn a_rollback_is_finished_by_the_next_whatever_goes_wrong() {
    let change = FUNCTION_CHANGE.trial();
    change.is_rolled_back_by_the_next("answer lost", Fault::Cut);
    change.is_rolled_back_by_the_next("killed", Fault::Killed);
    LAMBDA_CHANGE
        .trial()
        .is_rolled_back_by_the_next("call lost", Fault::Unheard);
}

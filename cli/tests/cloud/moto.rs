//! The same against moto, which knows roles, functions, versions and logs in each region in its own way. Of a
//! distribution it forgets the associations, and so CloudFront is MiniStack here: each service has an endpoint of its
//! own.

use serde_json::Value;

use crate::emulator::{Bench, Emulator, Run};
use crate::faults::SITE;

struct Mixed {
    moto: Emulator,
    bench: Bench,
    id: String,
}

impl Mixed {
    fn start() -> Self {
        let moto = Emulator::moto();
        let (id, _) = Emulator::shared().distribution(SITE);
        Self {
            bench: Bench::new("", &moto.address()),
            moto,
            id,
        }
    }

    #[track_caller]
    fn ok(&self, line: &str) -> Run {
        let mut command = self
            .bench
            .command(&format!("{line} --distribution {}", self.id));
        let cloudfront = format!("http://{}", Emulator::shared().address());
        let run = Run::of(command.env("AWS_ENDPOINT_URL_CLOUDFRONT", cloudfront));
        assert_eq!(run.code, Some(0), "{line}\n{}{}", run.stdout, run.stderr);
        run
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.ok("status --json").stdout).unwrap()
    }

    fn running(&self) -> Value {
        let release = "/distributions/0/behaviors/0/release";
        self.status().pointer(release).cloned().unwrap_or_default()
    }
}

#[test]
fn a_deployment_is_made_changed_taken_back_and_removed() {
    let mixed = Mixed::start();
    mixed.ok("deploy --yes --no-wait");
    assert_eq!(mixed.running(), 1);
    assert_eq!(mixed.status()["in_step"], true);
    let again = mixed.ok("deploy --yes --no-wait");
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);

    mixed
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    assert_eq!(mixed.status()["in_step"], false);
    mixed.ok("deploy --yes --no-wait");
    assert_eq!(mixed.running(), 2);
    mixed.ok("rollback --yes --no-wait");
    assert_eq!(mixed.running(), 1);

    mixed.ok("remove --yes");
    assert_eq!(mixed.running(), Value::Null);
    assert!(mixed.ok("remove --yes").stdout.contains("nothing to do"));
    let functions = mixed.moto.call("GET", "/2015-03-31/functions/", &[], "");
    assert!(functions.contains("\"Functions\": []"), "{functions}");
}

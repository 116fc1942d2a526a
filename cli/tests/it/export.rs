//! `hardtack export` and `hardtack iam-policy`

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn terraform_is_written_beside_the_zip() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("export terraform --host www.example.com"), @"
    exit code: 0
    ----- stdout -----
    wrote dist/terraform/main.tf, dist/terraform/lambda-edge.zip
    ----- stderr -----
    hint: dist/terraform/main.tf begins with what to do next
    ");
    let text = sandbox.read("dist/terraform/main.tf");
    assert!(text.contains("the cookie FPD, on example.com."), "{text}");
    assert!(text.contains("    \"eu-central-1\",\n"), "{text}");
    assert!(
        !text.contains("{hash}") && !text.contains("{version}"),
        "{text}"
    );
    assert!(sandbox.path("dist/terraform/lambda-edge.zip").exists());
}

#[test]
fn a_new_policy_gives_the_version_another_name() {
    let name = |policy: &str| {
        let sandbox = Sandbox::with("hardtack.toml", policy);
        sandbox.run("export cloudformation --host www.example.com");
        let text = sandbox.read("dist/cloudformation/template.yaml");
        text.split("\n  Version")
            .nth(1)
            .unwrap()
            .split(':')
            .next()
            .unwrap()
            .to_string()
    };
    assert_eq!(name(""), name("cookie.name = \"FPD\""));
    assert_ne!(name(""), name("cookie.max_age = \"1d\""));
}

#[test]
fn a_host_is_needed() {
    assert!(run("export cdk").starts_with("exit code: 2"));
}

#[test]
fn the_policy_names_the_distribution_and_the_account() {
    let shown = run("iam-policy --distribution E1 --account 123456789012");
    for expected in [
        "\"arn:aws:cloudfront::123456789012:distribution/E1\"",
        "\"arn:aws:lambda:us-east-1:123456789012:function:hardtack-E1:*\"",
        "\"lambda:EnableReplication*\"",
        "\"iam:PassedToService\"",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    assert!(!shown.contains("\"Resource\": \"*\""), "{shown}");
}

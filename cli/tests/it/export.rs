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
fn a_function_that_logs_comes_with_its_log_group() {
    for (tool, name, group) in [
        ("terraform", "main.tf", "\"aws_cloudwatch_log_group\""),
        ("cloudformation", "template.yaml", "AWS::Logs::LogGroup"),
        ("cdk", "app.mjs", "new LogGroup("),
    ] {
        let written = |policy: &str| {
            let sandbox = Sandbox::with("hardtack.toml", policy);
            sandbox.run(&format!(
                "export {tool} --via cloudfront-function --host www.example.com"
            ));
            sandbox.read(&format!("dist/{tool}/{name}"))
        };
        let (silent, logging) = (written(""), written("signals.log = true\n"));
        assert!(!silent.contains(group), "{silent}");
        assert!(logging.contains(group), "{logging}");
        for text in [silent, logging] {
            assert!(
                !text.contains("{logs}")
                    && !text.contains("{import}")
                    && !text.contains("{provider}"),
                "{text}"
            );
        }
    }
}

#[test]
fn options_of_the_other_product_are_refused() {
    let export = |flags: &str| run(&format!("export cdk --host www.example.com {flags}"));
    assert_snapshot!(export("--secret other.secret"), @"
    exit code: 2
    ----- stderr -----
    error: `--secret` is for CloudFront Functions, and this is for Lambda@Edge
    hint: add `--via cloudfront-function`, or leave it out
    ");
    assert_snapshot!(export("--viewer-request clean-urls"), @"
    exit code: 2
    ----- stderr -----
    error: `--viewer-request` is a CloudFront Function, and cannot run beside a Lambda@Edge function
    hint: add `--via cloudfront-function`, or leave it out
    ");
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

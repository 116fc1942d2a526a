//! Infrastructure as code: linted, synthesised, parsed, and deployed in an emulator.

use std::path::Path;
use std::process::Command;

use crate::deploy::Scene;
use crate::emulator::{ACCOUNT, Bench, Emulator, Run, tool};
use crate::function::{id, page};
use crate::site::{bucket, config, with_function, with_functions};

#[test]
fn the_cloudformation_template_is_without_a_flaw() {
    let bench = exported("cloudformation");
    let lint = Run::of(
        Command::new(tool("cfn-lint")).arg(bench.path("dist/cloudformation/template.yaml")),
    );
    assert_eq!(
        (lint.code, lint.stdout.as_str()),
        (Some(0), ""),
        "{}",
        lint.stderr
    );
}

#[test]
fn the_cloudformation_template_deploys_and_a_new_policy_makes_a_new_version() {
    let bench = exported("cloudformation");
    let versions = deployed(&bench, "hardtack-cfn");
    assert_eq!(
        versions,
        [format!(
            "arn:aws:lambda:us-east-1:{ACCOUNT}:function:hardtack-cfn:1"
        )]
    );
    bench.write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    bench.ok("export cloudformation --host www.example.com");
    let versions = deployed(&bench, "hardtack-cfn");
    assert_eq!(
        versions,
        [format!(
            "arn:aws:lambda:us-east-1:{ACCOUNT}:function:hardtack-cfn:2"
        )]
    );
}

/// Puts the zip into a bucket and creates or updates a stack; its outputs.
fn deployed(bench: &Bench, stack: &str) -> Vec<String> {
    const SCRIPT: &str = r#"
import sys, boto3, glob
endpoint, folder, stack = sys.argv[1:]
make = lambda name: boto3.client(name, endpoint_url=endpoint, region_name='us-east-1',
                                 aws_access_key_id='test', aws_secret_access_key='test')
s3, cloudformation = make('s3'), make('cloudformation')
template = open(folder + '/template.yaml').read()
key = template.split('Default: ')[1].split()[0]
s3.create_bucket(Bucket=stack)
s3.upload_file(folder + '/lambda-edge.zip', stack, key)
stacks = [one['StackName'] for one in cloudformation.describe_stacks()['Stacks']]
act = cloudformation.update_stack if stack in stacks else cloudformation.create_stack
act(StackName=stack, TemplateBody=template, Capabilities=['CAPABILITY_IAM'],
    Parameters=[dict(ParameterKey='CodeBucket', ParameterValue=stack), dict(ParameterKey='CodeKey', ParameterValue=key)])
cloudformation.get_waiter('stack_exists').wait(StackName=stack)
import time
for _ in range(300):
    found = cloudformation.describe_stacks(StackName=stack)['Stacks'][0]
    if not found['StackStatus'].endswith('IN_PROGRESS'): break
    time.sleep(0.1)
assert found['StackStatus'].endswith('_COMPLETE') and 'ROLLBACK' not in found['StackStatus'], found
for output in found['Outputs']: print(output['OutputValue'])
"#;
    let endpoint = format!("http://{}", Emulator::shared().address());
    let run = Run::of(
        Command::new(tool("python"))
            .args(["-c", SCRIPT, &endpoint])
            .arg(bench.path("dist/cloudformation"))
            .arg(stack),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout.lines().map(str::to_string).collect()
}

#[test]
fn the_stacks_of_a_cloudfront_function_deploy_and_it_sets_the_cookie() {
    let bench = Bench::new("", "127.0.0.1:1");
    for tool in ["cloudformation", "cdk"] {
        bench.ok(&format!(
            "export {tool} --via cloudfront-function --host www.example.com"
        ));
    }
    synthesised(&bench);
    for (stack, template) in [
        ("hardtack-cff", "dist/cloudformation/template.yaml"),
        ("hardtack-cdk", "out/Hardtack.template.json"),
    ] {
        let arn = stacked(&bench.path(template), stack);
        let bucket = bucket();
        Scene::shared().put(&bucket, "index.html", b"<h1>Home</h1>");
        let site = with_function(&config(&bucket, None), arn.trim(), "viewer-response");
        let answer = page(&Scene::new(&site), "/", "a=b");
        assert!(id(&answer).is_some(), "{stack}: {answer}");
    }
}

/// Creates a stack of a template that needs nothing, and tells its outputs.
fn stacked(template: &Path, stack: &str) -> String {
    const SCRIPT: &str = r#"
import sys, boto3, time
endpoint, template, stack = sys.argv[1:]
make = lambda name: boto3.client(name, endpoint_url=endpoint, region_name='us-east-1',
                                 aws_access_key_id='test', aws_secret_access_key='test')
cloudformation = make('cloudformation')
# What `cdk bootstrap` leaves in an account.
make('ssm').put_parameter(Name='/cdk-bootstrap/hnb659fds/version', Value='21', Type='String', Overwrite=True)
cloudformation.create_stack(StackName=stack, TemplateBody=open(template).read())
for _ in range(300):
    found = cloudformation.describe_stacks(StackName=stack)['Stacks'][0]
    if not found['StackStatus'].endswith('IN_PROGRESS'): break
    time.sleep(0.1)
assert found['StackStatus'] == 'CREATE_COMPLETE', found
for output in found['Outputs']: print(output['OutputValue'])
"#;
    let endpoint = format!("http://{}", Emulator::shared().address());
    let mut python = Command::new(tool("python"));
    let run = Run::of(
        python
            .args(["-c", SCRIPT, &endpoint])
            .arg(template)
            .arg(stack),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn the_terraform_file_parses_and_holds_what_it_should() {
    let resources = terraform_resources(&exported("terraform"));
    let expected =
        "aws_cloudwatch_log_group aws_iam_role aws_iam_role_policy aws_lambda_function\n";
    assert_eq!(resources, expected);
}

fn terraform_resources(bench: &Bench) -> String {
    const SCRIPT: &str = r#"
import sys, hcl2
parsed = hcl2.load(open(sys.argv[1]))
print(*sorted({kind.strip('"') for resource in parsed['resource'] for kind in resource}))
"#;
    let run = Run::of(
        Command::new(tool("python"))
            .args(["-c", SCRIPT])
            .arg(bench.path("dist/terraform/main.tf")),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn the_cdk_app_synthesises() {
    assert_eq!(
        cdk_resources(&exported("cdk")),
        [
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::Lambda::Function",
            "AWS::Lambda::Version",
            "AWS::Logs::LogGroup"
        ]
    );
}

fn cdk_resources(bench: &Bench) -> Vec<String> {
    synthesised(bench);
    let template = std::fs::read(bench.path("out/Hardtack.template.json")).unwrap();
    let template: serde_json::Value = serde_json::from_slice(&template).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let mut kinds: Vec<_> = resources
        .map(|it| it["Type"].as_str().unwrap().to_string())
        .collect();
    kinds.sort_unstable();
    kinds
}

/// Runs the app, which writes its template into `out`.
fn synthesised(bench: &Bench) {
    let folder = bench.path("dist/cdk");
    std::os::unix::fs::symlink(tool("../node/node_modules"), folder.join("node_modules")).unwrap();
    let run = Run::of(
        Command::new("node")
            .arg("app.mjs")
            .current_dir(&folder)
            .env("CDK_OUTDIR", bench.path("out")),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn a_cloudfront_function_is_exported_for_all_three() {
    let bench = function_exported("", "");
    assert_eq!(terraform_resources(&bench), "aws_cloudfront_function\n");
    assert_eq!(cdk_resources(&bench), ["AWS::CloudFront::Function"]);
    // One secret for all, made once.
    let code = std::fs::read_to_string(bench.path("dist/cdk/cloudfront-function.js")).unwrap();
    let secret = std::fs::read_to_string(bench.path("hardtack.secret")).unwrap();
    assert!(code.contains(secret.trim()), "{code}");
    let template =
        std::fs::read_to_string(bench.path("dist/cloudformation/template.yaml")).unwrap();
    assert!(template.contains(secret.trim()), "{template}");
}

#[test]
fn a_cloudfront_function_that_logs_is_exported_with_its_log_group() {
    let bench = function_exported("signals.log = true\n", "");
    let expected = "aws_cloudfront_function aws_cloudwatch_log_group\n";
    assert_eq!(terraform_resources(&bench), expected);
    let expected = ["AWS::CloudFront::Function", "AWS::Logs::LogGroup"];
    assert_eq!(cdk_resources(&bench), expected);
    let template = std::fs::read_to_string(bench.path("out/Hardtack.template.json")).unwrap();
    let template: serde_json::Value = serde_json::from_str(&template).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let property = |kind: &str, name: &str| {
        let resource = resources.values().find(|it| it["Type"] == kind).unwrap();
        resource["Properties"][name].clone()
    };
    let function = property("AWS::CloudFront::Function", "Name");
    assert_eq!(
        property("AWS::Logs::LogGroup", "LogGroupName"),
        format!("/aws/cloudfront/function/{}", function.as_str().unwrap())
    );
    assert_eq!(property("AWS::Logs::LogGroup", "RetentionInDays"), 30);
}

#[test]
fn the_function_of_the_pages_is_exported_with_the_other() {
    let bench = function_exported("", " --viewer-request clean-urls-file");
    assert_eq!(terraform_resources(&bench), "aws_cloudfront_function\n");
    let text = std::fs::read_to_string(bench.path("dist/terraform/main.tf")).unwrap();
    assert_eq!(
        text.matches("resource \"aws_cloudfront_function\"").count(),
        2
    );
    assert_eq!(cdk_resources(&bench), ["AWS::CloudFront::Function"; 2]);
    let pages =
        std::fs::read_to_string(bench.path("dist/terraform/cloudfront-function-request.js"));
    let pages = pages.unwrap();
    assert!(pages.contains("(clean-urls-file)"), "{pages}");
    let arns = stacked(
        &bench.path("dist/cloudformation/template.yaml"),
        "hardtack-pages",
    );
    let (on_response, on_request) = arns.trim().split_once('\n').unwrap();
    let bucket = bucket();
    Scene::shared().put(&bucket, "about.html", b"<h1>About</h1>");
    let associations = [
        (on_response, "viewer-response"),
        (on_request, "viewer-request"),
    ];
    let site = with_functions(&config(&bucket, None), &associations);
    let answer = page(&Scene::new(&site), "/about", "a=b");
    assert!(id(&answer).is_some(), "{arns}{answer}");
}

#[test]
fn the_function_of_the_pages_is_not_exported_beside_lambda() {
    let run = Bench::new("", "127.0.0.1:1").run("export terraform --viewer-request clean-urls");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr
            .contains("cannot run beside a Lambda@Edge function"),
        "{}",
        run.stderr
    );
}

/// For all three, with a template for CloudFormation that its linter finds nothing in.
fn function_exported(policy: &str, options: &str) -> Bench {
    let bench = Bench::new(policy, "127.0.0.1:1");
    for tool in ["terraform", "cloudformation", "cdk"] {
        bench.ok(&format!(
            "export {tool} --via cloudfront-function --host www.example.com{options}"
        ));
    }
    let lint = Run::of(
        Command::new(tool("cfn-lint")).arg(bench.path("dist/cloudformation/template.yaml")),
    );
    assert_eq!(
        (lint.code, lint.stdout.as_str()),
        (Some(0), ""),
        "{}",
        lint.stderr
    );
    bench
}

fn exported(tool: &str) -> Bench {
    let bench = Bench::new("", "127.0.0.1:1");
    bench.ok(&format!("export {tool} --host www.example.com"));
    bench
}

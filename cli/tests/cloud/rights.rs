//! `hardtack iam-policy` is enough, and what is missing is named: against an emulator that enforces policies.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::emulator::{Bench, Emulator, Run, tool};
use crate::faults::SITE;

/// An emulator that asks for rights, a distribution in it, and a folder.
struct Guarded {
    emulator: Emulator,
    bench: Bench,
    id: String,
}

impl Guarded {
    fn start() -> Self {
        let emulator = Emulator::start(&[("AUTH", "true")]);
        let bench = Bench::new("", &emulator.address());
        bench.write("site.xml", SITE);
        let mut guarded = Self {
            emulator,
            bench,
            id: String::new(),
        };
        guarded.id = guarded.python(
            "t = open('site.xml').read()\n\
             r = make('cloudfront')\n\
             import botocore.awsrequest, botocore.auth, urllib.request\n\
             request = botocore.awsrequest.AWSRequest('POST', endpoint + '/2020-05-31/distribution', data=t.encode())\n\
             botocore.auth.SigV4Auth(session.get_credentials(), 'cloudfront', 'us-east-1').add_auth(request)\n\
             sent = urllib.request.Request(request.url, data=t.encode(), headers=dict(request.headers), method='POST')\n\
             print(urllib.request.urlopen(sent).read().decode().split('<Id>')[1].split('<')[0])",
        );
        guarded
    }

    /// Runs a script as the account's root, and tells what it prints.
    fn python(&self, script: &str) -> String {
        let endpoint = format!("http://{}", self.emulator.address());
        let start = "import sys, boto3\nendpoint = sys.argv[1]\n\
            session = boto3.Session('test', 'test', region_name='us-east-1')\n\
            make = lambda name: session.client(name, endpoint_url=endpoint)\n";
        let run = Run::of(
            Command::new(tool("python"))
                .args(["-c", &format!("{start}{script}"), &endpoint])
                .current_dir(self.bench.path("")),
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout.trim().to_string()
    }

    /// A user with the policy of a file, and their keys.
    fn user(&self, name: &str, policy: &str) -> (String, String) {
        self.bench.write("policy.json", policy);
        let keys = self.python(&format!(
            "iam = make('iam')\n\
             iam.create_user(UserName='{name}')\n\
             iam.put_user_policy(UserName='{name}', PolicyName='p', PolicyDocument=open('policy.json').read())\n\
             key = iam.create_access_key(UserName='{name}')['AccessKey']\n\
             print(key['AccessKeyId'], key['SecretAccessKey'])"
        ));
        let (id, secret) = keys.split_once(' ').unwrap();
        (id.to_string(), secret.to_string())
    }

    fn run(&self, (id, secret): &(String, String), line: &str) -> Run {
        let mut command = self
            .bench
            .command(&format!("{line} --distribution {}", self.id));
        command
            .env("AWS_ACCESS_KEY_ID", id)
            .env("AWS_SECRET_ACCESS_KEY", secret);
        Run::of(&mut command)
    }
}

const DEPLOY: &str = "deploy --yes --no-wait --log-region us-east-1 --log-region eu-central-1";

#[test]
fn the_printed_policy_is_enough_for_all_that_a_deployment_does() {
    let guarded = Guarded::start();
    let line = format!("iam-policy --distribution {}", guarded.id);
    let mut policy: Value = serde_json::from_str(&guarded.bench.ok(&line).stdout).unwrap();
    // For two calls the emulator does not find out what they are about, and asks for a right to everything.
    let everything = json!({
        "Effect": "Allow",
        "Action": ["lambda:CreateFunction", "logs:DescribeLogGroups"],
        "Resource": "*",
    });
    for action in everything["Action"].as_array().unwrap() {
        assert!(policy.to_string().contains(&action.to_string()));
    }
    policy["Statement"].as_array_mut().unwrap().push(everything);
    let keys = guarded.user("deployer", &policy.to_string());
    for (policy, line) in [
        ("", DEPLOY),
        ("cookie.max_age = \"100d\"\n", DEPLOY),
        ("cookie.max_age = \"100d\"\n", "status"),
        ("", "rollback --yes"),
        ("", "logs"),
        ("", "remove --yes"),
    ] {
        guarded.bench.write("hardtack.toml", policy);
        let run = guarded.run(&keys, line);
        assert_eq!(run.code, Some(0), "{line}\n{}{}", run.stdout, run.stderr);
        assert!(!run.stderr.contains("warning"), "{line}\n{}", run.stderr);
    }
}

/// The emulator does not find out which CloudFront Function a call is about, and so cannot tell what is enough here.
#[test]
fn what_wrapping_and_replacing_need_is_printed_where_it_is_asked_for() {
    let bench = Bench::new("", "127.0.0.1:1");
    let statements = |flags: &str| -> Vec<Value> {
        let run = bench.ok(&format!("iam-policy{flags}"));
        let mut policy: Value = serde_json::from_str(&run.stdout).unwrap();
        serde_json::from_value(policy["Statement"].take()).unwrap()
    };
    let least = statements("");
    let more = |flags: &str| {
        let all = statements(flags).into_iter();
        let more = all.filter(|it| !least.contains(it));
        more.map(|it| format!("{it}\n")).collect::<String>()
    };
    assert_snapshot!(more(" --wrap"), @r#"{"Action":["cloudfront:DescribeFunction","cloudfront:GetFunction"],"Effect":"Allow","Resource":["arn:aws:cloudfront::*:function/*"],"Sid":"OtherCloudFrontFunctions"}"#);
    assert_snapshot!(more(" --replace"), @r#"
    {"Action":["cloudfront:DescribeFunction","cloudfront:GetFunction"],"Effect":"Allow","Resource":["arn:aws:cloudfront::*:function/*"],"Sid":"OtherCloudFrontFunctions"}
    {"Action":["lambda:EnableReplication*","lambda:GetFunction"],"Effect":"Allow","Resource":["arn:aws:lambda:us-east-1:*:function:*:*"],"Sid":"OtherLambdaFunctions"}
    "#);
}

#[test]
fn a_right_that_is_missing_is_named_with_the_statement_that_gives_it() {
    let guarded = Guarded::start();
    let policy = guarded.bench.ok("iam-policy").stdout;
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.retain(|action| action != "lambda:CreateFunction");
    }
    policy["Statement"]
        .as_array_mut()
        .unwrap()
        .retain(|it| it["Action"] != json!([]));
    let keys = guarded.user("deployer", &policy.to_string());
    let run = guarded.run(&keys, DEPLOY);
    let error = run.stderr.split_once("error:").unwrap().1;
    assert_snapshot!(error.replace(&guarded.id, "[ID]"), @r#"
     not allowed: lambda:CreateFunction
      caused by: User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: lambda:CreateFunction because no identity-based policy allows the lambda:CreateFunction action
    hint: add to the policy of whoever deploys: {"Action":"lambda:CreateFunction","Effect":"Allow","Resource":"*"}; `hardtack iam-policy` prints everything that is needed, with the resources
    "#);
}

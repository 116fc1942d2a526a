//! Deploy, deploy again, change, go back, remove.

use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::emulator::{ACCOUNT, Bench, Emulator, between};
use crate::faults::SITE;
use crate::proxy::Proxy;

/// A distribution with every setting filled in, and elements that nobody knows.
pub(crate) const EVERYTHING: &str = include_str!("../../../aws/tests/everything.xml");

/// A distribution, a folder with a policy, and what stands between them.
pub(crate) struct Scene {
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) proxy: Proxy,
    pub(crate) bench: Bench,
    pub(crate) id: String,
    pub(crate) domain: String,
}

impl Scene {
    pub(crate) fn new(config: &str) -> Self {
        Self::within(&Emulator::shared(), config)
    }

    pub(crate) fn within(emulator: &Arc<Emulator>, config: &str) -> Self {
        let (id, domain) = emulator.distribution(config);
        let proxy = Proxy::start(&emulator.address());
        Self {
            bench: Bench::new("", proxy.address()),
            emulator: Arc::clone(emulator),
            proxy,
            id,
            domain,
        }
    }

    /// Runs a command on the distribution that must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        self.shown(&self.bench.ok(&self.line(line)))
    }

    pub(crate) fn run(&self, line: &str) -> String {
        self.shown(&self.bench.run(&self.line(line)))
    }

    pub(crate) fn line(&self, line: &str) -> String {
        let mut line = format!("{line} --distribution {}", self.id);
        if line.starts_with("deploy") {
            line.push_str(" --log-region us-east-1 --log-region eu-central-1");
            if !line.contains("--check-url") {
                line.push_str(" --no-wait");
            }
        }
        line
    }

    fn shown(&self, run: &crate::emulator::Run) -> String {
        run.shown(&[(&self.id, "[ID]"), (&self.domain, "[DOMAIN]")])
    }

    pub(crate) fn config(&self) -> String {
        self.emulator.config(&self.id)
    }

    /// Writes a configuration, as somebody else would.
    pub(crate) fn put_config(&self, config: &str) {
        let path = format!("/2020-05-31/distribution/{}/config", self.id);
        let answer = self.emulator.call("GET", &path, &[], "");
        let etag = between(&answer.to_lowercase(), "etag: ", "\r\n");
        let answer = self
            .emulator
            .call("PUT", &path, &[("if-match", &etag)], config);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// The ARN of a version of the function.
    pub(crate) fn version(&self, number: u32) -> String {
        format!(
            "arn:aws:lambda:us-east-1:{ACCOUNT}:function:hardtack-{}:{number}",
            self.id
        )
    }
}

#[test]
fn a_first_deployment_makes_all_that_is_needed() {
    let scene = Scene::new(EVERYTHING);
    assert_snapshot!(scene.ok("deploy --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      + role      hardtack-[ID]  for Lambda and Lambda@Edge to assume
      ~ rights    hardtack-[ID]  may write its own log, in every region
      + logs      /aws/lambda/us-east-1.hardtack-[ID]  kept for 30 days, in 2 regions
      + function  hardtack-[ID]  nodejs22.x, 128 MB, 5 s, [SIZE] bytes
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      + behavior  default  viewer-response: nothing -> the new version
    ----- stderr -----
    note: pages under `/api/*`, `/shop/*`, `*.jp?g` set no cookie; `--behavior PATTERN` or `--all` adds them
    note: where the origin answers 403, CloudFront serves /index.html as 200 and runs no function: a visit that begins there gets its cookie on the next page only; to have it at once, map paths to files in a viewer-request or origin-request function, such as `--viewer-request` brings along
    note: the error page /404.html for 404 sets no cookie: CloudFront runs no function for it
    ok role hardtack-[ID] created
    ok rights of role hardtack-[ID] written
    ok logs kept for 30 days in 2 regions
    ok function hardtack-[ID] created
    ok version of hardtack-[ID] published
    ok distribution [ID] changed
    ");
    assert_snapshot!(scene.ok("status"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012, deployed at every edge
      default  hardtack-[ID]:1 hardtack [VERSION], policy [POLICY]
    ok matches hardtack.toml
    ");
}

#[test]
fn what_was_deployed_sets_the_cookie_where_it_runs() {
    let scene = Scene::new(SITE);
    scene.ok("deploy --yes");
    let event = json!({ "Records": [{ "cf": {
        "config": {
            "distributionDomainName": "d111.cloudfront.net",
            "distributionId": scene.id,
            "eventType": "viewer-response",
            "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
        },
        "request": {
            "clientIp": "203.0.113.178",
            "headers": {
                "host": [{ "key": "Host", "value": "www.example.com" }],
                "accept": [{ "key": "Accept", "value": "text/html" }],
            },
            "method": "GET",
            "querystring": "",
            "uri": "/",
        },
        "response": {
            "headers": { "set-cookie": [{ "key": "Set-Cookie", "value": "session=1" }] },
            "status": "200",
            "statusDescription": "OK",
        },
    } }] });
    let name = format!("hardtack-{}", scene.id);
    let path = format!("/2015-03-31/functions/{name}/invocations?Qualifier=1");
    let answer = scene.emulator.call("POST", &path, &[], &event.to_string());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    let response: Value = serde_json::from_str(body).unwrap();
    let cookies = response["headers"]["set-cookie"].as_array().unwrap();
    assert_eq!(cookies[0]["value"], "session=1");
    let cookie = cookies[1]["value"].as_str().unwrap();
    let (id, attributes) = cookie.strip_prefix("FPD=").unwrap().split_at(36);
    assert_eq!(
        id.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12]
    );
    assert_snapshot!(attributes, @"; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax");
}

#[test]
fn a_plan_is_data_where_that_is_asked_for() {
    let scene = Scene::new(SITE);
    let run = scene.bench.ok(&scene.line("deploy --dry-run --json"));
    let mut plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let steps = plan["steps"].as_array_mut().unwrap();
    // Rights and trust are shown elsewhere.
    steps.retain(|step| {
        !matches!(
            step["step"].as_str(),
            Some("create-role" | "write-role-policy")
        )
    });
    for step in steps {
        for (key, shown) in [
            ("sha256", "[SHA256]"),
            ("description", "[DESCRIPTION]"),
            ("bytes", "[SIZE]"),
            ("etag", "[ETAG]"),
        ] {
            if !step[key].is_null() {
                step[key] = shown.into();
            }
        }
    }
    let shown = format!("{plan:#}")
        .replace(&scene.id, "[ID]")
        .replace(&scene.domain, "[DOMAIN]");
    assert_snapshot!(shown, @r#"
    {
      "account": "123456789012",
      "aliases": [
        "www.example.com"
      ],
      "distribution": "[ID]",
      "domain": "[DOMAIN]",
      "done": false,
      "notes": [],
      "schema": 1,
      "steps": [
        {
          "days": 30,
          "group": "/aws/lambda/us-east-1.hardtack-[ID]",
          "regions": [
            "eu-central-1",
            "us-east-1"
          ],
          "step": "keep-logs"
        },
        {
          "bytes": "[SIZE]",
          "description": "[DESCRIPTION]",
          "function": "hardtack-[ID]",
          "handler": "index.handler",
          "memory": 128,
          "role": "arn:aws:iam::123456789012:role/hardtack-[ID]",
          "runtime": "nodejs22.x",
          "sha256": "[SHA256]",
          "step": "create-function",
          "timeout": 5
        },
        {
          "description": "[DESCRIPTION]",
          "function": "hardtack-[ID]",
          "sha256": "[SHA256]",
          "step": "publish-version"
        },
        {
          "distribution": "[ID]",
          "etag": "[ETAG]",
          "moves": [
            {
              "behavior": "default",
              "event": "viewer-response",
              "from": null,
              "product": "lambda-edge",
              "to": "published"
            }
          ],
          "step": "associate"
        }
      ]
    }
    "#);
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
}

#[test]
fn nothing_but_our_association_changes() {
    let scene = Scene::new(EVERYTHING);
    let before = scene.config();
    scene.ok("deploy --yes --behavior default --behavior *.jp?g");
    let after = scene.config();
    assert_eq!(after.matches(&scene.version(1)).count(), 2);

    // What was sent is what CloudFront had said, but for our association.
    let calls = scene.proxy.passed();
    let update = calls
        .iter()
        .find(|call| call.line.starts_with("PUT /2020-05-31/distribution/"));
    let sent = String::from_utf8(update.unwrap().body.clone()).unwrap();
    let item = format!(
        "<LambdaFunctionAssociation><LambdaFunctionARN>{}</LambdaFunctionARN><EventType>viewer-response</EventType>\
         <IncludeBody>false</IncludeBody></LambdaFunctionAssociation>",
        scene.version(1)
    );
    let without = sent
        .replace(&format!("<Items>{item}</Items>"), "")
        .replace(&item, "");
    let count = |text: &str| text.replace("<Quantity>2</Quantity>", "<Quantity>1</Quantity>");
    let count =
        |text: &str| count(text).replace("<Quantity>1</Quantity>", "<Quantity>0</Quantity>");
    assert_eq!(count(&without), count(&before));
    assert!(
        sent.contains("<Path colour=\"&quot;blue&quot;\">/☂</Path>"),
        "{sent}"
    );

    scene.ok("remove --yes");
    assert_eq!(scene.config(), before);
}

#[test]
fn a_second_run_with_nothing_changed_changes_nothing() {
    let scene = Scene::new(EVERYTHING);
    scene.ok("deploy --yes");
    let before = scene.config();
    scene.proxy.heal();
    assert_snapshot!(scene.ok("deploy --yes -q"), @"exit code: 0");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
    assert_eq!(scene.config(), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let scene = Scene::new(EVERYTHING);
    scene.ok("deploy --dry-run");
    scene.ok("remove --dry-run");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
    assert!(!scene.proxy.passed().is_empty());
}

#[test]
fn without_a_yes_nothing_is_written() {
    let scene = Scene::new(EVERYTHING);
    let shown = scene.run("deploy");
    assert!(
        shown.starts_with("exit code: 2") && shown.contains("the plan was not confirmed"),
        "{shown}"
    );
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
}

#[test]
fn a_changed_policy_moves_every_association_and_a_rollback_moves_them_back() {
    let scene = Scene::new(EVERYTHING);
    scene.ok("deploy --yes --behavior default --behavior *.jp?g");
    let first = scene.config();
    scene
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    assert_snapshot!(scene.ok("status"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012, deployed at every edge
      default  hardtack-[ID]:1 hardtack [VERSION], policy [POLICY]
      *.jp?g  hardtack-[ID]:1 hardtack [VERSION], policy [POLICY]
    ----- stderr -----
    warning: hardtack.toml differs from what runs:
      ~ code      hardtack-[ID]  sha256 [SHA256]
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      ~ behavior  default  viewer-response: hardtack-[ID]:1 -> the new version
      ~ behavior  *.jp?g  viewer-response: hardtack-[ID]:1 -> the new version
    hint: `hardtack deploy` applies it
    ");
    assert_snapshot!(scene.ok("deploy --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      ~ code      hardtack-[ID]  sha256 [SHA256]
      + version   hardtack-[ID]  hardtack [VERSION], policy [POLICY]
      ~ behavior  default  viewer-response: hardtack-[ID]:1 -> the new version
      ~ behavior  *.jp?g  viewer-response: hardtack-[ID]:1 -> the new version
    ----- stderr -----
    note: pages under `/api/*`, `/shop/*` set no cookie; `--behavior PATTERN` or `--all` adds them
    note: where the origin answers 403, CloudFront serves /index.html as 200 and runs no function: a visit that begins there gets its cookie on the next page only; to have it at once, map paths to files in a viewer-request or origin-request function, such as `--viewer-request` brings along
    note: the error page /404.html for 404 sets no cookie: CloudFront runs no function for it
    note: behavior `*.jp?g` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    ok code of hardtack-[ID] uploaded
    ok version of hardtack-[ID] published
    ok distribution [ID] changed
    ");
    assert_eq!(
        scene.config(),
        first.replace(&scene.version(1), &scene.version(2))
    );

    assert_snapshot!(scene.ok("rollback --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      ~ behavior  default  viewer-response: hardtack-[ID]:2 -> hardtack-[ID]:1
      ~ behavior  *.jp?g  viewer-response: hardtack-[ID]:2 -> hardtack-[ID]:1
    ----- stderr -----
    ok distribution [ID] changed
    ok deployed at every edge
    ");
    assert_eq!(scene.config(), first);
    assert_snapshot!(scene.run("rollback --yes"), @"
    exit code: 1
    ----- stderr -----
    error: there is no release before arn:aws:lambda:us-east-1:123456789012:function:hardtack-[ID]:1
    hint: `hardtack remove` takes it off the distribution
    ");
    scene.ok("deploy --yes");
    assert_eq!(
        scene.config(),
        first.replace(&scene.version(1), &scene.version(2))
    );
}

#[test]
fn remove_leaves_nothing_behind() {
    let scene = Scene::new(EVERYTHING);
    let before = scene.config();
    scene.ok("deploy --yes");
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]:1 -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]  with all versions
      - role      hardtack-[ID]  with its rights
      - logs      /aws/lambda/us-east-1.hardtack-[ID]  in 2 regions
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID] deleted
    ok role hardtack-[ID] deleted
    ok logs deleted in 2 regions
    ");
    assert_eq!(scene.config(), before);
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      nothing to do
    ");
    assert_snapshot!(scene.ok("status"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012, deployed at every edge
      hardtack is not attached
    ----- stderr -----
    hint: `hardtack deploy` attaches it
    ");
}

/// The calls that could have changed something.
pub(crate) fn writes(proxy: &Proxy) -> Vec<String> {
    let reads = ["Get", "List", "Describe", "Filter"];
    let is_read = |action: &str| {
        let name = action.rsplit('.').next().unwrap_or(action);
        reads.iter().any(|verb| name.starts_with(verb))
    };
    let passed = proxy.passed().into_iter();
    passed
        .filter(|call| !call.line.starts_with("GET ") && !is_read(&call.action))
        .map(|call| format!("{} {}", call.line, call.action))
        .collect()
}

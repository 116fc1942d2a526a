//! Functions that stand on viewer-response already: run first, or replaced; and put back in the end.

use insta::assert_snapshot;

use crate::deploy::{EVERYTHING, Scene, writes};
use crate::emulator::{ACCOUNT, between};
use crate::function::{id, page};
use crate::site::{bucket, config, function, with_function};

/// One of theirs: it marks each response, and its names clash with ours.
const THEIRS: &str = "
    const crypto = require('crypto');
    function mark(event) { return crypto.createHash('sha256').update(event.request.uri).digest('hex').slice(0, 8); }
    function handler(event) {
        const response = event.response;
        response.headers['x-theirs'] = { value: mark(event) };
        return response;
    }";

/// A site whose pages have their function on viewer-response; its ARN, too.
pub(crate) fn taken() -> (Scene, String) {
    let theirs = function("theirs", THEIRS, "");
    let bucket = bucket();
    Scene::shared().put(&bucket, "index.html", b"<h1>Home</h1>");
    let scene = Scene::new(&with_function(
        &config(&bucket, None),
        &theirs,
        "viewer-response",
    ));
    (scene, theirs)
}

/// What is shown, with their function's name masked.
fn shown(text: &str, theirs: &str) -> String {
    let name = theirs.rsplit('/').next().unwrap();
    text.replace(theirs, "[THEIRS-ARN]")
        .replace(name, "[THEIRS]")
}

/// The tags that say what stood where.
fn tags(scene: &Scene, number: u32) -> Vec<(String, String)> {
    let arn = format!(
        "arn:aws:cloudfront::{}:function/hardtack-{}-{number}",
        ACCOUNT, scene.id
    );
    let path = format!(
        "/2020-05-31/tagging?Resource={}",
        arn.replace(':', "%3A").replace('/', "%2F")
    );
    let listed = scene.emulator.call("GET", &path, &[], "");
    let tags = listed.split("<Tag>").skip(1);
    tags.map(|tag| {
        (
            between(tag, "<Key>", "</Key>"),
            between(tag, "<Value>", "</Value>"),
        )
    })
    .collect()
}

#[test]
fn theirs_runs_first_and_comes_back_in_the_end() {
    let (scene, theirs) = taken();
    let before = scene.config();
    assert!(
        page(&scene, "/", "a=b")
            .to_lowercase()
            .contains("x-theirs: ")
    );
    assert_snapshot!(shown(&scene.run("deploy --dry-run --via cloudfront-function"), &theirs), @"
    exit code: 1
    ----- stderr -----
    error: behavior `default` has a function on viewer-response already
      caused by: [THEIRS-ARN]
    hint: choose: `--wrap` to run both, as a CloudFront Function, or `--replace` to run hardtack in its place, or another behavior, with `--behavior PATTERN`
    ");
    assert_snapshot!(shown(&scene.run("deploy --dry-run --wrap"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes, wraps [THEIRS]
      ~ function  hardtack-[ID]-1  goes live
      ~ behavior  default  viewer-response: [THEIRS] -> hardtack-[ID]-1
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    note: [THEIRS-ARN] is wrapped: a copy of it runs first; when it changes, `hardtack deploy` copies it again; `hardtack remove` puts it back
    ");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
    scene.ok("deploy --yes --wrap");

    let answer = page(&scene, "/", "a=b");
    assert!(id(&answer).is_some(), "{answer}");
    assert!(answer.to_lowercase().contains("x-theirs: "), "{answer}");
    assert_snapshot!(shown(&scene.ok("status"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]-1 hardtack [VERSION], policy [CODE], code [CODE], wraps [THEIRS]
    ok matches hardtack.toml
    ");
    let ours =
        theirs.rsplit_once('/').unwrap().0.to_string() + &format!("/hardtack-{}-1", scene.id);
    assert_eq!(scene.config(), before.replace(&theirs, &ours));

    // The words need not be said again, and nothing changes.
    scene.proxy.heal();
    assert_snapshot!(scene.ok("deploy --yes -q"), @"exit code: 0");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());

    assert_snapshot!(shown(&scene.ok("remove --yes"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      ~ behavior  default  viewer-response: hardtack-[ID]-1 -> [THEIRS]
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID]-1 deleted
    ");
    assert_eq!(scene.config(), before);
    let answer = page(&scene, "/", "a=b");
    assert_eq!(id(&answer), None);
    assert!(answer.to_lowercase().contains("x-theirs: "), "{answer}");
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn theirs_that_has_changed_is_copied_anew_and_a_rollback_goes_back() {
    let (scene, theirs) = taken();
    scene.ok("deploy --yes --wrap");
    let first = scene.config();
    change(&scene, &theirs, &THEIRS.replace("x-theirs", "x-newer"));
    let status = scene.ok("status");
    assert!(status.contains("differs from what runs"), "{status}");
    assert_snapshot!(shown(&scene.ok("deploy --yes"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-2  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes, wraps [THEIRS]
      ~ function  hardtack-[ID]-2  goes live
      ~ behavior  default  viewer-response: hardtack-[ID]-1 -> hardtack-[ID]-2
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    ok function hardtack-[ID]-2 created
    ok function hardtack-[ID]-2 published
    ok distribution [ID] changed
    ");
    let answer = page(&scene, "/", "a=b");
    assert!(
        answer.to_lowercase().contains("x-newer: ") && id(&answer).is_some(),
        "{answer}"
    );
    scene.ok("rollback --yes");
    assert_eq!(scene.config(), first);
    assert!(
        page(&scene, "/", "a=b")
            .to_lowercase()
            .contains("x-theirs: ")
    );
}

/// Changes a function of theirs, and publishes it.
fn change(scene: &Scene, arn: &str, code: &str) {
    use base64::Engine as _;
    let name = arn.rsplit('/').next().unwrap();
    let path = format!("/2020-05-31/function/{name}");
    let etag = |answer: &str| between(&answer.to_lowercase(), "etag: ", "\r\n");
    let found = scene.emulator.call(
        "GET",
        &format!("{path}/describe?Stage=DEVELOPMENT"),
        &[],
        "",
    );
    let body = format!(
        "<UpdateFunctionRequest><FunctionConfig><Comment>x</Comment><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>\
         <FunctionCode>{}</FunctionCode></UpdateFunctionRequest>",
        base64::engine::general_purpose::STANDARD.encode(code)
    );
    let changed = scene
        .emulator
        .call("PUT", &path, &[("if-match", &etag(&found))], &body);
    let published = format!("{path}/publish");
    let done = scene
        .emulator
        .call("POST", &published, &[("if-match", &etag(&changed))], "");
    assert!(done.starts_with("HTTP/1.1 200"), "{changed}{done}");
}

#[test]
fn behaviors_with_and_without_one_of_theirs_have_functions_of_their_own() {
    let theirs = function("theirs", THEIRS, "");
    let bucket = bucket();
    let plain = config(&bucket, None);
    // A second behaviour, with theirs; the default one has none.
    let default = between(&plain, "<DefaultCacheBehavior>", "</DefaultCacheBehavior>");
    let shop =
        format!("<CacheBehavior><PathPattern>/shop/*</PathPattern>{default}</CacheBehavior>");
    let shop = with_function(&shop, &theirs, "viewer-response");
    let none = "<CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>";
    let one =
        format!("<CacheBehaviors><Quantity>1</Quantity><Items>{shop}</Items></CacheBehaviors>");
    let scene = Scene::new(&plain.replace(none, &one));
    let before = scene.config();
    let emulator = Scene::shared();
    emulator.put(&bucket, "index.html", b"<h1>Home</h1>");
    emulator.put(&bucket, "shop/index.html", b"<h1>Shop</h1>");
    assert_snapshot!(shown(&scene.ok("deploy --yes --wrap --all"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      + function  hardtack-[ID]-2  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes, wraps [THEIRS]
      ~ function  hardtack-[ID]-2  goes live
      + behavior  default  viewer-response: nothing -> hardtack-[ID]-1
      ~ behavior  /shop/*  viewer-response: [THEIRS] -> hardtack-[ID]-2
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    note: behavior `/shop/*` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    note: [THEIRS-ARN] is wrapped: a copy of it runs first; when it changes, `hardtack deploy` copies it again; `hardtack remove` puts it back
    ok function hardtack-[ID]-1 created
    ok function hardtack-[ID]-1 published
    ok function hardtack-[ID]-2 created
    ok function hardtack-[ID]-2 published
    ok distribution [ID] changed
    ");
    let marked = |path: &str| {
        let answer = page(&scene, path, "a=b");
        (
            id(&answer).is_some(),
            answer.to_lowercase().contains("x-theirs: "),
        )
    };
    assert_eq!(marked("/"), (true, false));
    assert_eq!(marked("/shop/index.html"), (true, true));
    assert!(scene.ok("deploy --yes").contains("nothing to do"));

    scene
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    let shop = scene.config();
    scene.ok("deploy --yes");
    assert_eq!(
        scene
            .config()
            .matches(&format!("hardtack-{}-", scene.id))
            .count(),
        2
    );
    scene.ok("rollback --yes");
    assert_eq!(scene.config(), shop);
    scene.ok("remove --yes");
    assert_eq!(scene.config(), before);
}

#[test]
fn what_was_replaced_comes_back_in_the_end() {
    let (scene, theirs) = taken();
    let before = scene.config();
    assert_snapshot!(shown(&scene.ok("deploy --yes --replace --via cloudfront-function"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      ~ behavior  default  viewer-response: [THEIRS] -> hardtack-[ID]-1
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    note: [THEIRS-ARN] is replaced; `hardtack remove` puts it back
    ok function hardtack-[ID]-1 created
    ok function hardtack-[ID]-1 published
    ok distribution [ID] changed
    ");
    let answer = page(&scene, "/", "a=b");
    assert!(
        id(&answer).is_some() && !answer.to_lowercase().contains("x-theirs"),
        "{answer}"
    );
    assert_eq!(tags(&scene, 1).len(), 2);

    // By way of a new policy, of the other product and back, it is not forgotten.
    scene
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    scene.ok("deploy --yes");
    scene.ok("deploy --yes --via lambda-edge");
    assert_snapshot!(shown(&scene.ok("status"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]:1 hardtack [VERSION], policy [CODE], replaces [THEIRS]
    ok matches hardtack.toml
    ");
    assert_snapshot!(shown(&scene.run("remove --dry-run"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]:1 -> nothing
      + behavior  default  viewer-response: nothing -> [THEIRS]
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
      - function  hardtack-[ID]-2
      - function  hardtack-[ID]  with all versions
      - role      hardtack-[ID]  with its rights
      - logs      /aws/lambda/us-east-1.hardtack-[ID]  in 2 regions
    ");
    scene.ok("deploy --yes --via cloudfront-function");
    scene.ok("remove --yes");
    assert_eq!(scene.config(), before);
}

#[test]
fn what_was_replaced_can_be_run_first_later() {
    let (scene, theirs) = taken();
    let before = scene.config();
    scene.ok("deploy --yes --replace --via lambda-edge");
    scene.ok("deploy --yes --wrap");
    let answer = page(&scene, "/", "a=b");
    assert!(
        id(&answer).is_some() && answer.to_lowercase().contains("x-theirs: "),
        "{answer}"
    );
    assert_snapshot!(shown(&scene.run("deploy --dry-run --via lambda-edge"), &theirs), @"
    exit code: 1
    ----- stderr -----
    error: behavior `default` has a function on viewer-response already
      caused by: [THEIRS-ARN]
    hint: choose: `--wrap` to run both, as a CloudFront Function, or `--replace` to run hardtack in its place, or another behavior, with `--behavior PATTERN`
    ");
    scene.ok("remove --yes");
    assert_eq!(scene.config(), before);
}

#[test]
fn what_is_gone_is_told_and_not_put_back() {
    let (scene, theirs) = taken();
    let before = scene.config();
    scene.ok("deploy --yes --wrap");
    let name = theirs.rsplit('/').next().unwrap();
    let path = format!("/2020-05-31/function/{name}");
    let found = scene.emulator.call(
        "GET",
        &format!("{path}/describe?Stage=DEVELOPMENT"),
        &[],
        "",
    );
    let etag = between(&found.to_lowercase(), "etag: ", "\r\n");
    scene
        .emulator
        .call("DELETE", &path, &[("if-match", &etag)], "");
    assert_snapshot!(shown(&scene.run("status"), &theirs), @"
    exit code: 1
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]-1 hardtack [VERSION], policy [CODE], code [CODE], wraps [THEIRS]
    ----- stderr -----
    error: the function to wrap does not exist any more
      caused by: [THEIRS-ARN]
    hint: `--replace` deploys without it
    ");
    assert_snapshot!(shown(&scene.run("deploy --yes"), &theirs), @"
    exit code: 1
    ----- stderr -----
    error: the function to wrap does not exist any more
      caused by: [THEIRS-ARN]
    hint: `--replace` deploys without it
    ");
    assert_snapshot!(shown(&scene.ok("remove --yes"), &theirs), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]-1 -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
    ----- stderr -----
    note: [THEIRS-ARN], which ran in behavior `default`, is deleted: nothing is put back
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID]-1 deleted
    ");
    assert!(!scene.config().contains("FunctionARN"));
    assert_ne!(scene.config(), before);
}

#[test]
fn what_stood_there_is_forgotten_where_someone_has_taken_ours_away() {
    let (scene, _) = taken();
    let with_theirs = scene.config();
    scene.ok("deploy --yes --replace --via cloudfront-function");
    // Someone empties the slot by hand, and then asks for ours again.
    let list = between(
        &with_theirs,
        "<FunctionAssociations>",
        "</FunctionAssociations>",
    );
    let empty = with_theirs.replace(&list, "<Quantity>0</Quantity>");
    scene.put_config(&empty);
    let emptied = scene.config();
    scene.ok("deploy --yes --via cloudfront-function");
    let was = tags(&scene, 1)
        .into_iter()
        .find(|(key, _)| key.starts_with("hardtack-before-"));
    assert_eq!(was.unwrap().1, "nothing");
    scene.ok("remove --yes");
    assert_eq!(scene.config(), emptied);
}

#[test]
fn the_stores_that_theirs_reads_are_ours_to_read() {
    let store = "arn:aws:cloudfront::123456789012:key-value-store/a1b2";
    let stores = format!(
        "<KeyValueStoreAssociations><Quantity>1</Quantity><Items><KeyValueStoreAssociation><KeyValueStoreARN>{store}\
         </KeyValueStoreARN></KeyValueStoreAssociation></Items></KeyValueStoreAssociations>"
    );
    let theirs = function("reading", THEIRS, &stores);
    let scene = Scene::new(&with_function(
        &config(&bucket(), None),
        &theirs,
        "viewer-response",
    ));
    scene.ok("deploy --yes --wrap");
    let path = format!(
        "/2020-05-31/function/hardtack-{}-1/describe?Stage=LIVE",
        scene.id
    );
    let about = scene.emulator.call("GET", &path, &[], "");
    assert!(about.contains(store), "{about}");
}

#[test]
fn what_cloudfront_would_not_run_is_not_wrapped() {
    let theirs = function(
        "broken",
        "class A {}\nfunction handler(event) { return event.response; }",
        "",
    );
    let scene = Scene::new(&with_function(
        &config(&bucket(), None),
        &theirs,
        "viewer-response",
    ));
    assert_snapshot!(shown(&scene.run("deploy --dry-run --wrap"), &theirs), @"
    exit code: 3
    ----- stderr -----
    error: CloudFront would not run `[THEIRS]`
      caused by: line 1, column 1: `class` is not supported
    hint: runtime cloudfront-js-2.0 takes ECMAScript 5.1 and some of what came later; see adapters/cloudfront-function/README.md
    ");
    let long = format!(
        "function handler(event) {{ return '{}' && event.response; }}",
        "x".repeat(9000)
    );
    let theirs = function("long", &long, "");
    let scene = Scene::new(&with_function(
        &config(&bucket(), None),
        &theirs,
        "viewer-response",
    ));
    assert_snapshot!(shown(&scene.run("deploy --dry-run --wrap"), &theirs), @"
    exit code: 3
    ----- stderr -----
    error: the function has [SIZE] bytes, and CloudFront takes 10240
      caused by: bots.policy takes [SIZE]
      caused by: caches.protect takes [SIZE]
      caused by: scope.documents_only takes [SIZE]
      caused by: cookie.domain takes [SIZE]
    hint: do without some of these
    ");
    assert_snapshot!(scene.run("deploy --dry-run --wrap --via lambda-edge"), @"
    exit code: 2
    ----- stderr -----
    error: `--wrap` is for CloudFront Functions, and `--via lambda-edge` says otherwise
    hint: leave one of them out
    ");
}

#[test]
fn what_was_made_for_the_older_runtime_is_told_of() {
    let older = "<Runtime>cloudfront-js-1.0</Runtime>";
    let theirs = function("older", THEIRS, older);
    let scene = Scene::new(&with_function(
        &config(&bucket(), None),
        &theirs,
        "viewer-response",
    ));
    let shown = shown(&scene.ok("deploy --dry-run --wrap"), &theirs);
    assert!(
        shown.contains(
            "[THEIRS-ARN] was written for cloudfront-js-1.0; its copy runs on cloudfront-js-2.0"
        ),
        "{shown}"
    );
}

/// A version of a Lambda function that is not ours; its ARN.
fn version(name: &str) -> String {
    let emulator = Scene::shared();
    let body = format!(
        "{{\"FunctionName\":\"{name}\",\"Role\":\"arn:aws:iam::{ACCOUNT}:role/x\",\"Runtime\":\"nodejs22.x\",\
         \"Handler\":\"index.handler\",\"Code\":{{\"ZipFile\":\"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==\"}}}}"
    );
    emulator.call("POST", "/2015-03-31/functions", &[], &body);
    let path = format!("/2015-03-31/functions/{name}/versions");
    let made = emulator.call("POST", &path, &[], "{}");
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}:1")
}

#[test]
fn a_lambda_function_that_was_replaced_comes_back_in_the_end() {
    for via in ["lambda-edge", "cloudfront-function"] {
        let theirs = version(&format!("theirs-before-{via}"));
        let absent = "arn:aws:lambda:us-east-1:000000000000:function:ab-test:12";
        let scene = Scene::new(&EVERYTHING.replace(absent, &theirs));
        let before = scene.config();
        let deploy = format!("deploy --yes --behavior /shop/* --via {via}");
        let told = scene.run(&format!("{deploy} --wrap"));
        assert!(
            told.contains("--via lambda-edge` says otherwise") || told.contains("`--replace`"),
            "{told}"
        );
        scene.ok(&format!("{deploy} --replace"));
        assert!(!scene.config().contains(&theirs));
        // On the way, the other product takes over.
        let other = match via {
            "lambda-edge" => "cloudfront-function",
            _ => "lambda-edge",
        };
        scene.ok(&format!("deploy --yes --via {other}"));
        scene.ok("remove --yes");
        assert_eq!(scene.config(), before, "{via}");
    }
}

//! The same by way of a CloudFront Function, which the emulator runs: what it serves has the cookie.

use insta::assert_snapshot;

use crate::deploy::{EVERYTHING, Scene, writes};
use crate::emulator::http;
use crate::site::{bucket, config, rewriting};

const DEPLOY: &str = "deploy --yes --via cloudfront-function";

/// A page of the distribution, as a browser asks for it.
pub(crate) fn page(scene: &Scene, path: &str, cookie: &str) -> String {
    let headers = [
        ("host", scene.domain.as_str()),
        ("accept", "text/html"),
        ("x-forwarded-proto", "https"),
        ("cookie", cookie),
    ];
    http(&scene.emulator.address(), "GET", path, &headers, "")
}

pub(crate) fn id(answer: &str) -> Option<&str> {
    let (_, rest) = answer
        .split_once("et-Cookie: FPD=")
        .or_else(|| answer.split_once("et-cookie: FPD="))?;
    rest.split(';').next()
}

/// A distribution with a page in its bucket.
fn site() -> Scene {
    let bucket = bucket();
    Scene::shared().put(&bucket, "index.html", b"<h1>Home</h1>");
    Scene::new(&config(&bucket, None))
}

#[test]
fn a_page_has_the_cookie_and_keeps_it() {
    let scene = site();
    assert_eq!(id(&page(&scene, "/", "a=b")), None);
    assert_snapshot!(scene.ok(DEPLOY), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      + behavior  default  viewer-response: nothing -> hardtack-[ID]-1
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    ok function hardtack-[ID]-1 created
    ok function hardtack-[ID]-1 published
    ok distribution [ID] changed
    ");
    let first = page(&scene, "/", "a=b");
    let first = id(&first).unwrap();
    let second = page(&scene, "/", &format!("FPD={first}"));
    assert_eq!(id(&second), Some(first));
    assert!(second.contains("HttpOnly"), "{second}");
    assert_ne!(id(&page(&scene, "/", "a=b")), Some(first));
}

#[test]
fn a_second_run_with_nothing_changed_changes_nothing() {
    let scene = Scene::new(EVERYTHING);
    scene.ok("deploy --yes --via cloudfront-function --behavior *.jp?g");
    scene.proxy.heal();
    assert_snapshot!(scene.ok("deploy --yes -q --via cloudfront-function"), @"exit code: 0");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
    assert!(scene.ok("status").contains("ok matches hardtack.toml"));
}

#[test]
fn a_changed_policy_is_another_function_and_a_rollback_goes_back_to_the_first() {
    let scene = site();
    scene.ok(DEPLOY);
    let first = scene.config();
    scene
        .bench
        .write("hardtack.toml", "cookie.max_age = \"100d\"\n");
    assert_snapshot!(scene.ok(DEPLOY), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-2  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-2  goes live
      ~ behavior  default  viewer-response: hardtack-[ID]-1 -> hardtack-[ID]-2
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    ok function hardtack-[ID]-2 created
    ok function hardtack-[ID]-2 published
    ok distribution [ID] changed
    ");
    assert!(page(&scene, "/", "a=b").contains("Max-Age=8640000"));
    assert_snapshot!(scene.ok("status"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]-2 hardtack [VERSION], policy [CODE], code [POLICY]
    ok matches hardtack.toml
    ");
    scene.ok("rollback --yes");
    assert_eq!(scene.config(), first);
    assert!(page(&scene, "/", "a=b").contains("Max-Age=63072000"));
}

#[test]
fn remove_leaves_nothing_behind() {
    let scene = Scene::new(EVERYTHING);
    let before = scene.config();
    scene.ok("deploy --yes --via cloudfront-function --behavior /api/*");
    assert!(
        scene
            .config()
            .contains(&format!("function/hardtack-{}-1", scene.id))
    );
    assert_snapshot!(scene.ok("remove --yes"), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com, example.com, *.shop.example.co.uk), account 123456789012
      - behavior  /api/*  viewer-response: hardtack-[ID]-1 -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID]-1 deleted
    ");
    assert_eq!(scene.config(), before);
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn old_functions_are_deleted_but_for_those_that_a_rollback_may_want() {
    let scene = site();
    for days in 100..105 {
        scene
            .bench
            .write("hardtack.toml", &format!("cookie.max_age = \"{days}d\"\n"));
        scene.ok(DEPLOY);
    }
    let listed = scene
        .emulator
        .call("GET", "/2020-05-31/function?Stage=DEVELOPMENT", &[], "");
    let numbers: Vec<_> = (1..=5)
        .filter(|number| listed.contains(&format!("<Name>hardtack-{}-{number}</Name>", scene.id)))
        .collect();
    assert_eq!(numbers, [3, 4, 5]);
}

#[test]
fn the_product_can_be_changed_in_one_call() {
    let scene = site();
    scene.ok("deploy --yes");
    assert_snapshot!(scene.ok(DEPLOY), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      - behavior  default  viewer-response: hardtack-[ID]:1 -> nothing
      + behavior  default  viewer-response: nothing -> hardtack-[ID]-1
    ----- stderr -----
    note: behavior `default` is served from an S3 bucket, and no function on its requests adds `index.html`: a path such as /about/ is an error there, and sets no cookie; `--via cloudfront-function --viewer-request clean-urls` adds one
    ok function hardtack-[ID]-1 created
    ok function hardtack-[ID]-1 published
    ok distribution [ID] changed
    ");
    assert!(!scene.config().contains("LambdaFunctionARN"));
    let page = page(&scene, "/", "a=b");
    assert!(id(&page).is_some(), "{page}");
    scene.ok("remove --yes");
}

#[test]
fn another_function_on_viewer_requests_goes_together_with_it() {
    let bucket = bucket();
    Scene::shared().put(&bucket, "about/index.html", b"<h1>About</h1>");
    let rewriting = rewriting();
    let scene = Scene::new(&config(&bucket, Some(&rewriting)));
    assert!(
        scene
            .run("deploy --dry-run")
            .contains("the other `--via`, which can run beside it")
    );
    scene.ok(DEPLOY);
    assert!(id(&page(&scene, "/about/", "a=b")).is_some());
    assert!(scene.config().contains(&rewriting));
}

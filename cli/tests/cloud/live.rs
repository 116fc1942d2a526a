//! When all is done, `deploy` waits for the edges and looks at the site once.

use insta::assert_snapshot;

use crate::deploy::Scene;
use crate::proxy::Proxy;
use crate::site::{bucket, config};

/// A site with one page, deployed and looked at; what is told after the last step.
fn looked_at(path: &str, policy: &str) -> (Scene, String) {
    let bucket = bucket();
    Scene::shared().put(&bucket, "index.html", b"<h1>Home</h1>");
    Scene::shared().put(&bucket, "data.json", b"{}");
    let scene = Scene::new(&config(&bucket, None));
    scene.bench.write("hardtack.toml", policy);
    let site = Proxy::site(&scene.emulator.address(), &scene.domain);
    let url = format!("http://{}", site.address());
    let told = scene.ok(&format!(
        "deploy --yes --via cloudfront-function --check-url {url}{path}"
    ));
    let (_, told) = told.split_once("changed\n").unwrap();
    let told = told.replace(&url, "[SITE]");
    (scene, told)
}

#[test]
fn the_site_is_looked_at_in_the_end() {
    assert_snapshot!(looked_at("/", "").1, @"
    ok deployed at every edge
    ok [SITE]/ sets FPD
    ");
}

#[test]
fn a_page_that_is_not_there_is_told() {
    assert_snapshot!(looked_at("/missing/", "").1, @"
    ok deployed at every edge
    warning: [SITE]/missing/ answered 403 without the cookie FPD
    hint: CloudFront runs no function for errors: `--check-url` names a page that exists
    ");
}

#[test]
fn a_page_without_the_cookie_is_told() {
    assert_snapshot!(looked_at("/data.json", "").1, @"
    ok deployed at every edge
    warning: [SITE]/data.json answered 200 without the cookie FPD
    hint: `hardtack verify [SITE]/data.json` says why
    ");
    assert_snapshot!(looked_at("/", "scope.exclude = [\"/*\"]\n").1, @"
    ok deployed at every edge
    ok [SITE]/ does not set FPD, as the policy says: the policy excludes this path
    hint: `--check-url` names a page on which the policy sets the cookie
    ");
}

#[test]
fn a_page_that_leads_elsewhere_is_told() {
    let scene = Scene::new(crate::faults::SITE);
    let site = Proxy::start(&scene.emulator.address());
    site.can(
        "GET / ",
        "301 Moved\r\nlocation: https://www.example.com/",
        "",
        "",
        1,
    );
    let line = format!("deploy --yes --check-url http://{}/", site.address());
    let told = scene.ok(&line).replace(site.address(), "[SITE]");
    assert_snapshot!(told.split_once("changed\n").unwrap().1, @"
    ok deployed at every edge
    warning: http://[SITE]/ answered 301 without the cookie FPD
    hint: it redirects to https://www.example.com/: `--check-url` names the page to request
    ");
}

#[test]
fn a_site_that_cannot_be_reached_is_told_and_the_deployment_is_done() {
    let scene = Scene::new(crate::faults::SITE);
    let told = scene.ok("deploy --yes --check-url http://127.0.0.1:1/");
    assert_snapshot!(told.split_once("changed\n").unwrap().1, @"
    ok deployed at every edge
    warning: http://127.0.0.1:1/ could not be requested: io error: client error (Connect): tcp connect error: Connection refused (os error 111)
    hint: the deployment is done; `hardtack verify URL` checks again
    ");
    let again = scene
        .bench
        .ok(&scene.line("deploy --yes --json --check-url http://127.0.0.1:1/"));
    let again: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["cookie_seen"], false);
    assert_eq!(again["steps"], serde_json::json!([]));
}

#[test]
fn the_edges_are_waited_for() {
    let scene = Scene::new(crate::faults::SITE);
    let on_its_way = "<Distribution><Status>InProgress</Status></Distribution>";
    let line = format!("GET /2020-05-31/distribution/{} ", scene.id);
    let (proxy, status) = (scene.proxy.clone(), on_its_way.to_string());
    scene
        .proxy
        .before("PUT /2020-05-31/distribution/", move || {
            proxy.answer_times(&line, &status, 4);
        });
    let told = scene.ok("deploy --yes --check-url http://127.0.0.1:1/");
    assert!(told.contains("ok deployed at every edge"), "{told}");
    let calls = scene.proxy.passed();
    let after = calls
        .iter()
        .rev()
        .take_while(|call| call.line.starts_with("GET "));
    // Five looks at the state, and one that reads back what was attached.
    assert_eq!(after.count(), 6);
}

//! Artifacts that are built for CloudFront, run as CloudFront would run them, with headless Chromium as the visitor.

#![allow(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "other tests use the rest")]
mod served;

use chromium::Chromium;
use hardtack::{Accept, VisitorId};
use serde_json::Value;
use served::{Served, hardtack};

#[tokio::test]
async fn the_built_zip_gives_a_browser_its_cookie_and_the_browser_keeps_it() {
    check("lambda-edge", "lambda-edge.zip").await;
}

#[tokio::test]
async fn the_compiled_function_gives_a_browser_its_cookie_and_the_browser_keeps_it() {
    check("cloudfront-function", "cloudfront-function.js").await;
}

async fn check(platform: &str, artifact: &str) {
    let served = Served::start_with(edge(platform, artifact), "127.0.0.1:0");
    let browser = Chromium::start().await;

    browser.open(&served.url("/style.css")).await;
    assert_eq!(browser.cookie("FPD").await, None, "no page");
    browser.open(&served.url("/no-such-page")).await;
    assert_eq!(browser.cookie("FPD").await, None, "an error page");

    browser.open(&served.url("/")).await;
    let first = browser.cookie("FPD").await.expect("the page sets FPD");
    assert!(
        VisitorId::parse(first.value.as_bytes(), Accept::V4).is_some(),
        "{first:?}"
    );
    assert!(first.http_only, "{first:?}");
    assert_eq!(
        (first.domain.as_str(), first.path.as_str()),
        ("localhost", "/")
    );
    assert!(!browser.script_sees("FPD").await);
    for page in ["/about", "/journal/", "/journal/keeping"] {
        browser.open(&served.url(page)).await;
        assert_eq!(browser.id().await, first.value, "{page}");
    }

    check_log(&served.stop(), &first.value);
    browser.close().await;
}

/// Builds the artifact, and returns the arguments that serve it.
fn edge(platform: &str, artifact: &str) -> Vec<String> {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let arguments = [
        "build",
        platform,
        "-q",
        "--host",
        "www.example.com",
        "-o",
        folder,
    ];
    let built = hardtack()
        .args(arguments)
        .env("HARDTACK_SECRET", "5e".repeat(32))
        .status()
        .expect("the built command runs");
    assert!(built.success());
    [
        "serve",
        "--edge",
        &format!("{folder}/{artifact}"),
        "examples/site",
    ]
    .map(str::to_string)
    .into()
}

/// The function ran for pages and files, and set the cookie only on pages, with the same id each time.
#[track_caller]
fn check_log(log: &[Value], id: &str) {
    let of = |word: &'static str| log.iter().filter(move |line| line["function"] == word);
    assert_eq!(of("failed").count(), 0, "{log:#?}");
    assert_eq!(of("not_run").count(), 1, "{log:#?}");
    let set: Vec<_> = of("ran")
        .filter_map(|line| Some((line["path"].as_str()?, line["set_cookie"][0].as_str()?)))
        .collect();
    let pages: Vec<_> = set.iter().map(|(path, _)| *path).collect();
    assert_eq!(pages, ["/", "/about", "/journal/", "/journal/keeping"]);
    for (path, cookie) in set {
        assert!(
            cookie.starts_with(&format!("FPD={id}; ")) && cookie.contains("; Secure; HttpOnly"),
            "{path}: {cookie}"
        );
    }
    assert!(
        of("ran").any(|line| line["path"] == "/style.css"),
        "{log:#?}"
    );
}

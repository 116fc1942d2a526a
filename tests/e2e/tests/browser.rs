//! The README's first command, as written, and headless Chromium: one persistent cookie.

#![allow(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "other tests use the rest")]
mod served;

use std::time::Duration;

use chromium::{Chromium, Cookie};
use hardtack::{Accept, VisitorId};
use served::{Served, hardtack};
use tokio::time::sleep;

/// Chromium keeps no cookie for longer (RFC 6265bis §5.5).
const CAP: u64 = 400 * 86_400;

#[tokio::test]
async fn the_cookie_lasts_over_pages_a_second_visit_and_a_restart() {
    let mut served = Served::start("127.0.0.1:0");
    let browser = Chromium::start().await;

    browser.open(&served.url("/")).await;
    let first = browser
        .cookie("FPD")
        .await
        .expect("the first page sets FPD");
    check_attributes(&first);
    assert!(
        !browser.script_sees("FPD").await,
        "document.cookie shows an HttpOnly cookie"
    );

    for page in ["/about", "/journal/", "/journal/keeping"] {
        browser.open(&served.url(page)).await;
        assert_eq!(browser.id().await, first.value, "{page}");
    }

    // Browsers keep expiry times in whole seconds, so a later one shows only after a second.
    sleep(Duration::from_millis(1_100)).await;
    browser.open(&served.url("/")).await;
    let second = browser.cookie("FPD").await.expect("the cookie stays");
    assert_eq!(second.value, first.value);
    assert!(
        second.expires > first.expires,
        "{} is not after {}",
        second.expires,
        first.expires
    );

    served.restart();
    browser.open(&served.url("/contact")).await;
    assert_eq!(browser.id().await, first.value, "after a restart");

    let log = served.stop();
    assert_only_pages_got_cookies(&log);
    browser.close().await;
}

#[tokio::test]
async fn the_inspector_shows_the_id_that_scripts_cannot_read() {
    let served = Served::start("127.0.0.1:0");
    let browser = Chromium::start().await;
    browser.open(&served.url("/")).await;
    let id = browser.id().await;
    browser
        .open(served.inspector().expect("a link to the inspector"))
        .await;
    browser.wait_for_text(&id).await;
    browser.wait_for_text("HttpOnly").await;
    browser.wait_for_text("new_visitor").await;
    browser.screenshot("inspector").await;
    assert_eq!(browser.failed_resources().await, Vec::<String>::new());
    browser.close().await;
}

/// A phone of 390 by 844 pixels.
#[tokio::test]
async fn the_report_of_a_site_in_order_is_three_screens_of_a_phone_at_most() {
    let served = Served::start("127.0.0.1:0");
    let folder = tempfile::tempdir().expect("a folder");
    let mut verify = hardtack();
    verify.args(["verify", "-q", &served.url("/"), "--html"]);
    let status = verify.arg(folder.path().join("report.html")).status();
    assert!(status.expect("the command runs").success());
    let phone =
        "<!doctype html><iframe src=report.html width=390 height=844 style=border:0></iframe>";
    std::fs::write(folder.path().join("phone.html"), phone).expect("a page");
    let folder = folder.path().to_str().expect("a path in UTF-8").to_string();
    let reports = Served::start_with(vec!["serve".to_string(), folder], "127.0.0.1:0");

    let browser = Chromium::start().await;
    browser.open(&reports.url("/phone.html")).await;
    browser.screenshot("report").await;
    let height = browser.frame_height().await;
    assert!((844..=3 * 844).contains(&height), "{height} pixels");
    browser.close().await;
}

#[tokio::test]
async fn assets_and_a_page_that_is_missing_set_nothing_even_when_opened_themselves() {
    let served = Served::start("127.0.0.1:0");
    let browser = Chromium::start().await;
    // The missing page comes last: it would leave the assets in the browser's cache.
    let paths = [
        "/style.css",
        "/images/biscuits.png",
        "/fonts/vollkorn.woff2",
        "/no-such-page",
    ];
    for path in paths {
        browser.open(&served.url(path)).await;
        assert_eq!(browser.cookie("FPD").await, None, "{path}");
    }
    browser.close().await;
}

#[track_caller]
fn check_attributes(cookie: &Cookie) {
    assert!(
        VisitorId::parse(cookie.value.as_bytes(), Accept::V4).is_some(),
        "{cookie:?}"
    );
    assert!(cookie.http_only, "{cookie:?}");
    assert_eq!(cookie.same_site.as_deref(), Some("Lax"), "{cookie:?}");
    assert_eq!(cookie.path, "/", "{cookie:?}");
    assert_eq!(cookie.domain, "localhost", "{cookie:?}");
    assert!(
        cookie.expires.abs_diff(chromium::now() + CAP) < 60,
        "{cookie:?}"
    );
}

/// Every decision that set a cookie was for a page, and subresources got none.
#[track_caller]
fn assert_only_pages_got_cookies(log: &[serde_json::Value]) {
    let path = |line: &serde_json::Value| line["path"].as_str().unwrap_or_default().to_string();
    let (skipped, set): (Vec<_>, Vec<_>) =
        log.iter().partition(|line| line["outcome"] == "skipped");
    let pages = ["/", "/about", "/journal/", "/journal/keeping", "/contact"];
    assert!(
        set.iter().all(|line| pages.contains(&path(line).as_str())),
        "{set:#?}"
    );
    assert!(set.len() >= 6, "{set:#?}");
    for ending in [".css", ".png", ".woff2"] {
        assert!(
            skipped.iter().any(|line| path(line).ends_with(ending)),
            "no {ending} in {skipped:#?}"
        );
    }
}

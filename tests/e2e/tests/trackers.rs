//! The cookies that trackers' own libraries write in headless Chromium, and the visitor's id on the next page.
//!
//! Google's, Matomo's, Piwik PRO's, HubSpot's and Hotjar's scripts are in no package registry: their cookies are in
//! `conformance/cases/adoption-trackers.json`, as public documentation and captures have them.

#![allow(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "other tests use the rest")]
mod served;

use std::path::Path;

use chromium::Chromium;
use hardtack::{Accept, Policy, Request, Scheme, Settings, Target, VisitorId, on_request};
use serde_json::Value;
use served::Served;

/// A person's id, as `trackers/page.mjs` has it.
const PERSON: &str = "5a5a5a5a-1b2c-4d3e-8f90-5a5a5a5a5a5a";

/// A word for the policy, the tracker in `trackers/page.mjs`, and what is done with it: on one page after the other, of
/// one visitor.
const TRACKERS: [(&str, &str, &[&str]); 8] = [
    ("segment", "segment", &["", "identify", "reset"]),
    ("snowplow", "snowplow", &["", "identify", "reset"]),
    ("snowplow", "anonymous", &[""]),
    ("posthog", "posthog", &["", "identify", "reset"]),
    ("amplitude", "amplitude", &["", "identify", "reset"]),
    ("mixpanel", "mixpanel", &["", "identify", "reset"]),
    ("rudderstack", "rudderstack", &["", "identify", "reset"]),
    ("adobe", "adobe", &[""]),
];

#[tokio::test]
async fn the_next_page_adopts_the_id_that_the_library_reports() {
    for (word, tracker, deeds) in TRACKERS {
        check(word, tracker, deeds).await;
    }
}

/// A visitor who opted out has a device id all the same; it is not adopted.
#[tokio::test]
async fn a_visitor_who_opts_out_is_not_adopted() {
    let (served, browser) = start("amplitude").await;
    let found = visit(&served, &browser, "amplitude", "refuse").await;
    assert_ne!(fpd(&served, &browser).await, adopted(&found["id"]));
    browser.close().await;
}

/// On each page the library runs, and the page after that is the visitor's first one with hardtack.
async fn check(word: &str, tracker: &str, deeds: &[&str]) {
    let (served, browser) = start(word).await;
    for deed in deeds {
        let found = visit(&served, &browser, tracker, deed).await;
        let fpd = fpd(&served, &browser).await;
        let cookies = found["cookies"].as_str().unwrap_or_default();
        let told = format!("{tracker} {deed}: {found:#}");
        match &found["id"] {
            Value::Null => assert!(!cookies.contains(&fpd), "{fpd} after {told}"),
            id => assert_eq!(fpd, adopted(id), "{told}"),
        }
        assert_ne!(fpd, PERSON, "{told}");
        browser.forget("FPD").await;
    }
    browser.close().await;
}

/// A server whose policy names the tracker, with a page that it leaves to the tracker; and a new visitor.
async fn start(word: &str) -> (Served, Chromium) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let site = root.join("target/trackers/site");
    assert!(
        site.join("trackers.js").exists(),
        "no libraries of trackers: run tests/e2e/trackers/install, or ./test, which does"
    );
    let policy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{word}.toml"));
    let text = format!(
        "[id]\naccept = \"any\"\n[adopt]\nfrom = [\"{word}\"]\nderive = true\n[scope]\nexclude = [\"/before.html\"]\n"
    );
    std::fs::write(&policy, text).expect("a policy on disk");
    let words = ["serve", "--policy"].map(str::to_string);
    let paths = [&policy, &site].map(|path| path.display().to_string());
    let served = Served::start_with([words, paths].concat(), "127.0.0.1:0");
    (served, Chromium::start().await)
}

/// What the library reports of a visitor, and the cookies that scripts see.
async fn visit(served: &Served, browser: &Chromium, tracker: &str, deed: &str) -> Value {
    let path = format!("/before.html?tracker={tracker}&then={deed}");
    browser.open(&served.url(&path)).await;
    let title = browser.title().await;
    let found: Value = serde_json::from_str(&title).expect("the title is JSON");
    assert_eq!(found["error"], Value::Null, "{tracker} {deed}");
    found
}

async fn fpd(served: &Served, browser: &Chromium) -> String {
    assert_eq!(browser.cookie("FPD").await, None, "the first page");
    browser.open(&served.url("/")).await;
    browser.id().await
}

/// What becomes of an id: a UUID stays as it is, and from any other the core derives one.
fn adopted(id: &Value) -> String {
    let id = id.as_str().expect("an id");
    match VisitorId::parse(id.as_bytes(), Accept::Any) {
        Some(id) => id.to_string(),
        None => derived(id),
    }
}

fn derived(id: &str) -> String {
    let mut settings = Settings::default();
    settings.adopt.from = vec!["id".to_string()];
    settings.adopt.derive = true;
    let policy = Policy::new(&settings, Some(hardtack_psl::LIST)).expect("a policy");
    let cookie = format!("id={id}");
    let request = Request {
        target: Target {
            scheme: Scheme::Https,
            host: b"www.example.com",
        },
        method: b"GET",
        path: b"/",
        country: None,
        fields: &[("sec-fetch-dest", "document"), ("cookie", cookie.as_str())][..],
    };
    let decision = on_request(&policy, &request, 0, [7; 16]);
    decision.id().expect("an id").to_string()
}

//! Consent platforms as sites use them: their own scripts, from npm, and their own dialogs in Chromium. The pages come
//! through `hardtack serve`, whose log says how each answer was read.

#![allow(
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "other tests use the rest")]
mod served;

use std::fs;
use std::path::Path;

use chromium::Chromium;
use served::Served;

/// A platform, and where to click in its dialogs.
struct Platform {
    /// The page with its script, in `consent/`.
    page: &'static str,
    /// Its folder in `target/consent-platforms`.
    package: &'static str,
    /// An element of `consent.from`.
    from: &'static str,
    accept: &'static [&'static str],
    refuse: &'static [&'static str],
    /// What a visitor clicks who has accepted and refuses later.
    change: &'static [&'static str],
}

/// Elements in a shadow tree are those behind `>>>`.
const PLATFORMS: &[Platform] = &[
    Platform {
        page: "klaro",
        package: "klaro@0.7.22",
        from: "{ cmp = \"klaro\", needs = [\"stats\"] }",
        accept: &[".cookie-notice .cm-btn-success"],
        refuse: &[".cookie-notice .cn-decline"],
        change: &[
            "#settings",
            "label[for=purpose-item-analytics]",
            ".cookie-modal .cm-btn-accept",
        ],
    },
    Platform {
        page: "cookieconsent-3",
        package: "vanilla-cookieconsent@3.1.0",
        from: "\"cookieconsent\"",
        accept: &["#cc-main .cm [data-role=all]"],
        refuse: &["#cc-main .cm [data-role=necessary]"],
        change: &["#settings", "#cc-main .pm [data-role=necessary]"],
    },
    Platform {
        page: "cookieconsent-2",
        package: "vanilla-cookieconsent@2.9.2",
        from: "\"cookieconsent\"",
        accept: &["#c-p-bn"],
        refuse: &["#c-s-bn"],
        change: &["#settings", "#s-rall-bn"],
    },
    Platform {
        page: "tarteaucitron",
        package: "tarteaucitronjs@1.34.0",
        from: "{ cmp = \"tarteaucitron\", needs = [\"stats\"] }",
        accept: &["#tarteaucitronPersonalize2"],
        refuse: &["#tarteaucitronAllDenied2"],
        change: &[
            "#settings",
            "#tarteaucitronAllDenied",
            "#tarteaucitronClosePanel",
        ],
    },
    Platform {
        page: "orejime",
        package: "orejime@3.2.1",
        from: "{ cmp = \"json\", cookie = \"eu-consent\", needs = [\"stats\"] }",
        accept: &[".orejime-Banner-saveButton"],
        refuse: &[".orejime-Banner-declineButton"],
        change: &[
            "#settings",
            ".orejime-PurposeToggles-disableAll",
            ".orejime-Modal-saveButton",
        ],
    },
    Platform {
        page: "osano",
        package: "cookieconsent@3.1.1",
        from: "{ cmp = \"plain\", cookie = \"cookieconsent_status\" }",
        accept: &[".cc-window .cc-allow"],
        refuse: &[".cc-window .cc-deny"],
        change: &[".cc-revoke", ".cc-window .cc-deny"],
    },
    Platform {
        page: "beyonk",
        package: "gdpr-cookie-consent-banner@16.0.2",
        from: "{ cmp = \"json\", cookie = \"beyonk_gdpr\", container = \"base64-json\", path = \"choices/*\", needs = [\"analytics\"] }",
        accept: &["cookie-consent-banner >>> .cookieConsent__Button--Accept"],
        refuse: &["cookie-consent-banner >>> [part~='button--reject']"],
        change: &[
            "cookie-consent-banner >>> .cookieConsentToggle",
            "cookie-consent-banner >>> [part~='button--reject']",
        ],
    },
    Platform {
        page: "porsche",
        package: "cookie-consent-banner@4.1.0",
        from: "{ cmp = \"plain\", cookie = \"cookies_accepted_categories\", path = \"/\", needs = [\"analytics\"] }",
        accept: &["cookie-consent-banner >>> .btn_accept_all"],
        refuse: &["cookie-consent-banner >>> .btn_essentials_only"],
        change: &[
            "#settings",
            "cookie-consent-banner >>> .btn_essentials_only",
        ],
    },
];

#[tokio::test]
async fn each_platforms_own_dialog_is_understood() {
    let browser = Chromium::start().await;
    for platform in PLATFORMS {
        check(&browser, platform).await;
    }
    browser.close().await;
}

/// Two visitors: one accepts and refuses later, the other refuses at once.
async fn check(browser: &Chromium, platform: &Platform) {
    let name = platform.page;
    let site = tempfile::tempdir().expect("a folder");
    let served = Served::start_with(prepare(platform, site.path()), "127.0.0.1:0");
    let page = served.url("/");

    browser.open(&page).await;
    browser.forget_everything().await;
    browser.open(&page).await;
    assert_eq!(
        browser.cookie("FPD").await,
        None,
        "{name}: nobody was asked yet"
    );
    browser.answer(platform.accept).await;
    browser.open(&page).await;
    assert!(browser.cookie("FPD").await.is_some(), "{name}: accepted");
    browser.answer(platform.change).await;
    browser.open(&page).await;
    assert_eq!(browser.cookie("FPD").await, None, "{name}: refused later");

    browser.forget_everything().await;
    browser.open(&page).await;
    browser.answer(platform.refuse).await;
    browser.open(&page).await;
    assert_eq!(browser.cookie("FPD").await, None, "{name}: refused at once");

    // Cookies of this machine are those of the next server, too.
    browser.forget_everything().await;
    let log = served.stop();
    let mut reasons: Vec<&str> = log
        .iter()
        .filter_map(|line| line["reason"].as_str())
        .collect();
    reasons.retain(|reason| !["not_document", "error_status"].contains(reason));
    reasons.dedup();
    assert_eq!(
        reasons,
        [
            "consent_pending",
            "new_visitor",
            "consent_denied",
            "consent_pending",
            "consent_denied"
        ],
        "{name}"
    );
}

/// Makes a site and a policy, and returns the command that serves them.
fn prepare(platform: &Platform, folder: &Path) -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = here
        .join("../../target/consent-platforms")
        .join(platform.package);
    assert!(
        package.is_dir(),
        "no {}: run tests/e2e/install-consent-platforms, or ./test, which does",
        package.display()
    );
    let site = folder.join("site");
    copy(&package, &site.join("platform"));
    let page = here
        .join("tests/consent")
        .join(platform.page)
        .with_extension("html");
    let body = fs::read_to_string(page).expect("the platform's page");
    let page = format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Consent</title>\n<body>\n{body}"
    );
    fs::write(site.join("index.html"), page).expect("a page");
    let policy = folder.join("hardtack.toml");
    let text = format!(
        "[consent]\nrequired = \"everywhere\"\nfrom = [{}]\n",
        platform.from
    );
    fs::write(&policy, text).expect("a policy");
    let words = ["serve", path(&site), "--policy", path(&policy)];
    words.map(str::to_string).to_vec()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn copy(from: &Path, into: &Path) {
    fs::create_dir_all(into).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder that can be read") {
        let entry = entry.expect("an entry");
        let target = into.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

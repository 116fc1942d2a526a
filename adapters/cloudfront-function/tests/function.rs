//! What the generator writes: its size, its dialect, and what it refuses.

#![allow(
    clippy::unwrap_used,
    reason = "what fails in a test is to fail the test"
)]

use hardtack::{Bots, Cmp, ConsentSource, DomainSetting, Renew, Required, SealKey, Settings};
use hardtack_cloudfront::dialect::check;
use hardtack_cloudfront::limits::FUNCTION_BYTES;
use hardtack_cloudfront_function::{
    Addresses, BuildError, Feature, Function, Secret, Style, Wrapped,
};

/// The default policy for `www.example.com`.
fn defaults() -> Settings {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    settings
}

/// All that the function can do, but for consent platforms, of which a site has one.
fn everything() -> Settings {
    let mut settings = sealed(defaults());
    settings.cookie.path = "/shop".to_string();
    settings.renew.when = Renew::WhenDue(30 * 86_400);
    settings.adopt.from = ["_ga", "_sp_id*"].map(str::to_string).to_vec();
    settings.adopt.derive = true;
    settings.scope.exclude = vec!["/admin/*".to_string(), "*.php".to_string()];
    settings.bots.also = vec!["acmeprobe".to_string()];
    settings.consent.required = Required::In(["EEA", "UK", "CH"].map(str::to_string).to_vec());
    settings.consent.gpc = true;
    settings.consent.dnt = true;
    settings.signals.response_header = Some("x-visitor".to_string());
    settings.signals.script_cookie = Some("FPD_script".to_string());
    settings.signals.server_timing = true;
    settings.signals.log = true;
    settings
}

fn sealed(mut settings: Settings) -> Settings {
    settings.id.sealed = true;
    settings.id.keys = vec![SealKey::new([7; SealKey::LEN])];
    settings
}

/// A source for a consent platform, with what it needs where it has no default.
fn source(cmp: Cmp) -> ConsentSource {
    let mut source = ConsentSource::new(cmp);
    if source.cookie.is_empty() {
        source.cookie = "consent".to_string();
    }
    if source.needs.is_empty()
        && !matches!(
            cmp,
            Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain | Cmp::Piano
        )
    {
        source.needs = vec!["analytics".to_string()];
    }
    source
}

fn build(settings: &Settings, style: Style) -> Function {
    Function::new(settings, &Secret::new([0x5e; 32]), style, None).unwrap()
}

#[test]
fn the_default_policy_keeps_its_size_minified_with_and_without_cache_safety() {
    let mut settings = defaults();
    let len = text(&settings).len();
    assert!(len < 5760, "{len}");
    settings.caches.protect = false;
    let len = text(&settings).len();
    assert!(len < 4864, "{len}");
    settings.bots.policy = Bots::TreatAsPeople;
    let len = text(&settings).len();
    assert!(len < 3072, "{len}");
}

#[test]
fn everything_at_once_fits_minified() {
    let len = text(&everything()).len();
    assert!(len <= FUNCTION_BYTES, "{len}");
}

#[test]
fn any_consent_platform_and_sealing_fit_minified() {
    for cmp in Cmp::ALL {
        let mut settings = sealed(defaults());
        settings.consent.required = Required::In(["EEA", "UK", "CH"].map(str::to_string).to_vec());
        settings.consent.gpc = true;
        settings.consent.us_opt_out = true;
        settings.consent.from = vec![source(cmp)];
        let text = text(&settings);
        assert!(text.len() <= FUNCTION_BYTES, "{cmp:?}: {}", text.len());
        assert_eq!(check(&text), [], "{text}");
    }
}

#[test]
fn what_is_built_is_in_the_dialect() {
    for settings in [defaults(), everything()] {
        for style in [Style::Readable, Style::Minified] {
            let text = build(&settings, style).text;
            assert!(text.is_ascii());
            assert_eq!(check(&text), [], "{text}");
        }
    }
}

#[test]
fn the_same_policy_and_secret_give_the_same_bytes() {
    let one = build(&defaults(), Style::Readable);
    assert_eq!(one.text, build(&defaults(), Style::Readable).text);
    let other = Function::new(&defaults(), &Secret::new([1; 32]), Style::Readable, None).unwrap();
    assert_ne!(one.text, other.text);
    assert!(one.text.contains(&one.policy_hash));
}

#[test]
fn what_a_policy_does_not_use_is_not_there() {
    let text = build(&defaults(), Style::Readable).text;
    for absent in [
        "EXCLUDED",
        "JSON",
        "injected",
        "event.context.entropy",
        "//[",
    ] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn each_feature_has_its_bytes() {
    let function = build(&everything(), Style::Readable);
    for feature in [
        Feature::Domain,
        Feature::Documents,
        Feature::Exclude,
        Feature::Log,
    ] {
        let part = function.parts.iter().find(|(part, _)| *part == feature);
        assert!(
            part.is_some_and(|(_, len)| *len > 100),
            "{feature:?}: {part:?}"
        );
    }
}

#[test]
fn what_the_function_cannot_do_is_refused() {
    let refused = |change: fn(&mut Settings)| {
        let mut settings = defaults();
        change(&mut settings);
        Function::new(&settings, &Secret::new([1; 32]), Style::Readable, None).unwrap_err()
    };
    let error = refused(|settings| settings.cookie.domain = DomainSetting::Auto);
    assert_eq!(error, BuildError::Unresolved);
    let error = refused(|settings| settings.scope.error_pages = true);
    assert!(
        matches!(error, BuildError::Refused(refusal) if refusal.key == "scope.error_pages"),
        "{error}"
    );
    let error = refused(|settings| settings.cookie.name = "constructor".to_string());
    assert!(
        matches!(error, BuildError::Refused(refusal) if refusal.key == "cookie.name"),
        "{error}"
    );
    let error = refused(|settings| settings.cookie.name = "a b".to_string());
    assert!(matches!(error, BuildError::Policy(_)), "{error}");
}

/// A function that uses the names which ours does.
const THEIRS: &str = "import cf from 'cloudfront';
const crypto = require('crypto');
const NAME = 'x-theirs';
function decide(response) { response.headers[NAME] = { value: crypto.createHash('md5').update(cf.id).digest('hex') }; }
function handler(event) {
  decide(event.response);
  return event.response;
}
";

#[test]
fn an_existing_function_and_ours_share_no_names() {
    let theirs = Wrapped::new(THEIRS).unwrap();
    for style in [Style::Readable, Style::Minified] {
        let secret = Secret::new([1; 32]);
        let text = Function::new(&defaults(), &secret, style, Some(&theirs))
            .unwrap()
            .text;
        assert_eq!(check(&text), [], "{text}");
        assert_eq!(text.matches("function decide(").count(), 1, "{text}");
        assert_eq!(text.matches("function handler(").count(), 1, "{text}");
        assert!(text.contains("event.response = wrapped(event);") || style == Style::Minified);
    }
}

#[test]
fn an_asynchronous_function_is_waited_for() {
    let theirs = Wrapped::new("async function handler(event) { return event.response; }").unwrap();
    let text = Function::new(
        &defaults(),
        &Secret::new([1; 32]),
        Style::Readable,
        Some(&theirs),
    )
    .unwrap()
    .text;
    assert!(
        text.contains("async function handler(event) {\n  event.response = await wrapped(event);"),
        "{text}"
    );
    assert_eq!(check(&text), []);
}

#[test]
fn a_function_that_cloudfront_would_not_run_is_not_wrapped() {
    let error = Wrapped::new(
        "function handler(event) {\n  const { response } = event;\n  return response;\n}",
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, column 3: destructuring is not supported"
    );
}

#[test]
fn the_viewer_request_functions_are_in_the_dialect() {
    for addresses in Addresses::ALL {
        let text = addresses.function();
        assert_eq!(check(&text), [], "{text}");
        assert!(text.len() < 1500 && !text.contains("//["), "{text}");
    }
}

/// The page that has the table of bytes, from the table's first row to the empty line behind its last.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const HEAD: &str = "| key | bytes, minified |\n";

#[test]
fn the_page_tells_how_many_bytes_each_feature_takes() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(HEAD).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let expected = format!("{before}{}\n{after}", table());
    if std::env::var_os("HARDTACK_UPDATE").is_some() {
        std::fs::write(PAGE, expected).unwrap();
        return;
    }
    assert!(
        page == expected,
        "adapters/cloudfront-function/README.md is stale: run `HARDTACK_UPDATE=1 cargo test -p hardtack-cloudfront-function`"
    );
}

fn table() -> String {
    let mut rows = format!("{HEAD}|---|---|\n");
    let mut row = |what: &str, bytes: i64| rows.push_str(&format!("| {what} | {bytes} |\n"));
    let default = len(defaults());
    row(
        "none: any response, host-only, no bots or caches looked at",
        len(least()),
    );
    row("the defaults, for one domain", default);
    for (feature, bytes) in build(&defaults(), Style::Minified).parts {
        row(&format!("`{}`, which is on", feature.key()), bytes as i64);
    }
    for (what, change) in options() {
        let mut settings = defaults();
        change(&mut settings);
        row(what, len(settings) - default);
    }
    let asked = len(asking(None));
    for cmp in Cmp::ALL {
        let bytes = len(asking(Some(cmp)));
        let all = len(sealed(asking(Some(cmp))));
        let what = format!(
            "`consent.from = [\"{}\"]`; all of it with seals: {all}",
            cmp.as_str()
        );
        row(&what, bytes - asked);
    }
    rows
}

fn len(settings: Settings) -> i64 {
    text(&settings).len() as i64
}

/// Minified, and nothing else made of it.
fn text(settings: &Settings) -> String {
    let secret = Secret::new([0x5e; 32]);
    Function::text_with(settings, &secret, Style::Minified, &[]).unwrap()
}

fn least() -> Settings {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::HostOnly;
    settings.scope.documents_only = false;
    settings.caches.protect = false;
    settings.bots.policy = Bots::TreatAsPeople;
    settings
}

/// Consent is required in the EEA and objections count, with a platform or without one.
fn asking(cmp: Option<Cmp>) -> Settings {
    let mut settings = defaults();
    settings.consent.required = Required::In(vec!["EEA".to_string()]);
    settings.consent.us_opt_out = true;
    settings.consent.from = cmp.map(source).into_iter().collect();
    settings
}

type Change = fn(&mut Settings);

/// What a policy may ask for, on its own.
fn options() -> [(&'static str, Change); 16] {
    [
        ("`scope.exclude = [\"/admin/*\"]`", |settings| {
            settings.scope.exclude = vec!["/admin/*".to_string()];
        }),
        ("`cookie.path = \"/shop\"`", |settings| {
            settings.cookie.path = "/shop".to_string()
        }),
        ("`renew.when = \"never\"`", |settings| {
            settings.renew.when = Renew::Never
        }),
        ("`renew.when = \"30d\"`", |settings| {
            settings.renew.when = Renew::WhenDue(30 * 86_400)
        }),
        ("`id.sealed = true`, one key", |settings| {
            *settings = sealed(settings.clone())
        }),
        ("`adopt.from = [\"_ga\"]`", |settings| {
            settings.adopt.from = vec!["_ga".to_string()]
        }),
        ("the same with `adopt.derive = true`", |settings| {
            settings.adopt.from = vec!["_ga".to_string()];
            settings.adopt.derive = true;
        }),
        (
            "`bots.also = [\"acmeprobe\"]`, in place of the list of browsers",
            |settings| {
                settings.bots.also = vec!["acmeprobe".to_string()];
            },
        ),
        ("`consent.required = \"everywhere\"`", |settings| {
            settings.consent.required = Required::Everywhere
        }),
        ("`consent.required = [\"EEA\"]`", |settings| {
            settings.consent.required = Required::In(vec!["EEA".to_string()]);
        }),
        ("`consent.gpc = \"deny\"`", |settings| {
            settings.consent.gpc = true
        }),
        ("the same with `consent.dnt = \"deny\"`", |settings| {
            settings.consent.gpc = true;
            settings.consent.dnt = true;
        }),
        ("`signals.response_header = \"x-visitor\"`", |settings| {
            settings.signals.response_header = Some("x-visitor".to_string());
        }),
        ("`signals.server_timing = true`", |settings| {
            settings.signals.server_timing = true
        }),
        ("`signals.script_cookie = \"FPD_script\"`", |settings| {
            settings.signals.script_cookie = Some("FPD_script".to_string());
        }),
        ("`signals.log = true`", |settings| {
            settings.signals.log = true
        }),
    ]
}

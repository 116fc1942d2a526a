//! What the generator writes: its size, its dialect, and what it refuses.

#![allow(
    clippy::unwrap_used,
    reason = "what fails in a test is to fail the test"
)]

use hardtack::{DomainSetting, Renew, Settings};
use hardtack_cloudfront_function::{
    Addresses, BuildError, Feature, Function, MAX_LEN, Secret, Style, Wrapped, check,
};

/// The default policy for `www.example.com`.
fn defaults() -> Settings {
    let mut settings = Settings::default();
    settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
    settings
}

/// All that the function can do.
fn everything() -> Settings {
    let mut settings = defaults();
    settings.cookie.path = "/shop".to_string();
    settings.renew.when = Renew::Never;
    settings.scope.exclude = vec!["/admin/*".to_string(), "*.php".to_string()];
    settings.signals.response_header = Some("x-visitor".to_string());
    settings.signals.log = true;
    settings
}

fn build(settings: &Settings, style: Style) -> Function {
    Function::new(settings, &Secret::new([0x5e; 32]), style, None).unwrap()
}

#[test]
fn the_default_policy_keeps_its_size_minified_with_and_without_cache_safety() {
    let mut settings = defaults();
    let len = build(&settings, Style::Minified).text.len();
    assert!(len < 5632, "{len}");
    settings.caches.protect = false;
    let len = build(&settings, Style::Minified).text.len();
    assert!(len < 4864, "{len}");
}

#[test]
fn everything_at_once_fits_minified() {
    let len = build(&everything(), Style::Minified).text.len();
    assert!(len <= MAX_LEN, "{len}");
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
    assert_eq!(error, BuildError::NotCarried("scope"));
    let error = refused(|settings| settings.cookie.name = "constructor".to_string());
    assert_eq!(error, BuildError::Name("constructor".to_string()));
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
    for addresses in [Addresses::CleanUrls, Addresses::SinglePage] {
        let text = addresses.function();
        assert_eq!(check(&text), [], "{text}");
        assert!(text.len() < 1024 && !text.contains("//["), "{text}");
    }
}

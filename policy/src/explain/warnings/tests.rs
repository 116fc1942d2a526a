//! Which policies give which warnings.

use super::warnings;
use crate::from_toml;

#[track_caller]
fn check(toml: &str, keys: &[&str]) {
    let settings = from_toml(toml).unwrap().settings;
    let found: Vec<_> = warnings(&settings)
        .iter()
        .map(|warning| warning.key)
        .collect();
    assert_eq!(found, keys);
}

#[test]
fn late_renewal_vain_adoption_and_exposed_ids_are_warned_of() {
    check("renew.when = \"30d\"", &[]);
    check("renew.when = \"90d\"", &[]);
    check("renew.when = \"91d\"", &["renew.when"]);
    check(
        "cookie.max_age = \"30d\"\nrenew.when = \"20d\"",
        &["renew.when"],
    );
    check(
        "id.accept_unsealed_until = \"2030-01-01\"",
        &["id.accept_unsealed_until"],
    );
    check("adopt.from = [\"_ga\"]", &["adopt.from"]);
    check("adopt.from = [\"_ga\"]\nadopt.derive = true", &[]);
    check(
        "adopt.from = [\"_ga\"]\nid.accept = \"any\"",
        &["id.accept", "adopt.from"],
    );
    check("adopt.from = [\"uid\"]", &["adopt.from"]);
    check("adopt.from = [\"visitor\"]", &[]);
    check("adopt.from = [\"ajs_anonymous_id\"]", &[]);
    check("adopt.from = [\"segment\", \"matomo\"]", &["adopt.from"]);
    check("adopt.from = [\"posthog\"]", &["adopt.from"]);
    check(
        "adopt.from = [\"posthog\"]\nid.accept = \"any\"",
        &["id.accept"],
    );
    check("caches.protect = false", &["caches.protect"]);
    check("signals.script_cookie = \"v\"", &["signals.script_cookie"]);
}

#[test]
fn consent_settings_without_effect_are_warned_of() {
    check("consent.required = \"everywhere\"", &["consent.required"]);
    check(
        "consent.required = [\"DE\"]\nconsent.gpc = \"deny\"",
        &["consent.required"],
    );
    check("consent.from = [\"tcf\"]", &["consent.from"]);
    check(
        "consent.required = [\"EEA\"]\nconsent.from = [\"tcf\"]",
        &[],
    );
    check("consent.gpc = \"deny\"", &[]);
}

#[track_caller]
fn check_source(toml: &str, contains: Option<&str>) {
    let settings = from_toml(toml).unwrap().settings;
    let [warning] = &warnings(&settings)[..] else {
        panic!("not one warning for {toml}");
    };
    let source = warning.source.unwrap_or_default();
    assert!(source.contains(contains.unwrap_or_default()), "{source}");
    assert_eq!(warning.source.is_some(), contains.is_some());
}

#[test]
fn warnings_name_the_standard_they_follow() {
    check_source("cookie.max_age = \"23h\"", Some("§5.5"));
    check_source("renew.when = \"120d\"", Some("§5.5"));
    check_source("cookie.secure = false", Some("§4.1.2.5"));
    check_source("cookie.http_only = false", Some("§4.1.2.6"));
    check_source("cookie.same_site = \"none\"", Some("§4.1.2.7"));
    check_source("cookie.partitioned = true", Some("CHIPS"));
    check_source("id.accept = \"any\"", Some("RFC 9562"));
    check_source("scope.documents_only = false", Some("WebKit"));
    check_source("caches.protect = false", Some("RFC 9111"));
    let ask = "consent.required = \"everywhere\"";
    check_source(ask, Some("ePrivacy"));
    check_source("consent.from = [\"tcf\"]", Some("ePrivacy"));
    check_source("cookie.name = \"_ga\"", None);
}

#[test]
fn the_defaults_give_no_warning() {
    check("", &[]);
}

#[test]
fn the_name_of_another_softwares_cookie_is_warned_of() {
    check("cookie.name = \"PHPSESSID\"", &["cookie.name"]);
    check("cookie.name = \"_ga\"", &["cookie.name"]);
}

#[test]
fn lifetimes_that_browsers_do_not_keep_are_warned_of() {
    check(
        "cookie.max_age = \"401d\"\nrenew.when = \"never\"",
        &["cookie.max_age", "renew.when"],
    );
    check(
        "cookie.max_age = \"400d\"\nrenew.when = \"never\"",
        &["renew.when"],
    );
    check("cookie.max_age = \"730d\"", &[]);
    check("cookie.max_age = \"23h\"", &["cookie.max_age"]);
    check("cookie.max_age = \"1d\"", &[]);
}

#[test]
fn ids_that_are_never_renewed_are_warned_of() {
    check(
        "cookie.max_age = \"30d\"\nrenew.when = \"never\"",
        &["renew.when"],
    );
    check("cookie.max_age = \"393d\"\nrenew.when = \"never\"", &[]);
    check("cookie.max_age = \"365d\"\nrenew.when = \"never\"", &[]);
}

#[test]
fn nested_domains_are_warned_of() {
    check(
        "cookie.domain = [\"example.com\", \"shop.example.com\"]",
        &["cookie.domain"],
    );
    check(
        "cookie.domain = [\"shop.example.com\", \"example.com\"]",
        &["cookie.domain"],
    );
    check("cookie.domain = [\"example.com\", \"myexample.com\"]", &[]);
    check("cookie.domain = [\"example.com\", \"example.org\"]", &[]);
}

#[test]
fn attributes_with_consequences_are_warned_of() {
    check("cookie.secure = false", &["cookie.secure"]);
    check("cookie.http_only = false", &["cookie.http_only"]);
    check("cookie.same_site = \"strict\"", &["cookie.same_site"]);
    check("cookie.same_site = \"none\"", &["cookie.same_site"]);
    check("cookie.same_site = \"unset\"", &["cookie.same_site"]);
    check("cookie.partitioned = true", &["cookie.partitioned"]);
}

#[test]
fn accepting_any_version_is_warned_of() {
    check("id.accept = \"any\"", &["id.accept"]);
}

#[test]
fn patterns_that_match_every_path_are_warned_of() {
    for pattern in ["*", "/*", "**", "/**"] {
        check(
            &format!("scope.exclude = [\"/a\", \"{pattern}\"]"),
            &["scope.exclude"],
        );
    }
    check("scope.exclude = [\"/\", \"/ab\", \"/*.xml\", \"*/a\"]", &[]);
}

#[test]
fn cookies_with_every_response_are_warned_of() {
    check("scope.documents_only = false", &["scope.documents_only"]);
    let toml = "scope.documents_only = false\nsignals.response_header = \"x-visitor\"";
    check(toml, &["scope.documents_only", "signals.response_header"]);
    check("signals.response_header = \"x-visitor\"", &[]);
}

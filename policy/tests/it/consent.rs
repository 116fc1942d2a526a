//! `[consent]`: what is read, how it is written again, and what is refused.

use hardtack::{Cmp, ConsentSource, Required};
use hardtack_policy::{from_toml, to_toml};

use crate::faults;

#[track_caller]
fn check(toml: &str, expected: &str) {
    let loaded = from_toml(toml).unwrap();
    let written = to_toml(&loaded.settings);
    assert_eq!(written.trim(), expected);
    assert_eq!(from_toml(&written).unwrap().settings, loaded.settings);
}

#[track_caller]
fn check_fault(line: &str, expected: &str) {
    faults::check(&format!("[consent]\n{line}"), &[expected]);
}

#[test]
fn a_word_stands_for_the_platforms_own_cookie_and_categories() {
    let loaded = from_toml("consent.from = [\"onetrust\"]").unwrap();
    let source = &loaded.settings.consent.from[0];
    assert_eq!(source, &ConsentSource::new(Cmp::OneTrust));
    assert_eq!(
        (source.cookie.as_str(), source.needs.as_slice()),
        ("OptanonConsent", &["C0002".to_string()][..])
    );
}

#[test]
fn a_platforms_defaults_are_written_as_a_word_and_the_rest_as_a_table() {
    check(
        "consent.from = [{ cmp = \"tcf\" }, { cmp = \"tcf\", needs = [1, \"9\"], vendor = 755 }]",
        "[consent]\nfrom = [\"tcf\", { cmp = \"tcf\", needs = [\"1\", \"9\"], vendor = 755 }]",
    );
    check(
        "consent.from = [{ cmp = \"plain\", cookie = \"ok\", granted = [\"all\"], denied = [] }]",
        "[consent]\nfrom = [{ cmp = \"plain\", cookie = \"ok\", granted = [\"all\"], denied = [] }]",
    );
}

#[test]
fn how_a_cookie_is_read_is_written_in_words() {
    check(
        "consent.from = [{ cmp = \"json\", cookie = \"p\", path = \"/\", needs = [\"a\"], missing = \"not-given\", container = \"base64-json\" }]",
        "[consent]\nfrom = [{ cmp = \"json\", cookie = \"p\", needs = [\"a\"], container = \"base64-json\", path = \"/\", missing = \"not-given\" }]",
    );
}

#[test]
fn required_is_a_word_or_a_list() {
    check(
        "consent.required = \"everywhere\"",
        "[consent]\nrequired = \"everywhere\"",
    );
    check("consent.required = \"nowhere\"", "");
    check(
        "consent.required = [\"EEA\", \"UK\"]",
        "[consent]\nrequired = [\"EEA\", \"UK\"]",
    );
    let places = from_toml("consent.required = [\"CH\"]")
        .unwrap()
        .settings
        .consent
        .required;
    assert_eq!(places, Required::In(vec!["CH".to_string()]));
}

#[test]
fn signals_are_words() {
    check(
        "[consent]\ngpc = \"deny\"\ndnt = \"ignore\"\nus_opt_out = \"deny\"",
        "[consent]\ngpc = \"deny\"\nus_opt_out = \"deny\"",
    );
}

#[test]
fn a_misspelt_platform_names_the_nearest() {
    check_fault(
        "from = [\"one-trust\"]",
        "2:9+11 `consent.from` holds \"one-trust\", which is not a platform that can be read | did you mean \"onetrust\"?",
    );
    check_fault(
        "from = [{ cmp = \"tcfv2\" }]",
        "2:17+7 `consent.from` holds \"tcfv2\", which is not a platform that can be read | did you mean \"tcf\"?",
    );
}

#[test]
fn a_platform_without_a_readable_cookie_says_what_to_do() {
    check_fault(
        "from = [\"usercentrics\"]",
        "2:9+14 `consent.from` holds \"usercentrics\", which is not a platform that can be read | an edge cannot read its answer from a cookie: let the page write a bridge cookie, and read that as \"plain\" (docs/consent.md)",
    );
}

#[test]
fn a_table_without_a_platform_or_with_an_unknown_key_is_refused() {
    check_fault(
        "from = [{ cookie = \"ok\" }]",
        "2:9+17 an element of `consent.from` names no platform | write cmp = \"…\", with the platform's word",
    );
    check_fault(
        "from = [{ cmp = \"tcf\", purposes = [1] }]",
        "2:35+3 unknown key `purposes` in an element of `consent.from` | there are cmp, cookie, needs, container, path, separators, missing, vendor, granted, denied",
    );
    check_fault(
        "from = [{ cmp = \"tcf\", vendor = 0 }]",
        "2:33+1 `vendor` is the number 0, it takes a number from 1 to 65535",
    );
    check_fault(
        "from = [{ cmp = \"tcf\", needs = 1 }]",
        "2:32+1 a list of strings is expected here, not the number 1",
    );
}

#[test]
fn one_platform_belongs_in_a_list() {
    check_fault(
        "from = \"tcf\"",
        "2:8+5 `consent.from` is the string \"tcf\", it takes a list of platforms, each a word or a table | write from = [\"tcf\"]",
    );
}

#[test]
fn a_misspelt_region_is_corrected() {
    check_fault(
        "required = \"everwhere\"",
        "2:12+11 `consent.required` is \"everwhere\", it takes \"nowhere\", \"everywhere\" or a list of countries | did you mean \"everywhere\"?",
    );
    check_fault(
        "required = \"EEA\"",
        "2:12+5 `consent.required` is \"EEA\", it takes \"nowhere\", \"everywhere\" or a list of countries | write required = [\"EEA\"] for one country",
    );
    check_fault(
        "required = [\"Europe\"]",
        "2:13+8 consent.required `Europe` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
    );
    check_fault(
        "required = [\"FR\", \"SP\"]",
        "2:19+4 consent.required `SP` is not a valid country | write \"ES\" for Spain",
    );
    check_fault(
        "required = [\"UE\"]",
        "2:13+4 consent.required `UE` is not a valid country | write \"EU\" for the European Union",
    );
    check_fault(
        "required = [\"AA\"]",
        "2:13+4 consent.required `AA` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
    );
    check_fault(
        "required = [\"AP\"]",
        "2:13+4 consent.required `AP` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
    );
}

#[test]
fn contradictions_are_refused() {
    check_fault(
        "from = [\"klaro\"]",
        "2:9+7 consent.from `klaro` does not say what has to be granted | write needs = [\"…\"], with the name that it has there",
    );
    check_fault(
        "from = [{ cmp = \"tcf\", needs = [25] }]",
        "2:9+29 consent.from `25` is not a valid purpose | write a number from 1 to 24",
    );
    check_fault(
        "from = [{ cmp = \"json\", needs = [\"a\"] }]",
        "2:9+31 consent.from `` is not a valid cookie name | write cookie = \"the name of the cookie\"",
    );
    check_fault(
        "from = [{ cmp = \"plain\", granted = [\"no\"] }]",
        "2:9+35 consent.from `no` both grants and denies | leave it in one of the two lists",
    );
}

//! Random settings, written as TOML and read back.

use hardtack::{Accept, Bots, DomainSetting, Renew, SameSite, SealKey, Settings};
use hardtack_policy::{Key, from_toml, from_toml_with_keys, keys, to_toml};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn same_site() -> impl Strategy<Value = SameSite> {
    prop_oneof![
        Just(SameSite::Strict),
        Just(SameSite::Lax),
        Just(SameSite::None),
        Just(SameSite::Unset),
    ]
}

fn domain() -> impl Strategy<Value = DomainSetting> {
    let name = "[a-z][a-z0-9]{4,8}\\.(example|com|co\\.uk)";
    prop_oneof![
        Just(DomainSetting::Auto),
        Just(DomainSetting::HostOnly),
        vec(name, 1..4).prop_map(DomainSetting::Listed),
    ]
}

prop_compose! {
    /// Settings that make a policy: without `Secure`, the attributes that need it are left out.
    fn settings()(
        name in "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}",
        max_age in 1..=u64::from(i32::MAX as u32),
        domain in domain(),
        path in "/[!-:<-~]{0,20}",
        (secure, http_only, partitioned) in any::<(bool, bool, bool)>(),
        same_site in same_site(),
        (any_version, never) in any::<(bool, bool)>(),
        exclude in vec("[/*]\\PC{0,20}", 0..4),
        (crawlers, also, people) in (any::<bool>(), vec("[!-~]{3,9}", 0..3), vec("[!-~]{3,9}", 0..3)),
        (documents_only, error_pages, log) in any::<(bool, bool, bool)>(),
        response_header in option::of("x-[0-9a-z-]{1,20}"),
    ) -> Settings {
        let mut settings = Settings::default();
        settings.cookie.name = name;
        settings.cookie.max_age = max_age;
        settings.cookie.domain = domain;
        settings.cookie.path = path;
        settings.cookie.secure = secure;
        settings.cookie.http_only = http_only;
        settings.cookie.same_site = if secure || same_site != SameSite::None { same_site } else { SameSite::Lax };
        settings.cookie.partitioned = partitioned && secure;
        settings.id.accept = if any_version { Accept::Any } else { Accept::V4 };
        settings.renew.when = if never { Renew::Never } else { Renew::EveryVisit };
        settings.bots.policy = if crawlers { Bots::TreatAsPeople } else { Bots::Skip };
        settings.bots.also = also;
        settings.bots.people = people;
        settings.scope.exclude = exclude;
        settings.scope.documents_only = documents_only;
        settings.scope.error_pages = error_pages;
        settings.signals.response_header = response_header;
        settings.signals.log = log;
        settings
    }
}

/// A policy file that sets some of the keys to their examples.
fn some_examples() -> impl Strategy<Value = String> {
    let line = |key: &'static Key| {
        let line = format!("{} = {}", key.path(), key.example);
        prop_oneof![3 => Just(String::new()), 1 => Just(line)]
    };
    let lines: Vec<_> = keys().map(line).collect();
    lines.prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn examples_of_any_keys_together_are_read_back(toml in some_examples()) {
        let seal = [SealKey::new([7; 32])];
        // Some of them contradict each other.
        if let Ok(loaded) = from_toml_with_keys(&toml, &seal) {
            let again = from_toml_with_keys(&to_toml(&loaded.settings), &seal);
            prop_assert_eq!(again.map(|again| again.settings), Ok(loaded.settings));
        }
    }

    #[test]
    fn what_is_written_is_read_back(settings in settings()) {
        let text = to_toml(&settings);
        let loaded = from_toml(&text).map_err(|problem| TestCaseError::fail(format!("{problem}\n{text}")))?;
        prop_assert_eq!(loaded.settings, settings);
    }

    #[test]
    fn no_text_panics(text in "(\\[(cookie|scope|x)\\]\n|name ?= ?|max_age=|domain=|exclude=|\\[\"|\"\\]|\"\\PC*\"|[0-9]{1,30}[a-z]?|\n|\\PC){0,12}") {
        if let Err(problem) = from_toml(&text) {
            prop_assert!(!problem.faults().is_empty());
        }
    }
}

//! The table of keys against the settings: nothing is missing, and everything is read.

use hardtack::{
    AdoptSettings, BotSettings, CacheSettings, ConsentSettings, CookieSettings, IdSettings,
    RenewSettings, ScopeSettings, SealKey, Settings, SignalSettings,
};
use hardtack_policy::{
    KEYS, PROFILES, SECTIONS, defaults, from_json, from_toml, from_toml_with_keys, to_toml,
    warnings,
};

/// Taken apart without `..`, so that a new setting does not compile until somebody comes here and sees the number.
const SETTINGS: fn(Settings) -> usize = |settings| {
    let Settings {
        cookie,
        id,
        renew,
        adopt,
        bots,
        scope,
        caches,
        consent,
        signals,
    } = settings;
    let CookieSettings {
        name,
        max_age,
        domain,
        path,
        secure,
        http_only,
        same_site,
        partitioned,
    } = cookie;
    let IdSettings {
        accept,
        sealed,
        accept_unsealed_until,
        // Never in the file.
        keys: _,
    } = id;
    let RenewSettings { when, marker } = renew;
    let AdoptSettings { from, derive } = adopt;
    let CacheSettings { protect } = caches;
    let BotSettings {
        policy,
        also,
        people,
    } = bots;
    let _ = (policy, also, people);
    let ScopeSettings {
        exclude,
        documents_only,
        error_pages,
    } = scope;
    let ConsentSettings {
        required,
        from: sources,
        gpc,
        dnt,
        us_opt_out,
    } = consent;
    let SignalSettings {
        response_header,
        request_header,
        script_cookie,
        server_timing,
        log,
    } = signals;
    let _ = (sealed, accept_unsealed_until, marker, from, derive, protect);
    let _ = (request_header, script_cookie, server_timing);
    let _ = (
        name,
        max_age,
        domain,
        path,
        secure,
        http_only,
        same_site,
        partitioned,
    );
    let _ = (
        accept,
        when,
        exclude,
        documents_only,
        error_pages,
        response_header,
        log,
    );
    let _ = (required, sources, gpc, dnt, us_opt_out);
    32
};

#[test]
fn every_setting_has_a_key() {
    assert_eq!(KEYS.len(), SETTINGS(Settings::default()));
}

#[test]
fn every_key_has_a_section_of_its_own_name_and_no_twin() {
    for key in KEYS {
        assert!(SECTIONS.iter().any(|section| section.name == key.section));
        let twins = KEYS.iter().filter(|other| other.path() == key.path());
        assert_eq!(twins.count(), 1, "{}", key.path());
    }
}

#[test]
fn every_keys_example_is_read_and_changes_that_key_only() {
    for key in KEYS {
        let toml = format!("[{}]\n{} = {}", key.section, key.name, key.example);
        let settings = from_toml_with_keys(&toml, &[SealKey::new([7; 32])])
            .unwrap()
            .settings;
        assert_ne!(settings, Settings::default(), "{}", key.path());
        let changed: Vec<_> = KEYS
            .iter()
            .filter(|other| other.value_in(&settings) != other.default())
            .map(|other| other.path())
            .collect();
        assert_eq!(changed, [key.path()]);
    }
}

#[test]
fn every_keys_default_written_out_is_the_default() {
    for key in KEYS {
        let Some(default) = key.default() else {
            continue;
        };
        let toml = format!("[{}]\n{} = {default}", key.section, key.name);
        assert_eq!(
            from_toml(&toml).unwrap().settings,
            Settings::default(),
            "{}",
            key.path()
        );
    }
}

#[test]
fn every_word_is_read_and_written_back() {
    for key in KEYS {
        for word in key.words() {
            let quoted = format!("\"{}\"", word.word);
            let toml = format!("[{}]\n{} = {quoted}", key.section, key.name);
            let settings = from_toml(&toml).unwrap().settings;
            assert_eq!(key.value_in(&settings), Some(quoted));
        }
    }
}

#[test]
fn an_empty_file_is_the_defaults() {
    assert_eq!(from_toml("").unwrap().settings, Settings::default());
    assert_eq!(
        from_toml("[cookie]\n\n[scope]\n").unwrap().settings,
        Settings::default()
    );
    assert_eq!(
        format!("{:?}", from_toml("").unwrap().policy),
        format!("{:?}", defaults())
    );
    let json = from_json(&serde_json::json!({})).unwrap();
    assert_eq!(format!("{json:?}"), format!("{:?}", defaults()));
    assert_eq!(to_toml(&Settings::default()), "");
}

#[test]
fn every_profile_reads_back_and_gives_no_warning() {
    for profile in PROFILES {
        let settings = from_toml(&profile.commented()).unwrap().settings;
        assert_eq!(settings, profile.settings(), "{}", profile.name);
        assert_eq!(warnings(&settings), [], "{}", profile.name);
    }
}

#[test]
fn the_commented_keys_of_every_profile_are_valid_when_uncommented() {
    for profile in PROFILES {
        let text = profile.commented();
        let commented = text
            .lines()
            .filter(|line| line.starts_with('#') && !line.starts_with("# "));
        for line in commented.filter(|line| line.contains(" = ")) {
            from_toml(&text.replace(line, &line[1..])).unwrap();
        }
        for key in KEYS {
            assert!(text.contains(&format!("{} = ", key.name)), "{}", key.path());
        }
    }
}

#[test]
fn json_says_the_same_as_toml() {
    let toml = "[cookie]\nname = \"v\"\nmax_age = 3600\ndomain = [\"Bücher.example\"]\n[scope]\nexclude = [\"/a\"]";
    let json = serde_json::json!({
        "cookie": { "name": "v", "max_age": "1h", "domain": "xn--bcher-kva.example" },
        "scope": { "exclude": ["/a"] },
    });
    let (toml, json) = (from_toml(toml).unwrap().policy, from_json(&json).unwrap());
    assert_eq!(format!("{toml:?}"), format!("{json:?}"));
}

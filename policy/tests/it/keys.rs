//! The table of keys against the settings: nothing is missing, and everything is read.

use hardtack::{Renew, SealKey, Settings};
use hardtack_policy::{
    Key, PROFILES, SECTIONS, defaults, from_json, from_toml, from_toml_with_keys, keys,
    policy_summary, to_toml, warnings,
};

/// `section.setting` for every field of the settings, as their `Debug` output has them.
fn settings_by_name() -> Vec<String> {
    let (mut section, mut names) = ("", Vec::new());
    let debug = format!("{:#?}", Settings::default());
    for line in debug.lines() {
        let depth = line.len() - line.trim_start().len();
        match (depth, line.trim().split_once(": ")) {
            (4, Some((name, _))) => section = name,
            (8, Some((name, _))) => names.push(format!("{section}.{name}")),
            _ => {}
        }
    }
    names
}

fn example(key: &Key) -> Settings {
    let toml = format!("[{}]\n{} = {}", key.section, key.name, key.example);
    from_toml_with_keys(&toml, &[SealKey::new([7; 32])])
        .unwrap()
        .settings
}

#[test]
fn every_setting_has_a_key_and_every_key_a_setting() {
    let mut settings = settings_by_name();
    // Keys that seal are never in the file.
    settings.retain(|name| name != "id.keys");
    let mut paths: Vec<_> = keys().map(Key::path).collect();
    settings.sort();
    paths.sort();
    assert_eq!(paths, settings);
}

#[test]
fn every_key_stands_once_in_its_own_section() {
    for section in SECTIONS {
        for key in section.keys {
            assert_eq!(key.section, section.name);
            let same_path = keys().filter(|other| other.path() == key.path());
            assert_eq!(same_path.count(), 1, "{}", key.path());
        }
    }
}

#[test]
fn every_keys_example_is_read_and_changes_that_key_only() {
    for key in keys() {
        let settings = example(key);
        assert_ne!(settings, Settings::default(), "{}", key.path());
        let changed: Vec<_> = keys()
            .filter(|other| other.value_in(&settings) != other.default())
            .map(|other| other.path())
            .collect();
        assert_eq!(changed, [key.path()]);
    }
}

#[test]
fn every_keys_example_is_in_the_summary_or_concerns_the_cookie_itself() {
    let quiet = [
        // They take effect together with another key.
        "renew.marker",
        "adopt.derive",
    ];
    let defaults = policy_summary(&Settings::default());
    for key in keys().filter(|key| key.section != "cookie") {
        let is_summarised = policy_summary(&example(key)) != defaults;
        let is_quiet = quiet.contains(&key.path().as_str());
        assert_ne!(is_summarised, is_quiet, "{}", key.path());
    }
}

#[test]
fn every_keys_default_written_out_is_the_default() {
    for key in keys() {
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
    for key in keys() {
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
fn a_time_is_a_number_of_seconds_too() {
    let when = |toml: &str| from_toml(toml).unwrap().settings.renew.when;
    assert_eq!(when("renew.when = 86400"), Renew::WhenDue(86_400));
    assert_eq!(when("renew.when = \"1d\""), Renew::WhenDue(86_400));
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
        for key in keys() {
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

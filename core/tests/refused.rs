//! What is refused of settings in Rust, where no policy file stands before them, and what is written of keys.

use hardtack::{Policy, Required, SealKey, Settings, SuffixList};

/// The message and the hint of the error.
#[track_caller]
fn check(set: impl Fn(&mut Settings), suffixes: Option<SuffixList>, message: &str, hint: &str) {
    let mut settings = Settings::default();
    set(&mut settings);
    let Err(error) = Policy::new(&settings, suffixes) else {
        panic!("no error: {message}")
    };
    assert_eq!((error.to_string().as_str(), error.hint()), (message, hint));
}

#[test]
fn the_registrable_domain_needs_the_list() {
    check(
        |_| (),
        None,
        "cookie.domain `auto` needs the public suffix list, which is not here",
        "pass `hardtack_psl::LIST` to `Policy::new`, or list the site's domains",
    );
}

#[test]
fn a_code_that_people_take_for_a_countrys_has_a_hint() {
    for (code, hint) in [
        ("EN", "write \"GB\" for the United Kingdom"),
        ("JA", "write \"JP\" for Japan"),
        ("SP", "write \"ES\" for Spain"),
        ("UE", "write \"EU\" for the European Union"),
    ] {
        let require = |settings: &mut Settings| {
            settings.consent.required = Required::In(vec![code.to_string()]);
        };
        let message = format!("consent.required `{code}` is not a valid country");
        check(require, Some(hardtack_psl::LIST), &message, hint);
    }
}

#[test]
fn no_key_is_written_into_a_log() {
    let mut settings = Settings::default();
    settings.id.sealed = true;
    settings.id.keys = vec![
        SealKey::new([0xa7; SealKey::LEN]),
        SealKey::new([9; SealKey::LEN]),
    ];
    let written = format!("{settings:?}");
    assert!(
        written.contains("SealKey") && !written.contains("167"),
        "{written}"
    );
    let Ok(policy) = Policy::new(&settings, Some(hardtack_psl::LIST)) else {
        panic!("the settings are right")
    };
    let written = format!("{policy:?}");
    assert!(
        written.contains("Seal(2 keys, unsealed until 0)"),
        "{written}"
    );
    assert!(!written.contains("167"), "{written}");
}

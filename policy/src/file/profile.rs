//! Policies to begin with, and the commented file that `hardtack init` writes of them.

use std::fmt::Write as _;

use hardtack::{Cmp, ConsentSource, DomainSetting, Renew, Required, Settings};

use super::duration::{DAY, THIRTEEN_MONTHS};
use super::key::{Key, Section};
use super::keys::SECTIONS;

/// A policy to begin with.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one line without a full stop.
    pub summary: &'static str,
    change: fn(&mut Settings),
}

/// Every profile; the first one is the defaults.
pub const PROFILES: &[Profile; 6] = &[
    Profile {
        name: "tutorial",
        summary: "The cookie FPD on the whole site, renewed with every page",
        change: |_| {},
    },
    Profile {
        name: "eu-consent",
        summary: "An id only with consent in the EEA, the UK and Switzerland, read from the consent platform's cookie",
        change: |settings| {
            let places = ["EEA", "UK", "CH"].map(str::to_string);
            settings.consent.required = Required::In(places.into());
            settings.consent.from = vec![ConsentSource::new(Cmp::Tcf)];
            settings.consent.gpc = true;
        },
    },
    Profile {
        name: "cnil-exempt",
        summary: "13 months and never renewed, which CNIL's exemption for audience measurement requires",
        change: |settings| {
            settings.cookie.max_age = THIRTEEN_MONTHS;
            settings.renew.when = Renew::Never;
        },
    },
    Profile {
        name: "adobe-fpid",
        summary: "An id for Adobe's Web SDK, which reads a UUID of version 4 from the cookie named in the datastream",
        change: |settings| {
            settings.cookie.name = "adobe_fpid".to_string();
            settings.cookie.max_age = 400 * DAY;
            settings.renew.when = Renew::WhenDue(30 * DAY as u32);
        },
    },
    Profile {
        name: "snowplow",
        summary: "A visitor id for Snowplow; earlier visitors keep the id of their _sp_id cookie",
        change: |settings| {
            settings.cookie.name = "sp_visitor".to_string();
            settings.cookie.max_age = 400 * DAY;
            settings.adopt.from = vec!["_sp_id.*".to_string()];
            settings.renew.when = Renew::WhenDue(30 * DAY as u32);
        },
    },
    Profile {
        name: "strict-host",
        summary: "A __Host- cookie, which no other host can set, not even one of the same site",
        change: |settings| {
            settings.cookie.name = "__Host-FPD".to_string();
            settings.cookie.domain = DomainSetting::HostOnly;
        },
    },
];

impl Profile {
    /// What the profile says, defaults filled in.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        (self.change)(&mut settings);
        settings
    }

    /// The profile as a policy file that explains every key. Keys that keep their defaults are commented out.
    pub fn commented(&self) -> String {
        let settings = self.settings();
        let mut text = format!(
            "# {}.\n#\n# Every key may be left out. A key behind a `#` shows its default; `hardtack check` explains the result.\n",
            self.summary,
        );
        for section in SECTIONS {
            write_section(&mut text, section, &settings);
        }
        text
    }
}

fn write_section(text: &mut String, section: &Section, settings: &Settings) {
    let _ = writeln!(text, "\n# {}.\n[{}]", section.summary, section.name);
    for key in section.keys {
        write_key(text, key, settings);
    }
}

fn write_key(text: &mut String, key: &Key, settings: &Settings) {
    let _ = writeln!(text, "\n# {}.", key.summary);
    for word in key.words() {
        let _ = writeln!(text, "#   \"{}\": {}", word.word, word.meaning);
    }
    if !key.takes_words_alone() && !key.takes_plain_value() {
        let _ = writeln!(text, "#   {}; for example {}", key.takes(), key.example);
    }
    let _ = match (key.changed_value(settings), key.default()) {
        (Some(value), _) => writeln!(text, "{} = {value}", key.name),
        (None, Some(default)) => writeln!(text, "#{} = {default}", key.name),
        (None, None) => writeln!(
            text,
            "#   absent by default; for example\n#{} = {}",
            key.name, key.example
        ),
    };
}

#[cfg(test)]
mod tests {
    use hardtack::Renew;

    use super::PROFILES;

    /// What the commented file of a profile says about one key, up to the next blank line.
    #[track_caller]
    fn check(profile: usize, name: &str, expected: &[&str]) {
        let text = PROFILES[profile].commented();
        let written = |part: &&str| {
            let last = part.lines().last().unwrap_or_default();
            last.trim_start_matches('#').split(' ').next() == Some(name)
        };
        let found = text.split("\n\n").find(written).unwrap();
        assert_eq!(found.trim_end().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_key_with_its_default_is_commented_out() {
        check(
            0,
            "secure",
            &["# Send the cookie over TLS only.", "#secure = true"],
        );
        check(
            0,
            "when",
            &[
                "# When a returning visitor's cookie is extended to its full `max_age`.",
                "#   \"every-visit\": with every page",
                "#   \"never\": the cookie ends `max_age` after the first visit",
                "#   \"every-visit\" or \"never\", or a time such as \"30d\"; for example \"30d\"",
                "#when = \"every-visit\"",
            ],
        );
    }

    #[test]
    fn a_key_of_words_shows_no_example_beside_them() {
        check(
            0,
            "same_site",
            &[
                "# Whether browsers send the cookie with cross-site requests.",
                "#   \"strict\": with requests from this site only",
                "#   \"lax\": also when a visitor follows a link from another site",
                "#   \"none\": always, where the browser lets third-party cookies through",
                "#   \"unset\": the attribute is left out, and each browser applies its own default",
                "#same_site = \"lax\"",
            ],
        );
    }

    #[test]
    fn ids_for_others_live_as_long_as_browsers_keep_them() {
        for name in ["adobe-fpid", "snowplow"] {
            let profile = PROFILES.iter().find(|profile| profile.name == name);
            let settings = profile.unwrap().settings();
            assert_eq!(settings.cookie.max_age, 400 * 86_400);
            assert_eq!(settings.renew.when, Renew::WhenDue(30 * 86_400));
        }
    }

    #[test]
    fn a_key_that_is_absent_by_default_shows_its_example() {
        check(
            0,
            "marker",
            &[
                "# The name of the marker, the cookie that says when the id was last renewed.",
                "#   absent by default; for example",
                "#marker = \"seen\"",
            ],
        );
    }

    #[test]
    fn a_key_that_the_profile_sets_is_not_commented_out() {
        check(
            1,
            "required",
            &[
                "# Where a visitor gets an id only with consent.",
                "#   \"nowhere\", \"everywhere\" or a list of countries; for example [\"EEA\", \"UK\", \"CH\"]",
                "required = [\"EEA\", \"UK\", \"CH\"]",
            ],
        );
    }
}

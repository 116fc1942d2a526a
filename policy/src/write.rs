//! Writes settings as TOML.

use std::fmt::Write as _;

use hardtack::{DomainSetting, Settings};

use crate::key::Slot;
use crate::keys::{KEYS, SECTIONS};
use crate::{consent, day, duration};

/// The settings as a policy file: what differs from the defaults, and nothing else.
pub fn to_toml(settings: &Settings) -> String {
    let mut text = String::new();
    for section in SECTIONS {
        let keys = KEYS.iter().filter(|key| key.section == section.name);
        let changed: Vec<_> = keys
            .filter_map(|key| Some((key, key.value_in(settings)?)))
            .filter(|(key, value)| key.default().as_ref() != Some(value))
            .collect();
        if !changed.is_empty() {
            let blank = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{blank}[{}]", section.name);
        }
        for (key, value) in changed {
            let _ = writeln!(text, "{} = {value}", key.name);
        }
    }
    text
}

/// What settings hold in a slot, in TOML; `None` where that is nothing.
pub(crate) fn value(slot: &Slot, settings: &Settings) -> Option<String> {
    // The slots lead to what can be changed, so that one function serves both ways.
    let settings = &mut settings.clone();
    match slot {
        Slot::Text(at) => Some(quoted(at(settings))),
        Slot::OptionalText(at) => at(settings).as_deref().map(quoted),
        Slot::Seconds(at) => Some(quoted(&duration::write(*at(settings)))),
        Slot::Flag(at) => Some(at(settings).to_string()),
        Slot::Patterns(at) => Some(list(at(settings))),
        Slot::Domain(at) => Some(domain(at(settings))),
        Slot::WordsOrSeconds(words, seconds, _) => match seconds(settings) {
            Some(seconds) => Some(quoted(&duration::write(seconds))),
            None => value(&Slot::Words(words), settings),
        },
        Slot::Day(at) => {
            let seconds = *at(settings);
            (seconds > 0).then(|| quoted(&day::write(seconds)))
        }
        Slot::Required(at) => Some(consent::write_required(at(settings))),
        Slot::Sources(at) => Some(consent::write_sources(at(settings))),
        Slot::Words(words) => words
            .iter()
            .find(|word| (word.chosen)(settings))
            .map(|word| quoted(word.word)),
    }
}

fn domain(setting: &DomainSetting) -> String {
    match setting {
        DomainSetting::Auto => quoted("auto"),
        DomainSetting::HostOnly => quoted("none"),
        DomainSetting::Listed(domains) => match domains.as_slice() {
            [domain] => quoted(domain),
            domains => list(domains),
        },
    }
}

pub(crate) fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A basic string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

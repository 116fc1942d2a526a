//! Writes the value of one key as TOML.

use hardtack::{DomainSetting, Settings};

use super::slot::Slot;
use super::toml_text::{list, quoted};
use super::{consent, day, duration};

/// What the settings hold in a slot, in TOML; `None` where that is nothing.
pub(super) fn written(slot: &Slot, settings: &Settings) -> Option<String> {
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
            None => written(&Slot::Words(words), settings),
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

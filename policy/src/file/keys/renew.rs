//! `[renew]`: when a returning visitor's cookie is extended.

use hardtack::{Renew, Settings};

use super::TOKEN;
use crate::file::key::{Key, Section};
use crate::file::slot::{Slot, Word, words};

pub(super) const SECTION: Section = Section {
    name: "renew",
    title: "Renewal",
    summary: "When a returning visitor's cookie is extended",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "renew",
        name: "when",
        summary: "When a returning visitor's cookie is extended to its full `max_age`",
        details: "The id stays the same either way. With a time, a second cookie, the marker, is set along with the first one and \
                  lives that long. While the browser has it, pages carry no `Set-Cookie` and can be cached. A visitor who \
                  returns within `max_age` less that time never loses the id.",
        pattern: Some("^[0-9]+[smhdw]$"),
        example: "\"30d\"",
        slot: Slot::WordsOrSeconds(WHEN, period, choose_period),
    },
    Key {
        section: "renew",
        name: "marker",
        summary: "The name of the marker, the cookie that says when the id was last renewed",
        details: "It is used where `when` is a time. It holds the time of the last renewal in Unix seconds, and nothing about the \
                  visitor. The default is the cookie's name with `_renewed`.",
        pattern: Some(TOKEN),
        example: "\"seen\"",
        slot: Slot::OptionalText(|settings| &mut settings.renew.marker),
    },
];

const WHEN: &[Word] = words! { renew.when:
    "every-visit" => Renew::EveryVisit, "with every page";
    "never" => Renew::Never, "the cookie ends `max_age` after the first visit";
};

const fn period(settings: &Settings) -> Option<u64> {
    match settings.renew.when {
        Renew::WhenDue(seconds) => Some(seconds as u64),
        _ => None,
    }
}

fn choose_period(settings: &mut Settings, seconds: u64) {
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    settings.renew.when = Renew::WhenDue(seconds);
}

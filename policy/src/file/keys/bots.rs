//! `[bots]`: how self-identified bots are treated.

use hardtack::Bots;

use crate::file::key::{Key, Section};
use crate::file::slot::{Slot, Word, words};

pub(super) const SECTION: Section = Section {
    name: "bots",
    title: "Bots",
    summary: "How self-identified bots are treated: crawlers, link previews and others",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "bots",
        name: "policy",
        summary: "Whether declared bots get an id",
        details: "A declared bot names itself in `User-Agent`, and is recognised by a built-in table: search engines, AI agents, \
                  link previews, monitors, HTTP libraries, headless browsers. A bot that claims to be a browser is not \
                  recognised. A request without a `User-Agent` is treated as a person's. Pages that a browser prefetches or \
                  prerenders get the cookie either way, and the signals say so.",
        pattern: None,
        example: "\"treat-as-people\"",
        slot: Slot::Words(POLICY),
    },
    Key {
        section: "bots",
        name: "also",
        summary: "Further parts of a `User-Agent` that identify a bot",
        details: "Each is matched anywhere in the field, in any case, and has at least three characters.",
        pattern: Some(USER_AGENT_PART),
        example: "[\"AcmeMonitor/\"]",
        slot: Slot::Patterns(|settings| &mut settings.bots.also),
    },
    Key {
        section: "bots",
        name: "people",
        summary: "Parts of a `User-Agent` that identify a person's browser or app, whatever else it holds",
        details: "For example that of a site's own app, if it consists of the app's name alone. Each is matched anywhere in the \
                  field, in any case, and has at least three characters.",
        pattern: Some(USER_AGENT_PART),
        example: "[\"AcmeApp/\"]",
        slot: Slot::Patterns(|settings| &mut settings.bots.people),
    },
];

const POLICY: &[Word] = words! { bots.policy:
    "skip" => Bots::Skip, "they get no id, and the page goes out unchanged";
    "treat-as-people" => Bots::TreatAsPeople, "they get an id as any other client does";
};

/// Three printable characters of ASCII at least.
const USER_AGENT_PART: &str = "^[ -~]{3,}$";

//! `[scope]`: which exchanges the policy covers.

use crate::file::key::{Key, Section};
use crate::file::slot::Slot;

pub(super) const SECTION: Section = Section {
    name: "scope",
    title: "Pages",
    summary: "Which exchanges the policy covers",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "scope",
        name: "exclude",
        summary: "Paths that are excluded",
        details: "Patterns for the whole path, without the query; `*` stands for any run of characters, slashes included. \
                  Each begins with a slash or a star.",
        pattern: Some("^[/*]"),
        example: "[\"/admin/*\", \"*.xml\"]",
        slot: Slot::Patterns(|settings| &mut settings.scope.exclude),
    },
    Key {
        section: "scope",
        name: "documents_only",
        summary: "Set the cookie with pages only, never with images, scripts, frames or fetches",
        details: "With false, every response in scope carries the cookie. Safari may then keep it for only 7 days, and the \
                  parallel first requests of a new visitor each get an id of their own.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.scope.documents_only),
    },
    Key {
        section: "scope",
        name: "error_pages",
        summary: "Set the cookie with pages of status 400 and above too",
        details: "",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.scope.error_pages),
    },
];

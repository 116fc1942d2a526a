//! `[id]`: what counts as a visitor id.

use hardtack::Accept;

use crate::file::key::{Key, Section};
use crate::file::slot::{Slot, Word, words};

pub(super) const SECTION: Section = Section {
    name: "id",
    title: "Ids",
    summary: "What counts as a visitor id",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "id",
        name: "accept",
        summary: "Which UUIDs are accepted as a visitor's id",
        details: "New ids are always of version 4. A value that is not accepted is replaced by a new id.",
        pattern: None,
        example: "\"any\"",
        slot: Slot::Words(ACCEPT),
    },
    Key {
        section: "id",
        name: "sealed",
        summary: "Seal ids, so that only ids that this site issued are accepted",
        details: "A sealed id is an ordinary UUID of version 4 whose last 48 bits authenticate it. Forged, guessed and planted \
                  ids are replaced (reason `unsealed`). Sealing needs a key, which is never part of this file: \
                  `hardtack seal new-key` makes one, and it is read from the environment variable `HARDTACK_SEAL_KEYS` or from \
                  the file that `HARDTACK_SEAL_KEYS_FILE` names. The first key seals and all keys verify, so keys are \
                  rotated by adding a new one in front. Artifacts built for the edge contain the keys.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.id.sealed),
    },
    Key {
        section: "id",
        name: "accept_unsealed_until",
        summary: "The day, UTC, before which ids without a seal are accepted too",
        details: "Visitors who got their id before sealing was turned on keep it until that day begins, and get a new one \
                  afterwards. Without this key they get a new one at once.",
        pattern: Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        example: "\"2030-12-31\"",
        slot: Slot::Day(|settings| &mut settings.id.accept_unsealed_until),
    },
];

const ACCEPT: &[Word] = words! { id.accept:
    "v4" => Accept::V4, "version 4 only, which Adobe's and Snowplow's collectors require";
    "any" => Accept::Any, "any version from 1 to 8, to keep the ids of another system";
};

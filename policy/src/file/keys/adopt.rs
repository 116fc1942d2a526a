//! `[adopt]`: which ids of other systems' cookies are adopted.

use crate::file::key::{Key, Section};
use crate::file::slot::Slot;

pub(super) const SECTION: Section = Section {
    name: "adopt",
    title: "Adoption",
    summary: "Which ids of other systems' cookies are adopted",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "adopt",
        name: "from",
        summary: "Trackers and cookies that may hold a visitor's earlier id, in order of preference",
        details: "A visitor who has no id yet but sends one of these cookies keeps the UUID in it. A word stands for a tracker's \
                  cookies: `google`, `segment`, `snowplow`, `matomo`, `piwikpro`, `posthog`, `amplitude`, `mixpanel`, \
                  `rudderstack`, `adobe`, `hubspot`, `hotjar`; [ids.md](ids.md#adopted-ids) says what is read of them. Any other \
                  text is the name of a cookie that holds a UUID, alone, in quotes or among other parts. A star at the end of a \
                  name stands for the rest of it. Where consent is required, nothing is adopted without it. With \
                  `sealed = true` the new id is derived from the old one instead, because an adopted id would have no seal.",
        pattern: Some("^[!#$%&'+.^_`|~0-9A-Za-z-]+[*]?$"),
        example: "[\"segment\", \"google\", \"visitor_id\"]",
        slot: Slot::Patterns(|settings| &mut settings.adopt.from),
    },
    Key {
        section: "adopt",
        name: "derive",
        summary: "Derive an id from values that hold no UUID",
        details: "This is for ids such as Google's, Matomo's, Adobe's, nginx's `uid` or Snowplow's older ones. The id is a hash with the \
                  bits of version 4 set, so the same value always gives the same id. Of `_ga` only the client id is used, not the \
                  version before it. Values under 12 characters are ignored, because many visitors may share one.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.adopt.derive),
    },
];

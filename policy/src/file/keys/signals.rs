//! `[signals]`: where the decision is exposed.

use super::TOKEN;
use crate::file::key::{Key, Section};
use crate::file::slot::Slot;

pub(super) const SECTION: Section = Section {
    name: "signals",
    title: "Exposed",
    summary: "Where the decision is exposed; everything here is off by default",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "signals",
        name: "response_header",
        summary: "The name of a response header that carries outcome, reason and id",
        details: "For example `x-visitor: issued;reason=new_visitor;id=\"…\"`, a structured field of RFC 9651. Scripts of the \
                  site that fetch a page can read it. A page that carries an id in it is kept out of shared caches, whether it \
                  sets the cookie or not (`caches.protect`). Without this key there is no such header.",
        pattern: Some(TOKEN),
        example: "\"x-visitor\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.response_header),
    },
    Key {
        section: "signals",
        name: "request_header",
        summary: "The name of a request header that carries outcome, reason and id to the origin",
        details: "It has the form of `response_header`, and is sent with a visitor's first request too. A header of this name \
                  that a client sends is removed. It works where hardtack runs in front of the origin: in `serve`, the tower \
                  layer, Workers, fetch handlers and Node; functions that run after the origin can neither set nor remove it, \
                  and refuse the key. The origin and its request logs learn the id, and the origin may print it into a page: \
                  all of its responses to a request that carries an id are kept out of shared caches, whether they set the \
                  cookie or not (`caches.protect`).",
        pattern: Some(TOKEN),
        example: "\"x-visitor-id\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.request_header),
    },
    Key {
        section: "signals",
        name: "script_cookie",
        summary: "The name of a second cookie that holds the id, for scripts to read",
        details: "It has the attributes of the first cookie except `HttpOnly`, and is set along with it. Every script of the page, \
                  third parties' included, can read it and send it anywhere; the first cookie stays hidden from them. Its value \
                  is never read back as an id.",
        pattern: Some(TOKEN),
        example: "\"visitor_id\"",
        slot: Slot::OptionalText(|settings| &mut settings.signals.script_cookie),
    },
    Key {
        section: "signals",
        name: "server_timing",
        summary: "Send outcome and reason, without the id, in `Server-Timing`",
        details: "For example `server-timing: hardtack;desc=\"issued new_visitor\"`, which scripts of the page and monitoring \
                  tools can read as `performance.getEntriesByType(\"navigation\")[0].serverTiming`. Scripts learn whether the \
                  visitor is new and whether consent was given, but not the id.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.signals.server_timing),
    },
    Key {
        section: "signals",
        name: "log",
        summary: "Write one line of JSON for each decision to the platform's log",
        details: "It holds time, outcome, reason, id, method, host, path and status, so a reader of the log can follow a visitor \
                  from page to page.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.signals.log),
    },
    Key {
        section: "signals",
        name: "log_without_id",
        summary: "Leave the id out of log lines",
        details: "The line then has `\"id\":null` for every visitor, and still says outcome and reason. Choose it where logs are \
                  kept longer than ids may be. Cookies and headers carry the id as before.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.signals.log_without_id),
    },
];

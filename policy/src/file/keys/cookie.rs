//! `[cookie]`: the cookie: its name and attributes.

use hardtack::SameSite;

use super::TOKEN;
use crate::file::key::{Key, Section};
use crate::file::slot::{Slot, Word, words};

pub(super) const SECTION: Section = Section {
    name: "cookie",
    title: "Cookie",
    summary: "The cookie's name and attributes",
    keys: KEYS,
};

const KEYS: &[Key] = &[
    Key {
        section: "cookie",
        name: "name",
        summary: "The cookie's name",
        details: "Letters, digits and any of ``!#$%&'*+-.^_`|~``. A name that begins with `__Secure-` makes browsers \
                  insist on `secure = true`; one that begins with `__Host-` also on `domain = \"none\"` and \
                  `path = \"/\"`. Changing the name on a live site gives every visitor a new id.",
        pattern: Some(TOKEN),
        example: "\"__Secure-visitor\"",
        slot: Slot::Text(|settings| &mut settings.cookie.name),
    },
    Key {
        section: "cookie",
        name: "max_age",
        summary: "How long browsers are asked to keep the cookie after it was last set",
        details: "A whole number with a unit, `s`, `m`, `h`, `d` or `w`, or a number of seconds; 24855 days at most. \
                  Browsers have limits of their own, Chromium and Firefox 400 days, Brave 180: `hardtack check` shows \
                  the lifetime in each.",
        pattern: Some("^[0-9]+[smhdw]$"),
        example: "\"393d\"",
        slot: Slot::Seconds(|settings| &mut settings.cookie.max_age),
    },
    Key {
        section: "cookie",
        name: "domain",
        summary: "Which hosts share the cookie",
        details: "`\"auto\"` takes the registrable domain of the request's host by the public suffix list, its private \
                  section included: `www.example.co.uk` gives `example.co.uk`. `\"none\"` leaves the attribute out, so the cookie \
                  is host-only. Of a domain or a list of domains, the longest one that covers the host is used. The cookie is \
                  host-only where nothing matches: for addresses, single labels, public suffixes and unlisted hosts.",
        pattern: None,
        example: "[\"example.com\", \"example.org\"]",
        slot: Slot::Domain(|settings| &mut settings.cookie.domain),
    },
    Key {
        section: "cookie",
        name: "path",
        summary: "The paths for which browsers send the cookie",
        details: "It begins with a slash, and covers the paths below it. Pages on other paths get no cookie.",
        pattern: Some("^/[!-:<-~]*$"),
        example: "\"/shop\"",
        slot: Slot::Text(|settings| &mut settings.cookie.path),
    },
    Key {
        section: "cookie",
        name: "secure",
        summary: "Send the cookie over TLS only",
        details: "With true, pages over plain http get no cookie. On loopback they do, without the attribute, so that the \
                  cookie can be tried out on one's own machine.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.cookie.secure),
    },
    Key {
        section: "cookie",
        name: "http_only",
        summary: "Hide the cookie from scripts",
        details: "With false, every script on the page can read the id.",
        pattern: None,
        example: "false",
        slot: Slot::Flag(|settings| &mut settings.cookie.http_only),
    },
    Key {
        section: "cookie",
        name: "same_site",
        summary: "Whether browsers send the cookie with cross-site requests",
        details: "`\"none\"` needs `secure = true`.",
        pattern: None,
        example: "\"strict\"",
        slot: Slot::Words(SAME_SITE),
    },
    Key {
        section: "cookie",
        name: "partitioned",
        summary: "Keep one cookie for each site that embeds this one",
        details: "This is for pages in frames of other sites (CHIPS), and needs `secure = true`. Browsers that do not know the \
                  attribute ignore it.",
        pattern: None,
        example: "true",
        slot: Slot::Flag(|settings| &mut settings.cookie.partitioned),
    },
];

const SAME_SITE: &[Word] = words! { cookie.same_site:
    "strict" => SameSite::Strict, "with requests from this site only";
    "lax" => SameSite::Lax, "also when a visitor follows a link from another site";
    "none" => SameSite::None, "always, where the browser lets third-party cookies through";
    "unset" => SameSite::Unset, "the attribute is left out, and each browser applies its own default";
};

//! The words that keys take, and what each means.

use hardtack::{Accept, Bots, Renew, SameSite, Settings};

use crate::key::Word;

pub(crate) const BOTS: &[Word] = &[
    Word {
        word: "skip",
        meaning: "they get none, and the page goes out unchanged",
        choose: |settings| settings.bots.policy = Bots::Skip,
        chosen: |settings| settings.bots.policy == Bots::Skip,
    },
    Word {
        word: "treat-as-people",
        meaning: "they get one like anybody else",
        choose: |settings| settings.bots.policy = Bots::TreatAsPeople,
        chosen: |settings| settings.bots.policy == Bots::TreatAsPeople,
    },
];

pub(crate) const SAME_SITE: &[Word] = &[
    Word {
        word: "strict",
        meaning: "with requests from this site only",
        choose: |settings| settings.cookie.same_site = SameSite::Strict,
        chosen: |settings| settings.cookie.same_site == SameSite::Strict,
    },
    Word {
        word: "lax",
        meaning: "also when a visitor follows a link from another site",
        choose: |settings| settings.cookie.same_site = SameSite::Lax,
        chosen: |settings| settings.cookie.same_site == SameSite::Lax,
    },
    Word {
        word: "none",
        meaning: "always, where the browser lets third-party cookies through",
        choose: |settings| settings.cookie.same_site = SameSite::None,
        chosen: |settings| settings.cookie.same_site == SameSite::None,
    },
    Word {
        word: "unset",
        meaning: "the attribute is left out, and each browser does as it thinks best",
        choose: |settings| settings.cookie.same_site = SameSite::Unset,
        chosen: |settings| settings.cookie.same_site == SameSite::Unset,
    },
];

pub(crate) const ACCEPT: &[Word] = &[
    Word {
        word: "v4",
        meaning: "version 4 only, as Adobe's and Snowplow's collectors want it",
        choose: |settings| settings.id.accept = Accept::V4,
        chosen: |settings| settings.id.accept == Accept::V4,
    },
    Word {
        word: "any",
        meaning: "any version from 1 to 8, to keep visitors whom another system numbered",
        choose: |settings| settings.id.accept = Accept::Any,
        chosen: |settings| settings.id.accept == Accept::Any,
    },
];

pub(crate) const fn renewal_period(settings: &Settings) -> Option<u64> {
    match settings.renew.when {
        Renew::WhenDue(seconds) => Some(seconds as u64),
        _ => None,
    }
}

pub(crate) const RENEW: &[Word] = &[
    Word {
        word: "every-visit",
        meaning: "with every page",
        choose: |settings| settings.renew.when = Renew::EveryVisit,
        chosen: |settings| settings.renew.when == Renew::EveryVisit,
    },
    Word {
        word: "never",
        meaning: "not at all: the cookie ends `max_age` after the first visit",
        choose: |settings| settings.renew.when = Renew::Never,
        chosen: |settings| settings.renew.when == Renew::Never,
    },
];

pub(crate) const GPC: &[Word] = &[
    Word {
        word: "ignore",
        meaning: "nothing",
        choose: |settings| settings.consent.gpc = false,
        chosen: |settings| !settings.consent.gpc,
    },
    Word {
        word: "deny",
        meaning: "the visitor denies consent",
        choose: |settings| settings.consent.gpc = true,
        chosen: |settings| settings.consent.gpc,
    },
];

pub(crate) const DNT: &[Word] = &[
    Word {
        word: "ignore",
        meaning: "nothing",
        choose: |settings| settings.consent.dnt = false,
        chosen: |settings| !settings.consent.dnt,
    },
    Word {
        word: "deny",
        meaning: "the visitor denies consent",
        choose: |settings| settings.consent.dnt = true,
        chosen: |settings| settings.consent.dnt,
    },
];

pub(crate) const US_OPT_OUT: &[Word] = &[
    Word {
        word: "ignore",
        meaning: "nothing",
        choose: |settings| settings.consent.us_opt_out = false,
        chosen: |settings| !settings.consent.us_opt_out,
    },
    Word {
        word: "deny",
        meaning: "the visitor denies consent",
        choose: |settings| settings.consent.us_opt_out = true,
        chosen: |settings| settings.consent.us_opt_out,
    },
];

//! `[consent]`: whether consent is required, and where the visitor's answer is read.

use crate::file::key::{Key, Section};
use crate::file::slot::{Slot, Word, words};

pub(super) const SECTION: Section = Section {
    name: "consent",
    title: "Consent",
    summary: "Whether consent is required, and where the visitor's answer is read; by default it is not required",
    keys: KEYS,
};

/// The words of a signal that denies consent or means nothing.
macro_rules! denial {
    ($setting:ident) => {{
        const WORDS: &[Word] = words! { consent.$setting:
            "ignore" => false, "nothing";
            "deny" => true, "the visitor denies consent";
        };
        Slot::Words(WORDS)
    }};
}

const KEYS: &[Key] = &[
    Key {
        section: "consent",
        name: "required",
        summary: "Where a visitor gets an id only with consent",
        details: "A list holds ISO 3166-1 codes, such as `\"FR\"`, `\"EEA\"` for the 30 countries of the European Economic \
                  Area, and `\"EU\"` for the 27 of the European Union; `\"UK\"` and `\"EL\"` stand for `GB` and `GR`. \
                  France's outermost regions count as France, and the Åland Islands as Finland. \
                  The platform supplies the country: CloudFront Functions, Cloudflare, Vercel and Netlify do, and any other \
                  server of your own that is told it by the option `country`. Lambda@Edge is never told, so a list is refused \
                  there. Where the country is unknown, consent is required. A denial counts everywhere.",
        pattern: None,
        example: "[\"EEA\", \"UK\", \"CH\"]",
        slot: Slot::Required(|settings| &mut settings.consent.required),
    },
    Key {
        section: "consent",
        name: "from",
        summary: "The cookies in which consent platforms store a visitor's answer",
        details: "A word stands for the platform's own cookie and for what it calls audience measurement. A table says more: \
                  `cookie`, its name; `needs`, what has to be granted, all of it; `vendor`, a number of the IAB's list; `granted` and \
                  `denied`, the values that mean it; `container`, `path`, `separators` and `missing`, how the value is read. Any \
                  denial wins, then any grant; a cookie that cannot be read counts as no \
                  answer. [Consent](consent.md) explains each platform, and what to do about platforms whose cookies cannot be \
                  read.",
        pattern: None,
        example: "[\"onetrust\", { cmp = \"tcf\", needs = [1, 2, 8] }]",
        slot: Slot::Sources(|settings| &mut settings.consent.from),
    },
    Key {
        section: "consent",
        name: "gpc",
        summary: "What `Sec-GPC: 1`, the Global Privacy Control, means for this cookie",
        details: "",
        pattern: None,
        example: "\"deny\"",
        slot: denial!(gpc),
    },
    Key {
        section: "consent",
        name: "dnt",
        summary: "What `DNT: 1`, Do Not Track, means for this cookie",
        details: "Most browsers have removed it; some still send it.",
        pattern: None,
        example: "\"deny\"",
        slot: denial!(dnt),
    },
    Key {
        section: "consent",
        name: "us_opt_out",
        summary: "What an objection to sale, sharing or targeted advertising means for this cookie",
        details: "It is read from the cookies of `\"gpp\"` and `\"usprivacy\"` in `from`. The absence of an objection is not consent.",
        pattern: None,
        example: "\"deny\"",
        slot: denial!(us_opt_out),
    },
];

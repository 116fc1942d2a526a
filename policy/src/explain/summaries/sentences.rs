//! The sentences for keys that are summarised in words of their own.

use hardtack::{Bots, ConsentSource, Renew, Required, Settings};

use crate::file::duration::in_words;

/// A sentence about one key, or about several that only make sense together.
pub(super) struct Sentence {
    pub(super) section: &'static str,
    pub(super) keys: &'static [&'static str],
    /// `None` where there is nothing to say.
    pub(super) text: fn(&Settings) -> Option<String>,
}

/// Within a section, sentences follow in this order.
pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        section: "cookie",
        // They are explained attribute by attribute.
        keys: &[
            "name",
            "max_age",
            "domain",
            "path",
            "secure",
            "http_only",
            "same_site",
            "partitioned",
        ],
        text: |_| None,
    },
    Sentence {
        section: "id",
        keys: &["sealed"],
        text: sealed,
    },
    Sentence {
        section: "renew",
        keys: &["when", "marker"],
        text: renewal,
    },
    Sentence {
        section: "adopt",
        keys: &["from", "derive"],
        text: adoption,
    },
    Sentence {
        section: "bots",
        keys: &["policy"],
        text: bots,
    },
    Sentence {
        section: "bots",
        keys: &["also", "people"],
        text: user_agents,
    },
    Sentence {
        section: "scope",
        keys: &["documents_only"],
        text: pages,
    },
    Sentence {
        section: "scope",
        keys: &["error_pages"],
        text: error_pages,
    },
    Sentence {
        section: "scope",
        keys: &["exclude"],
        text: excluded,
    },
    Sentence {
        section: "caches",
        keys: &["protect"],
        text: caches,
    },
    Sentence {
        section: "consent",
        keys: &["required"],
        text: required,
    },
    Sentence {
        section: "consent",
        keys: &["from"],
        text: sources,
    },
    Sentence {
        section: "consent",
        keys: &["gpc", "dnt", "us_opt_out"],
        text: denials,
    },
    Sentence {
        section: "signals",
        keys: &["request_header"],
        text: |settings| {
            let name = settings.signals.request_header.as_ref()?;
            Some(format!(
                "The origin receives it in the request header {name}."
            ))
        },
    },
    Sentence {
        section: "signals",
        keys: &["response_header"],
        text: |settings| {
            let name = settings.signals.response_header.as_ref()?;
            Some(format!("Responses carry it in the header {name}."))
        },
    },
    Sentence {
        section: "signals",
        keys: &["script_cookie"],
        text: |settings| {
            let name = settings.signals.script_cookie.as_ref()?;
            Some(format!(
                "Scripts of the page can read the id in the cookie {name}."
            ))
        },
    },
    Sentence {
        section: "signals",
        keys: &["server_timing"],
        text: |settings| {
            let text = "Scripts can read it, without the id, in Server-Timing.";
            settings.signals.server_timing.then(|| text.to_string())
        },
    },
    Sentence {
        section: "signals",
        keys: &["log"],
        text: |settings| {
            let text = "Each decision is logged.";
            settings.signals.log.then(|| text.to_string())
        },
    },
];

fn sealed(settings: &Settings) -> Option<String> {
    let keys = match settings.id.keys.len() {
        1 => "one key".to_string(),
        n => format!("{n} keys, of which the first one seals"),
    };
    let text =
        format!("Ids are sealed with {keys}. Ids that this site did not issue are replaced.");
    settings.id.sealed.then_some(text)
}

fn renewal(settings: &Settings) -> Option<String> {
    Some(match settings.renew.when {
        Renew::Never => "Never: the cookie ends max_age after the first visit.".to_string(),
        Renew::WhenDue(period) => format!(
            "Once in {}; a second cookie, {}, stores when. Other pages set no cookie.",
            in_words(period.into()),
            settings.renew.marker_of(&settings.cookie.name),
        ),
        _ => "With every page.".to_string(),
    })
}

fn adoption(settings: &Settings) -> Option<String> {
    let adopt = &settings.adopt;
    let what = match (adopt.derive, settings.id.sealed) {
        (_, true) => "gets an id derived from its value, sealed",
        (true, false) => "keeps the UUID in it, or gets an id derived from its value",
        (false, false) => "keeps the UUID in it",
    };
    let names = adopt.from.join(", ");
    (!adopt.from.is_empty())
        .then(|| format!("A visitor without an id, but with a cookie {names}, {what}."))
}

fn bots(settings: &Settings) -> Option<String> {
    let text = match settings.bots.policy {
        Bots::TreatAsPeople => "Crawlers and other declared bots get an id, as people do.",
        Bots::Skip => "Crawlers, link previews and other declared bots get no id.",
    };
    Some(text.to_string())
}

fn user_agents(settings: &Settings) -> Option<String> {
    let (also, people) = (
        settings.bots.also.join(", "),
        settings.bots.people.join(", "),
    );
    if settings.bots.policy == Bots::TreatAsPeople {
        return None;
    }
    let bots = (!also.is_empty()).then(|| format!("Also treated as bots: {also}."));
    let people = (!people.is_empty()).then(|| format!("Treated as people: {people}."));
    let all: Vec<String> = bots.into_iter().chain(people).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn pages(settings: &Settings) -> Option<String> {
    let text = match settings.scope.documents_only {
        true => "Only pages set the cookie, not images, styles, scripts or their fetches.",
        false => "Every response sets the cookie, including those for images and scripts.",
    };
    Some(text.to_string())
}

fn error_pages(settings: &Settings) -> Option<String> {
    let text = match settings.scope.error_pages {
        true => "Error pages set it too.",
        false => "Error pages do not.",
    };
    Some(text.to_string())
}

fn excluded(settings: &Settings) -> Option<String> {
    let paths = settings.scope.exclude.join(", ");
    (!paths.is_empty()).then(|| format!("Excluded: {paths}."))
}

fn caches(settings: &Settings) -> Option<String> {
    let signals = &settings.signals;
    let text = match (&signals.request_header, &signals.response_header) {
        (None, None) => {
            "Pages that carry the cookie are kept out of shared caches; others stay as they are."
        }
        _ => {
            "Pages that carry the cookie or may show the id are kept out of shared caches; others stay as they are."
        }
    };
    settings.caches.protect.then(|| text.to_string())
}

fn required(settings: &Settings) -> Option<String> {
    let consent = &settings.consent;
    Some(match &consent.required {
        Required::Nowhere if denials(settings).is_none() && consent.from.is_empty() => return None,
        Required::Nowhere => "Required nowhere; a denial counts everywhere.".to_string(),
        Required::Everywhere => {
            "Required everywhere: without an answer, a visitor gets no id.".to_string()
        }
        Required::In(places) => format!(
            "Required in {}, and where the country is unknown: without an answer, a visitor there gets no id. A denial counts everywhere.",
            places.join(", ")
        ),
    })
}

fn sources(settings: &Settings) -> Option<String> {
    let one = |source: &ConsentSource| {
        let (cookie, needs) = (&source.cookie, source.needs.join(" and "));
        let platform = source.cmp.as_str();
        match needs.is_empty() {
            true => format!("{cookie} ({platform})"),
            false => format!("{cookie} ({platform}: {needs})"),
        }
    };
    let all: Vec<String> = settings.consent.from.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("Read from {}.", all.join(", ")))
}

fn denials(settings: &Settings) -> Option<String> {
    let consent = &settings.consent;
    let all = [
        (consent.gpc, "Sec-GPC: 1"),
        (consent.dnt, "DNT: 1"),
        (consent.us_opt_out, "an opt-out in the United States"),
    ];
    let denying = all.iter().filter(|(denies, _)| *denies);
    let named: Vec<_> = denying.map(|(_, name)| *name).collect();
    match named.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is a denial.")),
        many => Some(format!("{} are denials.", many.join(" and "))),
    }
}

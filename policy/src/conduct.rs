//! What a policy does, rule by rule, in people's words: for `hardtack check`.

use hardtack::{
    AdoptSettings, BotSettings, Bots, ConsentSettings, ConsentSource, IdSettings, Renew, Required,
    ScopeSettings, Settings, SignalSettings,
};

use crate::lifetimes::in_words;

/// What one part of a policy comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// What it is about, in a word: `Pages`, `Consent`.
    pub about: &'static str,
    /// What happens, in whole sentences.
    pub says: String,
}

/// What a policy does besides setting the cookie, in the order of the rules. What it does not ask for is left out.
pub fn conduct(settings: &Settings) -> Vec<Conduct> {
    let all = [
        ("Pages", Some(pages(&settings.scope))),
        ("Consent", consent(&settings.consent)),
        ("Programs", Some(programs(&settings.bots))),
        ("Renewal", Some(renewal(settings))),
        ("Adoption", adoption(&settings.adopt, settings.id.sealed)),
        ("Seal", seal(&settings.id)),
        ("Caches", caches(settings.caches.protect)),
        ("Told to", told(&settings.signals)),
    ];
    let said = |(about, says): (_, Option<String>)| says.map(|says| Conduct { about, says });
    all.into_iter().filter_map(said).collect()
}

fn pages(scope: &ScopeSettings) -> String {
    let mut text = match scope.documents_only {
        true => "Only pages set the cookie, not images, styles, scripts or their calls.",
        false => "Every response sets the cookie, those for images and scripts included.",
    }
    .to_string();
    text += match scope.error_pages {
        true => " Error pages do, too.",
        false => " Error pages do not.",
    };
    if !scope.exclude.is_empty() {
        text += &format!(" Left alone: {}.", scope.exclude.join(", "));
    }
    text
}

fn consent(consent: &ConsentSettings) -> Option<String> {
    let denials = denials(consent);
    let read = sources(&consent.from);
    let required = match &consent.required {
        Required::Nowhere if denials.is_empty() && read.is_empty() => return None,
        Required::Nowhere => "Required nowhere, and a denial counts everywhere.".to_string(),
        Required::Everywhere => {
            "Required everywhere: without an answer nobody gets an id.".to_string()
        }
        Required::In(places) => format!(
            "Required in {}, and where the country is not known: without an answer nobody there gets an id. A denial counts everywhere.",
            places.join(", ")
        ),
    };
    let sentences = [required, read, denials];
    let sentences: Vec<_> = sentences
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    Some(sentences.join(" "))
}

fn sources(from: &[ConsentSource]) -> String {
    let one = |source: &ConsentSource| {
        let (cookie, needs) = (&source.cookie, source.needs.join(" and "));
        let whose = source.cmp.as_str();
        match needs.is_empty() {
            true => format!("{cookie} ({whose})"),
            false => format!("{cookie} ({whose}: {needs})"),
        }
    };
    match from {
        [] => String::new(),
        _ => format!(
            "Read from {}.",
            from.iter().map(one).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn denials(consent: &ConsentSettings) -> String {
    let all = [
        (consent.gpc, "Sec-GPC: 1"),
        (consent.dnt, "DNT: 1"),
        (consent.us_opt_out, "an opt-out in the United States"),
    ];
    let named: Vec<_> = all
        .iter()
        .filter(|(denies, _)| *denies)
        .map(|(_, name)| *name)
        .collect();
    match named.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is a denial."),
        many => format!("{} are denials.", many.join(" and ")),
    }
}

fn programs(bots: &BotSettings) -> String {
    if bots.policy == Bots::TreatAsPeople {
        return "Crawlers and other programs get an id as people do.".to_string();
    }
    let mut text = "Crawlers, link previews and others that name themselves get no id.".to_string();
    if !bots.also.is_empty() {
        text += &format!(" Nor does what names {}.", bots.also.join(", "));
    }
    if !bots.people.is_empty() {
        text += &format!(" Taken for people: {}.", bots.people.join(", "));
    }
    text
}

fn renewal(settings: &Settings) -> String {
    match settings.renew.when {
        Renew::Never => "Never: the cookie ends with the first visit's term.".to_string(),
        Renew::WhenDue(period) => format!(
            "Once in {}; a second cookie, {}, says that it was. Other pages set nothing.",
            in_words(period.into()),
            settings
                .renew
                .marker
                .clone()
                .unwrap_or_else(|| format!("{}_renewed", settings.cookie.name)),
        ),
        _ => "With every page.".to_string(),
    }
}

fn adoption(adopt: &AdoptSettings, sealed: bool) -> Option<String> {
    let names = adopt.from.join(", ");
    let what = match (adopt.derive, sealed) {
        (_, true) => "is given an id made from what it holds, sealed",
        (true, false) => "keeps the UUID in it, or is given an id made from what it holds",
        (false, false) => "keeps the UUID in it",
    };
    (!adopt.from.is_empty())
        .then(|| format!("A visitor without an id, but with a cookie {names}, {what}."))
}

fn seal(id: &IdSettings) -> Option<String> {
    let keys = match id.keys.len() {
        1 => "one key".to_string(),
        n => format!("{n} keys, of which the first one seals"),
    };
    id.sealed
        .then(|| format!("Ids prove that this site gave them, with {keys}. Others are replaced."))
}

fn caches(protect: bool) -> Option<String> {
    let says =
        "Pages that carry the cookie are kept out of shared caches; others stay as they are.";
    protect.then(|| says.to_string())
}

fn told(signals: &SignalSettings) -> Option<String> {
    let named =
        |what: &str, name: &Option<String>| name.as_ref().map(|name| format!("{what} in {name}"));
    let all = [
        named("the origin", &signals.request_header),
        named("whoever reads the response", &signals.response_header),
        named("scripts of the page", &signals.script_cookie),
        signals
            .server_timing
            .then(|| "scripts in Server-Timing, without the id".to_string()),
        signals.log.then(|| "the log".to_string()),
    ];
    let all: Vec<_> = all.into_iter().flatten().collect();
    (!all.is_empty()).then(|| {
        let mut text = all.join("; ");
        if let Some(first) = text.get(..1) {
            text.replace_range(..1, &first.to_uppercase());
        }
        text + "."
    })
}

#[cfg(test)]
mod tests {
    use super::conduct;
    use crate::from_toml;

    #[track_caller]
    fn check(toml: &str, about: &str, says: &str) {
        let settings = from_toml(toml).unwrap().settings;
        let all = conduct(&settings);
        let found = all
            .iter()
            .find(|one| one.about == about)
            .map(|one| one.says.as_str());
        assert_eq!(found, Some(says), "{toml}");
    }

    #[test]
    fn what_is_not_asked_for_is_not_spoken_of() {
        let settings = from_toml("caches.protect = false").unwrap().settings;
        let about: Vec<_> = conduct(&settings).iter().map(|one| one.about).collect();
        assert_eq!(about, ["Pages", "Programs", "Renewal"]);
    }

    #[test]
    fn pages() {
        check(
            "",
            "Pages",
            "Only pages set the cookie, not images, styles, scripts or their calls. Error pages do not.",
        );
        check(
            "scope.exclude = [\"/admin/*\", \"/api/*\"]\nscope.error_pages = true",
            "Pages",
            "Only pages set the cookie, not images, styles, scripts or their calls. Error pages do, too. Left alone: /admin/*, /api/*.",
        );
    }

    #[test]
    fn consent() {
        check(
            "[consent]\nrequired = [\"EEA\", \"UK\"]\nfrom = [\"tcf\", \"complianz\"]\ngpc = \"deny\"",
            "Consent",
            "Required in EEA, UK, and where the country is not known: without an answer nobody there gets an id. A denial counts everywhere. \
             Read from euconsent-v2 (tcf: 1 and 8), cmplz_statistics (complianz). Sec-GPC: 1 is a denial.",
        );
        check(
            "consent.gpc = \"deny\"\nconsent.dnt = \"deny\"",
            "Consent",
            "Required nowhere, and a denial counts everywhere. Sec-GPC: 1 and DNT: 1 are denials.",
        );
        check(
            "consent.required = \"everywhere\"\nconsent.from = [\"usprivacy\"]",
            "Consent",
            "Required everywhere: without an answer nobody gets an id. Read from usprivacy (usprivacy).",
        );
    }

    #[test]
    fn programs() {
        check(
            "bots.policy = \"treat-as-people\"",
            "Programs",
            "Crawlers and other programs get an id as people do.",
        );
        check(
            "bots.also = [\"acmeprobe\"]\nbots.people = [\"acmeapp/\"]",
            "Programs",
            "Crawlers, link previews and others that name themselves get no id. Nor does what names acmeprobe. Taken for people: acmeapp/.",
        );
    }

    #[test]
    fn renewal_and_adoption() {
        check(
            "renew.when = \"30d\"",
            "Renewal",
            "Once in 30 days; a second cookie, FPD_renewed, says that it was. Other pages set nothing.",
        );
        check(
            "renew.when = \"never\"",
            "Renewal",
            "Never: the cookie ends with the first visit's term.",
        );
        check(
            "adopt.from = [\"_ga\", \"_sp_id.*\"]\nadopt.derive = true",
            "Adoption",
            "A visitor without an id, but with a cookie _ga, _sp_id.*, keeps the UUID in it, or is given an id made from what it holds.",
        );
    }

    #[test]
    fn signals() {
        check(
            "[signals]\nrequest_header = \"x-a\"\nresponse_header = \"x-b\"\nscript_cookie = \"c\"\nserver_timing = true\nlog = true",
            "Told to",
            "The origin in x-a; whoever reads the response in x-b; scripts of the page in c; scripts in Server-Timing, without the id; the log.",
        );
    }
}

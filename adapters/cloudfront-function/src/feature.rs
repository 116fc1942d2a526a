//! What a policy can ask of the function, and what each of it is called.

use hardtack::{Bots, Cmp, ConsentSettings, DomainSetting, Renew, Required, Settings, Shape};

/// A part of the function that not every policy needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// `Domain`, for hosts of the site's domains.
    Domain,
    /// Pages only.
    Documents,
    /// Shared caches are told not to store the cookie.
    Caches,
    /// Paths to leave alone.
    Exclude,
    /// A cookie's `Path` other than `/`.
    Path,
    /// No renewal.
    Never,
    /// Renewal when it is due.
    WhenDue,
    /// Sealed ids.
    Sealed,
    /// Ids of other cookies.
    Adopt,
    /// Ids made from other cookies' values.
    Derive,
    /// No id for declared bots.
    Bots,
    /// The policy's own words for bots and people.
    Agents,
    /// Somebody is asked, or may object.
    Consent,
    /// Consent is required, here or there.
    Required,
    /// Consent is required in some countries.
    Region,
    /// `Sec-GPC: 1` is a denial.
    Gpc,
    /// `DNT: 1` is a denial.
    Dnt,
    /// So are objections of the United States' kind.
    UsOptOut,
    /// The cookies of a consent platform.
    Reader(Cmp),
    /// A response header that tells.
    Header,
    /// A `Server-Timing` metric that tells.
    Timing,
    /// A second cookie, for scripts.
    Script,
    /// A log line that tells.
    Log,
    /// Random bytes from the event: for tests, which no command builds.
    Injected,
}

impl Feature {
    /// Every feature but the readers, of which there is one for each [`Cmp`].
    pub const PLAIN: [Self; 23] = [
        Self::Domain,
        Self::Documents,
        Self::Caches,
        Self::Exclude,
        Self::Path,
        Self::Never,
        Self::WhenDue,
        Self::Sealed,
        Self::Adopt,
        Self::Derive,
        Self::Bots,
        Self::Agents,
        Self::Consent,
        Self::Required,
        Self::Region,
        Self::Gpc,
        Self::Dnt,
        Self::UsOptOut,
        Self::Header,
        Self::Timing,
        Self::Script,
        Self::Log,
        Self::Injected,
    ];

    /// Every feature.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN
            .into_iter()
            .chain(Cmp::ALL.into_iter().map(Self::Reader))
    }

    /// The name that marks its parts in the source.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Documents => "documents",
            Self::Caches => "caches",
            Self::Exclude => "exclude",
            Self::Path => "path",
            Self::Never => "never",
            Self::WhenDue => "when-due",
            Self::Sealed => "sealed",
            Self::Adopt => "adopt",
            Self::Derive => "derive",
            Self::Bots => "bots",
            Self::Agents => "agents",
            Self::Consent => "consent",
            Self::Required => "required",
            Self::Region => "region",
            Self::Gpc => "gpc",
            Self::Dnt => "dnt",
            Self::UsOptOut => "us",
            Self::Reader(Cmp::UsPrivacy) => "us-privacy",
            Self::Reader(Cmp::Json) => "json-path",
            Self::Reader(Cmp::Complianz) => "plain",
            Self::Reader(cmp) if has_part(cmp) => cmp.as_str(),
            Self::Reader(cmp) => match cmp.shape() {
                Shape::Members(..) => MEMBERS,
                Shape::Listed(..) => LISTED,
                Shape::Pairs(..) => PAIRS,
                _ => cmp.as_str(),
            },
            Self::Header => "header",
            Self::Timing => "timing",
            Self::Script => "script",
            Self::Log => "log",
            Self::Injected => "injected",
        }
    }

    /// The key of the policy that asks for it; where several do, the first.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Domain => "cookie.domain",
            Self::Documents => "scope.documents_only",
            Self::Caches => "caches.protect",
            Self::Exclude => "scope.exclude",
            Self::Path => "cookie.path",
            Self::Never | Self::WhenDue => "renew.when",
            Self::Sealed => "id.sealed",
            Self::Adopt => "adopt.from",
            Self::Derive => "adopt.derive",
            Self::Bots => "bots.policy",
            Self::Agents => "bots.also",
            Self::Consent => "consent",
            Self::Required | Self::Region => "consent.required",
            Self::Gpc => "consent.gpc",
            Self::Dnt => "consent.dnt",
            Self::UsOptOut => "consent.us_opt_out",
            Self::Reader(_) => "consent.from",
            Self::Header => "signals.response_header",
            Self::Timing => "signals.server_timing",
            Self::Script => "signals.script_cookie",
            Self::Log => "signals.log",
            Self::Injected => "",
        }
    }

    /// The key, and for a reader whose cookies it reads.
    pub fn label(self) -> String {
        match self {
            Self::Reader(cmp) => format!("{} `{}`", self.key(), cmp.as_str()),
            _ => self.key().to_string(),
        }
    }

    /// What a policy asks for.
    pub(crate) fn of(settings: &Settings) -> Vec<Self> {
        Self::all().filter(|one| one.is_asked(settings)).collect()
    }

    fn is_asked(self, settings: &Settings) -> bool {
        let (consent, signals) = (&settings.consent, &settings.signals);
        match self {
            Self::Domain => matches!(&settings.cookie.domain, DomainSetting::Listed(_)),
            Self::Documents => settings.scope.documents_only,
            Self::Caches => settings.caches.protect,
            Self::Exclude => !settings.scope.exclude.is_empty(),
            Self::Path => settings.cookie.path != "/",
            Self::Never => settings.renew.when == Renew::Never,
            Self::WhenDue => matches!(settings.renew.when, Renew::WhenDue(_)),
            Self::Sealed => settings.id.sealed,
            Self::Adopt => !settings.adopt.from.is_empty(),
            Self::Derive => Self::Adopt.is_asked(settings) && settings.adopt.derive,
            Self::Bots => settings.bots.policy == Bots::Skip,
            Self::Agents => Self::Bots.is_asked(settings) && names_agents(settings),
            Self::Consent => {
                *consent
                    != ConsentSettings {
                        us_opt_out: consent.us_opt_out,
                        ..ConsentSettings::default()
                    }
            }
            Self::Required => consent.required != Required::Nowhere,
            Self::Region => matches!(consent.required, Required::In(_)),
            Self::Gpc => consent.gpc,
            Self::Dnt => consent.dnt,
            Self::UsOptOut => {
                consent.us_opt_out && (reads(consent, Cmp::Gpp) || reads(consent, Cmp::UsPrivacy))
            }
            Self::Reader(cmp) => reads(consent, cmp),
            Self::Header => signals.response_header.is_some(),
            Self::Timing => signals.server_timing,
            Self::Script => signals.script_cookie.is_some(),
            Self::Log => signals.log,
            Self::Injected => false,
        }
    }
}

fn names_agents(settings: &Settings) -> bool {
    !(settings.bots.also.is_empty() && settings.bots.people.is_empty())
}

/// Whether a reader has anything to read: California's cookie says nothing where nobody asks for it.
fn reads(consent: &ConsentSettings, cmp: Cmp) -> bool {
    let mut sources = consent.from.iter();
    sources.any(|source| reader(source) == cmp) && (cmp != Cmp::UsPrivacy || consent.us_opt_out)
}

/// Who reads a source. A word and a word are the same; with names of what is needed, a word's cookie is an object.
pub(crate) fn reader(source: &hardtack::ConsentSource) -> Cmp {
    match source.cmp {
        Cmp::Plain | Cmp::Complianz if source.needs.is_empty() => Cmp::Plain,
        Cmp::Plain | Cmp::Complianz => Cmp::Klaro,
        cmp => cmp,
    }
}

/// Whether a platform's reader is a part of the source, because there is more to it than its shape. The others are
/// generated.
pub(crate) const fn has_part(cmp: Cmp) -> bool {
    matches!(
        cmp,
        Cmp::Cookiebot | Cmp::OneTrust | Cmp::CookieYes | Cmp::Didomi | Cmp::Axeptio
    ) || matches!(cmp.shape(), Shape::Own)
}

// What readers of each general shape need: there is no part for one of them alone, because their code is generated.
const MEMBERS: &str = "members of JSON";
const LISTED: &str = "lists of JSON";
const PAIRS: &str = "pairs of words";

/// Parts that several features share, and those that need them. Who needs something stands after what needs it.
const SHARED: [(&str, &[&str]); 19] = [
    ("tell", &["header", "timing", "log"]),
    ("speculation", &["header", "log"]),
    ("headers", &["gpc", "dnt"]),
    ("tcf", &["gpp"]),
    ("bits", &["tcf"]),
    ("object", &[MEMBERS, "cookiebot", "axeptio"]),
    ("list", &[LISTED, "didomi"]),
    ("place", &["object", "list"]),
    ("json", &["place", "json-path"]),
    ("pairs", &[PAIRS, "form", "onetrust", "cookieyes"]),
    ("words", &["plain", "pairs"]),
    ("percent", &["words", "trustarc", "json"]),
    ("needs", &["place", "pairs", "trustarc"]),
    ("sources", &["percent", "tcf", "us-privacy"]),
    ("consent", &["sources", "headers", "required"]),
    ("clock", &["when-due", "sealed", "tcf"]),
    ("add", &["when-due", "timing", "script", "consent"]),
    ("derived", &["derive"]),
    ("browsers", &["bots"]),
];

/// The names of all parts that features need.
pub(crate) fn parts(features: &[Feature]) -> Vec<&'static str> {
    let mut names: Vec<_> = features.iter().map(|feature| feature.name()).collect();
    let has = |names: &[&str], name| names.contains(&name);
    for (part, users) in SHARED {
        if !has(&names, part) && users.iter().any(|user| has(&names, user)) {
            names.push(part);
        }
    }
    if has(&names, "adopt") && has(&names, "sealed") && !has(&names, "derived") {
        names.push("derived");
    }
    if has(&names, "bots") && has(&names, "tell") {
        names.push("previews");
    }
    if has(&names, "gpp") && has(&names, "us") && !has(&names, "us-privacy") {
        names.push("us-privacy");
    }
    // What a policy takes for a bot may stand in a browser's name.
    names.retain(|name| *name != "browsers" || !features.contains(&Feature::Agents));
    names
}

/// Every name that a part can have.
#[cfg(test)]
pub(crate) fn part_names() -> Vec<&'static str> {
    let shared = SHARED.iter().map(|(part, _)| *part).chain(["previews"]);
    let all = Feature::all().map(Feature::name).chain(shared);
    all.filter(|name| ![MEMBERS, LISTED, PAIRS].contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Feature, parts};
    use hardtack::{Bots, Settings};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &[&str]) {
        let mut settings = Settings::default();
        settings.cookie.domain = hardtack::DomainSetting::HostOnly;
        change(&mut settings);
        let mut found = parts(&Feature::of(&settings));
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_policy_asks_for_what_it_uses() {
        check(|_| {}, &["bots", "browsers", "caches", "documents"]);
        check(
            |settings| settings.scope.documents_only = false,
            &["bots", "browsers", "caches"],
        );
        check(
            |settings| settings.bots.policy = Bots::TreatAsPeople,
            &["caches", "documents"],
        );
        check(
            |settings| settings.bots.also = vec!["firefox".to_string()],
            &["agents", "bots", "caches", "documents"],
        );
        check(
            |settings| {
                settings.bots.policy = Bots::TreatAsPeople;
                settings.signals.log = true;
            },
            &["caches", "documents", "log", "speculation", "tell"],
        );
        check(
            |settings| {
                settings.bots.policy = Bots::TreatAsPeople;
                settings.consent.gpc = true;
            },
            &["add", "caches", "consent", "documents", "gpc", "headers"],
        );
    }
}

//! What a policy can ask of the function, and what each of it is called.

use hardtack::{
    BotSettings, Bots, CookieSettings, DomainSetting, IdSettings, Renew, RenewSettings,
    ScopeSettings, Settings, SignalSettings,
};

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
    /// No id for programs that name themselves.
    Bots,
    /// The policy's own words of programs and people.
    Agents,
    /// Outcome, reason and id, for those below that tell them.
    Tell,
    /// A response header that tells.
    Header,
    /// A log line that tells.
    Log,
    /// Random bytes from the event: for tests, which no command builds.
    Injected,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 12] = [
        Self::Domain,
        Self::Documents,
        Self::Caches,
        Self::Exclude,
        Self::Path,
        Self::Never,
        Self::Bots,
        Self::Agents,
        Self::Tell,
        Self::Header,
        Self::Log,
        Self::Injected,
    ];

    /// The name that marks its parts in the source.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Documents => "documents",
            Self::Caches => "caches",
            Self::Exclude => "exclude",
            Self::Path => "path",
            Self::Never => "never",
            Self::Bots => "bots",
            Self::Agents => "agents",
            Self::Tell => "tell",
            Self::Header => "header",
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
            Self::Never => "renew.when",
            Self::Bots => "bots.policy",
            Self::Agents => "bots.also",
            Self::Tell => "signals",
            Self::Header => "signals.response_header",
            Self::Log => "signals.log",
            Self::Injected => "",
        }
    }

    /// What a policy asks for.
    pub(crate) fn of(settings: &Settings) -> Vec<Self> {
        let asks = |feature: &Self| match feature {
            Self::Domain => matches!(&settings.cookie.domain, DomainSetting::Listed(_)),
            Self::Documents => settings.scope.documents_only,
            Self::Caches => settings.caches.protect,
            Self::Exclude => !settings.scope.exclude.is_empty(),
            Self::Path => settings.cookie.path != "/",
            Self::Never => settings.renew.when == Renew::Never,
            Self::Bots => settings.bots.policy == Bots::Skip,
            Self::Agents => names_agents(&settings.bots),
            Self::Tell => settings.signals.log || settings.signals.response_header.is_some(),
            Self::Header => settings.signals.response_header.is_some(),
            Self::Log => settings.signals.log,
            Self::Injected => false,
        };
        Self::ALL.into_iter().filter(asks).collect()
    }
}

fn names_agents(bots: &BotSettings) -> bool {
    bots.policy == Bots::Skip && !(bots.also.is_empty() && bots.people.is_empty())
}

/// Whether the function can do all that settings ask for.
///
/// What is listed below is carried. A setting that the core has learnt since, and that differs from its default, is not,
/// and a function without it would decide otherwise than every other platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// All of it.
    All,
    /// Something in this section of the policy is not.
    NotIn(&'static str),
}

impl Carried {
    /// Compares settings with what the function carries.
    #[expect(
        clippy::needless_update,
        reason = "settings that are still to come are not carried"
    )]
    pub fn of(settings: &Settings) -> Self {
        let given = settings;
        let cookie = CookieSettings {
            name: given.cookie.name.clone(),
            max_age: given.cookie.max_age,
            domain: given.cookie.domain.clone(),
            path: given.cookie.path.clone(),
            secure: given.cookie.secure,
            http_only: given.cookie.http_only,
            same_site: given.cookie.same_site,
            partitioned: given.cookie.partitioned,
            ..CookieSettings::default()
        };
        let id = IdSettings {
            accept: given.id.accept,
            ..IdSettings::default()
        };
        let renew = match given.renew.when {
            when @ (Renew::EveryVisit | Renew::Never) => RenewSettings {
                when,
                ..RenewSettings::default()
            },
            _ => RenewSettings::default(),
        };
        let scope = ScopeSettings {
            exclude: given.scope.exclude.clone(),
            documents_only: given.scope.documents_only,
            ..ScopeSettings::default()
        };
        let signals = SignalSettings {
            response_header: given.signals.response_header.clone(),
            log: given.signals.log,
            ..SignalSettings::default()
        };
        let bots = BotSettings {
            policy: given.bots.policy,
            also: given.bots.also.clone(),
            people: given.bots.people.clone(),
        };
        let sections = [
            ("cookie", cookie == given.cookie),
            ("id", id == given.id),
            ("renew", renew == given.renew),
            ("bots", bots == given.bots),
            ("scope", scope == given.scope),
            ("signals", signals == given.signals),
            ("adopt", given.adopt == Settings::default().adopt),
            ("consent", given.consent == Settings::default().consent),
        ];
        if let Some((section, _)) = sections.into_iter().find(|(_, same)| !same) {
            return Self::NotIn(section);
        }
        let carried = Settings {
            cookie,
            id,
            renew,
            bots,
            scope,
            signals,
            caches: given.caches.clone(),
            ..Settings::default()
        };
        match carried == *given {
            true => Self::All,
            false => Self::NotIn("a section that is new"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Carried, Feature};
    use hardtack::{Bots, Settings};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &[Feature]) {
        let mut settings = Settings::default();
        settings.cookie.domain = hardtack::DomainSetting::HostOnly;
        change(&mut settings);
        assert_eq!(Feature::of(&settings), expected);
        assert_eq!(Carried::of(&settings), Carried::All);
    }

    #[test]
    fn a_policy_asks_for_what_it_uses() {
        check(
            |_| {},
            &[Feature::Documents, Feature::Caches, Feature::Bots],
        );
        check(
            |settings| settings.scope.documents_only = false,
            &[Feature::Caches, Feature::Bots],
        );
        check(
            |settings| settings.bots.policy = Bots::TreatAsPeople,
            &[Feature::Documents, Feature::Caches],
        );
        check(
            |settings| settings.signals.log = true,
            &[
                Feature::Documents,
                Feature::Caches,
                Feature::Bots,
                Feature::Tell,
                Feature::Log,
            ],
        );
        check(
            |settings| settings.cookie.path = "/shop".to_string(),
            &[
                Feature::Documents,
                Feature::Caches,
                Feature::Path,
                Feature::Bots,
            ],
        );
    }

    #[test]
    fn what_the_function_cannot_do_is_not_carried() {
        let mut settings = Settings::default();
        settings.scope.error_pages = true;
        assert_eq!(Carried::of(&settings), Carried::NotIn("scope"));
    }
}

//! Whether the function can do all that settings ask for, and if not, why.

use hardtack::{
    AdoptSettings, BotSettings, CacheSettings, ConsentSettings, ConsentSource, CookieSettings,
    IdSettings, Renew, RenewSettings, Required, ScopeSettings, Settings, SignalSettings,
};

/// Whether the function can do all that settings ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// All of it.
    All,
    /// This key, or something in this section of the policy, is not, and why.
    NotIn(&'static str, &'static str),
}

/// Why, of settings that the core has learnt since. They are not known to be carried, and a function without them would
/// decide otherwise than every other platform.
const NEW: &str = "is not known to the function yet";

impl Carried {
    /// Compares settings with what the function carries.
    pub fn of(settings: &Settings) -> Self {
        let never = [
            (
                settings.scope.error_pages,
                "scope.error_pages",
                "CloudFront runs no function for status 400 and above",
            ),
            (
                settings.signals.request_header.is_some(),
                "signals.request_header",
                "the origin has answered before a viewer-response function runs",
            ),
            (
                settings.consent.from.iter().any(is_beyond_ascii),
                "consent.from",
                "the function reads words of printable ASCII only",
            ),
        ];
        if let Some((_, key, why)) = never.into_iter().find(|(asked, ..)| *asked) {
            return Self::NotIn(key, why);
        }
        match known(settings) {
            Some(known) if known == *settings => Self::All,
            _ => Self::NotIn("a setting that is new", NEW),
        }
    }
}

fn is_beyond_ascii(source: &ConsentSource) -> bool {
    let lists = [&source.needs, &source.granted, &source.denied];
    let odd = |word: &String| !word.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    lists.into_iter().flatten().any(odd) || source.needs.iter().any(String::is_empty)
}

/// The settings again, as far as the function knows them.
#[expect(
    clippy::needless_update,
    reason = "settings that are still to come are not carried"
)]
fn known(given: &Settings) -> Option<Settings> {
    let cookie = given.cookie.clone();
    let signals = given.signals.clone();
    let renew = match given.renew.when {
        Renew::EveryVisit | Renew::WhenDue(_) | Renew::Never => given.renew.clone(),
        _ => return None,
    };
    let required = match &given.consent.required {
        Required::Nowhere => Required::Nowhere,
        Required::Everywhere => Required::Everywhere,
        Required::In(places) => Required::In(places.clone()),
    };
    Some(Settings {
        cookie: CookieSettings {
            name: cookie.name,
            max_age: cookie.max_age,
            domain: cookie.domain,
            path: cookie.path,
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site,
            partitioned: cookie.partitioned,
            ..CookieSettings::default()
        },
        id: IdSettings {
            accept: given.id.accept,
            sealed: given.id.sealed,
            accept_unsealed_until: given.id.accept_unsealed_until,
            keys: given.id.keys.clone(),
            ..IdSettings::default()
        },
        renew: RenewSettings {
            when: renew.when,
            marker: renew.marker,
            ..RenewSettings::default()
        },
        adopt: AdoptSettings {
            from: given.adopt.from.clone(),
            derive: given.adopt.derive,
            ..AdoptSettings::default()
        },
        bots: BotSettings {
            policy: given.bots.policy,
            also: given.bots.also.clone(),
            people: given.bots.people.clone(),
            ..BotSettings::default()
        },
        scope: ScopeSettings {
            exclude: given.scope.exclude.clone(),
            documents_only: given.scope.documents_only,
            ..ScopeSettings::default()
        },
        caches: CacheSettings {
            protect: given.caches.protect,
            ..CacheSettings::default()
        },
        consent: ConsentSettings {
            required,
            from: given.consent.from.clone(),
            gpc: given.consent.gpc,
            dnt: given.consent.dnt,
            us_opt_out: given.consent.us_opt_out,
            ..ConsentSettings::default()
        },
        signals: SignalSettings {
            response_header: signals.response_header,
            script_cookie: signals.script_cookie,
            server_timing: signals.server_timing,
            log: signals.log,
            ..SignalSettings::default()
        },
        ..Settings::default()
    })
}

#[cfg(test)]
mod tests {
    use super::Carried;
    use hardtack::{Cmp, ConsentSource, Settings};

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Settings), key: &str) {
        let mut settings = Settings::default();
        assert_eq!(Carried::of(&settings), Carried::All);
        change(&mut settings);
        let carried = Carried::of(&settings);
        assert!(
            matches!(carried, Carried::NotIn(found, _) if found == key),
            "{carried:?}"
        );
    }

    #[test]
    fn what_the_function_cannot_do_is_not_carried() {
        refused(
            |settings| settings.scope.error_pages = true,
            "scope.error_pages",
        );
        refused(
            |settings| settings.signals.request_header = Some("x-visitor".to_string()),
            "signals.request_header",
        );
        refused(
            |settings| {
                let mut source = ConsentSource::new(Cmp::Klaro);
                source.needs = vec!["mesure d’audience".to_string()];
                settings.consent.from.push(source);
            },
            "consent.from",
        );
    }
}

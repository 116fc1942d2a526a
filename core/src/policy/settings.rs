//! A policy as people write it: plain values, every one with a default, nothing checked yet.
//!
//! Each rule defines the settings that it reads; here they are put together, one field for each section of
//! `hardtack.toml`. [`Policy::new`](crate::Policy::new) turns settings into a policy that cannot be wrong.

use crate::rules::adopt::AdoptSettings;
use crate::rules::bots::BotSettings;
#[cfg(feature = "checks")]
use crate::rules::bots::Bots;
use crate::rules::caches::CacheSettings;
use crate::rules::consent::ConsentSettings;
use crate::rules::mint::IdSettings;
use crate::rules::renew::RenewSettings;
use crate::rules::scope::ScopeSettings;
use crate::rules::signals::SignalSettings;
use crate::rules::write::CookieSettings;

/// Everything that a policy file can say, one field for each of its sections.
///
/// By default the cookie `FPD` holds a UUID of version 4 for 730 days, on the registrable domain of the host, `Secure`,
/// `HttpOnly` and `SameSite=Lax`. It is set with documents only, renewed on every page, and kept out of shared caches.
/// Consent is not asked for, declared bots get no id, and the decision is exposed nowhere.
///
/// Settings are made by [`Default`], and then changed field by field. Later versions may have further fields and
/// sections, so neither this struct nor a section can be written out in full elsewhere.
///
/// # Example
///
/// An id only with consent in the European Economic Area, and a renewal once in 30 days:
///
/// ```
/// use hardtack::{Cmp, ConsentSource, Policy, Renew, Required, Settings};
///
/// let mut settings = Settings::default();
/// settings.consent.required = Required::In(vec!["EEA".to_string()]);
/// settings.consent.from = vec![ConsentSource::new(Cmp::OneTrust)];
/// settings.consent.gpc = true;
/// settings.renew.when = Renew::WhenDue(30 * 86_400);
/// assert!(Policy::new(&settings, Some(hardtack_psl::LIST)).is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The cookie's name and attributes (rule 10).
    pub cookie: CookieSettings,
    /// What counts as a visitor id, and whether ids are sealed (rules 4 and 9).
    pub id: IdSettings,
    /// When a returning visitor's cookie is renewed (rule 7).
    pub renew: RenewSettings,
    /// Which other cookies' ids are adopted (rule 8).
    pub adopt: AdoptSettings,
    /// How self-identified bots are treated (rule 6).
    pub bots: BotSettings,
    /// Which exchanges are in scope (rules 1 and 2).
    pub scope: ScopeSettings,
    /// Whether shared caches are kept from storing the cookie (rule 11).
    pub caches: CacheSettings,
    /// Where consent is required, and where the answer is read (rule 5).
    pub consent: ConsentSettings,
    /// Where the decision is exposed (rule 12).
    pub signals: SignalSettings,
}

#[cfg(feature = "checks")]
impl Settings {
    /// The settings without those that have no effect beside the others, so that policies which decide the same are the
    /// same, byte for byte in their blobs. The settings of adoption and of consent are left out, because the rules made
    /// of them replace them.
    pub(super) fn effective(&self) -> Self {
        let mut settings = Self {
            adopt: AdoptSettings::default(),
            consent: ConsentSettings::default(),
            ..self.clone()
        };
        let (id, renew, bots) = (&mut settings.id, &mut settings.renew, &mut settings.bots);
        if !id.sealed {
            id.keys.clear();
            id.accept_unsealed_until = 0;
        }
        renew.marker = renew.period().map(|_| renew.marker_of(&self.cookie.name));
        if bots.policy == Bots::TreatAsPeople {
            bots.also.clear();
            bots.people.clear();
        }
        settings
    }
}

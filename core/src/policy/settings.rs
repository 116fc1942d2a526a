//! A policy as people write it: plain values, every one with a default, nothing checked yet.
//!
//! Each rule defines the settings that it reads; here they are put together.
//! [`Policy::new`](crate::Policy::new) turns settings into a policy that cannot be wrong.

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

/// Everything that a policy file can say. The defaults are the tutorial's cookie done right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The cookie's name and attributes.
    pub cookie: CookieSettings,
    /// What counts as a visitor id.
    pub id: IdSettings,
    /// When a returning visitor's cookie is extended.
    pub renew: RenewSettings,
    /// Whose ids are adopted.
    pub adopt: AdoptSettings,
    /// How self-identified bots are treated.
    pub bots: BotSettings,
    /// Which exchanges are looked at.
    pub scope: ScopeSettings,
    /// What caches are told.
    pub caches: CacheSettings,
    /// What visitors have said about being recognised.
    pub consent: ConsentSettings,
    /// Where the decision is exposed.
    pub signals: SignalSettings,
}

#[cfg(feature = "checks")]
impl Settings {
    /// The settings without those that have no effect beside the others, so that policies which decide alike are alike.
    /// What is said of consent is left out: its rule has it.
    pub(super) fn effective(&self) -> Self {
        let mut settings = Self {
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
        settings.adopt.derive &= !settings.adopt.from.is_empty();
        settings
    }
}

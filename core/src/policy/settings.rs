//! A policy as people write it: plain values, every one with a default, nothing checked yet.
//!
//! Each rule defines the settings that it reads; here they are put together.
//! [`Policy::new`](crate::Policy::new) turns settings into a policy that cannot be wrong.

use crate::rules::adopt::AdoptSettings;
use crate::rules::bots::BotSettings;
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

//! A policy: as people write it, the checks that it has to pass, and its checked form.
//!
//! Once a [`Policy`] exists, no request can find anything wrong with it.

mod blob;
#[cfg(feature = "checks")]
mod check;
mod settings;

pub use blob::BlobError;
pub use settings::Settings;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::domain::{DomainRule, SuffixList};
use crate::http::field::Field;
use crate::http::id::VisitorId;
use crate::http::set_cookie::{Attributes, CookieText};
use crate::rules::adopt::AdoptRule;
use crate::rules::bots::BotRule;
use crate::rules::caches::CacheSettings;
use crate::rules::consent::ConsentRule;
use crate::rules::document::DocumentRule;
use crate::rules::mint::IdRule;
use crate::rules::renew::{Marker, RenewRule, RenewSettings};
use crate::rules::scope::ScopeRule;
use crate::rules::signals::{SignalRule, SignalSettings};
use crate::rules::write::{CookieSettings, DomainSetting, WriteRule};

/// The rules that a site has set, checked and laid out for speed. Made once; shared by every request.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) scope: ScopeRule,
    pub(crate) document: DocumentRule,
    pub(crate) ids: IdRule,
    pub(crate) consent: ConsentRule,
    /// `None` where bots are treated as people.
    pub(crate) bots: Option<BotRule>,
    pub(crate) renew: RenewRule,
    pub(crate) adopt: Option<AdoptRule>,
    pub(crate) write: WriteRule,
    pub(crate) caches: CacheSettings,
    pub(crate) signals: SignalRule,
    /// Whether a response may get more than the cookie with the id and what caches read: another cookie of ours, or a
    /// field that exposes the decision. One place to look at, for hardly any policy asks for these.
    pub(crate) has_extras: bool,
}

impl Policy {
    /// Checks settings. `suffixes` is needed for [`DomainSetting::Auto`](crate::DomainSetting::Auto), and refuses listed
    /// domains that are public suffixes where it is there.
    ///
    /// # Errors
    ///
    /// The first setting that browsers would reject, or that contradicts another one.
    #[cfg(feature = "checks")]
    pub fn new(settings: &Settings, suffixes: Option<SuffixList>) -> Result<Self, PolicyError> {
        check::settings(settings, suffixes)?;
        let consent = ConsentRule::new(&settings.consent)?;
        Ok(Self::from_checked(settings.clone(), suffixes, consent))
    }

    /// The policy of settings that were checked. It takes them over, for copies are a good part of what an engine would
    /// have for this alone.
    #[inline(never)]
    pub(crate) fn from_checked(
        settings: Settings,
        suffixes: Option<SuffixList>,
        consent: ConsentRule,
    ) -> Self {
        let Settings {
            mut cookie,
            id,
            renew,
            adopt,
            bots,
            scope,
            caches,
            // Checked and packed into the rule.
            consent: _,
            signals,
        } = settings;
        let domain = domain_rule(core::mem::take(&mut cookie.domain), suffixes);
        let renew = renew_rule(renew, &cookie);
        let signals = signal_rule(signals, &cookie);
        Self {
            has_extras: renew.marker.is_some()
                || signals.script_cookie.is_some()
                || signals.exposes_skipped(),
            ids: IdRule::new(id, &cookie.name),
            write: WriteRule::new(&cookie, domain),
            document: DocumentRule {
                documents_only: scope.documents_only,
            },
            scope: ScopeRule {
                settings: scope,
                secure: cookie.secure,
                path: cookie.path,
            },
            consent,
            bots: BotRule::new(bots),
            renew,
            adopt: AdoptRule::new(adopt),
            caches,
            signals,
        }
    }

    /// The cookie's name.
    pub fn cookie_name(&self) -> &str {
        self.write.cookie.name()
    }

    /// The cookies that are the policy's own: the one with the id first.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &CookieText> {
        let marker = self.renew.marker.as_ref().map(|marker| &marker.text);
        core::iter::once(&self.write.cookie)
            .chain(marker)
            .chain(&self.signals.script_cookie)
    }

    /// Which of the policy's keys sealed an id: 0 for the one that seals now. `None` for none of them.
    pub fn sealed_by(&self, id: VisitorId) -> Option<usize> {
        self.ids.seal.as_ref()?.key_of(id)
    }

    /// Whether any rule of this policy reads `field`, so that an adapter need not hand over others.
    pub fn reads(&self, field: Field) -> bool {
        match field {
            Field::Accept
            | Field::Cookie
            | Field::SecFetchDest
            | Field::SecFetchMode
            | Field::XRequestedWith
            | Field::UpgradeInsecureRequests
            | Field::ContentType
            | Field::Location
            | Field::SetCookie => true,
            // Rule 5.
            Field::SecGpc | Field::Dnt => self.consent.reads(field),
            // Rules 5 and 6.
            Field::SecPurpose => self.consent.reads(field) || self.signals.exposes_speculation(),
            // Rule 6.
            Field::UserAgent => self.bots.is_some(),
            Field::Purpose | Field::XMoz => self.signals.exposes_speculation(),
            // Rule 11.
            Field::CacheControl
            | Field::CdnCacheControl
            | Field::CloudflareCdnCacheControl
            | Field::VercelCdnCacheControl
            | Field::NetlifyCdnCacheControl
            | Field::SurrogateControl
            | Field::EdgeControl
            | Field::XAccelExpires => self.caches.protect,
        }
    }

    /// Whether anything that comes of this policy depends on the time, so that an adapter need not ask for it: seals
    /// and answers that run out, markers, and log lines.
    pub const fn reads_time(&self) -> bool {
        let (seal, marker) = (&self.ids.seal, &self.renew.marker);
        seal.is_some() || marker.is_some() || self.consent.asks() || self.logs()
    }

    /// The request header that tells the origin outcome, reason and id, where the policy asks for one. What a client
    /// sends under this name must not reach the origin:
    /// [`RequestDecision::request_edits`](crate::RequestDecision::request_edits) sees to it.
    pub const fn request_header(&self) -> Option<&str> {
        match &self.signals.settings.request_header {
            Some(name) => Some(name.as_str()),
            None => None,
        }
    }

    /// Whether each decision should leave a line in the platform's log.
    pub const fn logs(&self) -> bool {
        self.signals.settings.log
    }

    /// The response header that tells outcome, reason and id, where the policy asks for one.
    pub fn response_header(&self) -> Option<&str> {
        self.signals.settings.response_header.as_deref()
    }

    /// Whether a response that is left alone still gets a field of ours, which says so.
    pub const fn exposes_skipped(&self) -> bool {
        self.signals.exposes_skipped()
    }

    /// Whether `Secure` is left off on plain http from loopback. Safari refuses a `Secure` cookie there, and on one's
    /// own machine nobody listens in. Cookies that browsers accept with `Secure` only keep it.
    pub fn relaxes_secure_on_loopback(&self) -> bool {
        self.write.cookie.differs_on_loopback()
    }
}

fn domain_rule(setting: DomainSetting, suffixes: Option<SuffixList>) -> DomainRule {
    match (setting, suffixes) {
        (DomainSetting::Auto, Some(list)) => DomainRule::Registrable(list),
        (DomainSetting::Listed(domains), _) => DomainRule::listed(domains),
        _ => DomainRule::HostOnly,
    }
}

fn renew_rule(settings: RenewSettings, cookie: &CookieSettings) -> RenewRule {
    let marker = settings.period().map(|period| {
        let attributes = Attributes {
            http_only: true,
            ..cookie.attributes()
        };
        let name = settings.marker_of(&cookie.name);
        Marker {
            text: CookieText::new(&name, period, &cookie.path, attributes),
            period,
        }
    });
    let when = settings.when;
    RenewRule { when, marker }
}

fn signal_rule(settings: SignalSettings, cookie: &CookieSettings) -> SignalRule {
    let script_cookie = settings.script_cookie.as_deref().map(|name| {
        let attributes = Attributes {
            http_only: false,
            ..cookie.attributes()
        };
        CookieText::new(name, cookie.max_age, &cookie.path, attributes)
    });
    SignalRule {
        settings,
        script_cookie,
    }
}

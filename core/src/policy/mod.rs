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
use crate::rules::bots::Bots;
use crate::rules::consent::ConsentRule;
use crate::rules::mint::{IdRule, Seal};
use crate::rules::renew::Marker;
use crate::rules::write::DomainSetting;

/// The rules that a site has set, checked and made ready. Made once; shared by every request.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What was checked. The domains are in `domain`, and what is said of consent is in `consent`.
    pub(crate) settings: Settings,
    pub(crate) domain: DomainRule,
    /// The cookie that carries the id.
    pub(crate) cookie: CookieText,
    /// The cookie of renewal when due.
    pub(crate) marker: Option<Marker>,
    /// The cookie that scripts read.
    pub(crate) script_cookie: Option<CookieText>,
    pub(crate) seal: Option<Seal>,
    pub(crate) adopt: Option<AdoptRule>,
    pub(crate) consent: ConsentRule,
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
        Ok(Self::from_checked(settings.effective(), suffixes, consent))
    }

    /// The policy of settings that were checked. It takes them over as they are, for copies are a good part of what an
    /// engine would have for this alone.
    #[inline(never)]
    pub(crate) fn from_checked(
        mut settings: Settings,
        suffixes: Option<SuffixList>,
        consent: ConsentRule,
    ) -> Self {
        let cookie = &mut settings.cookie;
        let domain = domain_rule(core::mem::take(&mut cookie.domain), suffixes);
        let text = |name: &str, max_age, http_only| {
            let attributes = Attributes {
                http_only,
                ..cookie.attributes()
            };
            CookieText::new(name, max_age, &cookie.path, attributes)
        };
        let marker = settings.renew.period().map(|period| Marker {
            text: text(&settings.renew.marker_of(&cookie.name), period, true),
            period,
        });
        let script_cookie = settings.signals.script_cookie.as_deref();
        let script_cookie = script_cookie.map(|name| text(name, cookie.max_age, false));
        let id = &settings.id;
        Self {
            has_extras: marker.is_some()
                || script_cookie.is_some()
                || settings.signals.exposes_skipped(),
            domain,
            cookie: text(&cookie.name, cookie.max_age, cookie.http_only),
            marker,
            script_cookie,
            seal: (id.sealed).then(|| Seal::new(&id.keys, &cookie.name, id.accept_unsealed_until)),
            adopt: AdoptRule::new(&settings.adopt),
            consent,
            settings,
        }
    }

    /// The cookie's name.
    pub fn cookie_name(&self) -> &str {
        self.cookie.name()
    }

    /// The cookies that are the policy's own: the one with the id first.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &CookieText> {
        let marker = self.marker.as_ref().map(|marker| &marker.text);
        core::iter::once(&self.cookie)
            .chain(marker)
            .chain(&self.script_cookie)
    }

    /// Which ids count, and how new ones are made.
    pub(crate) const fn ids(&self) -> IdRule<'_> {
        IdRule {
            accept: self.settings.id.accept,
            seal: self.seal.as_ref(),
        }
    }

    /// Which of the policy's keys sealed an id: 0 for the one that seals now. `None` for none of them.
    pub fn sealed_by(&self, id: VisitorId) -> Option<usize> {
        self.seal.as_ref()?.key_of(id)
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
            Field::SecPurpose => {
                self.consent.reads(field) || self.settings.signals.exposes_speculation()
            }
            // Rule 6.
            Field::UserAgent => self.settings.bots.policy == Bots::Skip,
            Field::Purpose | Field::XMoz => self.settings.signals.exposes_speculation(),
            // Rule 11.
            Field::CacheControl
            | Field::CdnCacheControl
            | Field::CloudflareCdnCacheControl
            | Field::VercelCdnCacheControl
            | Field::NetlifyCdnCacheControl
            | Field::SurrogateControl
            | Field::EdgeControl
            | Field::XAccelExpires
            | Field::DenoCdnCacheControl => self.settings.caches.protect,
        }
    }

    /// Whether anything that comes of this policy depends on the time, so that an adapter need not ask for it: seals
    /// and answers that run out, markers, and log lines.
    pub const fn reads_time(&self) -> bool {
        let (seal, marker) = (&self.seal, &self.marker);
        seal.is_some() || marker.is_some() || self.consent.asks() || self.logs()
    }

    /// The request header that tells the origin outcome, reason and id, where the policy asks for one. What a client
    /// sends under this name must not reach the origin:
    /// [`RequestDecision::request_edits`](crate::RequestDecision::request_edits) sees to it.
    pub const fn request_header(&self) -> Option<&str> {
        match &self.settings.signals.request_header {
            Some(name) => Some(name.as_str()),
            None => None,
        }
    }

    /// Whether each decision should leave a line in the platform's log.
    pub const fn logs(&self) -> bool {
        self.settings.signals.log
    }

    /// The response header that tells outcome, reason and id, where the policy asks for one.
    pub fn response_header(&self) -> Option<&str> {
        self.settings.signals.response_header.as_deref()
    }

    /// Whether a response that is left alone still gets a field of ours, which says so.
    pub const fn exposes_skipped(&self) -> bool {
        self.settings.signals.exposes_skipped()
    }

    /// Whether `Secure` is left off on plain http from loopback. Safari refuses a `Secure` cookie there, and on one's
    /// own machine nobody listens in. Cookies that browsers accept with `Secure` only keep it.
    pub fn relaxes_secure_on_loopback(&self) -> bool {
        self.cookie.differs_on_loopback()
    }
}

fn domain_rule(setting: DomainSetting, suffixes: Option<SuffixList>) -> DomainRule {
    match (setting, suffixes) {
        (DomainSetting::Auto, Some(list)) => DomainRule::Registrable(list),
        (DomainSetting::Listed(domains), _) => DomainRule::listed(domains),
        _ => DomainRule::HostOnly,
    }
}

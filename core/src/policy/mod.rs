//! A policy: as people write it, the checks that it has to pass, and its checked form.
//!
//! Once a [`Policy`] exists, no request can find anything wrong with it. [`Settings`] become a policy in two ways:
//!
//! - [`Policy::new`] checks them, and needs the public suffix list for `cookie.domain = "auto"`;
//! - [`Policy::from_blob`] reads what [`Policy::to_blob`] wrote, where neither a parser nor the list has room.

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

/// The settings of one site, checked and prepared. A policy is made once and shared by all requests.
///
/// # Example
///
/// ```
/// use hardtack::{DomainSetting, Policy, SameSite, Settings};
///
/// let mut settings = Settings::default();
/// settings.cookie.name = "__Host-visitor".to_string();
/// settings.cookie.domain = DomainSetting::HostOnly;
/// settings.cookie.same_site = SameSite::Strict;
/// let policy = Policy::new(&settings, None)?;
/// assert_eq!(policy.cookie_name(), "__Host-visitor");
/// assert!(!policy.logs());
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
///
/// # Blobs
///
/// [`to_blob`](Self::to_blob) writes a policy as a few bytes, for an engine that has no room for a parser and the public
/// suffix list. The same policy always gives the same bytes, and [`hash`](Self::hash) names them in 16 hex digits.
/// [`from_blob`](Self::from_blob) reads them, and finds damage. A policy that asks the public suffix list has no blob:
/// list the site's domains first.
///
/// ```
/// use hardtack::{BlobError, DomainSetting, Policy, Settings};
///
/// let mut settings = Settings::default();
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// assert_eq!(policy.to_blob(), Err(BlobError::Unresolved));
///
/// settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let mut blob = policy.to_blob()?;
/// let read = Policy::from_blob(&blob)?;
/// assert_eq!(read.to_blob()?, blob);
/// assert_eq!(read.hash()?, policy.hash()?);
///
/// blob[10] ^= 1;
/// assert_eq!(Policy::from_blob(&blob).unwrap_err(), BlobError::Damaged);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    /// The settings that were checked, without the domains, which are in `domain`, and without those of adoption and of
    /// consent, which are in `adopt` and `consent`.
    pub(crate) settings: Settings,
    pub(crate) domain: DomainRule,
    /// The cookie that carries the id.
    pub(crate) cookie: CookieText,
    /// The renewal marker, where renewal is when due.
    pub(crate) marker: Option<Marker>,
    /// The cookie that scripts read.
    pub(crate) script_cookie: Option<CookieText>,
    pub(crate) seal: Option<Seal>,
    pub(crate) adopt: AdoptRule,
    pub(crate) consent: ConsentRule,
    /// Whether a response may get more than the cookie with the id and what caches read: another cookie of ours, or a
    /// field that exposes the decision. One flag for all of them, because hardly any policy asks for these.
    pub(crate) has_extras: bool,
}

impl Policy {
    /// Checks settings, and makes a policy of them.
    ///
    /// `suffixes` is the public suffix list: `hardtack_psl::LIST`, in the crate beside this one.
    /// [`DomainSetting::Auto`], which is the default, needs it. If it is there, listed domains that are public suffixes
    /// are refused, too.
    ///
    /// # Errors
    ///
    /// The first setting that browsers would reject (RFC 6265bis §5.6 and §5.7), that contradicts another one, or that
    /// could never have an effect.
    ///
    /// ```
    /// use hardtack::{DomainSetting, Policy, Settings};
    ///
    /// let mut settings = Settings::default();
    /// settings.cookie.domain = DomainSetting::Listed(vec!["co.uk".to_string()]);
    ///
    /// let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cookie.domain `co.uk` is a public suffix, for which browsers refuse cookies",
    /// );
    /// // Without the list nobody can know.
    /// assert!(Policy::new(&settings, None).is_ok());
    ///
    /// let error = Policy::new(&Settings::default(), None).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "cookie.domain `auto` needs the public suffix list, which is not here",
    /// );
    /// assert_eq!(
    ///     error.hint(),
    ///     "pass `hardtack_psl::LIST` to `Policy::new`, or list the site's domains",
    /// );
    /// ```
    #[cfg(feature = "checks")]
    pub fn new(settings: &Settings, suffixes: Option<SuffixList>) -> Result<Self, PolicyError> {
        check::settings(settings, suffixes)?;
        let rules = (
            AdoptRule::new(&settings.adopt),
            ConsentRule::new(&settings.consent)?,
        );
        Ok(Self::from_checked(settings.effective(), suffixes, rules))
    }

    /// The policy of settings that were checked. It takes the settings over as they are, because copies would be a good
    /// part of the code that an engine has for this alone.
    #[inline(never)]
    pub(crate) fn from_checked(
        mut settings: Settings,
        suffixes: Option<SuffixList>,
        (adopt, consent): (AdoptRule, ConsentRule),
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
            adopt,
            consent,
            settings,
        }
    }

    /// The name of the cookie with the id.
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

    /// Which ids are valid, and how new ones are made.
    pub(crate) const fn ids(&self) -> IdRule<'_> {
        IdRule {
            accept: self.settings.id.accept,
            seal: self.seal.as_ref(),
        }
    }

    /// Which of the policy's keys sealed an id, as an index: 0 for the key that seals now. `None` if none of them did,
    /// and for a policy without a seal.
    ///
    /// ```
    /// # use hardtack::{Request, Scheme, Target, on_request};
    /// use hardtack::{Accept, Policy, SealKey, Settings, VisitorId};
    ///
    /// let mut settings = Settings::default();
    /// settings.id.sealed = true;
    /// settings.id.keys = vec![SealKey::new([7; SealKey::LEN])];
    /// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
    ///
    /// # let request = Request {
    /// #     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
    /// #     method: b"GET",
    /// #     path: b"/",
    /// #     country: None,
    /// #     fields: &[("sec-fetch-dest", "document")][..],
    /// # };
    /// let minted = on_request(&policy, &request, 1_750_000_000, [7; 16]).id().unwrap();
    /// assert_eq!(policy.sealed_by(minted), Some(0));
    /// let other = VisitorId::parse(b"6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8", Accept::V4).unwrap();
    /// assert_eq!(policy.sealed_by(other), None);
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
    pub fn sealed_by(&self, id: VisitorId) -> Option<usize> {
        self.seal.as_ref()?.key_of(id)
    }

    /// Whether any rule of this policy reads `field`. An adapter need not pass on the others, and an edge need not
    /// forward them.
    ///
    /// ```
    /// use hardtack::{Bots, Field, Policy, Settings};
    ///
    /// let mut settings = Settings::default();
    /// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
    /// assert!(policy.reads(Field::UserAgent) && !policy.reads(Field::SecGpc));
    ///
    /// settings.bots.policy = Bots::TreatAsPeople;
    /// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
    /// assert!(!policy.reads(Field::UserAgent));
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
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

    /// Whether anything under this policy depends on the time: seals and consent that run out, renewal markers, and log
    /// lines. If not, an adapter can pass 0 and save the call of a clock.
    pub const fn reads_time(&self) -> bool {
        let (seal, marker) = (&self.seal, &self.marker);
        seal.is_some() || marker.is_some() || self.consent.asks() || self.logs()
    }

    /// The name of the request header that carries outcome, reason and id to the origin, if the policy asks for one.
    ///
    /// A header of this name that a client sends must not reach the origin;
    /// [`RequestDecision::request_edits`](crate::RequestDecision::request_edits) replaces it.
    pub const fn request_header(&self) -> Option<&str> {
        match &self.settings.signals.request_header {
            Some(name) => Some(name.as_str()),
            None => None,
        }
    }

    /// Whether each decision should leave a [`LogLine`](crate::LogLine) in the platform's log.
    pub const fn logs(&self) -> bool {
        self.settings.signals.log
    }

    /// Whether logs may hold ids: the policy asks for a [`LogLine`](crate::LogLine), and does not say
    /// [`log_without_id`](crate::SignalSettings::log_without_id). An adapter that logs more than that line leaves ids
    /// out of it where this is false.
    pub const fn logs_ids(&self) -> bool {
        self.logs() && !self.settings.signals.log_without_id
    }

    /// The name of the response header that carries outcome, reason and id, if the policy asks for one.
    pub fn response_header(&self) -> Option<&str> {
        self.settings.signals.response_header.as_deref()
    }

    /// Whether a response that is left alone still gets a field of ours: the response header or `Server-Timing`. If
    /// not, an adapter need not ask for edits where [`on_request`](crate::on_request) skips.
    pub const fn exposes_skipped(&self) -> bool {
        self.settings.signals.exposes_skipped()
    }

    /// Whether `Secure` is left off on plain http from loopback.
    ///
    /// Safari refuses a `Secure` cookie there, and on one's own machine nobody listens in. Cookies that browsers accept
    /// with `Secure` only keep it: those with a name prefix, with `SameSite=None`, or with `Partitioned`.
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

#[cfg(all(test, feature = "checks"))]
mod tests;

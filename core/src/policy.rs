//! A checked policy: once it exists, no request can find anything wrong with it.

use alloc::string::String;
#[cfg(feature = "checks")]
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt;

use crate::adopt::Adoption;
use crate::bots::BotRule;
use crate::consent::ConsentRule;
use crate::domain::{DomainRule, SuffixList};
use crate::exchange::Field;
use crate::id::{Accept, Invalid, VisitorId};
use crate::prefix::Prefix;
use crate::seal::Seal;
use crate::settings::{CookieSettings, DomainSetting, Renew, SameSite, Settings};
use crate::text::Decimal;

/// The rules a site has set, checked and laid out for speed. Made once; shared by every request.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The cookie that carries the id.
    pub(crate) cookie: CookieText,
    /// The cookie that says when it was renewed.
    pub(crate) marker: Option<Marker>,
    /// The cookie that scripts read.
    pub(crate) twin: Option<CookieText>,
    pub(crate) domain: DomainRule,
    pub(crate) path: String,
    pub(crate) secure: bool,
    pub(crate) accept: Accept,
    pub(crate) renew: Renew,
    pub(crate) seal: Option<Seal>,
    pub(crate) adoption: Option<Adoption>,
    /// `None` where programs are treated as people.
    pub(crate) bots: Option<BotRule>,
    pub(crate) exclude: Vec<String>,
    pub(crate) documents_only: bool,
    pub(crate) error_pages: bool,
    pub(crate) protect_caches: bool,
    pub(crate) consent: ConsentRule,
    pub(crate) response_header: Option<String>,
    pub(crate) request_header: Option<String>,
    pub(crate) server_timing: bool,
    pub(crate) log: bool,
    /// Whether a response may get more than the cookie with the id and what caches read: another cookie of ours, or a field that
    /// tells of the decision. One place to look at, for hardly any policy asks for these.
    pub(crate) has_extras: bool,
}

/// What renewal when due needs.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) text: CookieText,
    /// How long an id is left alone, in seconds.
    pub(crate) period: u64,
}

/// What the lines of a cookie are made of.
#[derive(Clone, Debug)]
pub(crate) struct CookieText {
    /// The name and an equals sign: what to look for in `Cookie`, and what `Set-Cookie` begins with.
    pub(crate) name_and_equals: String,
    /// `; Max-Age=` and the seconds.
    pub(crate) max_age: String,
    /// All attributes after `Domain`; without `Secure` in the second, which is for plain http on loopback.
    pub(crate) attributes: String,
    pub(crate) loopback_attributes: String,
}

/// Why settings make no policy: the key, what it holds, what is wrong, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    key: &'static str,
    value: String,
    problem: &'static str,
    hint: &'static str,
}

impl Policy {
    /// Checks settings. `suffixes` is needed for [`DomainSetting::Auto`], and refuses listed domains that are public
    /// suffixes where it is there.
    ///
    /// # Errors
    ///
    /// The first setting that browsers would reject, or that contradicts another one.
    #[cfg(feature = "checks")]
    pub fn new(settings: &Settings, suffixes: Option<SuffixList>) -> Result<Self, PolicyError> {
        crate::check::settings(settings, suffixes)?;
        let consent = ConsentRule::new(&settings.consent)?;
        Ok(Self::laid_out(settings.clone(), suffixes, consent))
    }

    /// The policy of settings that were checked. It takes them over, for copies are a good part of what an engine would
    /// have for this alone.
    #[inline(never)]
    pub(crate) fn laid_out(
        settings: Settings,
        suffixes: Option<SuffixList>,
        consent: ConsentRule,
    ) -> Self {
        let (cookie, id, signals) = (settings.cookie, settings.id, settings.signals);
        let marker = settings.renew.period().map(|period| Marker {
            text: CookieText::of(&cookie, &settings.renew.marker_of(&cookie), period, true),
            period,
        });
        let twin = signals.script_cookie.as_ref();
        let tells = signals.response_header.is_some() || signals.server_timing;
        Self {
            has_extras: marker.is_some() || twin.is_some() || tells,
            marker,
            twin: twin.map(|name| CookieText::of(&cookie, name, cookie.max_age, false)),
            cookie: CookieText::of(&cookie, &cookie.name, cookie.max_age, cookie.http_only),
            domain: domain_rule(cookie.domain, suffixes),
            path: cookie.path,
            secure: cookie.secure,
            accept: id.accept,
            renew: settings.renew.when,
            seal: (id.sealed).then(|| Seal::new(id.keys, &cookie.name, id.accept_unsealed_until)),
            adoption: Adoption::of(settings.adopt),
            bots: BotRule::of(settings.bots),
            exclude: settings.scope.exclude,
            documents_only: settings.scope.documents_only,
            error_pages: settings.scope.error_pages,
            consent,
            protect_caches: settings.caches.protect,
            response_header: signals.response_header,
            request_header: signals.request_header,
            server_timing: signals.server_timing,
            log: signals.log,
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
            .chain(&self.twin)
    }

    /// A new id, sealed where the policy seals.
    pub(crate) fn mint(&self, entropy: [u8; 16]) -> VisitorId {
        match &self.seal {
            Some(seal) => seal.seal(entropy),
            None => VisitorId::from_entropy(entropy),
        }
    }

    /// Reads a cookie's value as an id that counts.
    pub(crate) fn admit(&self, value: &[u8], now: u64) -> Result<VisitorId, Invalid> {
        let id = VisitorId::read(value, self.accept)?;
        match &self.seal {
            Some(seal) if !seal.admits(id, now) => Err(Invalid::Unsealed),
            _ => Ok(id),
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
            Field::SecPurpose => self.consent.reads(field) || self.tells_speculation(),
            // Rule 6.
            Field::UserAgent => self.bots.is_some(),
            Field::Purpose | Field::XMoz => self.tells_speculation(),
            // Rule 11.
            Field::CacheControl
            | Field::CdnCacheControl
            | Field::CloudflareCdnCacheControl
            | Field::VercelCdnCacheControl
            | Field::NetlifyCdnCacheControl
            | Field::SurrogateControl
            | Field::EdgeControl
            | Field::XAccelExpires => self.protect_caches,
        }
    }

    /// Whether anything that comes of this policy depends on the time, so that an adapter need not ask for it: seals and answers
    /// that run out, markers, and log lines.
    pub const fn reads_time(&self) -> bool {
        self.seal.is_some() || self.marker.is_some() || self.consent.asks() || self.logs()
    }

    /// The request header that tells the origin outcome, reason and id, where the policy asks for one. What a client sends
    /// under this name must not reach the origin: [`Visit::request_edits`](crate::Visit::request_edits) sees to it.
    pub const fn request_header(&self) -> Option<&str> {
        match &self.request_header {
            Some(name) => Some(name.as_str()),
            None => None,
        }
    }

    /// Whether each decision should leave a line in the platform's log.
    pub const fn logs(&self) -> bool {
        self.log
    }

    /// Whether anybody is told that a browser asks ahead of its user: else there is no need to look.
    pub(crate) const fn tells_speculation(&self) -> bool {
        self.log || self.response_header.is_some() || self.request_header().is_some()
    }

    /// The response header that tells outcome, reason and id, where the policy asks for one.
    pub fn response_header(&self) -> Option<&str> {
        self.response_header.as_deref()
    }

    /// Whether a response that is left alone still gets a field of ours, which tells so.
    pub const fn tells_of_skipped(&self) -> bool {
        self.response_header.is_some() || self.server_timing
    }

    /// Whether `Secure` is left off on plain http from loopback. Safari refuses a `Secure` cookie there, and on one's own
    /// machine nobody listens in. Cookies that browsers accept with `Secure` only keep it.
    pub fn relaxes_secure_on_loopback(&self) -> bool {
        self.cookie.attributes != self.cookie.loopback_attributes
    }
}

impl CookieText {
    /// The texts of a cookie with the attributes of the policy's, but for these.
    fn of(cookie: &CookieSettings, name: &str, max_age: u64, http_only: bool) -> Self {
        let relaxed = !cookie.secure || can_do_without_secure(cookie, name);
        Self {
            name_and_equals: [name, "="].concat(),
            max_age: ["; Max-Age=", Decimal::of(max_age).as_str()].concat(),
            attributes: attributes(cookie, cookie.secure, http_only),
            loopback_attributes: attributes(cookie, !relaxed, http_only),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.name_and_equals.strip_suffix('=').unwrap_or_default()
    }
}

impl PolicyError {
    /// The key as it stands in the policy file, such as `cookie.name`.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The offending value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What to write instead.
    pub const fn hint(&self) -> &'static str {
        self.hint
    }

    #[cfg(feature = "checks")]
    pub(crate) fn new(
        key: &'static str,
        value: impl fmt::Display,
        problem: &'static str,
        hint: &'static str,
    ) -> Self {
        Self {
            key,
            value: value.to_string(),
            problem,
            hint,
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` {}", self.key, self.value, self.problem)
    }
}

impl core::error::Error for PolicyError {}

/// The cookie of renewal when due: the same attributes, a shorter life.
#[cfg(feature = "checks")]
pub(crate) fn marker(settings: &Settings) -> Option<CookieSettings> {
    Some(CookieSettings {
        name: settings.renew.marker_of(&settings.cookie),
        max_age: settings.renew.period()?,
        http_only: true,
        ..settings.cookie.clone()
    })
}

/// The cookie that scripts read: the same but for `HttpOnly`.
#[cfg(feature = "checks")]
pub(crate) fn twin(settings: &Settings) -> Option<CookieSettings> {
    let name = settings.signals.script_cookie.clone()?;
    Some(CookieSettings {
        name,
        http_only: false,
        ..settings.cookie.clone()
    })
}

fn domain_rule(setting: DomainSetting, suffixes: Option<SuffixList>) -> DomainRule {
    match (setting, suffixes) {
        (DomainSetting::Auto, Some(list)) => DomainRule::Registrable(list),
        (DomainSetting::Listed(domains), _) => DomainRule::listed(domains),
        _ => DomainRule::HostOnly,
    }
}

/// The attributes after `Domain`, in the order in which every platform writes them.
fn attributes(cookie: &CookieSettings, secure: bool, http_only: bool) -> String {
    let given = |is: bool, text: &'static str| if is { text } else { "" };
    let same_site = cookie.same_site.as_str();
    [
        "; Path=",
        &cookie.path,
        given(secure, "; Secure"),
        given(http_only, "; HttpOnly"),
        given(same_site.is_some(), "; SameSite="),
        same_site.unwrap_or_default(),
        given(cookie.partitioned, "; Partitioned"),
    ]
    .concat()
}

fn can_do_without_secure(cookie: &CookieSettings, name: &str) -> bool {
    !Prefix::of(name).wants_secure() && cookie.same_site != SameSite::None && !cookie.partitioned
}

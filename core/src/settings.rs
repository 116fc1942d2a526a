//! A policy as people write it: plain values, every one with a default, nothing checked yet.
//!
//! [`Policy::new`](crate::Policy::new) turns settings into a policy that cannot be wrong.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::consent::ConsentSettings;
use crate::id::Accept;
use crate::seal::SealKey;

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
    /// What to make of programs that say that they are.
    pub bots: BotSettings,
    /// Which exchanges are looked at.
    pub scope: ScopeSettings,
    /// What caches are told.
    pub caches: CacheSettings,
    /// What visitors have said about being recognised.
    pub consent: ConsentSettings,
    /// Who else is told.
    pub signals: SignalSettings,
}

/// The cookie's name and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieSettings {
    /// The name, a token of RFC 9110 §5.6.2. Default `FPD`.
    pub name: String,
    /// `Max-Age` in seconds, 1 to 2,147,483,647. Default 63,072,000 (730 days); browsers cap it lower, so it is renewed.
    pub max_age: u64,
    /// `Domain`. Default [`DomainSetting::Auto`].
    pub domain: DomainSetting,
    /// `Path`, beginning with a slash. Default `/`.
    pub path: String,
    /// `Secure`. Default true.
    pub secure: bool,
    /// `HttpOnly`. Default true.
    pub http_only: bool,
    /// `SameSite`. Default [`SameSite::Lax`].
    pub same_site: SameSite,
    /// `Partitioned`. Default false.
    pub partitioned: bool,
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            name: "FPD".to_string(),
            max_age: 730 * 86_400,
            domain: DomainSetting::Auto,
            path: "/".to_string(),
            secure: true,
            http_only: true,
            same_site: SameSite::Lax,
            partitioned: false,
        }
    }
}

/// How to find the `Domain` attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DomainSetting {
    /// The registrable domain of the request's host, by the public suffix list.
    #[default]
    Auto,
    /// No `Domain`: the cookie stays with the host that set it.
    HostOnly,
    /// These domains, lower case, in A-label form; the longest that the host is or is below. Other hosts: host-only.
    Listed(Vec<String>),
}

/// The `SameSite` attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Sent with requests from this site only.
    Strict,
    /// Sent also when a link from another site is followed.
    #[default]
    Lax,
    /// Sent always. Browsers ask for `Secure` with it.
    None,
    /// The attribute is left out, and each browser applies its own default.
    Unset,
}

impl SameSite {
    /// The attribute's value, as written.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Strict => Some("Strict"),
            Self::Lax => Some("Lax"),
            Self::None => Some("None"),
            Self::Unset => None,
        }
    }
}

/// What counts as a visitor id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSettings {
    /// Accepted UUID versions. Default [`Accept::V4`].
    pub accept: Accept,
    /// Whether ids are sealed, so that only those that this site issued count. Default false.
    pub sealed: bool,
    /// Until then, in Unix seconds, ids without a seal count as well. Default 0: they never do.
    pub accept_unsealed_until: u64,
    /// The keys that ids are sealed with, which a policy file never holds. The first one seals, all of them verify.
    pub keys: Vec<SealKey>,
}

/// When a returning visitor's cookie is extended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenewSettings {
    /// Default [`Renew::EveryVisit`].
    pub when: Renew,
    /// The name of the cookie that says when the id was renewed, where that is done when due. Default: the cookie's name
    /// with `_renewed`.
    pub marker: Option<String>,
}

impl RenewSettings {
    /// How long an id is left alone, in seconds, where renewal is when due.
    pub(crate) fn period(&self) -> Option<u64> {
        match self.when {
            Renew::WhenDue(period) => Some(period.into()),
            Renew::EveryVisit | Renew::Never => None,
        }
    }

    /// The name of the cookie that says when this one was renewed.
    pub fn marker_of(&self, cookie: &CookieSettings) -> String {
        let default = || [&cookie.name, "_renewed"].concat();
        self.marker.clone().unwrap_or_else(default)
    }
}

/// When a returning visitor's cookie is extended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renew {
    /// With every page, so that a visitor who keeps coming back is never lost.
    #[default]
    EveryVisit,
    /// Once in as many seconds: a second cookie says when it was done last.
    WhenDue(u32),
    /// Not at all: the cookie ends `max_age` after the first visit, as CNIL's exemption for audience measurement asks.
    Never,
}

/// Whose ids are adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdoptSettings {
    /// Cookies that may hold a visitor's id from before, the first one first; a star at the end of a name stands for the rest
    /// of it. Default none.
    pub from: Vec<String>,
    /// Whether values that hold no UUID are made into one. Default false.
    pub derive: bool,
}

/// What caches are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// Keep shared caches from storing responses that carry a cookie of ours. Default true.
    pub protect: bool,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { protect: true }
    }
}

/// What to make of programs that say that they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotSettings {
    /// Default [`Bots::Skip`].
    pub policy: Bots,
    /// Parts of `User-Agent`s that make a program of whoever sends them, in any case, beyond the built-in ones.
    pub also: Vec<String>,
    /// Parts of `User-Agent`s that make a person of whoever sends them, in any case, whatever else they hold.
    pub people: Vec<String>,
}

/// What to make of crawlers, link previews and other programs that name themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bots {
    /// They get no id.
    #[default]
    Skip,
    /// They get an id like anybody else.
    TreatAsPeople,
}

/// Which exchanges are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeSettings {
    /// Paths to leave alone; `*` stands for any run of characters, slashes included. Default none.
    pub exclude: Vec<String>,
    /// Set the cookie with pages only. Default true; false sets it with every response in scope, images included.
    pub documents_only: bool,
    /// Set the cookie with pages of status 400 and above, too. Default false.
    pub error_pages: bool,
}

impl Default for ScopeSettings {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            documents_only: true,
            error_pages: false,
        }
    }
}

/// Who else is told. Everything is off by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignalSettings {
    /// A response header that carries outcome, reason and id, by this name. Default none.
    pub response_header: Option<String>,
    /// A request header that carries the same to the origin, by this name; what clients send under it is removed. Default none.
    pub request_header: Option<String>,
    /// A second cookie, which scripts can read, that holds the id, by this name. Default none.
    pub script_cookie: Option<String>,
    /// Outcome and reason as a `Server-Timing` metric, which scripts can read, without the id. Default false.
    pub server_timing: bool,
    /// One line of JSON for each decision, in the platform's log. Default false.
    pub log: bool,
}

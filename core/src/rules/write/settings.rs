//! The name and the attributes of the cookie, as people write them: section `[cookie]`, rule 10.
//!
//! The renewal marker and the script cookie have the same attributes; their names are in other sections.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::http::set_cookie::{Attributes, SameSite};

/// The cookie's name and attributes: section `[cookie]`, rule 10.
///
/// Browsers refuse some combinations (RFC 6265bis §4.1.3, §5.6 and §5.7), and so does
/// [`Policy::new`](crate::Policy::new).
///
/// ```
/// use hardtack::{DomainSetting, Policy, SameSite, Settings};
///
/// let mut settings = Settings::default();
/// settings.cookie.name = "__Secure-visitor".to_string();
/// settings.cookie.max_age = 393 * 86_400;
/// settings.cookie.domain = DomainSetting::Listed(vec!["example.com".to_string()]);
/// settings.cookie.same_site = SameSite::None;
/// settings.cookie.partitioned = true;
/// assert!(Policy::new(&settings, None).is_ok());
///
/// settings.cookie.secure = false;
/// let error = Policy::new(&settings, None).unwrap_err();
/// assert_eq!(error.to_string(), "cookie.name `__Secure-visitor` needs `Secure`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieSettings {
    /// The name, a token of RFC 9110 §5.6.2, of 4060 bytes at most. Default `FPD`.
    ///
    /// A prefix such as `__Secure-` or `__Host-` makes browsers insist on other attributes. Another name on a live site
    /// gives every visitor a new id.
    pub name: String,
    /// `Max-Age` in seconds, 1 to 2,147,483,647. Default 63,072,000 (730 days).
    ///
    /// Browsers cap it: Chromium at 400 days (RFC 6265bis §5.5), Brave at 180. So the cookie has to be renewed.
    pub max_age: u64,
    /// How the `Domain` attribute is found. Default [`DomainSetting::Auto`].
    pub domain: DomainSetting,
    /// The `Path` attribute, which begins with a slash and has 1024 bytes at most. Default `/`. Pages outside of it get
    /// no cookie (rule 1).
    pub path: String,
    /// Whether the cookie is `Secure`. Default true; it is left off on plain http from loopback where that is possible.
    pub secure: bool,
    /// Whether the cookie is `HttpOnly`. Default true: no script can read it.
    pub http_only: bool,
    /// The `SameSite` attribute. Default [`SameSite::Lax`]. [`SameSite::None`] needs `secure`.
    pub same_site: SameSite,
    /// Whether the cookie is `Partitioned`, one for each site that embeds this one (CHIPS). Default false. It needs
    /// `secure`.
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

impl CookieSettings {
    /// The attributes that are the same for every host.
    pub(crate) const fn attributes(&self) -> Attributes {
        Attributes {
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            partitioned: self.partitioned,
        }
    }
}

/// How the `Domain` attribute is found.
///
/// Hosts that are not DNS names, such as addresses, get a host-only cookie in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DomainSetting {
    /// The registrable domain of the request's host, by the public suffix list. Needs a
    /// [`SuffixList`](crate::SuffixList).
    #[default]
    Auto,
    /// No `Domain`: the browser sends the cookie to the one host that set it.
    HostOnly,
    /// The longest of these domains that the host is or is below, each in lower case and A-label form. Other hosts get
    /// a host-only cookie.
    Listed(Vec<String>),
}

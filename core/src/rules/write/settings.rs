//! The name and the attributes of the cookie, as people write them.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::http::set_cookie::{Attributes, SameSite};

/// The cookie's name and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieSettings {
    /// The name, a token of RFC 9110 §5.6.2. Default `FPD`.
    pub name: String,
    /// `Max-Age` in seconds, 1 to 2,147,483,647. Default 63,072,000 (730 days); browsers cap it lower, so it is
    /// renewed.
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

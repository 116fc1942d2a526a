//! Refuses names and attributes of cookies that browsers would refuse.
//!
//! A browser drops such a cookie without a word, so a policy with it would look right and do nothing. The limits are
//! those of RFC 6265bis §5.6 and §5.7; the name prefixes are those of §4.1.3 and of the layered-cookies draft.

use alloc::string::String;

use super::settings::{CookieSettings, DomainSetting};
use crate::error::PolicyError;
use crate::http::domain::SuffixList;
use crate::http::host::Host;
use crate::http::id::VisitorId;
use crate::http::prefix::Prefix;
use crate::http::set_cookie::SameSite;
use crate::http::token::is_token;

/// Browsers drop a cookie whose name and value are longer together (RFC 6265bis §5.6).
const MAX_NAME_AND_VALUE: usize = 4096;
/// Browsers ignore a longer attribute (RFC 6265bis §5.6).
const MAX_ATTRIBUTE: usize = 1024;
/// Some browsers count the seconds in 32 bits.
const MAX_MAX_AGE: u64 = i32::MAX as u64;

impl CookieSettings {
    /// # Errors
    ///
    /// A name, a lifetime, a path or a combination that browsers refuse. [`check_domain`](Self::check_domain) checks
    /// the domain.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        check_name("cookie.name", self)?;
        check_max_age(self)?;
        check_path(self)?;
        check_combinations("cookie.name", self)
    }

    /// Checks a cookie beside the one with the id: the renewal marker or the script cookie. The policy holds its name
    /// under `key`.
    ///
    /// # Errors
    ///
    /// A name that browsers refuse, with these attributes or at all, or that is taken by one of `others`.
    pub(crate) fn check_second(
        &self,
        key: &'static str,
        others: &[&str],
    ) -> Result<(), PolicyError> {
        check_name(key, self)?;
        check_combinations(key, self)?;
        match others.contains(&self.name.as_str()) {
            true => Err(PolicyError::new(
                key,
                &self.name,
                "is the name of another cookie of ours",
                "choose another name",
            )),
            false => Ok(()),
        }
    }

    /// # Errors
    ///
    /// A domain that is not one, or for which browsers refuse cookies; `auto` without a suffix list.
    pub(crate) fn check_domain(&self, suffixes: Option<SuffixList>) -> Result<(), PolicyError> {
        match (&self.domain, suffixes) {
            (DomainSetting::Auto, None) => Err(PolicyError::new(
                "cookie.domain",
                "auto",
                "needs the public suffix list, which is not here",
                "pass `hardtack_psl::LIST` to `Policy::new`, or list the site's domains",
            )),
            (DomainSetting::Listed(domains), suffixes) => check_domains(domains, suffixes),
            _ => Ok(()),
        }
    }
}

fn check_name(key: &'static str, cookie: &CookieSettings) -> Result<(), PolicyError> {
    let fail = |problem, hint| Err(PolicyError::new(key, &cookie.name, problem, hint));
    if !is_token(&cookie.name) {
        return fail(
            "is not a valid cookie name",
            "use letters, digits and any of !#$%&'*+-.^_`|~, and at least one of them",
        );
    }
    if cookie.name.len() + VisitorId::TEXT_LEN > MAX_NAME_AND_VALUE {
        return fail(
            "is longer than browsers accept",
            "keep the name under 4060 characters",
        );
    }
    Ok(())
}

fn check_max_age(cookie: &CookieSettings) -> Result<(), PolicyError> {
    let fail = |problem, hint| {
        Err(PolicyError::new(
            "cookie.max_age",
            cookie.max_age,
            problem,
            hint,
        ))
    };
    match cookie.max_age {
        0 => fail("would delete the cookie", "write a time such as \"730d\""),
        1..=MAX_MAX_AGE => Ok(()),
        _ => fail(
            "is more seconds than browsers can count",
            "write 24855 days or less",
        ),
    }
}

fn check_path(cookie: &CookieSettings) -> Result<(), PolicyError> {
    let fail = |problem, hint| Err(PolicyError::new("cookie.path", &cookie.path, problem, hint));
    if !cookie.path.starts_with('/') {
        return fail(
            "does not begin with a slash",
            "write \"/\" for the whole site",
        );
    }
    if cookie
        .path
        .bytes()
        .any(|b| !b.is_ascii_graphic() || b == b';')
    {
        return fail(
            "holds a character that no cookie path can",
            "percent-encode it",
        );
    }
    if cookie.path.len() > MAX_ATTRIBUTE {
        return fail(
            "is longer than browsers accept",
            "keep it under 1024 characters",
        );
    }
    Ok(())
}

/// What browsers refuse in combination (RFC 6265bis §5.6 and §4.1.3, and CHIPS for `Partitioned`).
fn check_combinations(name_key: &'static str, cookie: &CookieSettings) -> Result<(), PolicyError> {
    let name = Prefix::of(&cookie.name);
    let fail = |key, value: &str, problem, hint| Err(PolicyError::new(key, value, problem, hint));
    if name.wants_secure() && !cookie.secure {
        return fail(
            name_key,
            &cookie.name,
            "needs `Secure`",
            "set secure = true, or choose a name without this prefix",
        );
    }
    if name.wants_http_only() && !cookie.http_only {
        return fail(
            name_key,
            &cookie.name,
            "needs `HttpOnly`",
            "set http_only = true, or choose a name without this prefix",
        );
    }
    if name.wants_host_only() && cookie.domain != DomainSetting::HostOnly {
        return fail(
            name_key,
            &cookie.name,
            "forbids `Domain`",
            "set domain = \"none\", or use the prefix __Secure-",
        );
    }
    if name.wants_host_only() && cookie.path != "/" {
        return fail(
            name_key,
            &cookie.name,
            "needs the path /",
            "set path = \"/\", or use the prefix __Secure-",
        );
    }
    if cookie.same_site == SameSite::None && !cookie.secure {
        return fail(
            "cookie.same_site",
            "none",
            "needs `Secure`",
            "set secure = true, or same_site = \"lax\"",
        );
    }
    if cookie.partitioned && !cookie.secure {
        return fail(
            "cookie.partitioned",
            "true",
            "needs `Secure`",
            "set secure = true",
        );
    }
    Ok(())
}

fn check_domains(domains: &[String], suffixes: Option<SuffixList>) -> Result<(), PolicyError> {
    let fail =
        |domain: &str, problem, hint| Err(PolicyError::new("cookie.domain", domain, problem, hint));
    if domains.is_empty() {
        return fail(
            "[]",
            "names no domain",
            "write \"auto\", \"none\" or a domain",
        );
    }
    for domain in domains {
        let upper = domain.bytes().any(|b| b.is_ascii_uppercase());
        let parsed = Host::parse(domain.as_bytes());
        if upper || parsed != Host::Name(domain.as_bytes()) {
            return fail(
                domain,
                "is not a valid domain",
                "write it as in \"example.com\": no scheme, port, leading or trailing dot",
            );
        }
        if suffixes.is_some_and(|list| list.registrable_domain(domain.as_bytes()).is_none()) {
            return fail(
                domain,
                "is a public suffix, for which browsers refuse cookies",
                "name a domain below it, or write \"none\"",
            );
        }
    }
    Ok(())
}

//! A checked policy: once it exists, no request can find anything wrong with it.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::domain::{DomainRule, SuffixList};
use crate::exchange::Field;
use crate::host;
use crate::id::{Accept, VisitorId};
use crate::prefix::Prefix;
use crate::settings::{CookieSettings, DomainSetting, Renew, SameSite, Settings};

/// The rules a site has set, checked and laid out for speed. Made once; shared by every request.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The cookie that carries the id.
    pub(crate) cookie: CookieText,
    pub(crate) domain: DomainRule,
    pub(crate) path: String,
    pub(crate) secure: bool,
    pub(crate) accept: Accept,
    pub(crate) renew: Renew,
    pub(crate) exclude: Vec<String>,
    pub(crate) documents_only: bool,
    pub(crate) error_pages: bool,
    pub(crate) response_header: Option<String>,
    pub(crate) log: bool,
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
    pub fn new(settings: &Settings, suffixes: Option<SuffixList>) -> Result<Self, PolicyError> {
        let cookie = &settings.cookie;
        check_name(cookie)?;
        check_max_age(cookie)?;
        check_path(cookie)?;
        check_combinations(cookie)?;
        check_exclude(&settings.scope.exclude)?;
        check_response_header(settings.signals.response_header.as_deref())?;
        Ok(Self {
            cookie: CookieText::of(cookie),
            domain: domain_rule(&cookie.domain, suffixes)?,
            path: cookie.path.clone(),
            secure: cookie.secure,
            accept: settings.id.accept,
            renew: settings.renew.when,
            exclude: settings.scope.exclude.clone(),
            documents_only: settings.scope.documents_only,
            error_pages: settings.scope.error_pages,
            response_header: settings.signals.response_header.clone(),
            log: settings.signals.log,
        })
    }

    /// The cookie's name.
    pub fn cookie_name(&self) -> &str {
        self.cookie.name()
    }

    /// The cookies that are the policy's own: the one with the id first.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &CookieText> {
        core::iter::once(&self.cookie)
    }

    /// Whether any rule of this policy reads `field`, so that an adapter need not hand over others.
    pub const fn reads(&self, field: Field) -> bool {
        match field {
            Field::Accept
            | Field::Cookie
            | Field::SecFetchDest
            | Field::SecFetchMode
            | Field::XRequestedWith
            | Field::ContentType
            | Field::Location
            | Field::SetCookie => true,
            // Rule 5.
            Field::SecGpc | Field::Dnt => false,
            // Rule 6.
            Field::UserAgent | Field::SecPurpose | Field::Purpose | Field::XMoz => false,
            // Rule 11.
            Field::CacheControl
            | Field::CdnCacheControl
            | Field::CloudflareCdnCacheControl
            | Field::VercelCdnCacheControl
            | Field::NetlifyCdnCacheControl
            | Field::SurrogateControl
            | Field::EdgeControl
            | Field::XAccelExpires => false,
        }
    }

    /// The request header that tells the origin outcome, reason and id, where the policy asks for one. What a client sends
    /// under this name must not reach the origin: [`Visit::request_edits`](crate::Visit::request_edits) sees to it.
    pub const fn request_header(&self) -> Option<&str> {
        None
    }

    /// Whether each decision should leave a line in the platform's log.
    pub const fn logs(&self) -> bool {
        self.log
    }

    /// The response header that tells outcome, reason and id, where the policy asks for one.
    pub fn response_header(&self) -> Option<&str> {
        self.response_header.as_deref()
    }

    /// Whether `Secure` is left off on plain http from loopback. Safari refuses a `Secure` cookie there, and on one's own
    /// machine nobody listens in. Cookies that browsers accept with `Secure` only keep it.
    pub fn relaxes_secure_on_loopback(&self) -> bool {
        self.cookie.attributes != self.cookie.loopback_attributes
    }
}

impl CookieText {
    fn of(cookie: &CookieSettings) -> Self {
        let relaxed = !cookie.secure || can_do_without_secure(cookie);
        Self {
            name_and_equals: format!("{}=", cookie.name),
            max_age: format!("; Max-Age={}", cookie.max_age),
            attributes: attributes(cookie, cookie.secure),
            loopback_attributes: attributes(cookie, !relaxed),
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

    fn new(
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

/// Browsers drop a cookie whose name and value are longer together (RFC 6265bis §5.6).
const MAX_NAME_AND_VALUE: usize = 4096;
/// Browsers ignore a longer attribute (RFC 6265bis §5.6).
const MAX_ATTRIBUTE: usize = 1024;
/// Some browsers count the seconds in 32 bits.
const MAX_MAX_AGE: u64 = i32::MAX as u64;

fn check_name(cookie: &CookieSettings) -> Result<(), PolicyError> {
    let fail = |problem, hint| Err(PolicyError::new("cookie.name", &cookie.name, problem, hint));
    if !is_token(&cookie.name) {
        return fail(
            "is no cookie name",
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
fn check_combinations(cookie: &CookieSettings) -> Result<(), PolicyError> {
    let name = Prefix::of(&cookie.name);
    let fail = |key, value: &str, problem, hint| Err(PolicyError::new(key, value, problem, hint));
    if name.wants_secure() && !cookie.secure {
        return fail(
            "cookie.name",
            &cookie.name,
            "needs `Secure`",
            "set secure = true, or choose a name without this prefix",
        );
    }
    if name.wants_http_only() && !cookie.http_only {
        return fail(
            "cookie.name",
            &cookie.name,
            "needs `HttpOnly`",
            "set http_only = true, or choose a name without this prefix",
        );
    }
    if name.wants_host_only() && cookie.domain != DomainSetting::HostOnly {
        return fail(
            "cookie.name",
            &cookie.name,
            "forbids `Domain`",
            "set domain = \"none\", or use the prefix __Secure-",
        );
    }
    if name.wants_host_only() && cookie.path != "/" {
        return fail(
            "cookie.name",
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

fn check_exclude(patterns: &[String]) -> Result<(), PolicyError> {
    match patterns
        .iter()
        .find(|pattern| !pattern.starts_with(['/', '*']))
    {
        Some(pattern) => Err(PolicyError::new(
            "scope.exclude",
            pattern,
            "can match no path",
            "begin it with a slash or a star, such as \"/admin/*\"",
        )),
        None => Ok(()),
    }
}

/// Headers that a message cannot do without, or that others own.
const TAKEN_HEADERS: [&str; 12] = [
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "location",
    "set-cookie",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
];

fn check_response_header(name: Option<&str>) -> Result<(), PolicyError> {
    let Some(name) = name else { return Ok(()) };
    let fail = |problem, hint| {
        Err(PolicyError::new(
            "signals.response_header",
            name,
            problem,
            hint,
        ))
    };
    if !is_token(name) || name.len() > MAX_ATTRIBUTE {
        return fail(
            "is no header name",
            "use letters, digits and hyphens, such as \"x-visitor\"",
        );
    }
    if TAKEN_HEADERS
        .iter()
        .any(|taken| name.eq_ignore_ascii_case(taken))
    {
        return fail(
            "has a meaning of its own",
            "choose a name that nothing else uses, such as \"x-visitor\"",
        );
    }
    Ok(())
}

fn domain_rule(
    setting: &DomainSetting,
    suffixes: Option<SuffixList>,
) -> Result<DomainRule, PolicyError> {
    match (setting, suffixes) {
        (DomainSetting::HostOnly, _) => Ok(DomainRule::HostOnly),
        (DomainSetting::Auto, Some(list)) => Ok(DomainRule::Registrable(list)),
        (DomainSetting::Auto, None) => Err(PolicyError::new(
            "cookie.domain",
            "auto",
            "needs the public suffix list, which is not here",
            "name the site's domains",
        )),
        (DomainSetting::Listed(domains), suffixes) => {
            check_domains(domains, suffixes)?;
            Ok(DomainRule::listed(domains))
        }
    }
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
        let parsed = host::Host::parse(domain.as_bytes());
        if upper || parsed != host::Host::Name(domain.as_bytes()) {
            return fail(
                domain,
                "is no domain",
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

/// The attributes after `Domain`, in the order in which every platform writes them.
fn attributes(cookie: &CookieSettings, secure: bool) -> String {
    let mut text = format!("; Path={}", cookie.path);
    if secure {
        text.push_str("; Secure");
    }
    if cookie.http_only {
        text.push_str("; HttpOnly");
    }
    if let Some(value) = cookie.same_site.as_str() {
        text.push_str("; SameSite=");
        text.push_str(value);
    }
    if cookie.partitioned {
        text.push_str("; Partitioned");
    }
    text
}

fn can_do_without_secure(cookie: &CookieSettings) -> bool {
    !Prefix::of(&cookie.name).wants_secure()
        && cookie.same_site != SameSite::None
        && !cookie.partitioned
}

/// A token of RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}

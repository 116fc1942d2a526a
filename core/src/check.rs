//! Refuses settings that browsers would reject, or that contradict each other.

use alloc::string::String;

use crate::domain::SuffixList;
use crate::exchange::Field;
use crate::host;
use crate::id::VisitorId;
use crate::policy::{self, PolicyError};
use crate::prefix::Prefix;
use crate::settings::{CookieSettings, DomainSetting, IdSettings, SameSite, Settings};

/// Checks all there is to check; the first thing that is wrong is told.
pub(crate) fn settings(
    settings: &Settings,
    suffixes: Option<SuffixList>,
) -> Result<(), PolicyError> {
    let cookie = &settings.cookie;
    check_name("cookie.name", cookie)?;
    check_max_age(cookie)?;
    check_path(cookie)?;
    check_combinations("cookie.name", cookie)?;
    check_exclude(&settings.scope.exclude)?;
    check_agents("bots.also", &settings.bots.also)?;
    check_agents("bots.people", &settings.bots.people)?;
    check_signals(settings)?;
    check_seal(&settings.id)?;
    check_adoption(settings)?;
    check_marker(settings)?;
    check_twin(settings)?;
    check_domain(&cookie.domain, suffixes)
}

/// A text of two characters or fewer stands in nearly every `User-Agent`, and no other characters in any.
fn check_agents(key: &'static str, texts: &[String]) -> Result<(), PolicyError> {
    let is_part = |text: &&String| {
        let marks = text.bytes().filter(u8::is_ascii_graphic);
        marks.count() >= 3 && text.bytes().all(|b| matches!(b, b' '..=b'~'))
    };
    match texts.iter().find(|text| !is_part(text)) {
        None => Ok(()),
        Some(text) => Err(PolicyError::new(
            key,
            text,
            "is no part of one kind of User-Agent only",
            "write three characters of ASCII or more, such as \"AcmeMonitor/\"",
        )),
    }
}

fn check_marker(settings: &Settings) -> Result<(), PolicyError> {
    let Some(marker) = policy::marker(settings) else {
        return Ok(());
    };
    let period = marker.max_age;
    if period == 0 || period >= settings.cookie.max_age {
        return Err(PolicyError::new(
            "renew.when",
            format_args!("{period} seconds"),
            "is no part of the cookie's life: it would be gone before it is renewed",
            "write a time between zero and cookie.max_age, such as \"30d\"",
        ));
    }
    check_second("renew.marker", &marker, settings)
}

fn check_twin(settings: &Settings) -> Result<(), PolicyError> {
    let Some(twin) = policy::twin(settings) else {
        return Ok(());
    };
    if policy::marker(settings).is_some_and(|marker| marker.name == twin.name) {
        return Err(taken_name("signals.script_cookie", &twin.name));
    }
    check_second("signals.script_cookie", &twin, settings)
}

fn check_domain(setting: &DomainSetting, suffixes: Option<SuffixList>) -> Result<(), PolicyError> {
    match (setting, suffixes) {
        (DomainSetting::Auto, None) => Err(PolicyError::new(
            "cookie.domain",
            "auto",
            "needs the public suffix list, which is not here",
            "name the site's domains",
        )),
        (DomainSetting::Listed(domains), suffixes) => check_domains(domains, suffixes),
        _ => Ok(()),
    }
}

/// Browsers drop a cookie whose name and value are longer together (RFC 6265bis §5.6).
const MAX_NAME_AND_VALUE: usize = 4096;
/// Browsers ignore a longer attribute (RFC 6265bis §5.6).
const MAX_ATTRIBUTE: usize = 1024;
/// Some browsers count the seconds in 32 bits.
const MAX_MAX_AGE: u64 = i32::MAX as u64;

fn check_name(key: &'static str, cookie: &CookieSettings) -> Result<(), PolicyError> {
    let fail = |problem, hint| Err(PolicyError::new(key, &cookie.name, problem, hint));
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
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "host",
    "server-timing",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
];

fn check_signals(settings: &Settings) -> Result<(), PolicyError> {
    let signals = &settings.signals;
    check_header(
        "signals.response_header",
        signals.response_header.as_deref(),
    )?;
    check_header("signals.request_header", signals.request_header.as_deref())
}

fn check_header(key: &'static str, name: Option<&str>) -> Result<(), PolicyError> {
    let Some(name) = name else { return Ok(()) };
    let fail = |problem, hint| Err(PolicyError::new(key, name, problem, hint));
    if !is_token(name) || name.len() > MAX_ATTRIBUTE {
        return fail(
            "is no header name",
            "use letters, digits and hyphens, such as \"x-visitor\"",
        );
    }
    let known = Field::ALL.map(Field::name);
    let mut taken = TAKEN_HEADERS.iter().chain(&known);
    if taken.any(|taken| name.eq_ignore_ascii_case(taken)) {
        return fail(
            "has a meaning of its own",
            "choose a name that nothing else uses, such as \"x-visitor\"",
        );
    }
    Ok(())
}

fn check_seal(id: &IdSettings) -> Result<(), PolicyError> {
    if id.sealed && id.keys.is_empty() {
        return Err(PolicyError::new(
            "id.sealed",
            "true",
            "needs a key, and there is none",
            "run `hardtack seal new-key`, and put the key into HARDTACK_SEAL_KEYS or a file that HARDTACK_SEAL_KEYS_FILE names",
        ));
    }
    Ok(())
}

fn check_adoption(settings: &Settings) -> Result<(), PolicyError> {
    for pattern in &settings.adopt.from {
        let fail = |problem, hint| Err(PolicyError::new("adopt.from", pattern, problem, hint));
        let name = pattern.strip_suffix('*').unwrap_or(pattern);
        if !is_token(name) || name.contains('*') {
            return fail(
                "is no cookie name",
                "write a name such as \"_ga\"; a star may stand at its end",
            );
        }
        if name == settings.cookie.name {
            return fail(
                "is the cookie itself",
                "name the cookies that were there before it",
            );
        }
    }
    Ok(())
}

/// A cookie beside the one with the id.
fn check_second(
    key: &'static str,
    cookie: &CookieSettings,
    settings: &Settings,
) -> Result<(), PolicyError> {
    check_name(key, cookie)?;
    check_combinations(key, cookie)?;
    match cookie.name == settings.cookie.name {
        true => Err(taken_name(key, &cookie.name)),
        false => Ok(()),
    }
}

fn taken_name(key: &'static str, name: &str) -> PolicyError {
    let (problem, hint) = (
        "is the name of another cookie of ours",
        "choose another name",
    );
    PolicyError::new(key, name, problem, hint)
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

/// A token of RFC 9110 §5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}

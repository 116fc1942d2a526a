//! A policy as the constants that the function reads.

use hardtack::{
    Accept, AdoptSource, CookieSettings, DomainSetting, Renew, SealKey, Settings, Step,
};

use crate::bots;
use crate::consent;
use crate::lines::Lines;
use crate::literal::{BLANK, string, strings, verbatim};
use crate::secret::Secret;

/// The constants, and none that the named parts do not read.
pub(crate) fn constants(settings: &Settings, parts: &[&str], secret: &Secret) -> String {
    let mut lines = Lines::default();
    let has = |part| parts.contains(&part);
    let cookie = &settings.cookie;
    lines.set("SECRET", string(secret.hex()));
    lines.set("NAME", string(&cookie.name));
    lines.set("LIFE", string(&format!("Max-Age={}", cookie.max_age)));
    lines.set("REST", string(&rest(cookie, cookie.http_only)));
    lines.set("ID", id(settings.id.accept));
    lines.set("MINE", pairs(&cookie.name));
    if let DomainSetting::Listed(domains) = &cookie.domain
        && has("domain")
    {
        lines.set("HOSTS", hosts(domains));
        lines.set("SITE", site(domains));
    }
    if has("exclude") {
        lines.set("EXCLUDED", strings(&settings.scope.exclude));
    }
    if has("path") {
        lines.set("COVERED", covered(&cookie.path));
    }
    if has("bots") {
        bots::set(&mut lines, &settings.bots, parts);
    }
    if let Some(header) = &settings.signals.response_header
        && has("header")
    {
        // The event has header names in lower case only.
        lines.set("HEADER", string(&header.to_ascii_lowercase()));
    }
    others(settings, parts, &mut lines);
    lines.into_text()
}

/// What only some policies ask for: seals, more cookies of ours, cookies of others.
fn others(settings: &Settings, parts: &[&str], lines: &mut Lines) {
    let cookie = &settings.cookie;
    let has = |part| parts.contains(&part);
    if has("sealed") {
        let keys: Vec<_> = settings.id.keys.iter().map(key).collect();
        lines.set("KEYS", strings(&keys));
        let seal = format!("hardtack-seal-v1\0{}\0", cookie.name);
        lines.set("SEAL", string(&seal));
        lines.set("UNSEALED_UNTIL", settings.id.accept_unsealed_until);
    }
    if let (Some(marker), Renew::WhenDue(period)) = (marker(settings), settings.renew.when)
        && has("when-due")
    {
        lines.set("MARKER", string(&marker));
        lines.set("MARKED", pairs(&marker));
        lines.set("PERIOD", period);
        lines.set("MARKER_REST", string(&rest(cookie, true)));
    }
    if let Some(name) = &settings.signals.script_cookie
        && has("script")
    {
        lines.set("SCRIPT_COOKIE", string(name));
        lines.set("SCRIPT_COOKIE_REST", string(&rest(cookie, false)));
    }
    if has("adopt") {
        let sources: Vec<_> = settings.adopt.sources().iter().map(legacy).collect();
        lines.set("LEGACY", format!("[{}]", sources.join(", ")));
    }
    if has("consent") {
        lines.set("OURS", ours(settings));
        consent::set(lines, &settings.consent, parts);
    }
}

/// The name of the cookie that says when the id was renewed.
pub(crate) fn marker(settings: &Settings) -> Option<String> {
    let named = settings.renew.marker.clone();
    let marker = named.unwrap_or_else(|| format!("{}_renewed", settings.cookie.name));
    matches!(settings.renew.when, Renew::WhenDue(_)).then_some(marker)
}

/// All cookies of ours: the name, the attributes, what finds them.
fn ours(settings: &Settings) -> String {
    let mut ours = vec!["[NAME, REST, MINE]".to_string()];
    ours.extend(marker(settings).map(|_| "[MARKER, MARKER_REST, MARKED]".to_string()));
    if let Some(name) = &settings.signals.script_cookie {
        ours.push(format!(
            "[SCRIPT_COOKIE, SCRIPT_COOKIE_REST, {}]",
            pairs(name)
        ));
    }
    format!("[{}]", ours.join(", "))
}

/// What finds a cookie that may hold a visitor's id from before, and the steps to the id in it. Where only the
/// beginning of the name is known, the first step passes over the rest of it.
fn legacy(source: &AdoptSource) -> String {
    let (needle, first) = match source.cookie.strip_suffix('*') {
        Some(beginning) => (beginning.to_string(), Some(&Step::After("="))),
        None => (format!("{}=", source.cookie), None),
    };
    let steps = first.into_iter().chain(source.steps).map(|step| {
        let (byte, text) = step.parts();
        format!(", {}", string(&format!("{}{text}", char::from(byte))))
    });
    let steps = steps.collect::<String>();
    format!("[/[;,]{BLANK}{}([^;,]*)/g{steps}]", verbatim(&needle))
}

fn key(key: &SealKey) -> String {
    key.bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// All attributes after `Domain`, as the core writes them.
fn rest(cookie: &CookieSettings, http_only: bool) -> String {
    let mut text = format!("; Path={}", cookie.path);
    let same_site = cookie
        .same_site
        .as_str()
        .map(|value| format!("; SameSite={value}"));
    let attributes = [
        cookie.secure.then_some("; Secure"),
        http_only.then_some("; HttpOnly"),
        same_site.as_deref(),
        cookie.partitioned.then_some("; Partitioned"),
    ];
    text.extend(attributes.into_iter().flatten());
    text
}

/// Matches a valid id.
fn id(accept: Accept) -> String {
    let version = match accept {
        Accept::V4 => "4",
        Accept::Any => "[1-8]",
    };
    format!(r"/^[\da-f]{{8}}-[\da-f]{{4}}-{version}[\da-f]{{3}}-[89ab][\da-f]{{3}}-[\da-f]{{12}}$/")
}

/// Finds a cookie's values in cookies that are written one after the other, each behind a semicolon.
fn pairs(name: &str) -> String {
    format!("/[;,]{BLANK}{}=([^;,]*)/g", verbatim(name))
}

/// How many domains have their usual hosts written out.
const USUAL: usize = 4;

/// The attribute for a domain itself and for its `www`, behind a dot, so that no name of an object's own is among them.
/// What most pages are asked under needs no regular expression.
fn hosts(domains: &[String]) -> String {
    let usual = domains.iter().take(USUAL);
    let mut hosts: Vec<_> = usual
        .flat_map(|domain| [domain.clone(), format!("www.{domain}")])
        .collect();
    hosts.sort();
    hosts.dedup();
    let pairs = hosts.iter().filter_map(|host| {
        let is_below = |domain: &&String| host == *domain || host.ends_with(&format!(".{domain}"));
        let domain = domains
            .iter()
            .filter(is_below)
            .max_by_key(|domain| domain.len())?;
        Some(format!(
            "{}: {}",
            string(&format!(".{host}")),
            string(&format!("; Domain={domain}"))
        ))
    });
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

/// Finds the longest of the domains that a host is or is below: as the name begins to match, the first label that fits
/// is the farthest to the left. Labels are those of a host that a browser takes for a name.
fn site(domains: &[String]) -> String {
    let mut domains: Vec<_> = domains.iter().map(|domain| verbatim(domain)).collect();
    domains.sort();
    domains.dedup();
    let domains = domains.join("|");
    format!(
        r"/^(?=[^:]{{1,253}}(?::|$))(?:(?!xn-(?:-[a-z\d-]*)?-\.)[a-z\d-]{{1,63}}\.)*?({domains})(?::\d*)?$/i"
    )
}

/// Matches paths with which the cookie comes back (RFC 6265bis §5.1.4).
fn covered(path: &str) -> String {
    let end = if path.ends_with('/') { "" } else { r"(?:\/|$)" };
    format!("/^{}{end}/", verbatim(path))
}

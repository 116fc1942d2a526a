//! A policy as the constants that the function reads.

use std::fmt::Write as _;

use hardtack::{Accept, CookieSettings, DomainSetting, ProgramPattern, Settings, program_patterns};

use crate::feature::Feature;
use crate::literal::{string, verbatim};
use crate::secret::Secret;

/// Blanks that HTTP allows around a value.
const BLANK: &str = r"[ \t]*";

/// The constants, one on each line, and none that `features` do not read.
pub(crate) fn constants(settings: &Settings, features: &[Feature], secret: &Secret) -> String {
    let mut lines = String::new();
    let mut set = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "const {name} = {value};");
    };
    let has = |feature| features.contains(&feature);
    let cookie = &settings.cookie;
    set("SECRET", string(secret.hex()));
    set("NAME", string(&cookie.name));
    set("LIFE", string(&format!("Max-Age={}", cookie.max_age)));
    set("REST", string(&rest(cookie)));
    set("ID", id(&cookie.name, settings.id.accept));
    if has(Feature::Tell) {
        set("ANY", any(&cookie.name));
    }
    if let DomainSetting::Listed(domains) = &cookie.domain {
        set("SITE", site(domains));
    }
    if has(Feature::Exclude) {
        set("EXCLUDED", excluded(&settings.scope.exclude));
    }
    if has(Feature::Path) {
        set("COVERED", covered(&cookie.path));
    }
    if has(Feature::Bots) {
        set("PROGRAMS", alternatives(|pattern| !pattern.is_peoples()));
        set("PREVIEWS", alternatives(ProgramPattern::is_preview));
        set("PEOPLES", peoples());
    }
    if has(Feature::Agents) {
        set("ALSO", lower(&settings.bots.also));
        set("PEOPLE", lower(&settings.bots.people));
    }
    if let Some(header) = &settings.signals.response_header {
        // The event has header names in lower case only.
        set("HEADER", string(&header.to_ascii_lowercase()));
    }
    lines
}

/// The core's patterns of programs as one regular expression, those together that ask for the same boundaries.
fn alternatives(wanted: impl Fn(&ProgramPattern<'static>) -> bool) -> String {
    let part = |(starts, ends)| {
        let all = program_patterns().filter(&wanted);
        let those =
            all.filter(|pattern| (pattern.starts_word(), pattern.ends_word()) == (starts, ends));
        let texts: Vec<_> = those.map(|pattern| verbatim(pattern.text())).collect();
        let before = if starts { "(?:^|[^a-z])" } else { "" };
        let behind = if ends { "(?![a-z])" } else { "" };
        let alternatives = texts.join("|");
        (!texts.is_empty()).then(|| format!("{before}(?:{alternatives}){behind}"))
    };
    let bounds = [(false, false), (true, false), (false, true), (true, true)];
    let parts: Vec<_> = bounds.into_iter().filter_map(part).collect();
    format!("/{}/i", parts.join("|"))
}

/// The words of people's that hold a pattern. Those with other characters than letters are there for speed only.
fn peoples() -> String {
    let is_word = |text: &&str| text.bytes().all(|b| b.is_ascii_alphabetic());
    let texts = program_patterns()
        .filter(ProgramPattern::is_peoples)
        .map(|pattern| pattern.text());
    let words: Vec<_> = texts.filter(is_word).collect();
    format!("/(^|[^a-z])(?:{})(?![a-z])/gi", words.join("|"))
}

fn lower(texts: &[String]) -> String {
    let texts: Vec<_> = texts
        .iter()
        .map(|text| string(&text.to_ascii_lowercase()))
        .collect();
    format!("[{}]", texts.join(", "))
}

/// All attributes after `Domain`, as the core writes them.
fn rest(cookie: &CookieSettings) -> String {
    let mut text = format!("; Path={}", cookie.path);
    let same_site = cookie
        .same_site
        .as_str()
        .map(|value| format!("; SameSite={value}"));
    let attributes = [
        cookie.secure.then_some("; Secure"),
        cookie.http_only.then_some("; HttpOnly"),
        same_site.as_deref(),
        cookie.partitioned.then_some("; Partitioned"),
    ];
    text.extend(attributes.into_iter().flatten());
    text
}

/// Finds the first valid id in cookies that are written one after the other, each behind a semicolon (rule 4): the name
/// is not looked for in lower case, the id is. The second group is the id.
fn id(name: &str, accept: Accept) -> String {
    let version = match accept {
        Accept::V4 => "4",
        Accept::Any => "[1-8]",
    };
    let uuid = format!(
        r"[\da-fA-F]{{8}}-[\da-fA-F]{{4}}-{version}[\da-fA-F]{{3}}-[89abAB][\da-fA-F]{{3}}-[\da-fA-F]{{12}}"
    );
    let name = verbatim(name);
    format!(r#"/[;,]{BLANK}{name}={BLANK}("?)({uuid})\1{BLANK}(?![^;,])/"#)
}

/// Finds the first value, valid or not.
fn any(name: &str) -> String {
    format!("/[;,]{BLANK}{}=([^;,]*)/", verbatim(name))
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

/// The patterns as they stand in the policy.
fn excluded(patterns: &[String]) -> String {
    let patterns: Vec<_> = patterns.iter().map(|pattern| string(pattern)).collect();
    format!("[{}]", patterns.join(", "))
}

/// Matches paths with which the cookie comes back (RFC 6265bis §5.1.4).
fn covered(path: &str) -> String {
    let end = if path.ends_with('/') { "" } else { r"(?:\/|$)" };
    format!("/^{}{end}/", verbatim(path))
}

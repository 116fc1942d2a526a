//! Makes a consent rule of settings, and refuses settings that make none (rule 5).
//!
//! Countries are written out, groups of them too (`places.rs`), so that the edge compares two letters and knows no
//! names. So are the steps of paths, so that it reads every platform's cookies in one way.

use alloc::string::String;
use alloc::vec::Vec;

use super::cmp::Cmp;
use super::reader::{
    ALTERNATIVE, BASE64, JSON, LIST, MISSING_DENIES, NOWHERE_DENIES, PREFIXED, SEPARATOR,
};
use super::rule::{ConsentRule, DNT, EVERYWHERE, GPC, LISTED, US_OPT_OUT};
use super::settings::{ConsentSettings, ConsentSource, Required};
use super::shape::{Container, Effect, Reading};
use crate::error::PolicyError;
use crate::http::token::is_token;

impl ConsentRule {
    /// The rule of these settings.
    ///
    /// # Errors
    ///
    /// A country or a cookie's name that is not valid, a source that does not say what has to be granted, a purpose
    /// that is not a number from 1 to 24, or a word that both grants and denies.
    pub(crate) fn new(settings: &ConsentSettings) -> Result<Self, PolicyError> {
        let bit = |set: bool, flag| if set { flag } else { 0 };
        let (region, countries) = match &settings.required {
            Required::Nowhere => (0, Vec::new()),
            Required::Everywhere => (EVERYWHERE, Vec::new()),
            listed @ Required::In(_) => (LISTED, codes(listed)?),
        };
        let asked = bit(settings.gpc, GPC) | bit(settings.dnt, DNT) | region;
        if asked == 0 && settings.from.is_empty() {
            return Ok(Self::default());
        }
        let mut bytes = Vec::new();
        bytes.push(asked | bit(settings.us_opt_out, US_OPT_OUT));
        bytes.push((countries.len() / 2) as u8);
        bytes.extend(countries);
        for source in &settings.from {
            write(source, &mut bytes)?;
        }
        Ok(Self(bytes))
    }
}

/// Checks a source, and writes it in the form that `rule.rs` reads.
fn write(source: &ConsentSource, bytes: &mut Vec<u8>) -> Result<(), PolicyError> {
    let fail =
        |value: &str, problem, hint| Err(PolicyError::new("consent.from", value, problem, hint));
    let (cmp, name) = (source.cmp, source.cookie.as_str());
    let (stem, end) = match name.strip_suffix('*') {
        Some(stem) => (stem, ""),
        None => (name, "="),
    };
    if !is_cookie_name(stem) {
        let hint = "write cookie = \"the name of the cookie\"";
        return fail(name, "is not a valid cookie name", hint);
    }
    if let Some((value, problem, hint)) = unreadable(source) {
        return fail(value, problem, hint);
    }
    if asks_for_something(cmp) && source.needs.is_empty() {
        let hint = "write needs = [\"…\"], with the name that it has there";
        return fail(cmp.as_str(), "does not say what has to be granted", hint);
    }
    let mut purposes = 0_u32;
    if matches!(cmp, Cmp::Tcf | Cmp::Gpp | Cmp::FundingChoices) {
        for need in &source.needs {
            match need.parse() {
                Ok(number @ 1..=24_u32) => purposes |= 1 << (24 - number),
                _ => {
                    return fail(
                        need,
                        "is not a valid purpose",
                        "write a number from 1 to 24",
                    );
                }
            }
        }
    }
    if let Some(word) = source.granted.iter().find(|word| {
        source
            .denied
            .iter()
            .any(|other| other.eq_ignore_ascii_case(word))
    }) {
        let hint = "leave it in one of the two lists";
        return fail(word, "both grants and denies", hint);
    }
    let reading = source.reading();
    let index = Cmp::ALL.iter().position(|known| *known == cmp);
    bytes.extend([index.unwrap_or_default() as u8, flags(&reading)]);
    bytes.extend(source.vendor.to_le_bytes());
    bytes.extend(purposes.to_le_bytes());
    let paths: Vec<_> = reading.paths.iter().map(stepped).collect();
    let beside: Vec<_> = reading.beside.iter().map(written).collect();
    for text in [
        &[stem, end].concat(),
        &joined(&reading.needs, SEPARATOR),
        &joined(&source.granted, SEPARATOR),
        &joined(&source.denied, SEPARATOR),
        &reading.separators,
        &joined(&paths, ALTERNATIVE),
        &joined(&beside, ALTERNATIVE),
    ] {
        let Ok(len) = u16::try_from(text.len()) else {
            return fail(
                name,
                "comes with more than 65,535 bytes of words",
                "name fewer",
            );
        };
        bytes.extend(len.to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    Ok(())
}

/// Whether the policy has to name what is to be granted. The cookies of the other platforms hold one answer.
const fn asks_for_something(cmp: Cmp) -> bool {
    !matches!(
        cmp,
        Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain | Cmp::Piano
    )
}

/// Whether browsers keep a cookie of this name. Consent platforms put colons into theirs, which no token may hold.
fn is_cookie_name(name: &str) -> bool {
    let parts = name.split(':').filter(|part| !part.is_empty());
    !name.is_empty() && parts.into_iter().all(is_token)
}

/// What is wrong with the parts that say how a cookie is read: the value, what it is, and what to write.
fn unreadable(source: &ConsentSource) -> Option<(&str, &'static str, &'static str)> {
    let shape = source.cmp.shape();
    let (path, separators) = (source.path.as_str(), source.separators.as_str());
    let given = (source.container, path, separators, source.missing);
    let usual = (shape.container, shape.path, shape.separators, shape.missing);
    if has_code(source.cmp) && given != usual {
        return Some((
            source.cmp.as_str(),
            "is read in one way only",
            "leave out container, path, separators and missing, or read the cookie as form or json",
        ));
    }
    if path.bytes().any(|byte| byte < b' ') {
        return Some((path, "is not a valid path", "leave out control characters"));
    }
    let fit = match separators.as_bytes() {
        _ if separators == shape.separators => true,
        [one] => is_mark(*one),
        [one, other] => is_mark(*one) && is_mark(*other) && one != other,
        _ => false,
    };
    (!fit).then_some((
        separators,
        "is not a valid pair of separators",
        "write two different characters of punctuation as in \"&=\", or one for fields without names",
    ))
}

/// Whether there is code for the platform, beside which its shape says nothing.
const fn has_code(cmp: Cmp) -> bool {
    matches!(
        cmp,
        Cmp::Tcf | Cmp::Gpp | Cmp::UsPrivacy | Cmp::FundingChoices
    )
}

const fn is_mark(byte: u8) -> bool {
    byte.is_ascii_punctuation() && !matches!(byte, b'%' | b';' | b'"')
}

/// How a source is read, in the bits of `reader.rs`.
fn flags(reading: &Reading) -> u8 {
    let container = match reading.container {
        Container::Text => 0,
        Container::Json => JSON,
        Container::Base64Json => JSON | BASE64,
        Container::PrefixedJson => JSON | PREFIXED,
    };
    let bit = |set: bool, flag| if set { flag } else { 0 };
    container
        | bit(reading.listed, LIST)
        | bit(reading.missing_denies, MISSING_DENIES)
        | bit(reading.nowhere_denies, NOWHERE_DENIES)
}

/// The mark, the word and the steps.
fn written((effect, path, word): &(Effect, Vec<String>, String)) -> String {
    let mut text = String::from(effect.mark());
    text.push_str(word);
    text + &stepped(path)
}

/// A path as the reader walks it.
fn stepped(path: &Vec<String>) -> String {
    let mut text = String::new();
    for step in path {
        text.push(char::from(SEPARATOR));
        text.push_str(step);
    }
    text
}

fn joined(list: &[String], separator: u8) -> String {
    list.join(char::from(separator).encode_utf8(&mut [0; 4]))
}

/// The letters of all countries that are listed.
fn codes(required: &Required) -> Result<Vec<u8>, PolicyError> {
    let countries = required.countries()?;
    if countries.len() > usize::from(u8::MAX) {
        return Err(PolicyError::new(
            "consent.required",
            "…",
            "names more countries than there are",
            "write \"everywhere\"",
        ));
    }
    Ok(countries
        .iter()
        .flat_map(|country| country.code())
        .collect())
}

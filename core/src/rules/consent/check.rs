//! Makes a consent rule of settings, and refuses settings that make none (rule 5).
//!
//! Countries are written out, `EEA` as its thirty, so that the edge compares two letters and knows no names.

use alloc::string::String;
use alloc::vec::Vec;

use super::cmp::Cmp;
use super::reader::SEPARATOR;
use super::rule::{ConsentRule, DNT, EVERYWHERE, GPC, LISTED, US_OPT_OUT};
use super::settings::{ConsentSettings, ConsentSource, Required};
use crate::error::PolicyError;
use crate::http::country::Country;
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
    if !is_token(stem) {
        let hint = "write cookie = \"the name of the cookie\"";
        return fail(name, "is not a valid cookie name", hint);
    }
    if asks_for_something(cmp) && source.needs.is_empty() {
        let hint = "write needs = [\"…\"], with the name that it has there";
        return fail(cmp.as_str(), "does not say what has to be granted", hint);
    }
    let mut purposes = 0_u32;
    if matches!(cmp, Cmp::Tcf | Cmp::Gpp) {
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
    if let Some(word) = source
        .granted
        .iter()
        .find(|word| source.denied.contains(word))
    {
        let hint = "leave it in one of the two lists";
        return fail(word, "both grants and denies", hint);
    }
    let index = Cmp::ALL.iter().position(|known| *known == cmp);
    bytes.push(index.unwrap_or_default() as u8);
    bytes.extend(source.vendor.to_le_bytes());
    bytes.extend(purposes.to_le_bytes());
    let lists = [&source.needs, &source.granted, &source.denied];
    let [needs, granted, denied] = lists.map(|list| joined(list));
    for text in [&[stem, end].concat(), &needs, &granted, &denied] {
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
    !matches!(cmp, Cmp::UsPrivacy | Cmp::Complianz | Cmp::Plain)
}

fn joined(list: &[String]) -> String {
    let mut text = String::new();
    for (i, item) in list.iter().enumerate() {
        if i > 0 {
            text.push(char::from(SEPARATOR));
        }
        text.push_str(item);
    }
    text
}

/// The European Economic Area: the European Union, Iceland, Liechtenstein and Norway.
const EEA: &[u8; 60] = b"ATBEBGCYCZDEDKEEESFIFRGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK";

impl Required {
    /// The countries that are listed, each as often as it is named. None where nothing or everything is.
    ///
    /// # Errors
    ///
    /// The first text that is neither a country nor a group of them.
    pub fn countries(&self) -> Result<Vec<Country>, PolicyError> {
        let Self::In(places) = self else {
            return Ok(Vec::new());
        };
        let mut countries = Vec::new();
        for place in places {
            let codes: &[u8] = match place.as_bytes() {
                b"EEA" => EEA,
                b"UK" => b"GB",
                b"EL" => b"GR",
                code @ [b'A'..=b'Z', b'A'..=b'Z'] if code != b"EU" => code,
                _ => &[],
            };
            let known = countries.len();
            countries.extend(codes.chunks(2).filter_map(Country::parse));
            if countries.len() == known {
                return Err(PolicyError::new(
                    "consent.required",
                    place,
                    "is not a valid country",
                    "write two capital letters as in \"FR\", or \"EEA\"",
                ));
            }
        }
        Ok(countries)
    }
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
    Ok(countries.iter().flat_map(Country::code).collect())
}

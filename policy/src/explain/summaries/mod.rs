//! Summarises a policy section by section, for `hardtack check`.
//!
//! A few keys have a sentence of their own in [`SENTENCES`]. Every other key is summarised from the table of keys where
//! it differs from its default, so that no key goes unmentioned.

mod sentences;

use std::fmt::Write as _;

use hardtack::Settings;

use crate::file::key::{Key, Section};
use crate::file::keys::SECTIONS;

use sentences::SENTENCES;

/// The summary of one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySummary {
    /// The section's name, such as `consent`.
    pub section: &'static str,
    /// Its heading, in one word: `Consent`.
    pub title: &'static str,
    /// What the policy does, in whole sentences.
    pub text: String,
}

/// What a policy does besides setting the cookie, in the order of the file. Sections that change nothing are left out.
pub fn policy_summary(settings: &Settings) -> Vec<PolicySummary> {
    let summary = |section: &Section| {
        let text = of_section(section, settings);
        (!text.is_empty()).then_some(PolicySummary {
            section: section.name,
            title: section.title,
            text,
        })
    };
    SECTIONS.iter().filter_map(summary).collect()
}

fn of_section(section: &Section, settings: &Settings) -> String {
    let own = SENTENCES
        .iter()
        .filter(|sentence| sentence.section == section.name)
        .filter_map(|sentence| (sentence.text)(settings));
    let derived = section
        .keys
        .iter()
        .filter(|key| !has_sentence(key))
        .filter_map(|key| derived(key, settings));
    own.chain(derived).collect::<Vec<_>>().join(" ")
}

fn has_sentence(key: &Key) -> bool {
    let mut sentences = SENTENCES.iter();
    sentences.any(|sentence| sentence.section == key.section && sentence.keys.contains(&key.name))
}

/// ``accept = "any": any version from 1 to 8.``, from the key's own description.
fn derived(key: &Key, settings: &Settings) -> Option<String> {
    let value = key.changed_value(settings)?;
    let meaning = key.chosen_meaning(settings).unwrap_or(key.summary);
    let mut text = format!("{} = {value}: ", key.name);
    let mut chars = meaning.chars().filter(|c| *c != '`');
    text.extend(chars.next().map(|first| first.to_ascii_lowercase()));
    text.extend(chars);
    let _ = write!(text, ".");
    Some(text)
}

#[cfg(test)]
mod tests;

//! Chooses the patterns: the given words, and the words of people's browsers that contain one.

use std::collections::BTreeSet;

use crate::agents::Agent;
use crate::choice::Choice;
use crate::pack::Packed;

/// Chooses from the words and from the texts of browsers.
pub fn choose(words: &[&str], browsers: &[Agent]) -> Choice {
    let mut choice = Choice {
        patterns: words.iter().map(ToString::to_string).collect(),
        people: BTreeSet::new(),
    };
    choice.people = peoples_words(&choice, browsers);
    choice
}

/// The words of browsers' texts that the patterns would match.
fn peoples_words(choice: &Choice, browsers: &[Agent]) -> BTreeSet<String> {
    let table = Packed::new(choice, 1);
    let is_found = |word: &&str| table.holds_pattern(&format!("({word})"));
    let texts = browsers.iter().map(|browser| &browser.text);
    let texts = texts.filter(|text| table.holds_pattern(text));
    let found = texts.flat_map(|text| letters(text).filter(is_found));
    found.map(str::to_ascii_lowercase).collect()
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_ascii_alphabetic());
    runs.filter(|run| !run.is_empty())
}

//! Chooses the patterns: the given words, a name for each crawler that they miss, and the words of people's browsers
//! that contain a pattern.

use std::collections::{BTreeMap, BTreeSet};

use crate::agents::Agent;
use crate::choice::Choice;
use crate::pack::Packed;

/// What nearly every browser sends between its platform and its name, cut to a pattern's length: it is skipped at once.
const USUAL: [&str; 2] = [
    "applewebkit/537.36 (khtml, like",
    "applewebkit/605.1.15 (khtml,",
];

/// The shortest name, in letters: shorter names occur in too many texts by chance.
const SHORTEST_NAME: usize = 4;

/// A long name is found by its beginning, which is cut no shorter than this: other words might begin the same.
const SHORTEST_BEGINNING: usize = 7;

/// Chooses from the words and from the texts of crawlers and browsers.
pub fn choose(words: &[&str], idle: &[&str], crawlers: &[Agent], browsers: &[Agent]) -> Choice {
    let mut choice = Choice {
        patterns: words.iter().map(ToString::to_string).collect(),
        people: BTreeSet::new(),
    };
    choice.people = peoples_words(&choice, browsers);
    choice.people.extend(USUAL.map(str::to_string));
    let names = names(&missed(&choice, crawlers), idle, browsers);
    choice.patterns.extend(names);
    choice
}

/// The words of browsers' texts that the patterns would match.
fn peoples_words(choice: &Choice, browsers: &[Agent]) -> BTreeSet<String> {
    let table = Packed::new(choice, 1);
    let is_found = |word: &&str| table.is_bot(format!("({word})").as_bytes());
    let texts = browsers.iter().map(|browser| &browser.text);
    let found = texts.flat_map(|text| letters(text).filter(is_found));
    found.map(str::to_ascii_lowercase).collect()
}

fn missed<'a>(choice: &Choice, crawlers: &'a [Agent]) -> Vec<&'a Agent> {
    let table = Packed::new(choice, 1);
    let missed = |crawler: &&Agent| !table.is_bot(crawler.text.as_bytes());
    crawlers.iter().filter(missed).collect()
}

/// Few names that together find all of them: the best one is taken each time.
fn names(missed: &[&Agent], idle: &[&str], browsers: &[Agent]) -> Vec<String> {
    let taken: BTreeSet<String> = browsers
        .iter()
        .flat_map(|agent| folded(&agent.text))
        .collect();
    let is_free = |word: &str| {
        let begins = taken.range(word.to_string()..).next();
        word.len() >= SHORTEST_NAME
            && !idle.contains(&word)
            && !begins.is_some_and(|taken| taken.starts_with(word))
    };
    let mut free: BTreeMap<String, Vec<&Agent>> = BTreeMap::new();
    for agent in missed {
        for word in folded(&agent.text).filter(|word| is_free(word)) {
            free.entry(word).or_default().push(agent);
        }
    }
    let mut names = Vec::new();
    while let Some((name, _)) = free.iter().max_by_key(|(word, agents)| score(word, agents)) {
        let (name, found) = (name.clone(), free[name].clone());
        free.values_mut()
            .for_each(|agents| agents.retain(|agent| !found.contains(agent)));
        free.retain(|_, agents| !agents.is_empty());
        names.push(format!("<{}", beginning(&name, &is_free)));
    }
    names
}

/// The shortest beginning of a name that no browser's word begins with: the shorter, the smaller the table.
fn beginning<'a>(name: &'a str, is_free: &impl Fn(&str) -> bool) -> &'a str {
    let lengths = SHORTEST_BEGINNING.min(name.len())..name.len();
    let mut beginnings = lengths.map(|len| &name[..len]);
    beginnings
        .find(|beginning| is_free(beginning))
        .unwrap_or(name)
}

/// How good a name a word is: how many it finds, whether they are filed under it, and whether a version follows it.
fn score(word: &str, agents: &[&Agent]) -> i32 {
    let is_filed = |agent: &&&Agent| agent.group.to_ascii_lowercase().contains(word);
    let has_version = |agent: &&&Agent| {
        let text = agent.text.to_ascii_lowercase();
        text.contains(&format!("{word}/"))
    };
    let (found, len) = (agents.len() as i32, word.len() as i32);
    let any = |holds: bool| i32::from(holds);
    100 * found
        + 100 * any(agents.iter().any(|agent| is_filed(&agent)))
        + 30 * any(agents.iter().any(|agent| has_version(&agent)))
        - len
}

fn folded(text: &str) -> impl Iterator<Item = String> {
    letters(text).map(str::to_ascii_lowercase)
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_ascii_alphabetic());
    runs.filter(|run| !run.is_empty())
}

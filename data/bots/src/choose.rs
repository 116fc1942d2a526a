//! Chooses the patterns: the words given, a name for each crawler that they miss, and the words of people's that hold one.

use std::collections::{BTreeMap, BTreeSet};

use crate::agents::Agent;
use crate::pack::Packed;

/// Patterns in the notation of `data/words.txt`, and what is people's all the same.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Lower case, `<` for the start of a word, `>` for its end.
    pub patterns: Vec<String>,
    /// Lower case; what stands in them does not count.
    pub people: BTreeSet<String>,
}

/// What nearly every browser says between its platform and its name, as much of it as a pattern holds: to be skipped in one go.
const USUAL: [&str; 2] = [
    "applewebkit/537.36 (khtml, like",
    "applewebkit/605.1.15 (khtml,",
];

/// The shortest name, in letters: shorter ones occur in too many texts by chance.
const SHORTEST_NAME: usize = 4;

/// Where a name is long, what it is found by is cut no shorter: other words might begin the same.
const SHORTEST_BEGINNING: usize = 7;

/// Chooses from the words and from what both kinds of agents say.
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

/// The words of browsers' texts that the patterns would find.
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

/// The fewest names that find all of them, as near as taking the best one each time comes.
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

/// As much of a name as no browser's word begins with: the shorter, the smaller the table.
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

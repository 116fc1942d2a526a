//! How good a table is: which bots it recognises, and which browsers it mistakes for bots.

use crate::agents::{Agent, people};
use crate::choose::choose;
use crate::pack::Packed;

/// Counts of one measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Crawlers' texts.
    pub crawlers: usize,
    /// How many of them were recognised.
    pub recognised: usize,
    /// Browsers' texts.
    pub browsers: usize,
    /// How many of them were mistaken for bots.
    pub flagged: usize,
}

impl Figures {
    /// Counts the texts that a matcher recognises.
    pub fn of(is_bot: impl Fn(&[u8]) -> bool, crawlers: &[Agent], browsers: &[Agent]) -> Self {
        let count = |agents: &[Agent]| {
            let found = agents.iter().filter(|agent| is_bot(agent.text.as_bytes()));
            found.count()
        };
        Self {
            crawlers: crawlers.len(),
            recognised: count(crawlers),
            browsers: browsers.len(),
            flagged: count(browsers),
        }
    }

    /// The share of crawlers that were recognised, 0 to 1.
    pub fn recognition(&self) -> f64 {
        self.recognised as f64 / self.crawlers as f64
    }
}

/// Measures on texts that the table was not made from: each of `folds` parts in turn is held out, whole groups of
/// crawlers at a time, and the table is made from the others. Returns the counts of all turns together.
pub fn held_out(
    words: &[&str],
    idle: &[&str],
    crawlers: &[Agent],
    browsers: &[Agent],
    folds: usize,
) -> Figures {
    let mut all = Figures::default();
    for fold in 0..folds {
        let (known_crawlers, new_crawlers) = part(crawlers, fold, folds);
        let (known_browsers, new_browsers) = part(browsers, fold, folds);
        let known_browsers = [known_browsers, people()].concat();
        let table = Packed::new(&choose(words, idle, &known_crawlers, &known_browsers), 1);
        let figures = Figures::of(|text| table.is_bot(text), &new_crawlers, &new_browsers);
        all.crawlers += figures.crawlers;
        all.recognised += figures.recognised;
        all.browsers += figures.browsers;
        all.flagged += figures.flagged;
    }
    all
}

/// The known agents and those that are held out. Groups stay together, because texts of one product are alike.
fn part(agents: &[Agent], fold: usize, folds: usize) -> (Vec<Agent>, Vec<Agent>) {
    let mut groups: Vec<&str> = agents.iter().map(|agent| agent.group.as_str()).collect();
    groups.dedup();
    let is_held_out = |agent: &Agent| {
        let index = groups.iter().position(|group| *group == agent.group);
        index.is_some_and(|index| index % folds == fold)
    };
    let (held_out, known) = agents.iter().cloned().partition(is_held_out);
    (known, held_out)
}

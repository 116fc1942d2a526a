//! Packs chosen patterns as the core's matcher reads them.

use std::collections::BTreeMap;

use crate::agents::Agent;
use crate::choice::Choice;
use crate::matcher::{
    self, FILTER_LEN, INITIALS, LENGTH, Named, PEOPLE, PREVIEW, Table, WORD_END, WORD_START, fold,
    hash,
};

/// A table that owns its bytes.
#[derive(Clone, Debug)]
pub struct Packed {
    pub(crate) factor: u32,
    pub(crate) filter: [u8; FILTER_LEN],
    pub(crate) starts: [u16; INITIALS + 1],
    pub(crate) patterns: Vec<u8>,
}

impl Packed {
    /// Packs the patterns, with this factor for the filter.
    pub fn new(choice: &Choice, factor: u32) -> Self {
        let bots = choice.patterns.iter().map(|text| Pattern::parse(text));
        let people = choice.people.iter().map(|text| Pattern::peoples(text));
        let mut patterns: Vec<Pattern> = bots.chain(people).collect();
        let is_bots = |pattern: &Pattern| pattern.flags & PEOPLE != PEOPLE;
        patterns
            .sort_by_key(|pattern| (pattern.initial(), is_bots(pattern), pattern.folded.clone()));
        patterns.dedup();
        let mut packed = Self {
            factor,
            filter: [0; FILTER_LEN],
            starts: [0; INITIALS + 1],
            patterns: Vec::new(),
        };
        patterns.iter().for_each(|pattern| packed.add(pattern));
        packed.close();
        packed
    }

    /// Packs the patterns with the factor, of some thousands, by which the fewest positions of these texts pass the
    /// filter.
    pub fn best(choice: &Choice, browsers: &[Agent]) -> Self {
        let threes = threes(browsers);
        let hits = |packed: &Self| -> usize {
            let passing = threes
                .iter()
                .filter(|(three, _)| packed.table().may_begin(**three));
            passing.map(|(_, times)| times).sum()
        };
        let candidates = factors().map(|factor| Self::new(choice, factor));
        candidates
            .min_by_key(hits)
            .unwrap_or_else(|| Self::new(choice, 1))
    }

    fn add(&mut self, pattern: &Pattern) {
        self.let_pass([pattern.folded[0], pattern.folded[1], pattern.folded[2]]);
        self.patterns.push(pattern.head());
        self.patterns.extend(&pattern.folded);
        self.starts[pattern.initial() + 1] = self.patterns.len() as u16;
    }

    fn let_pass(&mut self, [a, b, c]: [u8; 3]) {
        let hash = hash(u32::from_le_bytes([a, b, c, 0]), self.factor);
        self.filter[hash as usize >> 3] |= 1 << (hash & 7);
    }

    /// The range of an initial without patterns is empty, and begins where the one before it ends.
    fn close(&mut self) {
        for i in 1..self.starts.len() {
            self.starts[i] = self.starts[i].max(self.starts[i - 1]);
        }
    }

    /// Whether the table recognises this `User-Agent` as a bot's.
    pub fn is_bot(&self, user_agent: &[u8]) -> bool {
        matcher::bot(user_agent, &self.table()).is_some()
    }

    /// Whether a bot's pattern stands in this text, outside of people's.
    pub fn holds_pattern(&self, text: &str) -> bool {
        self.table().names(text.as_bytes(), 0) == Some(Named::Bot)
    }

    /// The table's bytes, all counted.
    pub fn len(&self) -> usize {
        size_of_val(&self.factor)
            + self.filter.len()
            + size_of_val(&self.starts)
            + self.patterns.len()
    }

    /// Never: a table has a filter, if nothing else.
    pub fn is_empty(&self) -> bool {
        false
    }

    fn table(&self) -> Table<'_> {
        Table {
            factor: self.factor,
            filter: &self.filter,
            starts: &self.starts,
            patterns: &self.patterns,
        }
    }
}

/// Odd numbers that look random and are the same each time: a multiplicative generator's (Knuth, TAOCP 2, §3.3.4,
/// MMIX).
fn factors() -> impl Iterator<Item = u32> {
    let next = |state: &u64| {
        state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407)
    };
    let states = std::iter::successors(Some(1_u64), move |state| Some(next(state)));
    states.map(|state| (state >> 32) as u32 | 1).take(4_000)
}

/// Each three bytes in a row that browsers' texts hold, folded, and how often.
fn threes(browsers: &[Agent]) -> BTreeMap<u32, usize> {
    let mut threes = BTreeMap::new();
    for browser in browsers {
        let folded: Vec<u8> = browser.text.bytes().map(fold).collect();
        for three in folded.windows(3) {
            let three = u32::from_le_bytes([three[0], three[1], three[2], 0]);
            *threes.entry(three).or_default() += 1;
        }
    }
    threes
}

/// A pattern, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    flags: u8,
    folded: Vec<u8>,
}

impl Pattern {
    /// As `data/words.txt` writes it.
    fn parse(written: &str) -> Self {
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        if let Some(text) = written.strip_prefix("==") {
            return Self::new(text, PEOPLE);
        }
        if let Some(text) = written.strip_prefix('=') {
            return Self::peoples(text);
        }
        let bounded = written.trim_start_matches('~');
        let flags = flag(written.starts_with('~'), PREVIEW)
            | flag(bounded.starts_with('<'), WORD_START)
            | flag(bounded.ends_with('>'), WORD_END);
        assert!(
            flags & PEOPLE != PEOPLE,
            "`{written}`: these marks mean people"
        );
        Self::new(bounded.trim_start_matches('<').trim_end_matches('>'), flags)
    }

    fn peoples(text: &str) -> Self {
        Self::new(text, PEOPLE | WORD_START)
    }

    fn new(text: &str, flags: u8) -> Self {
        assert!(
            (3..=usize::from(LENGTH)).contains(&text.len()),
            "`{text}`: a pattern has three bytes at least, and {LENGTH} at most"
        );
        Self {
            flags,
            folded: text.bytes().map(fold).collect(),
        }
    }

    fn initial(&self) -> usize {
        usize::from(self.folded[0]) % INITIALS
    }

    fn head(&self) -> u8 {
        self.folded.len() as u8 | self.flags
    }
}

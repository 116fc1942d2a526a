//! Tells bots from browsers by the patterns of a table, without regard to case (rule 6).
//!
//! A browser's `User-Agent` names an engine or a system that people hold in their hands; a bot's names none, or says
//! besides that it is one. So a `User-Agent` is a bot's if no pattern of people's stands in it (`curl/8.16.0`), or if a
//! bot's pattern stands in it outside of people's. What a device is called says nothing of who holds it: behind the
//! name of such a system, a pattern counts only where the device's name has ended.

/// Patterns, packed. `data/bots/` writes a table from data; the matcher knows none of its words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'t> {
    /// What the hash of three bytes multiplies with; chosen so that browsers' texts miss the filter.
    pub(crate) factor: u32,
    /// One bit for each hash of a pattern's first three bytes.
    pub(crate) filter: &'t [u8; FILTER_LEN],
    /// Where in `patterns` those begin whose first byte has these five low bits; the last entry is the end.
    pub(crate) starts: &'t [u16; INITIALS + 1],
    /// For each pattern its length and flags in one byte, and its text, folded. Those of one initial that are
    /// people's come first.
    pub(crate) patterns: &'t [u8],
}

pub(crate) const FILTER_LEN: usize = 512;
pub(crate) const INITIALS: usize = 32;
/// The bits of a pattern's length.
pub(crate) const LENGTH: u8 = PREVIEW - 1;
/// The pattern is a link preview's.
pub(crate) const PREVIEW: u8 = 1 << 5;
/// No letter may stand before the pattern, where it begins with one.
pub(crate) const WORD_START: u8 = 1 << 6;
/// No letter may stand behind the pattern, where it ends with one.
pub(crate) const WORD_END: u8 = 1 << 7;
/// Both flags: the pattern is people's, and what stands in it does not count.
///
/// If the pattern has no [`WORD_START`], the name of a device follows it, which does not count either.
pub(crate) const PEOPLE: u8 = PREVIEW | WORD_END;

/// A declared bot: a client that names itself in `User-Agent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bot {
    /// A crawler, a monitor, an AI agent, an HTTP library: whatever is not a link preview.
    Crawler,
    /// A service that fetches a page to show a preview of it, in a chat or a social network where someone links to it.
    LinkPreview,
}

/// Which bot a `User-Agent` names, by the patterns of a table.
pub(crate) fn bot(user_agent: &[u8], table: &Table<'_>) -> Option<Bot> {
    if user_agent.trim_ascii().is_empty() || table.names(user_agent, 0) == Some(Named::People) {
        return None;
    }
    match table.names(user_agent, PREVIEW) {
        Some(Named::Bot) => Some(Bot::LinkPreview),
        _ => Some(Bot::Crawler),
    }
}

/// Whom a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    People,
    Bot,
}

impl<'t> Table<'t> {
    /// A bot, if any bot's pattern that has the flags asked for stands in the text, outside of those that are people's;
    /// else people, if a pattern of theirs does.
    pub(crate) fn names(&self, text: &[u8], asked: u8) -> Option<Named> {
        let (mut at, mut named) = (0, None);
        while let Some(found) = self.candidate(text, at) {
            at = match self.find(text, found, asked) {
                None => found + 1,
                Some(pattern) if !pattern.is_peoples() => return Some(Named::Bot),
                Some(pattern) => {
                    named = Some(Named::People);
                    let end = found + pattern.folded.len();
                    match pattern.names_device() {
                        true => device_end(text, end),
                        false => end,
                    }
                }
            };
        }
        named
    }

    /// The first position from `from` on whose three bytes the filter lets pass.
    fn candidate(&self, text: &[u8], from: usize) -> Option<usize> {
        let threes = text.get(from..)?.windows(3);
        let mut threes = threes.map(|three| u32::from_le_bytes([three[0], three[1], three[2], 0]));
        threes
            .position(|three| self.may_begin(three | FOLD_THREE))
            .map(|i| from + i)
    }

    /// Whether the filter lets these three bytes pass, the first one lowest.
    pub(crate) fn may_begin(&self, three: u32) -> bool {
        let hash = hash(three, self.factor);
        self.filter[(hash >> 3) as usize % FILTER_LEN] >> (hash & 7) & 1 == 1
    }

    #[cold]
    #[inline(never)]
    fn find(&self, text: &[u8], at: usize, asked: u8) -> Option<Pattern<'t>> {
        let initial = usize::from(fold(*text.get(at)?)) % INITIALS;
        let [start, end, ..] = self.starts.get(initial..)? else {
            return None;
        };
        let range = usize::from(*start)..usize::from(*end);
        let mut patterns = Patterns(self.patterns.get(range)?);
        patterns.find(|pattern| pattern.head & asked == asked && pattern.stands_at(text, at))
    }
}

/// Where the name of a device ends that begins at `from`: behind the build, where it names one, or with the
/// parenthesis. Some bots name themselves behind the build.
fn device_end(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let until = |part: &[u8], mark: u8| part.iter().position(|b| *b == mark).unwrap_or(part.len());
    let platform = rest.get(..until(rest, b')')).unwrap_or_default();
    let mut places = platform.windows(BUILD.len());
    let build = places.position(|place| equals_folded(place, BUILD));
    let build = build.unwrap_or(platform.len());
    from + build + until(platform.get(build..).unwrap_or_default(), b';')
}

const BUILD: &[u8] = b"build/";

/// The 12 highest bits of a product: every byte has its say.
pub(crate) const fn hash(three: u32, factor: u32) -> u32 {
    three.wrapping_mul(factor) >> 20
}

/// [`fold`] for three bytes at once.
pub(crate) const FOLD_THREE: u32 = 0x20_20_20;

/// Letters to lower case; some marks become other marks, but never letters, and in table and text alike.
pub(crate) const fn fold(byte: u8) -> u8 {
    byte | 0x20
}

/// A text by which a `User-Agent` is recognised, in any case. `bot_patterns` has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'t> {
    head: u8,
    folded: &'t [u8],
}

impl<'t> Pattern<'t> {
    /// The text, in lower case.
    pub fn text(&self) -> &'t str {
        core::str::from_utf8(self.folded).unwrap_or_default()
    }

    /// Whether a pattern that begins with a letter matches only where no letter stands before it.
    pub const fn starts_word(&self) -> bool {
        self.head & WORD_START != 0
    }

    /// Whether a pattern that ends with a letter matches only where no letter stands behind it.
    pub const fn ends_word(&self) -> bool {
        self.head & WORD_END != 0
    }

    /// Whether the pattern names a link preview.
    pub const fn is_preview(&self) -> bool {
        self.head & PREVIEW != 0 && !self.is_peoples()
    }

    /// Whether the pattern is part of browsers' or apps' texts: no other pattern counts within it.
    pub const fn is_peoples(&self) -> bool {
        self.head & PEOPLE == PEOPLE
    }

    /// Whether the name of a device follows the pattern, which is people's: no pattern counts up to the first `;`
    /// behind `build/`, or to the next `)` where that comes first.
    pub const fn names_device(&self) -> bool {
        self.is_peoples() && !self.starts_word()
    }

    fn stands_at(&self, text: &[u8], at: usize) -> bool {
        let end = at + self.folded.len();
        let both_letters = |i: usize| {
            let is_letter = |i: usize| text.get(i).is_some_and(u8::is_ascii_alphabetic);
            i > 0 && is_letter(i - 1) && is_letter(i)
        };
        text.get(at..end)
            .is_some_and(|text| equals_folded(text, self.folded))
            && !(self.starts_word() && both_letters(at))
            && !(self.ends_word() && both_letters(end))
    }
}

pub(crate) struct Patterns<'t>(pub(crate) &'t [u8]);

impl<'t> Iterator for Patterns<'t> {
    type Item = Pattern<'t>;

    fn next(&mut self) -> Option<Pattern<'t>> {
        let (&head, rest) = self.0.split_first()?;
        let (folded, rest) = rest.split_at_checked(usize::from(head & LENGTH))?;
        self.0 = rest;
        Some(Pattern { head, folded })
    }
}

/// Whether a text is this one, which is folded.
fn equals_folded(text: &[u8], folded: &[u8]) -> bool {
    text.len() == folded.len() && text.iter().zip(folded).all(|(a, b)| fold(*a) == *b)
}

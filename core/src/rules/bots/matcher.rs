//! Finds the patterns of a table in a `User-Agent`, without regard to case (rule 6).
//!
//! A `User-Agent` is a bot's if it is a single product (`curl/8.16.0`), or if a pattern stands in it outside of the
//! patterns that are people's, such as the telephone `CUBOT`.
//!
//! Nearly every request comes from a browser, so a browser's text is what has to be fast: one look at each position
//! says whether any pattern can begin there, and the table is built so that for today's browsers hardly any position
//! does.

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
/// All flags together: the pattern is people's, and what stands in it does not count.
pub(crate) const PEOPLE: u8 = PREVIEW | WORD_START | WORD_END;

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
    let text = user_agent.trim_ascii();
    let text = text.strip_prefix(b"Mozilla/5.0 ").unwrap_or(text);
    match () {
        () if text.is_empty() => None,
        () if !is_lone_product(without_pretence(text)) && !table.names(text, 0) => None,
        () if table.names(text, PREVIEW) => Some(Bot::LinkPreview),
        () => Some(Bot::Crawler),
    }
}

/// The name in `(compatible; Name/1.0)`. Bots pretend with these words to be browsers, for old servers' sake.
fn without_pretence(text: &[u8]) -> &[u8] {
    let inside = text.strip_prefix(b"(compatible; ");
    inside
        .and_then(|rest| rest.strip_suffix(b")"))
        .unwrap_or(text)
}

/// Whether the text is one product and nothing else, such as `Wget/1.25` or `Some Reader/2.0.1`. Browsers always say
/// more; so do apps that show pages, for the system's web view does.
///
/// A version is numbers with dots in between, perhaps after a `v`; none is as long as a build's date and time.
fn is_lone_product(text: &[u8]) -> bool {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' ' | b'.' | b'-');
    let Some(slash) = text.iter().position(|b| !is_name(b)) else {
        return true;
    };
    let mut digits = 0;
    for (at, byte) in text.iter().enumerate().skip(slash) {
        digits = match byte {
            b'/' if at == slash => 0,
            b'v' if at == slash + 1 => 0,
            b'0'..=b'9' if digits < 10 => digits + 1,
            b'.' if digits > 0 => 0,
            _ => return false,
        };
    }
    digits > 0
}

/// What a pattern does to the search.
enum Found<'t> {
    Nothing,
    Peoples(Pattern<'t>),
    Programs,
}

impl<'t> Table<'t> {
    /// Whether any pattern that has the flags asked for stands in the text, outside of those that are people's.
    fn names(&self, text: &[u8], asked: u8) -> bool {
        let mut at = 0;
        while let Some(found) = self.candidate(text, at) {
            at = match self.find(text, found, asked) {
                Found::Programs => return true,
                Found::Peoples(pattern) => found + pattern.folded.len(),
                Found::Nothing => found + 1,
            };
        }
        false
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
    fn find(&self, text: &[u8], at: usize, asked: u8) -> Found<'t> {
        let initial = text.get(at).map(|byte| usize::from(fold(*byte)) % INITIALS);
        let patterns = match initial.and_then(|initial| self.starts.get(initial..)) {
            Some([start, end, ..]) => self.patterns.get(usize::from(*start)..usize::from(*end)),
            _ => None,
        };
        let mut patterns = Patterns(patterns.unwrap_or_default());
        let found =
            patterns.find(|pattern| pattern.head & asked == asked && pattern.stands_at(text, at));
        match found {
            None => Found::Nothing,
            Some(pattern) if pattern.is_peoples() => Found::Peoples(pattern),
            Some(_) => Found::Programs,
        }
    }
}

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

//! The bytes of a cookie's value, decoded one by one on the way: percent-encoding up to two levels deep, and base64.
//!
//! Scripts encode their cookies once, twice or not at all, and do not say so. Nothing is decoded into a buffer, so a
//! cookie of any length costs no memory.

/// A place in an encoded text. A copy of it is a bookmark.
#[derive(Clone, Copy)]
pub(crate) struct Encoded<'a> {
    rest: &'a [u8],
    /// How many levels of percent-encoding are taken off.
    levels: u8,
    base64: bool,
    /// Bits of base64 that have been read and not handed out, and how many there are.
    pool: u16,
    pooled: u8,
    /// What the text ends at, besides its end; 0 for nothing.
    end: u8,
}

impl<'a> Encoded<'a> {
    /// A text in which quotes do not tell how often it was encoded: two levels are taken off where there are two.
    pub(crate) const fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            levels: 2,
            base64: false,
            pool: 0,
            pooled: 0,
            end: 0,
        }
    }

    /// A text with quotes in it: as many levels are taken off as bring the first one to light, so that an encoded quote
    /// within a quoted string stays part of it. Single quotes count where there are no double ones: in JSON they are
    /// apostrophes, which `encodeURIComponent` leaves as they are.
    #[inline(never)]
    pub(crate) fn quoted(rest: &'a [u8]) -> Self {
        let text = Self::new(rest);
        let level = |levels| Self { levels, ..text };
        let first = |quote| (0..=2).find(|levels| level(*levels).any(|byte| byte == quote));
        level(first(b'"').or_else(|| first(b'\'')).unwrap_or(2))
    }

    /// Base64 with either alphabet, itself percent-encoded or not.
    pub(crate) const fn base64(rest: &'a [u8]) -> Self {
        let mut text = Self::new(rest);
        text.base64 = true;
        text
    }

    /// The next byte, decoded, without going behind it.
    pub(crate) fn peek(&self) -> Option<u8> {
        let mut ahead = *self;
        ahead.next()
    }

    /// Whether `word` is all that is left, without regard to case.
    #[inline(never)]
    pub(crate) fn is(mut self, word: &[u8]) -> bool {
        let same = |byte: &u8| {
            self.next()
                .is_some_and(|next| next.eq_ignore_ascii_case(byte))
        };
        word.iter().all(same) && self.next().is_none()
    }

    /// The value of `key` in a list of pairs, such as `a:1,b:0`: the first of that name.
    #[inline(never)]
    pub(crate) fn field(mut self, separator: u8, equals: u8, key: &[u8]) -> Option<Self> {
        self.end = separator;
        while !self.rest.is_empty() {
            let mut value = self;
            if value.passes(equals, key) {
                return Some(value);
            }
            self.skip_pair();
        }
        None
    }

    /// Whether what comes before `end` is `key`; goes behind both.
    fn passes(&mut self, end: u8, key: &[u8]) -> bool {
        let same = |byte: &u8| self.next() == Some(*byte);
        key.iter().all(same) && self.next() == Some(end)
    }

    fn skip_pair(&mut self) {
        let end = core::mem::take(&mut self.end);
        while self.next().is_some_and(|byte| byte != end) {}
        self.end = end;
    }

    /// Whether a word of this text, between anything that is neither letter nor digit, is `word`.
    #[inline(never)]
    pub(crate) fn lists(mut self, word: &[u8]) -> bool {
        let mut left = word;
        let mut matches = true;
        loop {
            match self.next() {
                Some(byte) if byte.is_ascii_alphanumeric() => {
                    matches &= left.split_off_first() == Some(&byte);
                }
                other => {
                    if matches && left.is_empty() {
                        return true;
                    }
                    if other.is_none() {
                        return false;
                    }
                    left = word;
                    matches = true;
                }
            }
        }
    }

    fn percent_decoded(&mut self) -> Option<u8> {
        let mut byte = *self.rest.split_off_first()?;
        for _ in 0..self.levels {
            let (b'%', [high, low, rest @ ..]) = (byte, self.rest) else {
                break;
            };
            let (Some(high), Some(low)) = (hex(*high), hex(*low)) else {
                break;
            };
            byte = high << 4 | low;
            self.rest = rest;
        }
        Some(byte)
    }

    fn base64_decoded(&mut self) -> Option<u8> {
        while self.pooled < 8 {
            let byte = self.percent_decoded()?;
            self.pool = self.pool << 6 | u16::from(sextet(byte)?);
            self.pooled += 6;
        }
        self.pooled -= 8;
        let byte = (self.pool >> self.pooled) as u8;
        self.pool &= 0x3f;
        Some(byte)
    }
}

impl Iterator for Encoded<'_> {
    type Item = u8;

    #[inline(never)]
    fn next(&mut self) -> Option<u8> {
        let before = self.rest;
        let byte = if self.base64 {
            self.base64_decoded()?
        } else {
            self.percent_decoded()?
        };
        if byte == self.end && self.end != 0 {
            self.rest = before;
            return None;
        }
        Some(byte)
    }
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The six bits of a character, in either alphabet.
#[inline(never)]
pub(crate) const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' | b'+' => Some(62),
        b'_' | b'/' => Some(63),
        _ => None,
    }
}

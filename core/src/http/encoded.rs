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
    /// apostrophes. `encodeURIComponent` leaves those as they are, so the first character has to come to light as well.
    #[inline(never)]
    pub(crate) fn quoted(rest: &'a [u8]) -> Self {
        let mut text = Self::new(rest);
        for quote in [b'"', b'\''] {
            if text.discloses(quote, true) {
                break;
            }
        }
        text
    }

    /// Takes off as many levels as bring this byte to light, and the first one where that matters. Where none does, all
    /// are taken off.
    #[inline(never)]
    fn discloses(&mut self, byte: u8, first: bool) -> bool {
        (0..=2).any(|levels| {
            self.levels = levels;
            let mut ahead = *self;
            ahead.skip_to(byte);
            !ahead.rest.is_empty() && (!first || self.peek() != Some(b'%'))
        })
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

    /// The value of `key` in a list of pairs, such as `a:1,b:0`: the first of that name. Of the marks, the first
    /// separates pairs, and the second stands between key and value; without a second, fields are counted, and the key
    /// is a number from 0 to 9. Fields of a form, which an ampersand separates, are told apart before they are decoded;
    /// where the form was encoded as a whole, as many levels are taken off first as bring the second mark to light.
    #[inline(never)]
    pub(crate) fn field(mut self, marks: &[u8], key: &[u8]) -> Option<Self> {
        let (separator, equals) = marks.split_first()?;
        let is_form = *separator == b'&';
        let mut is_told = |mark: &u8| self.discloses(*mark, false);
        if is_form && !equals.first().is_some_and(&mut is_told) {
            self.levels = 0;
        }
        self.end = *separator;
        let mut index = b'0';
        loop {
            let mut value = self;
            let found = match equals.first() {
                Some(equals) => value.passes(*equals, key),
                None => key == [index],
            };
            if found && is_form {
                let start = value.rest;
                while value.next().is_some() {}
                return start.get(..start.len() - value.rest.len()).map(Self::new);
            } else if found {
                return Some(value);
            }
            index = index.wrapping_add(1);
            self.skip_pair()?;
        }
    }

    /// Whether what comes before `end` is `key`; goes behind both.
    fn passes(&mut self, end: u8, key: &[u8]) -> bool {
        let same = |byte: &u8| self.next() == Some(*byte);
        key.iter().all(same) && self.next() == Some(end)
    }

    /// Goes behind the next separator; `None` where there is none.
    fn skip_pair(&mut self) -> Option<()> {
        let end = core::mem::take(&mut self.end);
        while self.next()? != end {}
        self.end = end;
        Some(())
    }

    /// Goes to the first of these bytes, or to the end.
    #[inline(never)]
    pub(crate) fn skip_to(&mut self, byte: u8) {
        while self.peek().is_some_and(|next| next != byte) {
            self.next();
        }
    }

    /// What is inside a quoted string that begins here, up to its other quote.
    pub(crate) fn unquoted(mut self) -> Option<Self> {
        self.end = self.next().filter(|byte| matches!(byte, b'"' | b'\''))?;
        Some(self)
    }

    /// The bytes of a consent string that begins here, which nothing encodes.
    pub(crate) fn base64url(&self) -> &'a [u8] {
        let is_part = |byte: &&u8| **byte == b'.' || sextet(**byte).is_some();
        let len = self.rest.iter().take_while(is_part).count();
        self.rest.get(..len).unwrap_or_default()
    }

    /// Whether a word of this text, between anything that is neither letter nor digit nor dash, is `word`.
    #[inline(never)]
    pub(crate) fn lists(mut self, word: &[u8]) -> bool {
        let mut left = word;
        let mut matches = true;
        loop {
            match self.next() {
                Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') => {
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

    fn decoded(&mut self) -> Option<u8> {
        if self.base64 {
            self.base64_decoded()
        } else {
            self.percent_decoded()
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
        let byte = self.decoded()?;
        if byte == self.end && self.end != 0 {
            self.rest = before;
            return None;
        }
        // Inside a quoted string an escaped character stands for itself.
        match (byte, self.end) {
            (b'\\', b'"' | b'\'') => self.decoded(),
            _ => Some(byte),
        }
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

//! Reads a cookie's values out of `Cookie` headers, and a cookie's name out of `Set-Cookie`.
//!
//! RFC 6265bis lets a browser send one header; HTTP/2 splits it (RFC 9113 §8.2.3), and some hosts join its parts with
//! commas. So a pair ends at `;` or `,`, and a pair is ours if the name stands first in it.
//!
//! Every page pays for the search, often over kilobytes of other cookies. So it looks at eight bytes at once, in a form
//! that compilers turn into vector instructions where there are any.

use super::id::VisitorId;

/// How many bytes are compared at once: a word of 64 bits, which every target has, whatever its vector instructions.
const LANES: usize = size_of::<u64>();
/// How many positions are looked at before a branch.
const BLOCK: usize = 8 * LANES;

/// The values of a cookie in one `Cookie` header, in order, without surrounding blanks and quotes.
pub(crate) struct Values<'a> {
    header: &'a [u8],
    /// The cookie's name and an equals sign.
    needle: &'a [u8],
    at: usize,
}

pub(crate) const fn values<'a>(header: &'a [u8], needle: &'a [u8]) -> Values<'a> {
    Values {
        header,
        needle,
        at: 0,
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while let Some(start) = find(self.header, self.needle, self.at) {
            self.at = start + self.needle.len();
            let (before, rest) = (self.header.get(..start)?, self.header.get(self.at..)?);
            if begins_pair(before) {
                let (value, _) = rest.split_at_checked(value_len(rest))?;
                self.at += value.len();
                return Some(unquote(value));
            }
        }
        None
    }
}

/// The length of the value that `rest` begins with. A value as long as an id is looked for first, all bytes at once,
/// because it nearly always is one.
fn value_len(rest: &[u8]) -> usize {
    const ID: usize = VisitorId::TEXT_LEN;
    match rest.first_chunk::<ID>() {
        Some(value) if rest.get(ID).is_none_or(ends_pair) && !any_ends_pair(value) => ID,
        _ => rest.iter().position(ends_pair).unwrap_or(rest.len()),
    }
}

fn any_ends_pair(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<LANES>();
    let in_words = words.iter().fold(0, |any, word| {
        let word = u64::from_ne_bytes(*word);
        any | zeros(word ^ repeat(b';')) | zeros(word ^ repeat(b','))
    });
    in_words != 0 || rest.iter().any(ends_pair)
}

/// The name that a `Set-Cookie` value sets: what stands before the first `=` of its first part. Without an equals sign
/// that part is the value of a cookie without a name (RFC 6265bis §5.6), so the name is empty.
pub(crate) fn name_set_by(set_cookie: &[u8]) -> &[u8] {
    let end = set_cookie.iter().position(|b| matches!(b, b'=' | b';'));
    match end.and_then(|end| set_cookie.split_at_checked(end)) {
        Some((name, [b'=', ..])) => name.trim_ascii(),
        _ => &[],
    }
}

/// The first position from `from` on where `needle` stands in `header`.
///
/// The search looks for the needle's first and last byte at their distance, a block of positions at once, and compares
/// the rest only where both match. So a long header costs little more than reading it once.
pub(crate) fn find(header: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let ends = Ends {
        first: repeat(*needle.first()?),
        last: repeat(*needle.last()?),
    };
    let reach = needle.len() - 1;
    let end = header.len().checked_sub(reach)?;
    let is_match = |i: &usize| header.get(*i..).is_some_and(|at| at.starts_with(needle));
    let Some(last) = end.checked_sub(BLOCK).filter(|last| *last >= from) else {
        return (from..end).find(is_match);
    };
    let mut at = from;
    loop {
        let heads = header.get(at..)?.first_chunk()?;
        let tails = header.get(at + reach..)?.first_chunk()?;
        if ends.any_in(heads, tails)
            && let Some(place) = ends.place_in(heads, tails, |place| is_match(&(at + place)))
        {
            return Some(at + place);
        }
        if at == last {
            return None;
        }
        // The last block begins within the one before it, so that nothing is left over.
        at = (at + BLOCK).min(last);
    }
}

/// The first and the last byte of a needle, each in all lanes of a word.
struct Ends {
    first: u64,
    last: u64,
}

impl Ends {
    /// Whether the needle may begin anywhere in a block. Without an early end, which lets a compiler use vectors; and a
    /// lane that differs in its high bit passes for one that matches, which only headers that are not ASCII have.
    fn any_in(&self, heads: &[u8; BLOCK], tails: &[u8; BLOCK]) -> bool {
        let differences = self.differences(heads, tails);
        let borrows = differences.fold(0, |any, word| any | word.wrapping_sub(repeat(0x01)));
        borrows & repeat(0x80) != 0
    }

    /// The first place in a block where the needle may begin and does.
    fn place_in(
        &self,
        heads: &[u8; BLOCK],
        tails: &[u8; BLOCK],
        begins_at: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        for (i, word) in self.differences(heads, tails).enumerate() {
            let mut lanes = zeros(word);
            while lanes != 0 {
                let place = i * LANES + lanes.trailing_zeros() as usize / LANES;
                if begins_at(place) {
                    return Some(place);
                }
                lanes &= lanes - 1;
            }
        }
        None
    }

    /// For every word of a block, zero in the lanes where both ends match.
    fn differences(&self, heads: &[u8; BLOCK], tails: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
        let (heads, _) = heads.as_chunks::<LANES>();
        let (tails, _) = tails.as_chunks::<LANES>();
        heads.iter().zip(tails).map(|(head, tail)| {
            let (head, tail) = (u64::from_le_bytes(*head), u64::from_le_bytes(*tail));
            (head ^ self.first) | (tail ^ self.last)
        })
    }
}

/// A word of eight times the same byte.
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; LANES])
}

/// The high bit of every lane that is zero. A borrow may set further ones above the lowest of them, so a hit has to be
/// checked.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(repeat(0x01)) & !word & repeat(0x80)
}

/// Whether a pair begins behind `before`: it is empty, or ends a pair, or only blanks follow that.
pub(crate) fn begins_pair(before: &[u8]) -> bool {
    before.trim_ascii_end().last().is_none_or(ends_pair)
}

const fn ends_pair(byte: &u8) -> bool {
    matches!(*byte, b';' | b',')
}

/// The value without blanks around it, and without double quotes, which some clients add. They are not part of a UUID.
pub(crate) fn unquote(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(value)
}

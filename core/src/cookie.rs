//! Reads a cookie's values out of `Cookie` headers, and a cookie's name out of `Set-Cookie`.
//!
//! RFC 6265bis lets a browser send one header; HTTP/2 and some hosts split it or fold it with commas (RFC 9113 §8.2.3).
//! So a pair ends at `;` or `,`, and a pair is ours where the name stands first in it.

use crate::id::VisitorId;

/// How many positions the search compares at once; wide enough for the compiler to use vector instructions.
const LANES: usize = 32;

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
            if begins_pair(&self.header[..start]) {
                let rest = &self.header[self.at..];
                let len = value_len(rest);
                self.at += len;
                return Some(unquote(rest[..len].trim_ascii()));
            }
        }
        None
    }
}

/// How far a value reaches. A value as long as an id is looked for first, all bytes at once: it nearly always is one.
fn value_len(rest: &[u8]) -> usize {
    const ID: usize = VisitorId::TEXT_LEN;
    match rest.first_chunk::<ID>() {
        Some(value) if rest.get(ID).is_none_or(ends_pair) && !any_ends_pair(value) => ID,
        _ => rest.iter().position(ends_pair).unwrap_or(rest.len()),
    }
}

fn any_ends_pair<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.iter().fold(false, |any, byte| any | ends_pair(byte))
}

/// The name that a `Set-Cookie` value sets: what stands before the first `=` of its first part. Without an equals sign
/// the part is the value of a cookie without a name (RFC 6265bis §5.6).
pub(crate) fn name_set_by(set_cookie: &[u8]) -> &[u8] {
    let end = set_cookie.iter().position(|b| matches!(b, b'=' | b';'));
    match end {
        Some(end) if set_cookie[end] == b'=' => set_cookie[..end].trim_ascii(),
        _ => &[],
    }
}

/// The first position from `from` on where `needle` stands in `header`.
///
/// Looks for the needle's first and last byte at their distance, many positions at once, and compares the rest only
/// where both match: a long header costs little more than reading it once.
fn find(header: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let (first, last) = (needle.first()?, needle.last()?);
    let reach = needle.len() - 1;
    let heads = header.get(from..header.len().checked_sub(reach)?)?;
    let tails = header.get(from + reach..)?;
    let (head_chunks, head_rest) = heads.as_chunks::<LANES>();
    let (tail_chunks, tail_rest) = tails.as_chunks::<LANES>();
    let is_match = |i: usize| header.get(i..).is_some_and(|at| at.starts_with(needle));
    for (n, (head, tail)) in head_chunks.iter().zip(tail_chunks).enumerate() {
        if any_match(head, tail, *first, *last) {
            let start = from + n * LANES;
            let found = candidates(head, tail, *first, *last)
                .map(|i| start + i)
                .find(|i| is_match(*i));
            if found.is_some() {
                return found;
            }
        }
    }
    let start = from + head_chunks.len() * LANES;
    candidates(head_rest, tail_rest, *first, *last)
        .map(|i| start + i)
        .find(|i| is_match(*i))
}

/// Whether any position matches; without an early end, so that it compiles to a handful of vector instructions.
fn any_match(heads: &[u8; LANES], tails: &[u8; LANES], first: u8, last: u8) -> bool {
    let pairs = heads.iter().zip(tails);
    pairs.fold(false, |any, (head, tail)| {
        any | ((*head == first) & (*tail == last))
    })
}

fn candidates(heads: &[u8], tails: &[u8], first: u8, last: u8) -> impl Iterator<Item = usize> {
    let pairs = heads.iter().zip(tails).enumerate();
    pairs.filter_map(move |(i, (head, tail))| (*head == first && *tail == last).then_some(i))
}

/// Whether what stands before a name says that a pair begins here.
fn begins_pair(before: &[u8]) -> bool {
    before.trim_ascii_end().last().is_none_or(ends_pair)
}

const fn ends_pair(byte: &u8) -> bool {
    matches!(*byte, b';' | b',')
}

/// Some clients wrap a value in double quotes; they are no part of a UUID.
fn unquote(value: &[u8]) -> &[u8] {
    value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(value)
}

//! Writes text without the machinery of `core::fmt`, most of which an engine of a few kilobytes could not carry: pieces
//! of strings and whole numbers, into anything that takes them.
//!
//! Natively `Display` is made of the same pieces, so there is one text, not two.

use core::fmt::{self, Write};

/// Something that writes itself in pieces. `Display` is made of it.
pub(crate) trait Text {
    fn write_to(&self, out: &mut dyn Write) -> fmt::Result;
}

/// A number in decimal.
pub(crate) struct Decimal {
    digits: [u8; Self::MOST],
    begin: usize,
}

impl Decimal {
    /// The most digits that a number has.
    const MOST: usize = 20;

    #[inline(never)]
    pub(crate) fn of(number: u64) -> Self {
        let mut digits = [b'0'; Self::MOST];
        let (mut begin, mut left) = (Self::MOST, number);
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit += (left % 10) as u8;
            begin = at;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        Self { digits, begin }
    }

    pub(crate) fn as_str(&self) -> &str {
        ascii(self.digits.get(self.begin..).unwrap_or_default())
    }
}

/// The text that is in bytes which are known to be ASCII.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    utf8(bytes).unwrap_or_default()
}

/// The text in these bytes, if they are UTF-8. By what the log line needs anyway: the library's own function is as long
/// as all of it.
#[inline(never)]
pub(crate) fn utf8(bytes: &[u8]) -> Option<&str> {
    let Some(chunk) = bytes.utf8_chunks().next() else {
        return Some("");
    };
    chunk.invalid().is_empty().then_some(chunk.valid())
}

/// What stands behind `piece` in a text that begins with it. Compares eight bytes at once: where there are no vectors,
/// the library compares one by one.
pub(crate) fn strip_prefix<'t>(piece: &[u8], text: &'t [u8]) -> Option<&'t [u8]> {
    let (head, behind) = text.split_at_checked(piece.len())?;
    let ((words, rest), (piece_words, piece_rest)) = (head.as_chunks(), piece.as_chunks::<8>());
    let same_words = words.iter().zip(piece_words).all(|(a, b)| a == b);
    let same_rest = rest.iter().zip(piece_rest).all(|(a, b)| a == b);
    (same_words && same_rest).then_some(behind)
}

/// What is left without blanks around it. The library's own is copied to wherever it is used, which in an engine is a
/// tenth of a kilobyte each time.
#[inline(never)]
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Whether two texts are the same but for the case of ASCII letters.
#[inline(never)]
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Writes pieces, one after the other.
#[inline(never)]
pub(crate) fn pieces(out: &mut dyn Write, pieces: &[&str]) -> fmt::Result {
    pieces.iter().try_for_each(|piece| out.write_str(piece))
}

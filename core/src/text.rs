//! Writes text without the machinery of `core::fmt`, most of which an engine of a few kilobytes could not carry: pieces of
//! strings and whole numbers, into anything that takes them.

use core::fmt::{self, Write};

/// Something that writes itself in pieces. `Display` is made of it.
pub(crate) trait Text {
    fn write_to(&self, out: &mut dyn Write) -> fmt::Result;
}

/// The most digits that a number has.
const DIGITS: usize = 20;

/// Writes a number in decimal.
pub(crate) fn number(out: &mut dyn Write, number: u64) -> fmt::Result {
    let mut digits = [0; DIGITS];
    let mut begin = DIGITS;
    let mut left = number;
    while begin > 0 {
        begin -= 1;
        digits[begin] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    ascii(out, &digits[begin..])
}

/// Writes bytes that are known to be ASCII.
pub(crate) fn ascii(out: &mut dyn Write, bytes: &[u8]) -> fmt::Result {
    out.write_str(core::str::from_utf8(bytes).unwrap_or_default())
}

/// Writes pieces, one after the other.
pub(crate) fn pieces(out: &mut dyn Write, pieces: &[&str]) -> fmt::Result {
    pieces.iter().try_for_each(|piece| out.write_str(piece))
}

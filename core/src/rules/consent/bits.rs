//! Numbers in base64url text, as the IAB's consent strings hold them: the first bit is the highest of the first
//! character (RFC 4648 §5, without padding).
//!
//! Nothing is decoded into a buffer: a number is read where it stands.

use crate::http::encoded::sextet;

/// A segment of a consent string, and whether it was asked for bits that it does not have.
pub(super) struct Bits<'a> {
    text: &'a [u8],
    /// Whether the segment is too short, or holds other characters. Nothing that was read counts then.
    pub(super) broken: bool,
}

impl<'a> Bits<'a> {
    /// The bits of a segment, in base64url or base64.
    pub(super) const fn new(text: &'a [u8]) -> Self {
        let broken = false;
        Self { text, broken }
    }

    /// The number in `len` bits, 36 at most; 0, and broken, where the segment is shorter or holds something else there.
    #[inline(never)]
    pub(super) fn number(&mut self, at: usize, len: usize) -> u64 {
        let (mut number, mut place) = (0, at / 6);
        let end = at + len;
        while place * 6 < end {
            let Some(bits) = self.text.get(place).and_then(|byte| sextet(*byte)) else {
                self.broken = true;
                return 0;
            };
            number = number << 6 | u64::from(bits);
            place += 1;
        }
        number >> (place * 6 - end) & ((1 << len) - 1)
    }
}

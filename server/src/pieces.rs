//! What a body yields at once, cut into pieces.
//!
//! A connection takes a page from memory whole otherwise, and its body would seem to be sent while the client has read
//! nothing of it.

use bytes::Bytes;
use http_body::SizeHint;

/// The most bytes that a connection takes at once: those of one frame of HTTP/2 (RFC 9113 §6.5.2).
pub(crate) const PIECE: usize = 16 * 1024;

/// What the connection has not taken yet.
#[derive(Debug, Default)]
pub(crate) struct Pieces(Bytes);

impl Pieces {
    /// Cuts `data`, and returns its first piece: the only one of no bytes.
    pub(crate) fn first_of(&mut self, data: Bytes) -> Bytes {
        self.0 = data;
        self.cut()
    }

    /// The next piece of what was cut last, if any is left.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        (!self.is_empty()).then(|| self.cut())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes that are left here, and those of the body that they are from.
    pub(crate) fn added_to(&self, body: &SizeHint) -> SizeHint {
        let rest = self.0.len() as u64;
        let mut sum = SizeHint::new();
        sum.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            sum.set_upper(upper + rest);
        }
        sum
    }

    fn cut(&mut self) -> Bytes {
        self.0.split_to(self.0.len().min(PIECE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(length: usize, expect: &[usize]) {
        let data: Bytes = (0..length).map(|index| index as u8).collect();
        let mut pieces = Pieces::default();
        let mut cut = vec![pieces.first_of(data.clone())];
        cut.extend(std::iter::from_fn(|| pieces.next()));
        assert_eq!(cut.concat(), data);
        assert_eq!(cut.iter().map(Bytes::len).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn data_comes_in_pieces() {
        check(0, &[0]);
        check(1, &[1]);
        check(PIECE, &[PIECE]);
        check(PIECE + 1, &[PIECE, 1]);
        check(3 * PIECE, &[PIECE; 3]);
    }
}

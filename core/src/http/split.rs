//! A text cut at a byte: segments, sections, fields, steps of a path.
//!
//! It does what `slice::split` does. One copy of it serves all callers, which keeps the engine small.

/// The parts of a text between separators, in order; empty ones count.
pub(crate) struct Split<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Split<'a> {
    /// A text without a separator is one part, as with `slice::split`.
    pub(crate) const fn new(text: &'a [u8], separator: u8) -> Self {
        let rest = Some(text);
        Self { rest, separator }
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        for (at, byte) in rest.iter().enumerate() {
            if *byte == self.separator {
                self.rest = rest.get(at + 1..);
                return rest.get(..at);
            }
        }
        self.rest.take()
    }
}

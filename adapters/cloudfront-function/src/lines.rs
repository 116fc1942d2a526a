//! The lines that a policy's constants are written on.

use std::fmt::{Display, Write as _};

/// Constants as they stand in the function, one on each line.
#[derive(Debug, Default)]
pub(crate) struct Lines(String);

impl Lines {
    pub(crate) fn set(&mut self, name: &str, value: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "const {name} = {value};");
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

//! The patterns that a table is packed from.

use std::collections::BTreeSet;

/// Patterns in the notation of `data/words.txt`, and words of people's browsers that contain one.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Lower case, `<` for the start of a word, `>` for its end.
    pub patterns: Vec<String>,
    /// Lower case; a pattern within one of these does not count.
    pub people: BTreeSet<String>,
}

//! What each rule saw when a decision was made.

use std::fmt;

use hardtack::{Rule, Trace};
use serde_json::{Value, json};

/// Notes on one decision, if anybody takes them.
#[derive(Debug)]
pub(crate) struct Notes(Option<Vec<(Rule, String)>>);

impl Notes {
    /// To be filled.
    pub(crate) const fn taken() -> Self {
        Self(Some(Vec::new()))
    }

    /// Never filled.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// As the page takes them, in the order in which the rules looked.
    pub(super) fn json(&self) -> Value {
        let notes = self.0.iter().flatten();
        notes
            .map(|(rule, saw)| json!({ "number": rule.number(), "name": rule.name(), "saw": saw }))
            .collect()
    }

    /// What one rule saw.
    pub(super) fn of(&self, wanted: Rule) -> impl Iterator<Item = &str> {
        let notes = self.0.iter().flatten();
        notes
            .filter(move |(rule, _)| *rule == wanted)
            .map(|(_, saw)| saw.as_str())
    }
}

impl Trace for Notes {
    fn enabled(&self) -> bool {
        self.0.is_some()
    }

    fn record(&mut self, rule: Rule, what: fmt::Arguments<'_>) {
        if let Some(notes) = &mut self.0 {
            notes.push((rule, what.to_string()));
        }
    }
}

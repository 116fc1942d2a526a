//! What each rule found when a decision was made.

use std::fmt;

use hardtack::{Rule, Trace};
use serde_json::{Value, json};

/// The findings of all rules on one decision, if they are recorded.
#[derive(Debug)]
pub(crate) struct Notes(Option<Vec<(Rule, String)>>);

impl Notes {
    /// Records what each rule finds.
    pub(crate) const fn recorded() -> Self {
        Self(Some(Vec::new()))
    }

    /// Records nothing.
    pub(crate) const fn off() -> Self {
        Self(None)
    }

    /// The JSON that the page reads, in the order of the rules' numbers. Rules 1 and 2 are asked twice.
    pub(super) fn json(&self) -> Value {
        let mut notes: Vec<_> = self.0.iter().flatten().collect();
        notes.sort_by_key(|(rule, _)| rule.number());
        notes
            .into_iter()
            .map(|(rule, saw)| json!({ "number": rule.number(), "name": rule.name(), "saw": saw }))
            .collect()
    }

    /// What one rule found.
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

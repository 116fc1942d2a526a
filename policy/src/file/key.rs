//! A key of the policy file: what it is called, what it takes, and where that goes.
//!
//! A key's slot is both its type and its way into [`Settings`], so a key that is listed is read, written, documented,
//! in the schema and in the summary. The defaults are those of `Settings::default()`.

use hardtack::Settings;

use super::slot::{Slot, Word};
use super::{consent, value};

/// A section of the policy file.
#[derive(Debug)]
pub struct Section {
    /// Its name, as in `[cookie]`.
    pub name: &'static str,
    /// The heading of its part of the summary, in one word.
    pub title: &'static str,
    /// What it is about, in one line without a full stop.
    pub summary: &'static str,
    /// Its keys, in the order in which they are written.
    pub keys: &'static [Key],
}

/// A key of the policy file.
#[derive(Debug)]
pub struct Key {
    /// The name of its section.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line without a full stop.
    pub summary: &'static str,
    /// What else there is to know, in full sentences.
    pub details: &'static str,
    /// What a string has to look like, as a regular expression of JSON Schema; `None` where that cannot be put so.
    pub pattern: Option<&'static str>,
    /// A value other than the default, in TOML.
    pub example: &'static str,
    pub(crate) slot: Slot,
}

impl Key {
    /// The key with its section, such as `cookie.name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The default in TOML; `None` where the default is that the key is absent.
    pub fn default(&self) -> Option<String> {
        self.value_in(&Settings::default())
    }

    /// What `settings` hold for this key, in TOML; `None` where the key would be left out.
    pub fn value_in(&self, settings: &Settings) -> Option<String> {
        value::written(&self.slot, settings)
    }

    /// The same, where it differs from the default.
    pub(crate) fn changed_value(&self, settings: &Settings) -> Option<String> {
        let value = self.value_in(settings)?;
        (self.default().as_ref() != Some(&value)).then_some(value)
    }

    /// What the key takes, in a few words.
    pub fn takes(&self) -> String {
        self.slot.takes()
    }

    /// The words it takes.
    pub const fn words(&self) -> &'static [Word] {
        self.slot.words()
    }

    /// The words it takes, each with its meaning, and those of consent platforms too.
    pub(crate) fn choices(&self) -> Vec<(&'static str, String)> {
        match self.slot {
            Slot::Sources(_) => consent::platforms(),
            _ => self
                .words()
                .iter()
                .map(|word| (word.word, word.meaning.to_string()))
                .collect(),
        }
    }

    /// What the word that `settings` hold for this key means; `None` where they hold none.
    pub(crate) fn chosen_meaning(&self, settings: &Settings) -> Option<&'static str> {
        let mut words = self.words().iter();
        let chosen = words.find(|word| (word.chosen)(settings));
        chosen.map(|word| word.meaning)
    }

    /// Whether the key takes a string or a flag, so that its default shows what it takes.
    pub(super) const fn takes_plain_value(&self) -> bool {
        matches!(
            self.slot,
            Slot::Text(_) | Slot::OptionalText(_) | Slot::Flag(_)
        )
    }

    /// Whether it takes words and nothing else.
    pub(super) const fn takes_words_alone(&self) -> bool {
        matches!(self.slot, Slot::Words(_))
    }
}

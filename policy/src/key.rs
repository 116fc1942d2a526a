//! A key of the policy file: what it is called, what it takes, and where that goes.
//!
//! A key's slot is both its type and its way into [`Settings`], so a key that is listed is read, written, documented
//! and in the schema; defaults are those of `Settings::default()`.

use hardtack::{ConsentSource, DomainSetting, Required, Settings};

use crate::{consent, write};

/// A section of the policy file.
#[derive(Debug)]
pub struct Section {
    /// Its name, as in `[cookie]`.
    pub name: &'static str,
    /// What it is about, in one line without a full stop.
    pub summary: &'static str,
}

/// A key of the policy file.
#[derive(Debug)]
pub struct Key {
    /// The section it stands in.
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

/// One of the words that a key takes.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means, in one line without a full stop.
    pub meaning: &'static str,
    pub(crate) choose: fn(&mut Settings),
    pub(crate) chosen: fn(&Settings) -> bool,
}

/// What a key takes, and where in the settings it goes.
#[derive(Debug)]
pub(crate) enum Slot {
    Text(fn(&mut Settings) -> &mut String),
    OptionalText(fn(&mut Settings) -> &mut Option<String>),
    Seconds(fn(&mut Settings) -> &mut u64),
    Flag(fn(&mut Settings) -> &mut bool),
    Patterns(fn(&mut Settings) -> &mut Vec<String>),
    Domain(fn(&mut Settings) -> &mut DomainSetting),
    Required(fn(&mut Settings) -> &mut Required),
    Sources(fn(&mut Settings) -> &mut Vec<ConsentSource>),
    Words(&'static [Word]),
    /// A word, or a time in seconds.
    WordsOrSeconds(
        &'static [Word],
        fn(&Settings) -> Option<u64>,
        fn(&mut Settings, u64),
    ),
    /// A day, which begins at midnight UTC; 0 for none.
    Day(fn(&mut Settings) -> &mut u64),
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
        write::value(&self.slot, settings)
    }

    /// What the key takes, in words.
    pub fn takes(&self) -> String {
        self.slot.takes()
    }

    /// Whether the key takes a string or a flag, so that its default says all about what it takes.
    pub(crate) const fn takes_plain_value(&self) -> bool {
        matches!(
            self.slot,
            Slot::Text(_) | Slot::OptionalText(_) | Slot::Flag(_)
        )
    }

    /// Whether it takes words and nothing else.
    pub(crate) const fn takes_words_alone(&self) -> bool {
        matches!(self.slot, Slot::Words(_))
    }

    /// The words it takes.
    pub const fn words(&self) -> &'static [Word] {
        match self.slot {
            Slot::Words(words) | Slot::WordsOrSeconds(words, ..) => words,
            _ => &[],
        }
    }
}

impl Slot {
    pub(crate) fn takes(&self) -> String {
        match self {
            Self::Text(_) | Self::OptionalText(_) => "a string".to_string(),
            Self::Seconds(_) => "a time such as \"730d\", or a whole number of seconds".to_string(),
            Self::Flag(_) => "true or false".to_string(),
            Self::Patterns(_) => "a list of strings".to_string(),
            Self::Domain(_) => "\"auto\", \"none\", a domain or a list of domains".to_string(),
            Self::Required(_) => consent::REQUIRED_TAKES.to_string(),
            Self::Sources(_) => consent::SOURCES_TAKES.to_string(),
            Self::Words(words) => either(words),
            Self::WordsOrSeconds(words, ..) => {
                format!("{}, or a time such as \"30d\"", either(words))
            }
            Self::Day(_) => "a day such as \"2030-12-31\"".to_string(),
        }
    }
}

/// `"a", "b" or "c"`.
fn either(words: &[Word]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("\"{}\"", word.word))
        .collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

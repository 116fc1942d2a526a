//! What a key takes, and where in the settings that goes.

use hardtack::{ConsentSource, DomainSetting, Required, Settings};

use super::consent;

/// One of the words that a key takes.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means, in one line without a full stop.
    pub meaning: &'static str,
    pub(super) choose: fn(&mut Settings),
    pub(super) chosen: fn(&Settings) -> bool,
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

impl Slot {
    /// What the key takes, in a few words.
    pub(super) fn takes(&self) -> String {
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

    /// The words that the key takes.
    pub(super) const fn words(&self) -> &'static [Word] {
        match self {
            Self::Words(words) | Self::WordsOrSeconds(words, ..) => words,
            _ => &[],
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

/// The words of one setting: each with its value and what it means.
macro_rules! words {
    ($section:ident.$setting:ident: $($word:literal => $value:expr, $meaning:literal;)+) => {
        &[$($crate::file::slot::Word {
            word: $word,
            meaning: $meaning,
            choose: |settings| settings.$section.$setting = $value,
            chosen: |settings| PartialEq::eq(&settings.$section.$setting, &$value),
        }),+]
    };
}

pub(super) use words;

#[cfg(test)]
mod tests {
    use super::{Word, either};

    #[track_caller]
    fn check(words: &[&'static str], expected: &str) {
        let word = |word: &&'static str| Word {
            word,
            meaning: "",
            choose: |_| (),
            chosen: |_| true,
        };
        let words: Vec<Word> = words.iter().map(word).collect();
        assert_eq!(either(&words), expected);
    }

    #[test]
    fn words_are_listed_as_people_say_them() {
        check(&["a"], "\"a\"");
        check(&["a", "b"], "\"a\" or \"b\"");
        check(&["a", "b", "c"], "\"a\", \"b\" or \"c\"");
    }
}

//! Reads the value of one key into the settings.

use hardtack::{DomainSetting, Settings};

use crate::domain_name;
use crate::file::key::Key;
use crate::file::nearest::nearest;
use crate::file::node::{Node, Value, Wrong};
use crate::file::slot::{Slot, Word};
use crate::file::{consent, day, duration};

/// Reads a node as the key takes it. Returns what is wrong with it; then the setting stays as it is.
pub(super) fn read<'n>(key: &Key, node: &'n Node, settings: &mut Settings) -> Vec<Wrong<'n>> {
    let reader = ValueReader { key, node };
    match reader.read(settings) {
        Ok(()) => Vec::new(),
        Err(wrong) => wrong,
    }
}

struct ValueReader<'k, 'n> {
    key: &'k Key,
    node: &'n Node,
}

impl<'n> ValueReader<'_, 'n> {
    fn read(&self, settings: &mut Settings) -> Result<(), Vec<Wrong<'n>>> {
        match (&self.key.slot, &self.node.value) {
            (Slot::Text(at), Value::Text(text)) => at(settings).clone_from(text),
            (Slot::OptionalText(at), Value::Text(text)) => *at(settings) = Some(text.clone()),
            (Slot::Flag(at), Value::Flag(flag)) => *at(settings) = *flag,
            (Slot::Seconds(at), Value::Number(_, Some(seconds))) => *at(settings) = *seconds,
            (Slot::Seconds(at), Value::Text(text)) => *at(settings) = self.time(text)?,
            (Slot::Day(at), Value::Text(text) | Value::Date(text)) => {
                *at(settings) = self.day(text)?;
            }
            (Slot::Patterns(at), Value::List(items)) => {
                *at(settings) = each(items, |item| self.text(item))?;
            }
            (Slot::Domain(at), Value::Text(_) | Value::List(_)) => *at(settings) = self.domain()?,
            (Slot::Required(at), _) => *at(settings) = consent::required(self.node)?,
            (Slot::Sources(at), Value::List(items)) => {
                *at(settings) = each(items, consent::source)?
            }
            (Slot::Words(words), Value::Text(text)) => (self.word(words, text)?.choose)(settings),
            (Slot::WordsOrSeconds(words, _, choose), Value::Text(text)) => {
                self.word_or_time(words, *choose, text, settings)?;
            }
            (Slot::WordsOrSeconds(_, _, choose), Value::Number(_, Some(seconds))) => {
                choose(settings, *seconds);
            }
            _ => return Err(vec![self.wrong_type()]),
        }
        Ok(())
    }

    fn word_or_time(
        &self,
        words: &[Word],
        choose: fn(&mut Settings, u64),
        text: &str,
        settings: &mut Settings,
    ) -> Result<(), Wrong<'n>> {
        let is_time =
            duration::parse(text).is_ok() || text.starts_with(|c: char| c.is_ascii_digit());
        match is_time {
            true => choose(settings, self.time(text)?),
            false => (self.word(words, text)?.choose)(settings),
        }
        Ok(())
    }

    fn word<'w>(&self, words: &'w [Word], text: &str) -> Result<&'w Word, Wrong<'n>> {
        let hint = || nearest(text, words.iter().map(|word| word.word));
        words.iter().find(|word| word.word == text).ok_or_else(|| {
            let (path, takes) = (self.key.path(), self.key.takes());
            self.node.wrong(
                format!("`{path}` is {text:?}, it takes {takes}"),
                hint().map(|near| format!("did you mean \"{near}\"?")),
            )
        })
    }

    fn time(&self, text: &str) -> Result<u64, Wrong<'n>> {
        let path = self.key.path();
        let message = || format!("`{path}` is {text:?}, which is not a valid time");
        duration::parse(text).map_err(|hint| self.node.wrong(message(), Some(hint)))
    }

    fn day(&self, text: &str) -> Result<u64, Wrong<'n>> {
        let path = self.key.path();
        day::parse(text).ok_or_else(|| {
            let hint = "write year, month and day, such as \"2030-12-31\"";
            let message = format!("`{path}` is {text:?}, which is not a valid day");
            self.node.wrong(message, Some(hint.to_string()))
        })
    }

    fn text(&self, item: &'n Node) -> Result<String, Wrong<'n>> {
        match &item.value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(self.wrong_element(item)),
        }
    }

    fn domain(&self) -> Result<DomainSetting, Vec<Wrong<'n>>> {
        Ok(match &self.node.value {
            Value::Text(text) if text == "auto" => DomainSetting::Auto,
            Value::Text(text) if text == "none" => DomainSetting::HostOnly,
            Value::List(items) => {
                DomainSetting::Listed(each(items, |item| self.domain_name(item))?)
            }
            _ => DomainSetting::Listed(vec![self.domain_name(self.node)?]),
        })
    }

    fn domain_name(&self, node: &'n Node) -> Result<String, Wrong<'n>> {
        let text = self.text(node)?;
        let mut words = ["auto", "none"].into_iter();
        let hint = match words.find(|word| text.eq_ignore_ascii_case(word)) {
            Some(word) => format!("write {} = \"{word}\"", self.key.name),
            None => match domain_name::canonical(&text) {
                Some(name) => return Ok(name),
                None => "write it as in \"example.com\"".to_string(),
            },
        };
        let path = self.key.path();
        let message = format!("`{path}` holds {text:?}, which is not a valid domain");
        Err(node.wrong(message, Some(hint)))
    }

    fn wrong_type(&self) -> Wrong<'n> {
        let (path, what, takes) = (self.key.path(), self.node.described(), self.key.takes());
        let message = format!("`{path}` is {what}, it takes {takes}");
        self.node
            .wrong(message, rewritten(self.key, &self.node.value))
    }

    fn wrong_element(&self, item: &'n Node) -> Wrong<'n> {
        let (path, what, takes) = (self.key.path(), item.described(), self.key.takes());
        item.wrong(format!("`{path}` holds {what}, it takes {takes}"), None)
    }
}

/// Reads every element, so that all that are wrong are reported.
fn each<'n, T>(
    items: &'n [Node],
    read: impl Fn(&'n Node) -> Result<T, Wrong<'n>>,
) -> Result<Vec<T>, Vec<Wrong<'n>>> {
    let (mut values, mut wrong) = (Vec::new(), Vec::new());
    for item in items {
        match read(item) {
            Ok(value) => values.push(value),
            Err(one) => wrong.push(one),
        }
    }
    match wrong.is_empty() {
        true => Ok(values),
        false => Err(wrong),
    }
}

/// The same value as the key would take it, where that is plain.
fn rewritten(key: &Key, value: &Value) -> Option<String> {
    let value = match (&key.slot, value) {
        (Slot::Flag(_), Value::Text(text) | Value::Number(text, _)) => flag(text)?.to_string(),
        (Slot::Patterns(_) | Slot::Sources(_), Value::Text(text)) => format!("[{text:?}]"),
        (Slot::Words(words) | Slot::WordsOrSeconds(words, ..), Value::Flag(false)) => {
            let named = |name| words.iter().find(|word| word.word == name);
            format!("{:?}", named("none").or_else(|| named("never"))?.word)
        }
        (Slot::Domain(_), Value::Flag(false)) => "\"none\"".to_string(),
        (Slot::Domain(_), Value::Flag(true)) => "\"auto\"".to_string(),
        (Slot::Text(_) | Slot::OptionalText(_), Value::Number(text, _)) => format!("{text:?}"),
        (Slot::OptionalText(_), Value::Flag(false) | Value::Other("null")) => {
            return Some(format!("leave {} out", key.name));
        }
        _ => return None,
    };
    Some(format!("write {} = {value}", key.name))
}

fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

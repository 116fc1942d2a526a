//! Turns a tree into settings, and collects everything that is wrong with it on the way.

use std::ops::Range;

use hardtack::{DomainSetting, PolicyError, Settings};

use crate::consent::Wrong;
use crate::key::{Key, Slot, Word};
use crate::keys::{KEYS, SECTIONS};
use crate::nearest::nearest;
use crate::node::{Entry, Node, Value};
use crate::problem::{Fault, Place, Problem};
use crate::{consent, day, domain_name, duration};

/// Reads every key that is there. Unknown keys and wrong values do not stop it, so that all are told at once.
/// `text` is what the tree's spans are about, where there is one.
pub(crate) fn settings(text: Option<&str>, root: &Node) -> Result<Settings, Problem> {
    let faults = Vec::new();
    let mut reader = Reader { text, faults };
    let mut settings = Settings::default();
    reader.root(&mut settings, root);
    match Problem::of(reader.faults) {
        Some(problem) => Err(problem),
        None => Ok(settings),
    }
}

/// Finds the place of what the core refused.
pub(crate) fn located(text: Option<&str>, root: &Node, error: &PolicyError) -> Problem {
    let span = entry_at(root, error.key()).and_then(|entry| {
        let refused = element(&entry.node, error.value()).unwrap_or(&entry.node);
        refused.span.clone()
    });
    let fault = Fault {
        message: error.to_string(),
        hint: Some(error.hint().to_string()),
        key: Some(error.key().to_string()),
        place: place(text, span),
    };
    fault.into()
}

struct Reader<'s> {
    text: Option<&'s str>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn root(&mut self, settings: &mut Settings, root: &Node) {
        let Value::Table(sections) = &root.value else {
            let message = format!("a policy is an object, not {}", root.described());
            let hint = "write {} for the defaults".to_string();
            return self.fault(None, root.span.clone(), message, Some(hint));
        };
        for section in sections {
            self.section(settings, section);
        }
    }

    fn section(&mut self, settings: &mut Settings, entry: &Entry) {
        if !SECTIONS.iter().any(|section| section.name == entry.name) {
            return self.unknown_section(entry);
        }
        let Value::Table(keys) = &entry.node.value else {
            return self.not_a_section(entry);
        };
        for key in keys {
            match KEYS
                .iter()
                .find(|known| known.section == entry.name && known.name == key.name)
            {
                Some(known) => self.key(settings, known, &key.node),
                None => self.unknown_key(&entry.name, key),
            }
        }
    }

    fn key(&mut self, settings: &mut Settings, key: &Key, node: &Node) {
        match (&key.slot, &node.value) {
            (Slot::Text(at), Value::Text(text)) => at(settings).clone_from(text),
            (Slot::OptionalText(at), Value::Text(text)) => *at(settings) = Some(text.clone()),
            (Slot::Flag(at), Value::Flag(flag)) => *at(settings) = *flag,
            (Slot::Seconds(at), Value::Number(_, Some(seconds))) => *at(settings) = *seconds,
            (Slot::Seconds(at), Value::Text(text)) => match duration::parse(text) {
                Ok(seconds) => *at(settings) = seconds,
                Err(hint) => self.no_time(key, node, text, hint),
            },
            (Slot::Patterns(at), Value::List(items)) => {
                if let Some(patterns) = self.texts(key, items) {
                    *at(settings) = patterns;
                }
            }
            (Slot::Domain(at), Value::Text(_) | Value::List(_)) => {
                if let Some(domain) = self.domain(key, node) {
                    *at(settings) = domain;
                }
            }
            (Slot::WordsOrSeconds(_, _, choose), Value::Number(_, Some(seconds))) => {
                choose(settings, *seconds);
            }
            (Slot::WordsOrSeconds(words, _, choose), Value::Text(text)) => {
                match (word(words, text), duration::parse(text)) {
                    (Some(word), _) => (word.choose)(settings),
                    (None, Ok(seconds)) => choose(settings, seconds),
                    (None, Err(hint)) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                        self.no_time(key, node, text, hint);
                    }
                    (None, Err(_)) => self.unknown_word(key, words, node, text),
                }
            }
            (Slot::Day(at), Value::Text(text) | Value::Date(text)) => match day::parse(text) {
                Some(seconds) => *at(settings) = seconds,
                None => self.no_day(key, node, text),
            },
            (Slot::Required(at), _) => {
                if let Some(required) = self.accepted(key, consent::required(node)) {
                    *at(settings) = required;
                }
            }
            (Slot::Sources(at), Value::List(items)) => {
                let sources: Vec<_> = items
                    .iter()
                    .map(|item| self.accepted(key, consent::source(item)))
                    .collect();
                if let Some(sources) = sources.into_iter().collect() {
                    *at(settings) = sources;
                }
            }
            (Slot::Words(words), Value::Text(text)) => match word(words, text) {
                Some(word) => (word.choose)(settings),
                None => self.unknown_word(key, words, node, text),
            },
            _ => self.wrong_type(key, node),
        }
    }

    fn accepted<T>(&mut self, key: &Key, read: Result<T, Wrong<'_>>) -> Option<T> {
        read.map_err(|wrong| self.about(key, wrong.node, wrong.message, wrong.hint))
            .ok()
    }

    fn domain(&mut self, key: &Key, node: &Node) -> Option<DomainSetting> {
        match &node.value {
            Value::Text(text) if text == "auto" => Some(DomainSetting::Auto),
            Value::Text(text) if text == "none" => Some(DomainSetting::HostOnly),
            Value::List(items) => {
                let domains: Vec<_> = items
                    .iter()
                    .map(|item| self.domain_name(key, item))
                    .collect();
                let domains: Option<Vec<String>> = domains.into_iter().collect();
                domains.map(DomainSetting::Listed)
            }
            _ => Some(DomainSetting::Listed(vec![self.domain_name(key, node)?])),
        }
    }

    fn domain_name(&mut self, key: &Key, node: &Node) -> Option<String> {
        let Value::Text(text) = &node.value else {
            self.wrong_element(key, node);
            return None;
        };
        let alone = ["auto", "none"]
            .into_iter()
            .find(|word| text.eq_ignore_ascii_case(word));
        if let Some(word) = alone {
            let hint = format!("write {} = \"{word}\"", key.name);
            self.no_domain(key, node, text, hint);
            return None;
        }
        let name = domain_name::canonical(text);
        if name.is_none() {
            let hint = "write it as in \"example.com\"".to_string();
            self.no_domain(key, node, text, hint);
        }
        name
    }

    fn texts(&mut self, key: &Key, items: &[Node]) -> Option<Vec<String>> {
        let texts: Vec<_> = items
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Some(text.clone()),
                _ => {
                    self.wrong_element(key, item);
                    None
                }
            })
            .collect();
        texts.into_iter().collect()
    }

    fn unknown_section(&mut self, entry: &Entry) {
        let (name, span) = (&entry.name, entry.span.clone());
        if let Some(key) = KEYS.iter().find(|key| key.name == name) {
            let message = format!("`{name}` stands outside of its section");
            let hint = format!("it belongs to [{}]", key.section);
            return self.fault(Some(name.clone()), span, message, Some(hint));
        }
        let known = SECTIONS.iter().map(|section| section.name);
        let hint = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean [{near}]?"),
            None => {
                let known: Vec<String> = known.map(|name| format!("[{name}]")).collect();
                format!("there are {}", known.join(", "))
            }
        };
        let message = format!("unknown section `{name}`");
        self.fault(Some(name.clone()), span, message, Some(hint));
    }

    fn not_a_section(&mut self, entry: &Entry) {
        let (name, node) = (&entry.name, &entry.node);
        let message = format!("`{name}` is {}, it takes keys", node.described());
        let hint = format!("write [{name}] and the keys below it");
        self.fault(Some(name.clone()), entry.span.clone(), message, Some(hint));
    }

    fn unknown_key(&mut self, section: &str, entry: &Entry) {
        let path = format!("{section}.{}", entry.name);
        let message = format!("unknown key `{path}`");
        let hint = suggestion(section, &entry.name);
        self.fault(Some(path), entry.span.clone(), message, hint);
    }

    fn unknown_word(&mut self, key: &Key, words: &[Word], node: &Node, text: &str) {
        let near = nearest(text, words.iter().map(|word| word.word));
        let hint = near.map(|near| format!("did you mean \"{near}\"?"));
        let message = format!("`{}` is {text:?}, it takes {}", key.path(), key.takes());
        self.about(key, node, message, hint);
    }

    fn no_time(&mut self, key: &Key, node: &Node, text: &str, hint: String) {
        let message = format!("`{}` is {text:?}, which is no time", key.path());
        self.about(key, node, message, Some(hint));
    }

    fn no_day(&mut self, key: &Key, node: &Node, text: &str) {
        let message = format!("`{}` is {text:?}, which is no day", key.path());
        let hint = "write year, month and day, such as \"2030-12-31\"".to_string();
        self.about(key, node, message, Some(hint));
    }

    fn wrong_type(&mut self, key: &Key, node: &Node) {
        let (what, takes) = (node.described(), key.takes());
        let message = format!("`{}` is {what}, it takes {takes}", key.path());
        self.about(key, node, message, rewritten(key, &node.value));
    }

    fn wrong_element(&mut self, key: &Key, node: &Node) {
        let (what, takes) = (node.described(), key.takes());
        let message = format!("`{}` holds {what}, it takes {takes}", key.path());
        self.about(key, node, message, None);
    }

    fn no_domain(&mut self, key: &Key, node: &Node, text: &str, hint: String) {
        let message = format!("`{}` holds {text:?}, which is no domain", key.path());
        self.about(key, node, message, Some(hint));
    }

    fn about(&mut self, key: &Key, node: &Node, message: String, hint: Option<String>) {
        self.fault(Some(key.path()), node.span.clone(), message, hint);
    }

    fn fault(
        &mut self,
        key: Option<String>,
        span: Option<Range<usize>>,
        message: String,
        hint: Option<String>,
    ) {
        let place = place(self.text, span);
        self.faults.push(Fault {
            message,
            hint,
            key,
            place,
        });
    }
}

fn place(text: Option<&str>, span: Option<Range<usize>>) -> Option<Place> {
    Some(Place::of(text?, span?))
}

fn word<'w>(words: &'w [Word], text: &str) -> Option<&'w Word> {
    words.iter().find(|word| word.word == text)
}

/// Where an unknown key may belong: near in its own section, exactly in another one, or near in another one.
fn suggestion(section: &str, name: &str) -> Option<String> {
    let (own, other): (Vec<&Key>, Vec<&Key>) = KEYS.iter().partition(|key| key.section == section);
    let exact = other.iter().find(|key| key.name == name);
    let names = |keys: &[&'static Key]| nearest(name, keys.iter().map(|key| key.name));
    if let Some(key) = exact {
        return Some(format!("`{name}` belongs to [{}]", key.section));
    }
    if let Some(near) = names(&own) {
        return Some(format!("did you mean `{near}`?"));
    }
    let near = names(&other)?;
    let key = other.iter().find(|key| key.name == near)?;
    Some(format!(
        "did you mean `{near}`? it belongs to [{}]",
        key.section
    ))
}

/// The same value as the key would take it, where that is plain.
fn rewritten(key: &Key, value: &Value) -> Option<String> {
    let value = match (&key.slot, value) {
        (Slot::Flag(_), Value::Text(text)) => flag(text)?.to_string(),
        (Slot::Flag(_), Value::Number(text, _)) => flag(text)?.to_string(),
        (Slot::Patterns(_) | Slot::Sources(_), Value::Text(text)) => format!("[{text:?}]"),
        (Slot::Words(words) | Slot::WordsOrSeconds(words, ..), Value::Flag(false)) => {
            let word = word(words, "none").or_else(|| word(words, "never"))?;
            format!("{:?}", word.word)
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

fn entry_at<'n>(root: &'n Node, path: &str) -> Option<&'n Entry> {
    let (section, key) = path.split_once('.')?;
    root.entry(section)?.node.entry(key)
}

/// The element of a list that the core saw as `value`.
fn element<'n>(node: &'n Node, value: &str) -> Option<&'n Node> {
    let Value::List(items) = &node.value else {
        return None;
    };
    items.iter().find(|item| match &item.value {
        Value::Text(text) => {
            text == value || domain_name::canonical(text).as_deref() == Some(value)
        }
        _ => false,
    })
}

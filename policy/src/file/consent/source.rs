//! An element of `consent.from`: a platform's word, or a table of parts.

use std::fmt::Write as _;

use hardtack::{ConsentSource, Container, Missing};
use serde_json::{Map, Value as Json, json};

use super::platform::{platform, platform_schema};
use crate::file::nearest::nearest;
use crate::file::node::{Entry, Node, Value, Wrong};
use crate::file::toml_text::{list, quoted};

/// What the key takes.
pub(in crate::file) const SOURCES_TAKES: &str = "a list of platforms, each a word or a table";

/// The part that names the platform.
const PLATFORM: &str = "cmp";

/// The other parts of a table, in the order in which they are written: the reader, the writer and the schema go by it.
const PARTS: &[(&str, Part)] = &[
    ("cookie", Part::Text(|source| &mut source.cookie)),
    ("needs", Part::Texts(|source| &mut source.needs)),
    ("container", Part::Container(CONTAINERS)),
    ("path", Part::Text(|source| &mut source.path)),
    ("separators", Part::Text(|source| &mut source.separators)),
    ("missing", Part::Missing(MISSING)),
    ("vendor", Part::Vendor(|source| &mut source.vendor)),
    ("granted", Part::Texts(|source| &mut source.granted)),
    ("denied", Part::Texts(|source| &mut source.denied)),
];

const CONTAINERS: &[(&str, Container)] = &[
    ("text", Container::Text),
    ("json", Container::Json),
    ("base64-json", Container::Base64Json),
    ("prefixed-json", Container::PrefixedJson),
];

const MISSING: &[(&str, Missing)] = &[
    ("usual", Missing::Usual),
    ("not-given", Missing::NotGiven),
    ("denied", Missing::Denied),
];

/// What a part takes, and where it goes.
enum Part {
    Container(&'static [(&'static str, Container)]),
    Missing(&'static [(&'static str, Missing)]),
    Text(fn(&mut ConsentSource) -> &mut String),
    Texts(fn(&mut ConsentSource) -> &mut Vec<String>),
    /// A vendor's number; 0 for none.
    Vendor(fn(&mut ConsentSource) -> &mut u16),
}

impl Part {
    fn read<'n>(&self, source: &mut ConsentSource, node: &'n Node) -> Result<(), Wrong<'n>> {
        match self {
            Self::Text(at) => *at(source) = node.text_or_number()?,
            Self::Texts(at) => *at(source) = texts(node)?,
            Self::Vendor(at) => *at(source) = vendor(node)?,
            Self::Container(words) => source.container = one_of("container", node, words)?,
            Self::Missing(words) => source.missing = one_of("missing", node, words)?,
        }
        Ok(())
    }

    fn written(&self, source: &ConsentSource) -> String {
        let source = &mut source.clone();
        match self {
            Self::Text(at) => quoted(at(source)),
            Self::Texts(at) => list(at(source)),
            Self::Vendor(at) => at(source).to_string(),
            Self::Container(words) => word_for(words, source.container),
            Self::Missing(words) => word_for(words, source.missing),
        }
    }

    fn schema(&self) -> Json {
        match self {
            Self::Text(_) => json!({ "type": "string" }),
            Self::Texts(_) => json!({ "type": "array", "items": { "anyOf": [
                { "type": "string" },
                { "type": "integer", "minimum": 0 },
            ] } }),
            Self::Vendor(_) => json!({ "type": "integer", "minimum": 1, "maximum": u16::MAX }),
            Self::Container(words) => words_schema(words),
            Self::Missing(words) => words_schema(words),
        }
    }
}

/// Reads one element of the list.
pub(in crate::file) fn source(node: &Node) -> Result<ConsentSource, Wrong<'_>> {
    match &node.value {
        Value::Text(_) => platform(node).map(ConsentSource::new),
        Value::Table(entries) => table(node, entries),
        _ => {
            let what = node.described();
            let message = format!("`consent.from` holds {what}, it takes {SOURCES_TAKES}");
            Err(node.wrong(message, None))
        }
    }
}

fn table<'n>(node: &'n Node, entries: &'n [Entry]) -> Result<ConsentSource, Wrong<'n>> {
    let named = node.entry(PLATFORM).ok_or_else(|| {
        let message = "an element of `consent.from` names no platform".to_string();
        let hint = format!("write {PLATFORM} = \"…\", with the platform's word");
        node.wrong(message, Some(hint))
    })?;
    let mut source = ConsentSource::new(platform(&named.node)?);
    for entry in entries.iter().filter(|entry| entry.name != PLATFORM) {
        match PARTS.iter().find(|(name, _)| *name == entry.name) {
            Some((_, part)) => part.read(&mut source, &entry.node)?,
            None => return Err(unknown_part(entry)),
        }
    }
    Ok(source)
}

fn unknown_part(entry: &Entry) -> Wrong<'_> {
    let name = &entry.name;
    let message = format!("unknown key `{name}` in an element of `consent.from`");
    let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    let known = [&[PLATFORM], names.as_slice()].concat();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    entry.node.wrong(message, Some(hint))
}

fn vendor(node: &Node) -> Result<u16, Wrong<'_>> {
    match &node.value {
        Value::Number(_, Some(number @ 1..=65_535)) => Ok(*number as u16),
        _ => {
            let what = node.described();
            let message = format!("`vendor` is {what}, it takes a number from 1 to 65535");
            Err(node.wrong(message, None))
        }
    }
}

/// The value that one of these words stands for.
fn one_of<'n, T: Copy>(name: &str, node: &'n Node, words: &[(&str, T)]) -> Result<T, Wrong<'n>> {
    let text = node.text_or_number()?;
    let known = words.iter().find(|(word, _)| *word == text);
    known.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!(
            "`{name}` is {text:?}, it takes \"{}\"",
            names.join("\", \"")
        );
        let near = nearest(&text, names.iter().copied());
        node.wrong(
            message,
            near.map(|near| format!("did you mean \"{near}\"?")),
        )
    })
}

/// The word for a value, in TOML.
fn word_for<T: PartialEq>(words: &[(&str, T)], value: T) -> String {
    let known = words.iter().find(|(_, one)| *one == value);
    quoted(known.map_or("", |(word, _)| word))
}

fn words_schema<T>(words: &[(&str, T)]) -> Json {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json!({ "enum": words })
}

fn texts(node: &Node) -> Result<Vec<String>, Wrong<'_>> {
    match &node.value {
        Value::List(items) => items.iter().map(Node::text_or_number).collect(),
        _ => {
            let message = format!(
                "a list of strings is expected here, not {}",
                node.described()
            );
            Err(node.wrong(message, None))
        }
    }
}

/// The list in TOML: a word where nothing differs from the platform's defaults.
pub(in crate::file) fn write_sources(sources: &[ConsentSource]) -> String {
    let sources: Vec<String> = sources.iter().map(write_source).collect();
    format!("[{}]", sources.join(", "))
}

fn write_source(source: &ConsentSource) -> String {
    let usual = ConsentSource::new(source.cmp);
    let word = quoted(source.cmp.as_str());
    if *source == usual {
        return word;
    }
    let mut text = format!("{{ {PLATFORM} = {word}");
    for (name, part) in PARTS {
        let value = part.written(source);
        if value != part.written(&usual) {
            let _ = write!(text, ", {name} = {value}");
        }
    }
    text + " }"
}

/// The schema of the list.
pub(in crate::file) fn sources_schema() -> Json {
    let parts = PARTS.iter().map(|(name, part)| (*name, part.schema()));
    let parts = std::iter::once((PLATFORM, platform_schema())).chain(parts);
    let properties = Map::from_iter(parts.map(|(name, schema)| (name.to_string(), schema)));
    let table = json!({
        "type": "object",
        "additionalProperties": false,
        "required": [PLATFORM],
        "properties": properties,
    });
    json!({ "type": "array", "items": { "anyOf": [platform_schema(), table] } })
}

//! A policy as a tree of values, from TOML with the places of its parts, or from JSON.

use std::ops::Range;

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value, and its range of bytes in the file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Option<Range<usize>>,
    pub(crate) value: Value,
}

/// What TOML and JSON can say, as far as a policy takes it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Flag(bool),
    /// A number as written; `None` where it is not a whole number from 0 to 2⁶⁴-1.
    Number(String, Option<u64>),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// A date of TOML, as written.
    Date(String),
    /// A value that no key takes, in words.
    Other(&'static str),
}

/// What is wrong with a node of a value.
pub(crate) struct Wrong<'n> {
    pub(crate) node: &'n Node,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl<'n> From<Wrong<'n>> for Vec<Wrong<'n>> {
    fn from(wrong: Wrong<'n>) -> Self {
        vec![wrong]
    }
}

/// A key of a table, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) node: Node,
}

impl Node {
    pub(crate) fn from_toml(table: &Spanned<DeTable<'_>>) -> Self {
        Self {
            span: Some(table.span()),
            value: Value::from_table(table.get_ref()),
        }
    }

    pub(crate) fn from_json(json: &Json) -> Self {
        Self {
            span: None,
            value: Value::from_json(json),
        }
    }

    /// The entry of this name, where the node is a table.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.name == name),
            _ => None,
        }
    }

    /// A text, or a number that stands for one, such as a purpose.
    pub(super) fn text_or_number(&self) -> Result<String, Wrong<'_>> {
        match &self.value {
            Value::Text(text) | Value::Number(text, Some(_)) => Ok(text.clone()),
            _ => Err(self.wrong(
                format!("a string is expected here, not {}", self.described()),
                None,
            )),
        }
    }

    pub(super) const fn wrong(&self, message: String, hint: Option<String>) -> Wrong<'_> {
        Wrong {
            node: self,
            message,
            hint,
        }
    }

    /// The value in words, the way it reads after "is".
    pub(crate) fn described(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the string {text:?}"),
            Value::Flag(flag) => flag.to_string(),
            Value::Number(text, _) => format!("the number {text}"),
            Value::List(_) => "a list".to_string(),
            Value::Table(_) => "a section".to_string(),
            Value::Date(_) => "a date".to_string(),
            Value::Other(what) => (*what).to_string(),
        }
    }
}

impl Value {
    fn from_table(table: &DeTable<'_>) -> Self {
        let entry = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Entry {
            name: String::from(AsRef::<str>::as_ref(name.get_ref())),
            span: Some(name.span()),
            node: toml_node(value),
        };
        let mut entries: Vec<Entry> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.span.as_ref().map(|span| span.start));
        Self::Table(entries)
    }

    fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Other("null"),
            Json::Bool(flag) => Self::Flag(*flag),
            Json::Number(number) => Self::Number(number.to_string(), number.as_u64()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Node::from_json).collect()),
            Json::Object(object) => Self::Table(object.iter().map(json_entry).collect()),
        }
    }
}

fn toml_node(value: &Spanned<DeValue<'_>>) -> Node {
    let span = Some(value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(number) => Value::Number(
            number.to_string(),
            u64::from_str_radix(number.as_str(), number.radix()).ok(),
        ),
        DeValue::Float(number) => Value::Number(number.to_string(), None),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(toml_node).collect()),
        DeValue::Table(table) => Value::from_table(table),
    };
    Node { span, value }
}

fn json_entry((name, value): (&String, &Json)) -> Entry {
    Entry {
        name: name.clone(),
        span: None,
        node: Node::from_json(value),
    }
}

//! Turns a tree into settings, and collects everything that is wrong with it on the way.

mod refused;
mod suggest;
mod value;

use std::ops::Range;

use hardtack::Settings;

use super::key::Key;
use super::keys::{SECTIONS, keys};
use super::node::{Entry, Node, Value};
use super::problem::{Fault, Position};

pub(crate) use refused::{fault, refused};

/// What a tree says, and what is wrong with it. A key that is wrong is as if it were not there.
pub(crate) struct Read {
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
}

/// Reads every key that is there. Unknown keys and wrong values do not stop it, so that all are reported at once.
/// `text` is what the tree's spans are about, where there is one.
pub(crate) fn settings(text: Option<&str>, root: &Node) -> Read {
    let faults = Vec::new();
    let mut reader = Reader { text, faults };
    let mut settings = Settings::default();
    reader.root(&mut settings, root);
    Read {
        settings,
        faults: reader.faults,
    }
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
        let Some(section) = SECTIONS.iter().find(|known| known.name == entry.name) else {
            return self.unknown_section(entry);
        };
        let Value::Table(entries) = &entry.node.value else {
            return self.not_a_section(entry);
        };
        for entry in entries {
            match section.keys.iter().find(|key| key.name == entry.name) {
                Some(key) => self.key(settings, key, &entry.node),
                None => self.unknown_key(section.name, entry),
            }
        }
    }

    fn key(&mut self, settings: &mut Settings, key: &Key, node: &Node) {
        for wrong in value::read(key, node, settings) {
            let span = wrong.node.span.clone();
            self.fault(Some(key.path()), span, wrong.message, wrong.hint);
        }
    }

    fn unknown_section(&mut self, entry: &Entry) {
        let (name, span) = (&entry.name, entry.span.clone());
        let (message, hint) = match keys().find(|key| key.name == name) {
            Some(key) => (
                format!("`{name}` stands outside of its section"),
                format!("it belongs to [{}]", key.section),
            ),
            None => (
                format!("unknown section `{name}`"),
                suggest::known_section(name),
            ),
        };
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
        let hint = suggest::known_key(section, &entry.name);
        self.fault(Some(path), entry.span.clone(), message, hint);
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

fn place(text: Option<&str>, span: Option<Range<usize>>) -> Option<Position> {
    Some(Position::of(text?, span?))
}

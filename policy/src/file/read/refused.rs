//! Everything that the core refuses of a policy, which itself stops at the first.
//!
//! What was refused is taken out of the tree, and the rest is tried again, until nothing is refused.

use std::ops::Range;

use hardtack::{PolicyError, Settings};

use super::{Read, place, settings};
use crate::domain_name;
use crate::file::node::{Entry, Node, Value};
use crate::file::problem::Fault;

/// What the core refuses, with its place. `check` asks the core.
///
/// Where a key was wrong already, others of its section may depend on it, and many keys on those of the cookie; so
/// nothing is said of these, but for single elements of other lists, which are wrong by themselves.
pub(crate) fn refused(
    text: Option<&str>,
    root: &Node,
    read: &Read,
    check: impl Fn(Settings) -> Option<PolicyError>,
) -> Vec<Fault> {
    let keys: Vec<_> = read
        .faults
        .iter()
        .map(|fault| fault.key.as_deref())
        .collect();
    let Some(sections) = keys
        .iter()
        .map(|key| Some(key.as_ref()?.split_once('.')?.0))
        .collect::<Option<Vec<_>>>()
    else {
        return Vec::new();
    };
    if sections.contains(&"cookie") {
        return Vec::new();
    }
    let asked = |root: &Node| check(settings(text, root).settings);
    let (mut rest, mut faults) = (root.clone(), Vec::new());
    while let Some(error) = asked(&rest) {
        let (section, key) = error.key().split_once('.').unwrap_or_default();
        let index = entry(&rest, section, key).and_then(|entry| {
            let Value::List(items) = &entry.node.value else {
                return None;
            };
            culprit(items, &error, |index| {
                let mut alone = rest.clone();
                keep(&mut alone, section, key, index);
                asked(&alone)
            })
        });
        let span = entry(&rest, section, key).and_then(|entry| span(entry, index));
        let by_itself = index.is_some() && !keys.contains(&Some(error.key()));
        if by_itself || !sections.contains(&section) {
            faults.push(fault(text, span, &error));
        }
        if !remove(&mut rest, section, key, index) {
            break;
        }
    }
    faults
}

/// The fault that an error of the core is.
pub(crate) fn fault(text: Option<&str>, span: Option<Range<usize>>, error: &PolicyError) -> Fault {
    Fault {
        message: error.to_string(),
        hint: Some(error.hint().to_string()),
        key: Some(error.key().to_string()),
        place: place(text, span),
    }
}

/// The element of a list that an error is about: the one that the core names, else the one that is refused alone.
fn culprit(
    items: &[Node],
    error: &PolicyError,
    refused_alone: impl Fn(usize) -> Option<PolicyError>,
) -> Option<usize> {
    let value = error.value();
    let named = |is_named: &dyn Fn(&str) -> bool| {
        let is_it = |item: &Node| matches!(&item.value, Value::Text(text) if is_named(text));
        items.iter().position(is_it)
    };
    let exactly = named(&|text| text == value);
    let as_domain = || named(&|text| domain_name::canonical(text).as_deref() == Some(value));
    exactly
        .or_else(as_domain)
        .or_else(|| (0..items.len()).find(|index| refused_alone(*index).as_ref() == Some(error)))
}

fn span(entry: &Entry, index: Option<usize>) -> Option<Range<usize>> {
    let node = match (&entry.node.value, index) {
        (Value::List(items), Some(index)) => items.get(index)?,
        _ => &entry.node,
    };
    node.span.clone()
}

fn entry<'n>(root: &'n Node, section: &str, key: &str) -> Option<&'n Entry> {
    root.entry(section)?.node.entry(key)
}

/// The entries of a section.
fn entries<'n>(root: &'n mut Node, section: &str) -> Option<&'n mut Vec<Entry>> {
    let Value::Table(sections) = &mut root.value else {
        return None;
    };
    let section = sections.iter_mut().find(|entry| entry.name == section)?;
    match &mut section.node.value {
        Value::Table(entries) => Some(entries),
        _ => None,
    }
}

/// Leaves a single element in a list.
fn keep(root: &mut Node, section: &str, key: &str, index: usize) {
    for entry in entries(root, section).into_iter().flatten() {
        if let (true, Value::List(items)) = (entry.name == key, &mut entry.node.value) {
            items.swap(0, index);
            items.truncate(1);
        }
    }
}

/// Takes an element out of a list, or a key out of its section. False where there is none.
fn remove(root: &mut Node, section: &str, key: &str, index: Option<usize>) -> bool {
    let Some(entries) = entries(root, section) else {
        return false;
    };
    let Some(at) = entries.iter().position(|entry| entry.name == key) else {
        return false;
    };
    match (&mut entries[at].node.value, index) {
        (Value::List(items), Some(index)) if items.len() > 1 => drop(items.remove(index)),
        _ => drop(entries.remove(at)),
    }
    true
}

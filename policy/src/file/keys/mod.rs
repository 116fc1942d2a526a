//! The table of all keys of the policy file, one file for each section.
//!
//! A new key is a new entry in its section's file, and nothing else in this crate: the reader, the writer, the schema,
//! the reference page, the commented file and the summary go by these tables.

mod adopt;
mod bots;
mod caches;
mod consent;
mod cookie;
mod id;
mod renew;
mod scope;
mod signals;

use super::key::{Key, Section};

/// The sections, in the order in which they are written.
pub const SECTIONS: &[Section] = &[
    cookie::SECTION,
    id::SECTION,
    renew::SECTION,
    adopt::SECTION,
    bots::SECTION,
    scope::SECTION,
    caches::SECTION,
    consent::SECTION,
    signals::SECTION,
];

/// The keys, section by section, in the order in which they are written.
pub fn keys() -> impl Iterator<Item = &'static Key> + Clone {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// A token of RFC 9110 §5.6.2, as a regular expression.
const TOKEN: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

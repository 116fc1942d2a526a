//! The rules, one file or folder each; the first line of each tells its number. A rule knows the exchange and settings
//! of its own. [`decide`](crate::decide) says in which order the rules are asked, and hands each what it needs.

pub(crate) mod adopt;
pub(crate) mod bots;
pub(crate) mod caches;
pub(crate) mod consent;
pub(crate) mod document;
pub(crate) mod mint;
pub(crate) mod origin;
pub(crate) mod read;
pub(crate) mod renew;
pub(crate) mod scope;
pub(crate) mod signals;
pub(crate) mod write;

//! The public suffix list, with its private section, compiled in.
//!
//! A crate of its own, because the list is the slowest thing to compile here and changes least. The list's version is
//! the version of the `psl` crate in `Cargo.lock`.
#![no_std]

use hardtack::SuffixList;
use psl_types::List as _;

/// The list as [`hardtack::Policy::new`] takes it.
pub const LIST: SuffixList = SuffixList::new(registrable_domain);

/// The registrable domain of a lower-case host in A-label form: one label more than its public suffix.
///
/// `None` where the host is a public suffix itself (`co.uk`, `github.io`) or has one label (`localhost`). An unlisted
/// last label counts as a suffix of its own, by the list's `*` rule. Addresses, trailing dots and empty labels must be
/// sorted out before: the list does not know them.
pub fn registrable_domain(host: &[u8]) -> Option<&[u8]> {
    psl::List.domain(host).map(|domain| domain.as_bytes())
}

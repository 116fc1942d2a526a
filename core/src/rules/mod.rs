//! The rules, one file or folder each; the first line of each tells its number.
//!
//! A rule knows the exchange and settings of its own, and nothing of the other rules' findings.
//! [`decide`](mod@crate::decide) says in which order the rules are asked, and hands each what it needs. A rule that says no
//! returns a [`Reason`](crate::Reason); each records its findings in a trace, under its number.
//!
//! | | file | settings |
//! |---|---|---|
//! | 1 | `scope.rs` | `[scope]`, and the cookie's `path` and `secure` |
//! | 2 | `document.rs` | `scope.documents_only` |
//! | 3 | `origin.rs` | the cookie's name |
//! | 4 | `read.rs` | `[id]` |
//! | 5 | `consent/` | `[consent]` |
//! | 6 | `bots/` | `[bots]` |
//! | 7 | `renew.rs` | `[renew]` |
//! | 8 | `adopt/` | `[adopt]` |
//! | 9 | `mint/` | `[id]` |
//! | 10 | `write/` | `[cookie]` |
//! | 11 | `caches.rs` | `[caches]` |
//! | 12 | `signals.rs` | `[signals]` |

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

//! Rule 4: reads the visitor's id out of a request's cookies.
//!
//! A script can plant a second cookie of the name with another path or domain, and the order in which browsers send
//! duplicates is not to be relied on (RFC 6265bis §5.8.3). So all values in all `Cookie` headers are looked at, and the
//! first valid one wins. Which values are valid is for `mint/` to say, because what makes ids also recognises them.
//!
//! | cookies | result |
//! |---|---|
//! | `FPD=x; FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8` | the id |
//! | `FPD=x` | no id; the new one has the reason `malformed_id` |
//! | `XFPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8` | no id; the new one has the reason `new_visitor` |

use core::fmt;

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::id::{Invalid, VisitorId};
use crate::rules::mint::IdRule;

/// What the cookies of a request hold. The first valid value wins, wherever it stands; what is wrong with the first
/// invalid one becomes the reason for a new id. Its `Display` is what a trace records.
pub(crate) struct Reading {
    pub(crate) id: Option<VisitorId>,
    pub(crate) invalid: Option<Invalid>,
}

impl Reading {
    /// Reads all `Cookie` headers. `needle` is the cookie's name and an equals sign; `now` is Unix time in seconds.
    pub(crate) fn of<Q: Fields + ?Sized>(
        rule: IdRule<'_>,
        needle: &[u8],
        fields: &Q,
        now: u64,
    ) -> Self {
        let mut invalid = None;
        for header in fields.values(Field::Cookie) {
            for value in cookie::values(header, needle) {
                match rule.admit(value, now) {
                    Ok(id) => {
                        return Self {
                            id: Some(id),
                            invalid,
                        };
                    }
                    Err(problem) => invalid = invalid.or(Some(problem)),
                }
            }
        }
        Self { id: None, invalid }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.id, self.invalid) {
            (Some(id), _) => write!(f, "found a valid id, {id}"),
            (None, Some(Invalid::Malformed)) => f.write_str("found the cookie, but no UUID in it"),
            (None, Some(Invalid::Version)) => {
                f.write_str("found a UUID of a version that is not accepted")
            }
            (None, Some(Invalid::Unsealed)) => {
                f.write_str("found a UUID that this site has not sealed")
            }
            (None, None) => f.write_str("found no such cookie"),
        }
    }
}

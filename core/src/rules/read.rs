//! Rule 4: reads the visitor's id out of a request's cookies.

use core::fmt;

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::id::{Invalid, VisitorId};
use crate::rules::mint::IdRule;

/// The first valid value wins, wherever it stands; what is wrong with the first invalid one is remembered.
pub(crate) struct Reading {
    pub(crate) id: Option<VisitorId>,
    pub(crate) invalid: Option<Invalid>,
}

impl Reading {
    /// `needle` is the cookie's name and an equals sign.
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

//! Rule 4: reads the visitor's id out of a request's cookies.

use core::fmt;

use crate::cookie;
use crate::exchange::{Field, Fields};
use crate::id::{Invalid, VisitorId};
use crate::policy::Policy;

/// Finds the visitor's id in a request, whatever the request is for: rule 4 alone. For handlers of calls and pixels,
/// which get no cookie but may want to know whose they are. `now` is Unix time in seconds.
pub fn read<Q: Fields + ?Sized>(policy: &Policy, fields: &Q, now: u64) -> Option<VisitorId> {
    Reading::of(policy, fields, now).id
}

/// Every value of the policy's cookie that a request carries, valid or not, in order and without quotes: for showing.
pub fn values<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
) -> impl Iterator<Item = &'a [u8]> {
    let headers = fields.values(Field::Cookie);
    headers.flat_map(|header| cookie::values(header, policy.cookie.name_and_equals.as_bytes()))
}

/// Rule 4: the first valid value wins, wherever it stands; what is wrong with the first invalid one is remembered.
pub(crate) struct Reading {
    pub(crate) id: Option<VisitorId>,
    pub(crate) invalid: Option<Invalid>,
}

impl Reading {
    pub(crate) fn of<Q: Fields + ?Sized>(policy: &Policy, fields: &Q, now: u64) -> Self {
        let mut invalid = None;
        let needle = policy.cookie.name_and_equals.as_bytes();
        for header in fields.values(Field::Cookie) {
            for value in cookie::values(header, needle) {
                match policy.admit(value, now) {
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

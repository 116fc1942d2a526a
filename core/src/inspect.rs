//! Single rules on their own, for handlers that get no cookie and for tools that show what a policy makes of a request.

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::id::VisitorId;
use crate::policy::Policy;
use crate::rules::consent::ConsentAnswer;
use crate::rules::read::Reading;

/// Finds the visitor's id in a request, whatever the request is for: rule 4 alone. For handlers of calls and pixels,
/// which get no cookie but may want to know whose they are. `now` is Unix time in seconds.
pub fn read<Q: Fields + ?Sized>(policy: &Policy, fields: &Q, now: u64) -> Option<VisitorId> {
    let needle = policy.cookie.name_and_equals.as_bytes();
    Reading::of(policy.ids(), needle, fields, now).id
}

/// Every value of the policy's cookie that a request carries, valid or not, in order and without quotes.
pub fn values<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
) -> impl Iterator<Item = &'a [u8]> {
    let needle = policy.cookie.name_and_equals.as_bytes();
    let headers = fields.values(Field::Cookie);
    headers.flat_map(move |header| cookie::values(header, needle))
}

/// What each of the policy's consent cookies says in a request: rule 5, one cookie at a time. `now` is Unix time in
/// seconds.
pub fn consent_as_read<'a, Q: Fields + ?Sized>(
    policy: &'a Policy,
    fields: &'a Q,
    now: u64,
) -> impl Iterator<Item = ConsentAnswer<'a>> {
    policy.consent.answers(fields, now)
}

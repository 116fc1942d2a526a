//! Rule 3: the origin owns its cookie. If the response already sets a cookie of this name, nothing is added.
//!
//! RFC 6265bis §4.1.1 allows no two `Set-Cookie` headers with one name in a response, and browsers would keep the later
//! one. So a site can hand over gradually: where its application still sets the cookie, the application decides. The
//! reason is `origin_cookie`. Names are compared with regard to case, as browsers do; a cookie of another name, such as
//! a login, is none of this rule's business.

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

/// Whether the response leaves the cookie of this name to the policy.
///
/// # Errors
///
/// [`Reason::OriginCookie`].
pub(crate) fn response<R: Fields + ?Sized>(
    name: &str,
    fields: &R,
    trace: &mut impl Trace,
) -> Result<(), Reason> {
    let mut lines = fields.values(Field::SetCookie);
    if lines.any(|line| cookie::name_set_by(line) == name.as_bytes()) {
        let what = format_args!("the response already sets {name}");
        trace.record(Rule::Origin, what);
        return Err(Reason::OriginCookie);
    }
    let what = format_args!("the response does not set {name}");
    trace.record(Rule::Origin, what);
    Ok(())
}

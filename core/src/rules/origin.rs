//! Rule 3: the origin owns its cookie. Where the response already sets this name, nothing is added: RFC 6265bis §4.1.1
//! allows no two `Set-Cookie` headers with one name.

use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

/// Whether the response leaves the cookie of this name to us.
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

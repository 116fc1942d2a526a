//! Where a `Location` leads, as browsers read it.
//!
//! Rule 1 sets no cookie with a redirect that leaves the site: browsers may take a site that sets cookies and sends the
//! visitor on for a bounce tracker, and delete its state. The reference has to be read as a browser reads it, not as
//! RFC 3986 has it, or `/\other.example` would pass for a path.

use super::domain::DomainRule;
use super::exchange::{Scheme, Target};
use super::host::Host;
use super::text;

/// Whether a `Location` leads to another site than the page's. What no browser could follow does not leave the site.
///
/// The reference is read by the rules of the basic parser of WHATWG URL: blanks around it and tabs in it do not count,
/// backslashes count as slashes, and any number of slashes from two on begins a host. User information before `@` is
/// not part of the host.
pub(crate) fn leaves_site(location: &[u8], target: Target<'_>, rule: &DomainRule) -> bool {
    match destination(text::trim(location), target.scheme) {
        Destination::Here => false,
        Destination::Elsewhere => true,
        Destination::Host(authority) => {
            let mut buffer = [0; AUTHORITY];
            let there = without_tabs(authority, &mut buffer);
            !there.is_some_and(|there| rule.same_site(Host::parse(target.host), Host::parse(there)))
        }
    }
}

/// Room for the longest host, its brackets or trailing dot, and a port.
const AUTHORITY: usize = 272;

/// The authority without its tabs; `None` if more is left than any host has.
fn without_tabs<'b>(authority: &[u8], buffer: &'b mut [u8; AUTHORITY]) -> Option<&'b [u8]> {
    let mut len = 0;
    for byte in authority.iter().filter(|b| !is_tab(b)) {
        *buffer.get_mut(len)? = *byte;
        len += 1;
    }
    buffer.get(..len)
}

enum Destination<'a> {
    /// A relative reference.
    Here,
    /// A scheme that is not the web's, such as `mailto:` or an app's own.
    Elsewhere,
    /// Host and port; tabs may stand in them.
    Host(&'a [u8]),
}

fn destination(reference: &[u8], page: Scheme) -> Destination<'_> {
    let Some((scheme, rest)) = scheme(reference) else {
        return relative(reference);
    };
    match () {
        // The page's own scheme with less than two slashes behind it is an odd way to write a relative reference.
        () if is(scheme, page) => relative(rest),
        () if is(scheme, Scheme::Http) || is(scheme, Scheme::Https) => {
            Destination::Host(authority(rest))
        }
        () => Destination::Elsewhere,
    }
}

fn relative(reference: &[u8]) -> Destination<'_> {
    let mut bytes = reference.iter().filter(|b| !is_tab(b));
    let mut next_is_slash = || bytes.next().is_some_and(|b| is_slash(*b));
    if next_is_slash() && next_is_slash() {
        Destination::Host(authority(reference))
    } else {
        Destination::Here
    }
}

/// Splits `scheme:rest` (RFC 3986 §3.1).
fn scheme(location: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = location.iter().position(|b| *b == b':')?;
    let (scheme, rest) = (location.get(..colon)?, location.get(colon + 1..)?);
    let valid = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.') || is_tab(b);
    let begins = scheme
        .iter()
        .find(|b| !is_tab(b))
        .is_some_and(u8::is_ascii_alphabetic);
    (begins && scheme.iter().all(valid)).then_some((scheme, rest))
}

fn is(scheme: &[u8], known: Scheme) -> bool {
    let bytes = scheme.iter().filter(|b| !is_tab(b));
    bytes.map(u8::to_ascii_lowercase).eq(known.as_str().bytes())
}

/// Host and port behind any number of slashes, without user information.
fn authority(rest: &[u8]) -> &[u8] {
    let slashes = rest
        .iter()
        .take_while(|b| is_slash(**b) || is_tab(b))
        .count();
    let rest = rest.get(slashes..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|b| is_slash(*b) || matches!(b, b'?' | b'#'));
    let authority = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
    let user = authority.iter().rposition(|b| *b == b'@');
    let host = user.and_then(|at| authority.get(at + 1..));
    host.unwrap_or(authority)
}

const fn is_tab(byte: &u8) -> bool {
    *byte == b'\t'
}

const fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

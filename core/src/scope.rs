//! Rule 1: which exchanges are left alone, by path and by where a redirect goes.

use crate::domain::DomainRule;
use crate::exchange::{Scheme, Target};
use crate::host::Host;

/// A path without query and fragment.
pub(crate) fn without_query(path: &[u8]) -> &[u8] {
    // Hardly any adapter hands over a query: sixteen bytes at once are asked whether there is one.
    let ends = |byte: &u8| matches!(byte, b'?' | b'#');
    let (chunks, rest) = path.as_chunks::<16>();
    let any = |chunk: &[u8; 16]| chunk.iter().fold(false, |any, byte| any | ends(byte));
    if !chunks.iter().any(any) && !rest.iter().any(ends) {
        return path;
    }
    let end = path.iter().position(ends);
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

/// Whether a cookie with the attribute `Path=cookie_path` comes back with requests for `path` (RFC 6265bis §5.1.4).
pub(crate) fn path_covers(cookie_path: &[u8], path: &[u8]) -> bool {
    match path.strip_prefix(cookie_path) {
        Some(rest) => rest.is_empty() || cookie_path.ends_with(b"/") || rest.starts_with(b"/"),
        None => false,
    }
}

/// Whether `path` matches a pattern in which `*` stands for any run of bytes, even an empty one.
///
/// Linear but for the last star: on a mismatch only the latest star takes one byte more.
pub(crate) fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut star = None;
    while let Some(here) = path.get(s) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, s));
                p += 1;
            }
            Some(byte) if byte == here => {
                p += 1;
                s += 1;
            }
            _ => match &mut star {
                Some((after, taken)) => {
                    *taken += 1;
                    (p, s) = (*after + 1, *taken);
                }
                None => return false,
            },
        }
    }
    let rest = pattern.get(p..).unwrap_or_default();
    rest.iter().all(|b| *b == b'*')
}

/// Whether a `Location` leads to another site than the page's. What no browser could follow stays here.
///
/// Reads the reference as browsers do (WHATWG URL, basic parser): blanks around it and tabs in it do not count,
/// backslashes count as slashes, and any number of slashes from two on begins a host.
pub(crate) fn leaves_site(location: &[u8], target: Target<'_>, rule: &DomainRule) -> bool {
    match destination(location.trim_ascii(), target.scheme) {
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

/// `None` where more is left than any host has.
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

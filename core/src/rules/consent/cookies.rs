//! Finds consent platforms' cookies (rule 5). Some of them hold commas, so a comma ends a value only where another pair
//! follows, as in headers that were joined.
//!
//! The id's own cookie is read by `http/cookie.rs`, where a comma always ends a value, because no UUID holds one.

use crate::http::cookie;

/// The values of a cookie in one `Cookie` header, in order, without surrounding blanks and quotes.
pub(super) struct Values<'a> {
    header: &'a [u8],
    needle: &'a [u8],
    at: usize,
}

impl<'a> Values<'a> {
    /// `needle` is the name and an equals sign; or, for names that end in a number, what stands before that.
    pub(super) const fn new(header: &'a [u8], needle: &'a [u8]) -> Self {
        Self {
            header,
            needle,
            at: 0,
        }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let start = cookie::find(self.header, self.needle, self.at)?;
            self.at = start + self.needle.len();
            let (before, rest) = (self.header.get(..start)?, self.header.get(self.at..)?);
            let rest = match self.needle.last() {
                Some(b'=') => Some(rest),
                _ => behind_number(rest),
            };
            if let Some(rest) = rest.filter(|_| cookie::begins_pair(before)) {
                return Some(value(rest));
            }
        }
    }
}

/// Whether the cookie is there, and says anything at all.
#[inline(never)]
pub(super) fn holds_value(header: &[u8], needle: &[u8]) -> bool {
    Values::new(header, needle).any(|value| !value.is_empty())
}

/// iubenda writes an `s` before a site's number, and nothing before a policy's.
fn behind_number(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..)?.strip_prefix(b"=")
}

fn value(rest: &[u8]) -> &[u8] {
    let mut left = rest;
    while let Some((byte, behind)) = left.split_first() {
        if *byte == b';' || *byte == b',' && begins_pair(behind) {
            break;
        }
        left = behind;
    }
    let value = rest.get(..rest.len() - left.len()).unwrap_or(rest);
    cookie::unquote(value)
}

/// Whether a name and an equals sign stand here. What platforms write behind a comma holds a colon or a quote first.
fn begins_pair(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let is_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$');
    let name = rest.iter().take_while(is_name).count();
    name > 0 && rest.get(name) == Some(&b'=')
}

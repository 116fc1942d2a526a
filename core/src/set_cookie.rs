//! Writes `Set-Cookie`, byte for byte the same on every platform.

use core::fmt;

use crate::id::VisitorId;

/// A `Set-Cookie` value: parts of the policy, the cookie's value and the domain, not yet put together.
#[derive(Clone, Copy, Debug)]
pub struct SetCookie<'a> {
    pub(crate) name_and_equals: &'a str,
    pub(crate) content: Content,
    pub(crate) max_age: &'a str,
    /// In the case of the request's host; written in lower case.
    pub(crate) domain: Option<&'a [u8]>,
    pub(crate) attributes: &'a str,
}

/// What a cookie of ours holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    Id(VisitorId),
    /// Unix seconds.
    Time(u64),
    /// A cookie that expires.
    Nothing,
}

const DOMAIN: &[u8] = b"; Domain=";

impl SetCookie<'_> {
    /// The length of the value in bytes.
    pub fn len(&self) -> usize {
        let domain = self.domain.map_or(0, |domain| DOMAIN.len() + domain.len());
        self.name_and_equals.len()
            + self.content.len()
            + self.max_age.len()
            + domain
            + self.attributes.len()
    }

    /// Never true: a value has a name and a lifetime.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Writes the value into `buffer` and returns the part that it fills, or `None` where the buffer is shorter than
    /// [`len`](Self::len). The bytes are printable ASCII.
    pub fn render<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let line = buffer.get_mut(..self.len())?;
        let rest = put(line, self.name_and_equals.as_bytes());
        let rest = match self.content {
            Content::Id(id) => put(rest, &id.text()),
            Content::Time(time) => put_decimal(rest, time),
            Content::Nothing => rest,
        };
        let rest = put(rest, self.max_age.as_bytes());
        let rest = match self.domain {
            Some(domain) => put_domain(rest, domain),
            None => rest,
        };
        put(rest, self.attributes.as_bytes());
        Some(line)
    }
}

impl Content {
    const fn len(&self) -> usize {
        match self {
            Self::Id(_) => VisitorId::TEXT_LEN,
            Self::Time(time) => decimals(*time),
            Self::Nothing => 0,
        }
    }
}

/// Copies `bytes` to the front of `line` and returns what is left of it. `line` is long enough: `render` has measured.
fn put<'b>(line: &'b mut [u8], bytes: &[u8]) -> &'b mut [u8] {
    let (filled, rest) = line.split_at_mut(bytes.len().min(line.len()));
    filled.copy_from_slice(&bytes[..filled.len()]);
    rest
}

/// How many digits a number has.
const fn decimals(number: u64) -> usize {
    match number.checked_ilog10() {
        Some(log) => log as usize + 1,
        None => 1,
    }
}

fn put_decimal(line: &mut [u8], number: u64) -> &mut [u8] {
    let (filled, rest) = line.split_at_mut(decimals(number).min(line.len()));
    let mut left = number;
    for digit in filled.iter_mut().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
    }
    rest
}

fn put_domain<'b>(line: &'b mut [u8], domain: &[u8]) -> &'b mut [u8] {
    let line = put(line, DOMAIN);
    let (filled, rest) = line.split_at_mut(domain.len().min(line.len()));
    filled.copy_from_slice(&domain[..filled.len()]);
    filled.make_ascii_lowercase();
    rest
}

impl fmt::Display for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name_and_equals)?;
        match self.content {
            Content::Id(id) => id.fmt(f)?,
            Content::Time(time) => time.fmt(f)?,
            Content::Nothing => {}
        }
        f.write_str(self.max_age)?;
        if let Some(domain) = self.domain {
            f.write_str("; Domain=")?;
            for byte in domain {
                fmt::Write::write_char(f, char::from(byte.to_ascii_lowercase()))?;
            }
        }
        f.write_str(self.attributes)
    }
}

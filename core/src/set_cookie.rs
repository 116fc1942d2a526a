//! Writes `Set-Cookie`, byte for byte the same on every platform.

use core::fmt;

use crate::hex;
use crate::id::VisitorId;
use crate::policy::CookieText;

/// A `Set-Cookie` value: parts of the policy, the cookie's value and the domain, not yet put together.
#[derive(Clone, Copy, Debug)]
pub struct SetCookie<'a> {
    pub(crate) text: &'a CookieText,
    pub(crate) content: Content,
    /// In the case of the request's host; written in lower case.
    pub(crate) domain: Option<&'a [u8]>,
    /// By plain http on loopback, where not every browser takes `Secure`.
    pub(crate) on_loopback: bool,
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

/// The lifetime of a cookie that expires.
const EXPIRED: &str = "; Max-Age=0";

impl<'a> SetCookie<'a> {
    /// The length of the value in bytes.
    pub fn len(&self) -> usize {
        let domain = self.domain.map_or(0, |domain| DOMAIN.len() + domain.len());
        self.text.name_and_equals.len()
            + self.content.len()
            + self.max_age().len()
            + domain
            + self.attributes().len()
    }

    /// Never true: a value has a name and a lifetime.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Writes the value into `buffer` and returns the part that it fills, or `None` where the buffer is shorter than
    /// [`len`](Self::len). The bytes are printable ASCII.
    pub fn render<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let line = buffer.get_mut(..self.len())?;
        let rest = put(line, self.text.name_and_equals.as_bytes());
        let rest = match self.content {
            Content::Id(id) => put_id(rest, id),
            Content::Time(time) => put_decimal(rest, time),
            Content::Nothing => rest,
        };
        let rest = put(rest, self.max_age().as_bytes());
        let rest = match self.domain {
            Some(domain) => put_domain(rest, domain),
            None => rest,
        };
        put(rest, self.attributes().as_bytes());
        Some(line)
    }

    const fn max_age(&self) -> &'a str {
        match self.content {
            Content::Nothing => EXPIRED,
            Content::Id(_) | Content::Time(_) => self.text.max_age.as_str(),
        }
    }

    const fn attributes(&self) -> &'a str {
        match self.on_loopback {
            true => self.text.loopback_attributes.as_str(),
            false => self.text.attributes.as_str(),
        }
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

/// Where it stands at once: an id that is copied there waits for its parts to be written.
fn put_id(line: &mut [u8], id: VisitorId) -> &mut [u8] {
    match line.split_first_chunk_mut() {
        Some((text, rest)) => {
            hex::encode(id.as_bytes(), text);
            rest
        }
        None => &mut [],
    }
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
        f.write_str(&self.text.name_and_equals)?;
        match self.content {
            Content::Id(id) => id.fmt(f)?,
            Content::Time(time) => time.fmt(f)?,
            Content::Nothing => {}
        }
        f.write_str(self.max_age())?;
        if let Some(domain) = self.domain {
            f.write_str("; Domain=")?;
            for byte in domain {
                fmt::Write::write_char(f, char::from(byte.to_ascii_lowercase()))?;
            }
        }
        f.write_str(self.attributes())
    }
}

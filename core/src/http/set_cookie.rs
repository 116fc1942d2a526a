//! Writes `Set-Cookie`, byte for byte the same on every platform.

use alloc::string::String;
use core::fmt;

use super::id::VisitorId;
use super::prefix::Prefix;
use super::text::Decimal;
use super::uuid_text;

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

/// The attributes of a cookie that are the same for every host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) same_site: SameSite,
    pub(crate) partitioned: bool,
}

/// The `SameSite` attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Sent with requests from this site only.
    Strict,
    /// Sent also when a link from another site is followed.
    #[default]
    Lax,
    /// Sent always. Browsers ask for `Secure` with it.
    None,
    /// The attribute is left out, and each browser applies its own default.
    Unset,
}

impl SameSite {
    /// The attribute's value, as written.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Strict => Some("Strict"),
            Self::Lax => Some("Lax"),
            Self::None => Some("None"),
            Self::Unset => None,
        }
    }
}

/// The texts that the `Set-Cookie` lines of one cookie are put together from. Made once, when the policy is checked.
#[derive(Clone, Debug)]
pub(crate) struct CookieText {
    /// The name and an equals sign: what to look for in `Cookie`, and what `Set-Cookie` begins with.
    pub(crate) name_and_equals: String,
    /// `; Max-Age=` and the seconds.
    max_age: String,
    /// All attributes after `Domain`; without `Secure` in the second, which is for plain http on loopback.
    attributes: String,
    loopback_attributes: String,
}

impl CookieText {
    pub(crate) fn new(name: &str, max_age: u64, path: &str, attributes: Attributes) -> Self {
        let on_loopback = attributes.on_loopback(name);
        Self {
            name_and_equals: [name, "="].concat(),
            max_age: ["; Max-Age=", Decimal::of(max_age).as_str()].concat(),
            attributes: attributes.after_domain(path),
            loopback_attributes: on_loopback.after_domain(path),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.name_and_equals.strip_suffix('=').unwrap_or_default()
    }

    /// Whether the line is another one on plain http from loopback.
    pub(crate) fn differs_on_loopback(&self) -> bool {
        self.attributes != self.loopback_attributes
    }
}

impl Attributes {
    /// The text of the attributes after `Domain`, in the order in which every platform writes them.
    fn after_domain(self, path: &str) -> String {
        let given = |is: bool, text: &'static str| if is { text } else { "" };
        let same_site = self.same_site.as_str();
        [
            "; Path=",
            path,
            given(self.secure, "; Secure"),
            given(self.http_only, "; HttpOnly"),
            given(same_site.is_some(), "; SameSite="),
            same_site.unwrap_or_default(),
            given(self.partitioned, "; Partitioned"),
        ]
        .concat()
    }

    /// The attributes on plain http from loopback: without `Secure`, unless browsers accept the cookie with `Secure`
    /// only.
    fn on_loopback(self, name: &str) -> Self {
        let needs_secure =
            Prefix::of(name).wants_secure() || self.same_site == SameSite::None || self.partitioned;
        Self {
            secure: self.secure && needs_secure,
            ..self
        }
    }
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
            uuid_text::encode(id.as_bytes(), text);
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

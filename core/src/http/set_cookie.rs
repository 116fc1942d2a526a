//! Writes `Set-Cookie`, byte for byte the same on every platform.
//!
//! A line is the name, the value, `Max-Age`, `Domain`, `Path`, `Secure`, `HttpOnly`, `SameSite`, `Partitioned`, in this
//! order. There is no `Expires`: browsers let `Max-Age` win over it (RFC 6265bis §5.7), and a date would need a clock.
//! Everything but the value and the domain is put together when the policy is made, so a request copies a few pieces.

use alloc::string::String;
use core::fmt;

use super::id::VisitorId;
use super::prefix::Prefix;
use super::text::Decimal;
use super::uuid_text;

/// The value of a `Set-Cookie` header: pieces of the policy, the cookie's value and the domain, not yet put together.
///
/// Its `Display` is the whole value. [`render`](Self::render) writes the same bytes into a buffer, without the
/// machinery of `core::fmt`.
#[derive(Clone, Copy, Debug)]
pub struct SetCookie<'a> {
    pub(crate) text: &'a CookieText,
    pub(crate) content: Content,
    /// In the case of the request's host; it is written in lower case.
    pub(crate) domain: Option<&'a [u8]>,
    /// Whether the request was plain http on loopback, where not every browser accepts `Secure`.
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

/// The `SameSite` attribute (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// The browser sends the cookie with requests from this site only.
    Strict,
    /// The browser sends the cookie also when the visitor follows a link from another site. The default.
    #[default]
    Lax,
    /// The browser sends the cookie with every request, unless it blocks third-party cookies. It requires `Secure`.
    None,
    /// The attribute is left out, and each browser applies its own default.
    Unset,
}

impl SameSite {
    /// The attribute's value, as it is written; `None` for [`Unset`](Self::Unset).
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
    /// The length of the header's value in bytes.
    pub fn len(&self) -> usize {
        let domain = self.domain.map_or(0, |domain| DOMAIN.len() + domain.len());
        self.text.name_and_equals.len()
            + self.content.len()
            + self.max_age().len()
            + domain
            + self.attributes().len()
    }

    /// Always false, because every line has a name and a lifetime.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Writes the header's value into `buffer`, and returns the part that it fills. The bytes are printable ASCII.
    ///
    /// `None` if the buffer is shorter than [`len`](Self::len); nothing is written then.
    ///
    /// ```
    /// # use hardtack::{Exchange, Policy, Request, Response, Scheme, Settings, Target, decide};
    /// # let policy = Policy::new(&Settings::default(), Some(hardtack_psl::LIST))?;
    /// # let exchange = Exchange {
    /// #     request: Request {
    /// #         target: Target { scheme: Scheme::Https, host: b"www.Example.com" },
    /// #         method: b"GET",
    /// #         path: b"/",
    /// #         country: None,
    /// #         fields: &[("sec-fetch-dest", "document")][..],
    /// #     },
    /// #     response: Response { status: 200, fields: &[("content-type", "text/html")][..] },
    /// # };
    /// let decision = decide(&policy, &exchange, 1_750_000_000, [7; 16]);
    /// let line = decision.set_cookie().unwrap();
    ///
    /// let mut buffer = [0; 256];
    /// let bytes = line.render(&mut buffer).unwrap();
    /// assert_eq!(bytes, line.to_string().as_bytes());
    /// assert_eq!(bytes.len(), line.len());
    /// assert!(bytes.windows(21).any(|part| part == b"; Domain=example.com;"));
    /// assert_eq!(line.render(&mut [0; 16]), None);
    /// # Ok::<(), hardtack::PolicyError>(())
    /// ```
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

/// Copies `bytes` to the front of `line`, and returns what is left of it. `line` is long enough, because `render` has
/// measured it.
fn put<'b>(line: &'b mut [u8], bytes: &[u8]) -> &'b mut [u8] {
    let (filled, rest) = line.split_at_mut(bytes.len().min(line.len()));
    filled.copy_from_slice(&bytes[..filled.len()]);
    rest
}

/// Writes an id directly into the line: a copy of an id would have to wait for the parts of it to be written.
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

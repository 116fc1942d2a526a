//! The country that a request comes from, where the platform vouches for it.
//!
//! Rule 5 asks for consent by country. A header that a client could have sent is never read: an adapter passes on what
//! its own platform sets, such as `CloudFront-Viewer-Country` or Cloudflare's `CF-IPCountry`.

use core::fmt;

/// A country: the two upper-case letters of ISO 3166-1 alpha-2, as platforms write them. Whether such a country exists
/// is not checked.
///
/// ```
/// use hardtack::Country;
///
/// let country = Country::parse(b"fr").unwrap();
/// assert_eq!(country.to_string(), "FR");
/// assert_eq!(Country::parse(b"XX"), None);
/// assert_eq!(Country::parse(b"T1"), None);
/// assert_eq!(Country::parse(b"FRA"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters in either case. `None` for anything else, Cloudflare's `T1` (Tor) among them, and for `XX`, by
    /// which platforms say that they do not know.
    ///
    /// Pass what the platform itself says, never what a client can send.
    pub const fn parse(text: &[u8]) -> Option<Self> {
        let [first, second] = *text else { return None };
        let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        match code {
            [b'X', b'X'] => None,
            [b'A'..=b'Z', b'A'..=b'Z'] => Some(Self(code)),
            _ => None,
        }
    }

    /// The two letters, in upper case.
    pub const fn code(&self) -> [u8; 2] {
        self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({self})")
    }
}

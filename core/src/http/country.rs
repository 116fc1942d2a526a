//! The country that a request comes from, where the platform vouches for it.

use core::fmt;

/// A country: the two upper-case letters of ISO 3166-1, as platforms tell them. Which ones exist is not checked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters in either case. `None` for anything else, and for `XX`, by which platforms say that they don't
    /// know; Cloudflare's `T1`, for Tor, is left out, too.
    ///
    /// Only what the platform itself says belongs here, never what a client can send.
    pub const fn parse(text: &[u8]) -> Option<Self> {
        let [first, second] = *text else { return None };
        let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        match code {
            [b'X', b'X'] => None,
            [b'A'..=b'Z', b'A'..=b'Z'] => Some(Self(code)),
            _ => None,
        }
    }

    /// The two letters, upper case.
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

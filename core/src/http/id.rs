//! The visitor id: a UUID, read strictly and written one way.

use core::fmt;

use uuid::{Builder, Uuid, Variant};

use super::uuid_text;

/// A visitor's id: a UUID with the variant of RFC 9562.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitorId(Uuid);

/// Which UUIDs a policy accepts from a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accept {
    /// Version 4 only: what we issue, and what Adobe's and Snowplow's collectors take.
    #[default]
    V4,
    /// Any version from 1 to 8, to keep visitors whom another system numbered.
    Any,
}

/// Why a cookie's value is no visitor id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// Not 36 characters of hex digits and hyphens in the right places.
    Malformed,
    /// A UUID, but of a version or variant that the policy does not accept.
    Version,
    /// A UUID, but not sealed with any of the policy's keys.
    Unsealed,
}

impl VisitorId {
    /// The length of the text form.
    pub const TEXT_LEN: usize = uuid_text::TEXT_LEN;

    /// Makes a version 4 UUID of 16 random bytes (RFC 9562 §5.4): six bits are overwritten, 122 stay.
    pub fn from_entropy(entropy: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(entropy).into_uuid())
    }

    /// Reads the 36 characters of the text form, in either case (RFC 9562 §4).
    ///
    /// `None` for anything else, for the nil and max UUIDs, and for what `accept` leaves out.
    pub fn parse(text: &[u8], accept: Accept) -> Option<Self> {
        Self::read(text, accept).ok()
    }

    pub(crate) fn read(text: &[u8], accept: Accept) -> Result<Self, Invalid> {
        let text = text.try_into().map_err(|_| Invalid::Malformed)?;
        let bytes = uuid_text::decode(text).ok_or(Invalid::Malformed)?;
        let uuid = Uuid::from_bytes(bytes);
        let version = match accept {
            Accept::V4 => uuid.get_version_num() == 4,
            Accept::Any => (1..=8).contains(&uuid.get_version_num()),
        };
        if version && uuid.get_variant() == Variant::RFC4122 {
            Ok(Self(uuid))
        } else {
            Err(Invalid::Version)
        }
    }

    /// The text form, always in lower case.
    pub fn text(&self) -> [u8; Self::TEXT_LEN] {
        let mut text = [0; Self::TEXT_LEN];
        uuid_text::encode(self.as_bytes(), &mut text);
        text
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VisitorId({self})")
    }
}

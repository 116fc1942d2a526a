//! The visitor id: a UUID, read strictly and written one way.
//!
//! Collectors of Adobe and Snowplow accept a UUID of version 4 and nothing else, so that is what new ids are. Version 7
//! would reveal the time of the first visit.

use core::fmt;

use uuid::{Builder, Uuid, Variant};

use super::uuid_text;

/// A visitor's id: a UUID with the variant of RFC 9562. Its `Display` is the text form, in lower case.
///
/// ```
/// use hardtack::{Accept, VisitorId};
///
/// let id = VisitorId::parse(b"6F1C8A52-3B0D-4E7A-9C41-B9BA00563FA8", Accept::V4).unwrap();
/// assert_eq!(id.to_string(), "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8");
/// assert_eq!(id.as_bytes()[..4], [0x6f, 0x1c, 0x8a, 0x52]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitorId(Uuid);

/// Which UUIDs a policy accepts from a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accept {
    /// Version 4 only: what the decision issues, and what Adobe's and Snowplow's collectors accept.
    #[default]
    V4,
    /// Any version from 1 to 8, to keep the ids of another system.
    Any,
}

/// Why a cookie's value is not a valid visitor id.
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
    /// The length of the text form: 36 characters.
    pub const TEXT_LEN: usize = uuid_text::TEXT_LEN;

    /// Makes a UUID of version 4 from 16 random bytes (RFC 9562 §5.4): six bits are overwritten, 122 stay.
    ///
    /// The bytes have to come from a cryptographic source, because whoever can guess an id can use it.
    ///
    /// ```
    /// use hardtack::VisitorId;
    ///
    /// let id = VisitorId::from_entropy([0xff; 16]);
    /// assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    /// ```
    pub fn from_entropy(entropy: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(entropy).into_uuid())
    }

    /// Reads the 36 characters of the text form, in either case (RFC 9562 §4).
    ///
    /// `None` for anything else: braces, `urn:uuid:`, missing hyphens, surrounding blanks; for the nil and max UUIDs;
    /// for other variants than that of RFC 9562; and for versions that `accept` leaves out.
    ///
    /// ```
    /// use hardtack::{Accept, VisitorId};
    ///
    /// let version_7 = b"019076d5-2a7e-7b3c-8d4e-5f6a7b8c9d0e";
    /// assert!(VisitorId::parse(version_7, Accept::V4).is_none());
    /// assert!(VisitorId::parse(version_7, Accept::Any).is_some());
    /// assert!(VisitorId::parse(b"6f1c8a523b0d4e7a9c41b9ba00563fa8", Accept::Any).is_none());
    /// ```
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

    /// The 16 bytes, in the order of the text form.
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

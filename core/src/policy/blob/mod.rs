//! A policy as a few bytes, for engines that have no room for a policy file's parser and the public suffix list.
//!
//! Numbers are little-endian; a text is its length as a `u32` and its bytes, in UTF-8; a list is the number of its
//! texts as a `u32`, and the texts.
//!
//! | bytes | |
//! |---|---|
//! | 3 | `HTK` |
//! | 1 | version of the layout: 3 |
//! | 2 | flags: those of `flags.rs`; the others are 0 |
//! | 4 | max_age in seconds |
//! | text | name |
//! | text | path |
//! | text | response header, empty where there is none |
//! | list | domains, longest first; none for a host-only cookie |
//! | list | excluded paths |
//! | | sections, in ascending order of their tags: tag `u8`, length `u32`, content. A section is there where the policy asks for what it is about |
//! | 8 | FNV-1a, 64 bits, of all bytes before: it tells damage, and is no protection from forgery |
//!
//! | tag | section |
//! |---|---|
//! | 1 | renewal when due: period in seconds `u32`, the marker's name |
//! | 2 | signals: server timing `u8`, request header, script cookie; each name empty where there is none |
//! | 3 | caches: 0 `u8`, for a policy that leaves them alone |
//! | 4 | adoption: the rule as it is asked, laid out in `rules/adopt/mod.rs` |
//! | 5 | seal: until when unsealed ids count, in Unix seconds, `u64`; keys of 32 bytes each. Whoever has the blob has the keys |
//! | 6 | consent: the rule as it is asked, laid out in `rules/consent/rule.rs` |
//! | 7 | bots: treated as people `u8`, list of what else names them, list of what names people |

mod flags;
mod read;
mod write;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::PolicyError;
use crate::policy::Policy;

use write::Writer;

/// Why a policy makes no blob, or a blob no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobError {
    /// The policy asks the public suffix list, which a blob does not carry: its domains have to be found first.
    Unresolved,
    /// The blob would have this many bytes, more than [`Policy::MAX_BLOB_LEN`].
    TooLong(usize),
    /// The bytes do not begin as a blob does.
    NotABlob,
    /// The blob has this version, which is not known here.
    Version(u8),
    /// The checksum is not that of the bytes before it.
    Damaged,
    /// The checksum is right, and the bytes are no policy all the same.
    Malformed,
    /// The settings contradict each other, or browsers would reject them.
    Refused(PolicyError),
}

impl Policy {
    /// The longest blob, in bytes: what an engine's input buffer takes.
    pub const MAX_BLOB_LEN: usize = 131_072;

    /// The policy as bytes. The same policy always gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`BlobError::Unresolved`] for [`DomainSetting::Auto`](crate::DomainSetting::Auto), and [`BlobError::TooLong`].
    pub fn to_blob(&self) -> Result<Vec<u8>, BlobError> {
        let mut blob = Writer(MAGIC.to_vec());
        blob.bytes(&[VERSION]);
        write::body(self, &mut blob)?;
        blob.bytes(&checksum(&blob.0).to_le_bytes());
        match blob.0.len() {
            len if len > Self::MAX_BLOB_LEN => Err(BlobError::TooLong(len)),
            _ => Ok(blob.0),
        }
    }

    /// Reads a blob, and checks what it says like any other settings. Without the feature `checks` it is believed: its
    /// checksum tells damage, and who writes a blob could as well write the engine.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the bytes first.
    // Kept apart from an engine that is compiled for speed: this runs once.
    #[inline(never)]
    pub fn from_blob(blob: &[u8]) -> Result<Self, BlobError> {
        let (settings, rules) = read::settings(body(blob)?).ok_or(BlobError::Malformed)?;
        #[cfg(feature = "checks")]
        super::check::settings(&settings, None).map_err(BlobError::Refused)?;
        Ok(Self::from_checked(settings, None, rules))
    }

    /// The checksum of the policy's blob as 16 hex digits: what tells two policies apart in names and logs.
    ///
    /// # Errors
    ///
    /// As for [`to_blob`](Self::to_blob).
    pub fn hash(&self) -> Result<String, BlobError> {
        let blob = self.to_blob()?;
        let (body, _) = blob
            .split_last_chunk::<CHECKSUM_LEN>()
            .ok_or(BlobError::Malformed)?;
        Ok(format!("{:016x}", checksum(body)))
    }
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved => f.write_str("cookie.domain `auto` needs the site's hosts"),
            Self::TooLong(len) => write!(f, "{len} bytes are more than {}", Policy::MAX_BLOB_LEN),
            Self::NotABlob => f.write_str("not a policy blob"),
            Self::Version(version) => write!(f, "policy blob of the unknown version {version}"),
            Self::Damaged => f.write_str("damaged policy blob"),
            Self::Malformed => f.write_str("malformed policy blob"),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for BlobError {}

const MAGIC: [u8; 3] = *b"HTK";
const VERSION: u8 = 3;
const CHECKSUM_LEN: usize = 8;

// The tags of sections, as the table above has them.
const RENEWAL: u8 = 1;
const SIGNALS: u8 = 2;
const CACHES: u8 = 3;
const ADOPTION: u8 = 4;
const SEAL: u8 = 5;
const CONSENT: u8 = 6;
const BOTS: u8 = 7;

/// What stands between the version and the checksum.
fn body(blob: &[u8]) -> Result<&[u8], BlobError> {
    let (version, _) = blob
        .strip_prefix(&MAGIC)
        .and_then(<[u8]>::split_first)
        .ok_or(BlobError::NotABlob)?;
    if *version != VERSION {
        return Err(BlobError::Version(*version));
    }
    match blob.split_last_chunk::<CHECKSUM_LEN>() {
        Some((bytes, sum)) if checksum(bytes) == u64::from_le_bytes(*sum) => {
            bytes.get(MAGIC.len() + 1..).ok_or(BlobError::Malformed)
        }
        _ => Err(BlobError::Damaged),
    }
}

/// FNV-1a. Every step can be undone, so two blobs of one length that differ in one byte never have the same sum.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    const SECTIONS: [(u8, &str); 7] = [
        (RENEWAL, "renewal"),
        (SIGNALS, "signals"),
        (CACHES, "caches"),
        (ADOPTION, "adoption"),
        (SEAL, "seal"),
        (CONSENT, "consent"),
        (BOTS, "bots"),
    ];

    /// The rows of the module's second table, as they stand in its documentation.
    fn documented() -> Vec<(u8, &'static str)> {
        let source = include_str!("mod.rs");
        let rows = source.lines().filter_map(|line| {
            let (tag, about) = line.strip_prefix("//! | ")?.split_once(" | ")?;
            Some((tag.parse().ok()?, about.split([':', ' ']).next()?))
        });
        // The first table counts bytes; its rows end where that of the tags begins.
        let rows: Vec<_> = rows.collect();
        let first = rows.iter().rposition(|(tag, _)| *tag == 1);
        rows[first.unwrap_or_default()..].to_vec()
    }

    #[test]
    fn every_tag_is_documented() {
        assert_eq!(documented(), SECTIONS);
    }

    #[test]
    fn every_section_is_written_under_its_tag() {
        let mut settings = everything();
        settings.cookie.domain = crate::DomainSetting::HostOnly;
        let blob = Policy::new(&settings, None).unwrap().to_blob().unwrap();
        assert_eq!(tags_of(&blob), SECTIONS.map(|(tag, _)| tag));
    }

    /// Settings that ask for every section.
    fn everything() -> crate::Settings {
        let mut settings = crate::Settings::default();
        settings.renew.when = crate::Renew::WhenDue(86_400);
        settings.signals.server_timing = true;
        settings.caches.protect = false;
        settings.adopt.from.push("_ga".into());
        settings.id.sealed = true;
        settings.id.keys.push(crate::SealKey::new([7; 32]));
        settings.consent.gpc = true;
        settings.bots.also.push("AcmeMonitor/".into());
        settings
    }

    /// The tags of a blob's sections, which stand behind two numbers, three texts and two empty lists.
    fn tags_of(blob: &[u8]) -> Vec<u8> {
        let mut rest = body(blob).unwrap().get(6..).unwrap();
        let number = |rest: &mut &[u8]| {
            let (number, behind) = rest.split_first_chunk().unwrap();
            *rest = behind;
            u32::from_le_bytes(*number) as usize
        };
        for _ in 0..3 {
            let len = number(&mut rest);
            rest = &rest[len..];
        }
        assert_eq!((number(&mut rest), number(&mut rest)), (0, 0));
        let mut tags = Vec::new();
        while let Some((tag, behind)) = rest.split_first() {
            tags.push(*tag);
            rest = behind;
            let len = number(&mut rest);
            rest = &rest[len..];
        }
        tags
    }
}

//! Sealed ids, a part of rule 9: a UUID of version 4 that proves who issued it.
//!
//! | bytes | |
//! |---|---|
//! | 0 to 9 | random except for version and variant: 74 random bits |
//! | 10 to 15 | the first 48 bits of HMAC-SHA256(key, `hardtack-seal-v1`, a zero byte, the cookie's name, a zero byte, bytes 0 to 9) |
//!
//! Every key of the policy verifies and the first one signs, so keys rotate without a lost visitor. A guess passes with
//! a chance of 2⁻⁴⁸ for each key. A seal does not prevent the copying of a real visitor's id: it proves who issued an
//! id, not who holds it. HMAC is RFC 2104; `conformance/sealed-ids.json` has vectors from another implementation.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::http::id::VisitorId;
use crate::http::sha256::Hmac;

/// A key of the seal: 32 secret random bytes.
///
/// Its `Debug` does not show the bytes, so a policy can be logged.
///
/// ```
/// use hardtack::SealKey;
///
/// let key = SealKey::new([7; SealKey::LEN]);
/// assert_eq!(format!("{key:?}"), "SealKey");
/// assert_eq!(key.bytes(), &[7; 32]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; Self::LEN]);

impl SealKey {
    /// The length of a key in bytes.
    pub const LEN: usize = 32;

    /// A key of these bytes, which have to come from a cryptographic source.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be written where only an edge reads them. Whoever has them can forge ids.
    pub const fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// The keys of a policy, prepared: what comes before an id is already hashed.
#[derive(Clone)]
pub(crate) struct Seal {
    /// HMACs that have taken in all that comes before an id; the first one signs.
    macs: Vec<Hmac>,
    /// Before this time, in Unix seconds, ids without a seal are accepted.
    unsealed_until: u64,
}

/// How many bytes of an id the seal covers.
const COVERED: usize = 10;

impl Seal {
    pub(crate) fn new(keys: &[SealKey], name: &str, unsealed_until: u64) -> Self {
        let prefix = [b"hardtack-seal-v1\0", name.as_bytes(), b"\0"].concat();
        let mac = |key: &SealKey| Hmac::new(key.bytes(), &prefix);
        Self {
            macs: keys.iter().map(mac).collect(),
            unsealed_until,
        }
    }

    /// An id from 16 random bytes, of which the last six give way to the seal.
    pub(crate) fn seal(&self, entropy: [u8; 16]) -> VisitorId {
        let mut bytes = *VisitorId::from_entropy(entropy).as_bytes();
        let (covered, place) = bytes.split_at_mut(COVERED);
        if let Some(mac) = self.macs.first() {
            place.copy_from_slice(&tag(mac, covered));
        }
        VisitorId::from_entropy(bytes)
    }

    /// Whether an id is accepted: one of the keys sealed it, or ids without a seal are accepted still.
    pub(crate) fn admits(&self, id: VisitorId, now: u64) -> bool {
        now < self.unsealed_until || self.key_of(id).is_some()
    }

    /// The index of the key that sealed an id. The comparison takes the same time wherever two seals differ, so that a
    /// seal cannot be found byte by byte.
    pub(crate) fn key_of(&self, id: VisitorId) -> Option<usize> {
        let (covered, seal) = id.as_bytes().split_at(COVERED);
        self.macs.iter().position(|mac| {
            let pairs = tag(mac, covered).into_iter().zip(seal);
            // All bytes are looked at, whichever differ.
            core::hint::black_box(pairs.fold(0, |any, (a, b)| any | (a ^ b))) == 0
        })
    }
}

/// The seal of the first ten bytes of an id.
#[inline(never)]
fn tag(mac: &Hmac, covered: &[u8]) -> [u8; 16 - COVERED] {
    let digest = mac.digest(covered);
    let mut tag = [0; 16 - COVERED];
    tag.copy_from_slice(&digest[..16 - COVERED]);
    tag
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.unsealed_until;
        let text: String = alloc::format!("Seal({} keys, unsealed until {until})", self.macs.len());
        f.write_str(&text)
    }
}

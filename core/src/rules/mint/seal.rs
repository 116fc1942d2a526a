//! Sealed ids: a UUID v4 that proves who issued it.
//!
//! Bytes 0 to 9 are random but for version and variant, 74 bits; bytes 10 to 15 are the first 48 bits of
//! HMAC-SHA256(key, `hardtack-seal-v1`, a zero byte, the cookie's name, a zero byte, bytes 0 to 9). Every key of the
//! policy verifies, the first one signs, so keys rotate without a lost visitor.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::http::id::VisitorId;

/// A key: 32 bytes that nobody else knows. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; Self::LEN]);

impl SealKey {
    /// The length in bytes.
    pub const LEN: usize = 32;

    /// A key of random bytes.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes, for writing them where only an edge reads them.
    pub const fn bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// The seals of a policy, made ready.
#[derive(Clone)]
pub(crate) struct Seal {
    /// HMACs that have taken in all that comes before an id; the first one signs.
    macs: Vec<Hmac<Sha256>>,
    /// Until then, in Unix seconds, unsealed ids count.
    unsealed_until: u64,
}

/// How many bytes of an id the seal covers.
const COVERED: usize = 10;

impl Seal {
    pub(crate) fn new(keys: &[SealKey], name: &str, unsealed_until: u64) -> Self {
        let prefix = [b"hardtack-seal-v1\0", name.as_bytes(), b"\0"].concat();
        let mac = |key: &SealKey| {
            // A key shorter than a block is one with zeros behind it (RFC 2104 §2).
            let mut block = [0; 64];
            block[..SealKey::LEN].copy_from_slice(key.bytes());
            let mut mac = Hmac::<Sha256>::new(&block.into());
            mac.update(&prefix);
            mac
        };
        Self {
            macs: keys.iter().map(mac).collect(),
            unsealed_until,
        }
    }

    /// An id of 16 random bytes, of which the last six make place for the seal.
    pub(crate) fn seal(&self, entropy: [u8; 16]) -> VisitorId {
        let mut bytes = *VisitorId::from_entropy(entropy).as_bytes();
        let (covered, place) = bytes.split_at_mut(COVERED);
        if let Some(mac) = self.macs.first() {
            place.copy_from_slice(&tag(mac, covered));
        }
        VisitorId::from_entropy(bytes)
    }

    /// Whether an id may pass: sealed by one of the keys, or still in the time of grace. The comparison takes the same
    /// time wherever two seals differ.
    pub(crate) fn admits(&self, id: VisitorId, now: u64) -> bool {
        now < self.unsealed_until || self.key_of(id).is_some()
    }

    /// Which of the keys sealed an id.
    pub(crate) fn key_of(&self, id: VisitorId) -> Option<usize> {
        let (covered, seal) = id.as_bytes().split_at(COVERED);
        self.macs.iter().position(|mac| {
            let pairs = tag(mac, covered).into_iter().zip(seal);
            // All bytes are looked at, whichever differ.
            core::hint::black_box(pairs.fold(0, |any, (a, b)| any | (a ^ b))) == 0
        })
    }
}

/// The seal of what an id begins with.
#[inline(never)]
fn tag(mac: &Hmac<Sha256>, covered: &[u8]) -> [u8; 16 - COVERED] {
    let mut mac = mac.clone();
    mac.update(covered);
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
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

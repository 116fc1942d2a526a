//! SHA-256, and HMAC-SHA256 with the key taken in beforehand (FIPS 180-4, RFC 2104), for sealed and derived ids.
//!
//! The hash is the library's. HMAC is a few lines on it, written here because `update` and `finalize` then stand once:
//! with a library's HMAC an engine has them three times, which is two per cent of it.

use core::fmt;

use sha2::{Digest as _, Sha256};

/// A hash that has taken in what comes first.
#[derive(Clone)]
pub(crate) struct Hash(Sha256);

impl Hash {
    pub(crate) fn of(prefix: &[u8]) -> Self {
        let mut hash = Self(Sha256::new());
        hash.update(prefix);
        hash
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// An HMAC that has taken in its key, and what comes first of a message.
#[derive(Clone)]
pub(crate) struct Hmac {
    inner: Hash,
    outer: Hash,
}

impl Hmac {
    /// A key of 32 bytes is shorter than a block, so zeros follow it (RFC 2104 §2).
    pub(crate) fn new(key: &[u8; 32], prefix: &[u8]) -> Self {
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            block
                .iter_mut()
                .zip(key)
                .for_each(|(byte, key)| *byte ^= key);
            Hash::of(&block)
        };
        let mut inner = padded(0x36);
        inner.update(prefix);
        let outer = padded(0x5c);
        Self { inner, outer }
    }

    /// The code of a message that ends here.
    pub(crate) fn digest(&self, rest: &[u8]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        inner.update(rest);
        let inner = inner.digest();
        let mut outer = self.outer.clone();
        outer.update(&inner);
        outer.digest()
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hmac")
    }
}

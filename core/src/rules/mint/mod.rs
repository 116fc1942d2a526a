//! Rule 9: a visitor without a valid id gets a new one, a UUID v4 of the 16 random bytes, sealed where the policy has
//! keys.
//!
//! What makes an id makes it count, too: [`IdRule::admit`] is what rule 4 asks of each value.

mod seal;

use alloc::vec::Vec;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::id::{Accept, Invalid, VisitorId};

pub(crate) use seal::Seal;
pub use seal::SealKey;

/// What counts as a visitor id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSettings {
    /// Accepted UUID versions. Default [`Accept::V4`].
    pub accept: Accept,
    /// Whether ids are sealed, so that only those that this site issued count. Default false.
    pub sealed: bool,
    /// Until then, in Unix seconds, ids without a seal count as well. Default 0: they never do.
    pub accept_unsealed_until: u64,
    /// The keys that ids are sealed with, which a policy file never holds. The first one seals, all of them verify.
    pub keys: Vec<SealKey>,
}

#[cfg(feature = "checks")]
impl IdSettings {
    /// # Errors
    ///
    /// A seal without a key.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        if self.sealed && self.keys.is_empty() {
            return Err(PolicyError::new(
                "id.sealed",
                "true",
                "needs a key, and there is none",
                "run `hardtack seal new-key`, and put the key into HARDTACK_SEAL_KEYS or a file that HARDTACK_SEAL_KEYS_FILE names",
            ));
        }
        Ok(())
    }
}

/// Which ids count, and how new ones are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdRule<'p> {
    pub(crate) accept: Accept,
    pub(crate) seal: Option<&'p Seal>,
}

impl IdRule<'_> {
    /// A new id, sealed where the policy seals.
    pub(crate) fn mint(&self, entropy: [u8; 16]) -> VisitorId {
        match self.seal {
            Some(seal) => seal.seal(entropy),
            None => VisitorId::from_entropy(entropy),
        }
    }

    /// Reads a cookie's value as an id that counts.
    pub(crate) fn admit(&self, value: &[u8], now: u64) -> Result<VisitorId, Invalid> {
        let id = VisitorId::read(value, self.accept)?;
        match self.seal {
            Some(seal) if !seal.admits(id, now) => Err(Invalid::Unsealed),
            _ => Ok(id),
        }
    }
}

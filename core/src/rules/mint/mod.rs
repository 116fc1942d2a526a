//! Rule 9: a visitor without a valid id gets a new one, a UUID of version 4 from the 16 random bytes, sealed if the
//! policy has keys.
//!
//! What makes an id also recognises it: [`IdRule::admit`] is what rule 4 asks of each value. The outcome is `issued`
//! for a new visitor, and `replaced` if the cookie holds something else; the reason says what.
//!
//! | value of the cookie | outcome and reason |
//! |---|---|
//! | none | `issued`, `new_visitor` |
//! | `6f1c` | `replaced`, `malformed_id` |
//! | a UUID of version 7, where version 4 is asked for | `replaced`, `unaccepted_version` |
//! | a UUID that none of the keys sealed | `replaced`, `unsealed` |
//!
//! Version 4, because its bits say nothing about the visitor and because collectors insist on it; from a cryptographic
//! source, because an id that can be guessed can be used by others (RFC 9562 §5.4 and §6.9).

mod seal;

use alloc::vec::Vec;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::id::{Accept, Invalid, VisitorId};

pub(crate) use seal::Seal;
pub use seal::SealKey;

/// What counts as a visitor id, and whether ids are sealed: section `[id]`, rules 4 and 9.
///
/// ```
/// use hardtack::{Policy, SealKey, Settings};
///
/// let mut settings = Settings::default();
/// settings.id.sealed = true;
/// let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
/// assert_eq!(error.to_string(), "id.sealed `true` needs a key, and there is none");
///
/// settings.id.keys.push(SealKey::new([7; SealKey::LEN]));
/// assert!(Policy::new(&settings, Some(hardtack_psl::LIST)).is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdSettings {
    /// The accepted UUID versions. Default [`Accept::V4`]. New ids are of version 4 in any case.
    pub accept: Accept,
    /// Whether ids are sealed, so that only ids which this site issued are accepted. Default false.
    pub sealed: bool,
    /// The time, in Unix seconds, before which ids without a seal are accepted, too. Default 0: they never are.
    ///
    /// A cookie does not show when it was made, so until then a forged id is accepted as well.
    pub accept_unsealed_until: u64,
    /// The keys of the seal, which a policy file never holds. The first one seals, and all of them verify, so keys are
    /// rotated by adding a new one in front. Default none.
    pub keys: Vec<SealKey>,
}

#[cfg(feature = "checks")]
impl IdSettings {
    /// # Errors
    ///
    /// Ids are to be sealed, and a key is missing.
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

/// Which ids are valid, and how new ones are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdRule<'p> {
    pub(crate) accept: Accept,
    pub(crate) seal: Option<&'p Seal>,
}

impl IdRule<'_> {
    /// A new id from 16 random bytes, sealed if the policy seals.
    pub(crate) fn mint(&self, entropy: [u8; 16]) -> VisitorId {
        match self.seal {
            Some(seal) => seal.seal(entropy),
            None => VisitorId::from_entropy(entropy),
        }
    }

    /// Reads a cookie's value as a valid id. `now` is Unix time in seconds.
    ///
    /// # Errors
    ///
    /// What makes it invalid: its form first, then its version, then its seal.
    pub(crate) fn admit(&self, value: &[u8], now: u64) -> Result<VisitorId, Invalid> {
        let id = VisitorId::read(value, self.accept)?;
        match self.seal {
            Some(seal) if !seal.admits(id, now) => Err(Invalid::Unsealed),
            _ => Ok(id),
        }
    }
}

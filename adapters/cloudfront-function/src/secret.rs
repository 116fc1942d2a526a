//! The secret that makes ids unpredictable where there is no randomness.

use std::fmt;

/// 256 bits, known to the function and to whoever builds it. Never shown: `Debug` leaves it out, and there is no
/// `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a text is not a valid secret. It does not say which text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretError;

impl Secret {
    /// As many hex digits as a secret has.
    pub const DIGITS: usize = 64;

    /// Of 32 bytes from a cryptographic source.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads 64 hex digits, with blanks or a line break around them.
    ///
    /// # Errors
    ///
    /// For anything else.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        let valid = text.len() == Self::DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
        valid
            .then(|| Self(text.to_ascii_lowercase()))
            .ok_or(SecretError)
    }

    /// The hex digits, for the function and for the file that keeps them.
    pub fn hex(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a secret is {} hex digits", Secret::DIGITS)
    }
}

impl std::error::Error for SecretError {}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretError};

    #[test]
    fn a_secret_is_read_back_as_it_was_written() {
        let secret = Secret::new([0xa7; 32]);
        assert_eq!(
            Secret::parse(&format!(" {}\n", secret.hex())),
            Ok(secret.clone())
        );
        assert_eq!(
            Secret::parse(&secret.hex().to_uppercase()),
            Ok(secret.clone())
        );
        assert_eq!(format!("{secret:?}"), "Secret");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "a7", &"a".repeat(63), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Secret::parse(text), Err(SecretError), "{text}");
        }
    }
}

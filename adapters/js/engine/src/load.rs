//! Takes a policy blob.

use hardtack::{BlobError, Policy};

/// Why `load` refused a blob, with the number that the export returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum LoadError {
    /// The length is more than the input buffer holds.
    TooLong = 1,
    /// The bytes do not begin as a blob does.
    NotABlob = 2,
    /// The blob's version is not known to this engine: they were built apart.
    Version = 3,
    /// The checksum is wrong.
    Damaged = 4,
    /// The bytes are no policy, although the checksum is right.
    Malformed = 5,
    /// The settings are ones that no policy can have.
    Refused = 6,
}

/// Reads a policy blob.
///
/// # Errors
///
/// What is wrong with it first.
pub fn load(blob: &[u8]) -> Result<Policy, LoadError> {
    Policy::from_blob(blob).map_err(|error| match error {
        BlobError::TooLong(_) => LoadError::TooLong,
        BlobError::NotABlob => LoadError::NotABlob,
        BlobError::Version(_) => LoadError::Version,
        BlobError::Damaged => LoadError::Damaged,
        BlobError::Refused(_) => LoadError::Refused,
        _ => LoadError::Malformed,
    })
}

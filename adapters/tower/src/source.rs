//! Where time and randomness come from: the rules take both as arguments.

use std::time::{SystemTime, UNIX_EPOCH};

/// Time and randomness for decisions. [`System`] is the default; tests that expect a certain id bring their own.
///
/// ```
/// use hardtack_tower::{Source, VisitorLayer};
///
/// /// Every new visitor is `07070707-0707-4707-8707-070707070707`.
/// #[derive(Debug)]
/// struct Fixed;
///
/// impl Source for Fixed {
///     fn now(&self) -> u64 {
///         1_750_000_000
///     }
///
///     fn entropy(&self) -> [u8; 16] {
///         [7; 16]
///     }
/// }
///
/// let layer = VisitorLayer::default().source(Fixed);
/// # let _ = layer;
/// ```
pub trait Source: std::fmt::Debug + Send + Sync + 'static {
    /// Unix time in seconds.
    fn now(&self) -> u64;

    /// 16 bytes from a cryptographic source, fresh for each call: whoever can guess an id can use it.
    fn entropy(&self) -> [u8; 16];
}

/// The system's clock, and a generator per thread that is seeded by the operating system (ChaCha12, by `rand`).
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Source for System {
    fn now(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn entropy(&self) -> [u8; 16] {
        rand::random()
    }
}

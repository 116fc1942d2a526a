//! Where time and randomness come from: the rules take both as arguments.

use std::time::{SystemTime, UNIX_EPOCH};

/// Time and randomness for decisions. Tests bring their own.
pub trait Source: std::fmt::Debug + Send + Sync + 'static {
    /// Unix time in seconds.
    fn now(&self) -> u64;

    /// 16 bytes that nobody can guess.
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

//! What is wrong with the beginning of a connection.

use std::fmt;

/// Why a connection has no valid header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It begins with something else.
    Missing,
    /// It begins as a header does, and is not one.
    Malformed,
    /// It has more bytes than are read.
    TooLong,
    /// The peer closed the connection within it.
    Cut,
    /// It did not arrive in time.
    Timeout,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] = [
        Self::Missing,
        Self::Malformed,
        Self::TooLong,
        Self::Cut,
        Self::Timeout,
    ];

    /// The word for it in the metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Cut => "cut",
            Self::Timeout => "timeout",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it begins with no PROXY protocol header",
            Self::Malformed => "its PROXY protocol header is malformed",
            Self::TooLong => "its PROXY protocol header is too long",
            Self::Cut => "it was closed within its PROXY protocol header",
            Self::Timeout => "no PROXY protocol header arrived in time",
        })
    }
}

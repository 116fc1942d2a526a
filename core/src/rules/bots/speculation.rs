//! Pages that a browser fetches ahead, as their requests' headers tell.

use core::fmt;

use super::each_value;
use crate::http::field::{Field, Fields};

/// A page that a browser fetches before its user asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speculation {
    /// Fetched only; it may never be shown.
    Prefetch,
    /// Fetched and run; it may never be shown.
    Prerender,
}

impl Speculation {
    /// The word used in logs, headers and conformance cases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prefetch => "prefetch",
            Self::Prerender => "prerender",
        }
    }
}

impl fmt::Display for Speculation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether a browser asks ahead of its user: `Sec-Purpose: prefetch` or `prefetch;prerender` in Chromium (WICG
/// nav-speculation) and Firefox, `Purpose: prefetch` in Safari and older Chromium, `X-Moz: prefetch` in older Firefox.
/// Read only where it is exposed anywhere.
pub(crate) fn speculation<Q: Fields + ?Sized>(exposed: bool, fields: &Q) -> Option<Speculation> {
    if !exposed {
        return None;
    }
    let mut speculation = None;
    for field in [Field::SecPurpose, Field::Purpose, Field::XMoz] {
        each_value(fields, field, &mut |value| {
            speculation = speculation.or_else(|| said(value))
        });
    }
    speculation
}

/// The words are tokens of a structured field, so their case counts (RFC 9651 §3.3.4).
fn said(value: &[u8]) -> Option<Speculation> {
    let mut said = None;
    for word in value.split(|b| matches!(b, b';' | b',')) {
        match word.trim_ascii() {
            b"prerender" => return Some(Speculation::Prerender),
            b"prefetch" => said = Some(Speculation::Prefetch),
            _ => {}
        }
    }
    said
}

//! Pages that a browser fetches ahead, as their requests' headers say: a part of rule 6.
//!
//! Such a page counts. If it is shown, the browser makes no further request for it; if it never is, a prefetch from
//! another site loses its cookie together with the page (WICG nav-speculation).

use core::fmt;

use super::each_value;
use crate::http::field::{Field, Fields};
use crate::http::text;

/// How a browser fetches a page before the visitor asks for it.
///
/// ```
/// use hardtack::{Policy, Request, Scheme, Settings, Speculation, Target, on_request};
///
/// let mut settings = Settings::default();
/// settings.signals.log = true;
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let request = Request {
///     target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///     method: b"GET",
///     path: b"/",
///     country: None,
///     fields: &[("sec-fetch-dest", "document"), ("sec-purpose", "prefetch;prerender")][..],
/// };
/// let decision = on_request(&policy, &request, 1_750_000_000, [7; 16]);
/// assert_eq!(decision.speculation(), Some(Speculation::Prerender));
/// assert!(decision.id().is_some());
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speculation {
    /// The page is fetched; it may never be shown.
    Prefetch,
    /// The page is fetched, and its scripts run; it may never be shown.
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

/// Whether a browser fetches a page ahead: `Sec-Purpose: prefetch` or `prefetch;prerender` in Chromium (WICG
/// nav-speculation) and Firefox, `Purpose: prefetch` in Safari and older Chromium, `X-Moz: prefetch` in older Firefox.
/// The headers are read only where the decision is exposed.
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
        match text::trim(word) {
            b"prerender" => return Some(Speculation::Prerender),
            b"prefetch" => said = Some(Speculation::Prefetch),
            _ => {}
        }
    }
    said
}

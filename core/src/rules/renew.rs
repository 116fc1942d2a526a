//! Rule 7: a valid id is renewed with every page, when it is due, or never.
//!
//! For renewal when due a second cookie, the marker, says when the id was renewed last. Browsers drop it when the
//! period is over. It holds the time as well, so that a planted marker cannot hold off renewal for ever.

use alloc::string::String;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::set_cookie::CookieText;
use crate::outcome::{Outcome, Reason};
use crate::trace::{Rule, Trace};

/// When a returning visitor's cookie is extended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenewSettings {
    /// Default [`Renew::EveryVisit`].
    pub when: Renew,
    /// The name of the cookie that says when the id was renewed, where that is done when due. Default: the cookie's
    /// name with `_renewed`.
    pub marker: Option<String>,
}

impl RenewSettings {
    /// How long an id is left alone, in seconds, where renewal is when due.
    pub(crate) fn period(&self) -> Option<u64> {
        match self.when {
            Renew::WhenDue(period) => Some(period.into()),
            Renew::EveryVisit | Renew::Never => None,
        }
    }

    /// The name of the cookie that says when this one was renewed.
    pub fn marker_of(&self, cookie: &str) -> String {
        let default = || [cookie, "_renewed"].concat();
        self.marker.clone().unwrap_or_else(default)
    }
}

/// When a returning visitor's cookie is extended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renew {
    /// With every page, so that a visitor who keeps coming back is never lost.
    #[default]
    EveryVisit,
    /// Once in as many seconds: a second cookie says when it was done last.
    WhenDue(u32),
    /// Not at all: the cookie ends `max_age` after the first visit, as CNIL's exemption for audience measurement asks.
    Never,
}

#[cfg(feature = "checks")]
impl RenewSettings {
    /// # Errors
    ///
    /// A period that is no part of the cookie's life of `max_age` seconds.
    pub(crate) fn check_period(&self, max_age: u64) -> Result<(), PolicyError> {
        match self.period() {
            Some(period) if period == 0 || period >= max_age => Err(PolicyError::new(
                "renew.when",
                format_args!("{period} seconds"),
                "is not shorter than the cookie's life: it would be gone before it is renewed",
                "write a time between zero and cookie.max_age, such as \"30d\"",
            )),
            _ => Ok(()),
        }
    }
}

/// What renewal when due needs.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) text: CookieText,
    /// How long an id is left alone, in seconds.
    pub(crate) period: u64,
}

impl RenewSettings {
    /// What comes of a valid id. `marker` is there for renewal when due.
    pub(crate) fn outcome<Q: Fields + ?Sized>(
        &self,
        marker: Option<&Marker>,
        fields: &Q,
        now: u64,
        trace: &mut impl Trace,
    ) -> (Outcome, Reason) {
        let lately = marker.and_then(|marker| marker.renewed_at(fields, now));
        let (outcome, reason) = match (self.when, lately) {
            (Renew::Never, _) => (Outcome::Kept, Reason::RenewalOff),
            (Renew::WhenDue(_), Some(_)) => (Outcome::Kept, Reason::NotDue),
            (Renew::EveryVisit | Renew::WhenDue(_), _) => {
                (Outcome::Renewed, Reason::ReturningVisitor)
            }
        };
        match (marker, lately) {
            (Some(Marker { period, .. }), Some(at)) => {
                let ago = now.saturating_sub(at);
                trace.record(
                    Rule::Renew,
                    format_args!(
                        "renewed {ago} s ago, and due after {period} s: the cookie is kept"
                    ),
                );
            }
            (Some(Marker { period, .. }), None) => trace.record(
                Rule::Renew,
                format_args!(
                    "not renewed within {period} s, as far as the marker tells: the cookie is {outcome}"
                ),
            ),
            (None, _) => trace.record(Rule::Renew, format_args!("the cookie is {outcome}")),
        }
        (outcome, reason)
    }
}

/// Edges are not all set to the same second: a marker from as far ahead as this counts.
const SKEW: u64 = 300;

impl Marker {
    /// When the id was renewed, if that was so lately that it is not due yet.
    pub(crate) fn renewed_at<Q: Fields + ?Sized>(&self, fields: &Q, now: u64) -> Option<u64> {
        let needle = self.text.name_and_equals.as_bytes();
        let counts =
            |at: &u64| *at <= now.saturating_add(SKEW) && now < at.saturating_add(self.period);
        let mut headers = fields.values(Field::Cookie);
        headers.find_map(|header| {
            let mut times = cookie::values(header, needle).filter_map(time);
            times.find(counts)
        })
    }
}

/// Unix seconds in decimal, nothing else.
fn time(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 12 {
        return None;
    }
    value.iter().try_fold(0, |sum: u64, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u64::from(byte - b'0'))
    })
}

//! Rule 7: a valid id is renewed with every page, when it is due, or never.
//!
//! Browsers drop any cookie some time after it was last set, whatever its `Max-Age`: Chromium after 400 days, Brave
//! after 180. Setting it again with the same id starts its lifetime anew.
//!
//! | `renew.when` | a returning visitor's cookie |
//! |---|---|
//! | `every-visit` | `renewed` with every page |
//! | a period | `renewed` when due, else `kept` with the reason `not_due` |
//! | `never` | `kept` with the reason `renewal_off` |
//!
//! For renewal when due a second cookie, the renewal marker, says when the id was renewed last, so that nearly all
//! pages carry no `Set-Cookie` and can be cached. Browsers drop the marker when the period is over. It holds the time
//! as well, so that a planted marker cannot hold off renewal for ever.

use alloc::string::String;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::cookie;
use crate::http::field::{Field, Fields};
use crate::http::set_cookie::CookieText;
use crate::outcome::{Outcome, Reason};
use crate::trace::{Rule, Trace};

/// When a returning visitor's cookie is renewed: section `[renew]`, rule 7.
///
/// ```
/// use hardtack::{Renew, RenewSettings};
///
/// let mut settings = RenewSettings::default();
/// settings.when = Renew::WhenDue(30 * 86_400);
/// assert_eq!(settings.marker_of("FPD"), "FPD_renewed");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewSettings {
    /// When that is. Default [`Renew::EveryVisit`].
    pub when: Renew,
    /// The name of the renewal marker, the cookie that says when the id was last renewed. It is set only where
    /// [`when`](Self::when) is [`Renew::WhenDue`]. Default: the cookie's name with `_renewed`.
    pub marker: Option<String>,
}

impl RenewSettings {
    /// How long an id is left alone, in seconds, if renewal is when due.
    pub(crate) fn period(&self) -> Option<u64> {
        match self.when {
            Renew::WhenDue(period) => Some(period.into()),
            Renew::EveryVisit | Renew::Never => None,
        }
    }

    /// The name of the renewal marker of the cookie `cookie`: the policy's, or the default.
    pub fn marker_of(&self, cookie: &str) -> String {
        let default = || [cookie, "_renewed"].concat();
        self.marker.clone().unwrap_or_else(default)
    }
}

/// How often a returning visitor's cookie is renewed. The id stays the same in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renew {
    /// With every page, so that a visitor who keeps coming back is never lost. Every page carries a `Set-Cookie`.
    #[default]
    EveryVisit,
    /// Once in as many seconds, which have to be fewer than the cookie's `max_age`. A visitor who returns within the
    /// cookie's lifetime in the browser less this period is never lost.
    WhenDue(u32),
    /// Never: the cookie ends `max_age` after the first page view, as CNIL's exemption for audience measurement
    /// requires (its page of 4 July 2025: 13 months without automatic prolongation).
    Never,
}

#[cfg(feature = "checks")]
impl RenewSettings {
    /// # Errors
    ///
    /// A period of 0, or one that is not shorter than the cookie's lifetime of `max_age` seconds.
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

/// The renewal marker, and the period that it is for.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) text: CookieText,
    /// How long an id is left alone, in seconds.
    pub(crate) period: u64,
}

impl RenewSettings {
    /// Rule 7: what is done with a valid id, and why. `marker` is there if renewal is when due.
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

/// A marker from as many seconds ahead counts, because the clocks of two edges differ.
const SKEW: u64 = 300;

impl Marker {
    /// When the id was last renewed, in Unix seconds, if that was so recently that it is not due yet. A time from the
    /// future or from before the period does not count.
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

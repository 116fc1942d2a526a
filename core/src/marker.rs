//! Rule 7, when it is due: a second cookie, which says when the id was renewed last. Browsers drop it when the period is
//! over; that it holds the time as well keeps a marker that somebody planted from holding off renewal for ever.

use crate::cookie;
use crate::exchange::{Field, Fields};
use crate::policy::Marker;

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

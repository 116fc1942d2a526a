//! IAB TCF: the string of version 2 for Europe, and its sister for Canada.
//!
//! "Consent string and vendor list formats v2" of IAB Europe and the IAB Tech Lab gives the bits' places.

use super::answer::Answer;
use super::bits::Bits;
use crate::http::split::Split;

/// What has to be granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// Purposes 1 to 24, the first in the highest of 24 bits, as the string has them.
    pub(crate) purposes: u32,
    /// A vendor's number on the global list; 0 for none.
    pub(crate) vendor: u16,
}

/// After 13 months people are to be asked again (TCF policies, appendix B; CNIL says so, too), in tenths of a second.
const STALE: u64 = 396 * 86_400 * 10;
const PUBLISHER_TC: u64 = 3;

pub(super) fn read(text: &[u8], asked: Requirement, now: u64) -> Option<Answer> {
    let mut segments = Split::new(text, b'.');
    let mut core = Bits::new(segments.next()?);
    if core.number(0, 6) != 2 || core.number(138, 1) == 0 {
        return None;
    }
    // Where the law knows no purpose 1, the visitor was not asked about it.
    let mut purposes = core.number(152, 24) | core.number(200, 1) << 23;
    for segment in segments {
        let mut segment = Bits::new(segment);
        if segment.number(0, 3) == PUBLISHER_TC && asked.vendor == 0 {
            match segment.number(3, 24) {
                0 => {}
                publisher => purposes = publisher,
            }
        }
        core.broken |= segment.broken;
    }
    let granted = has_all(purposes, asked) && lists(&mut core, 213, asked.vendor);
    let stale = now.saturating_mul(10) > core.number(42, 36) + STALE;
    match Answer::yes(granted) {
        _ if core.broken => None,
        answer if stale => Some(answer.without_grant()),
        answer => Some(answer),
    }
}

/// Section 5 of the GPP: express consent is a grant, implied consent is neither grant nor denial.
pub(super) fn read_canadian(text: &[u8], asked: Requirement) -> Option<Answer> {
    let mut core = Bits::new(Split::new(text, b'.').next()?);
    let (express, implied) = (core.number(151, 24), core.number(175, 24));
    let vendor = lists(&mut core, 199, asked.vendor);
    if core.broken {
        None
    } else if has_all(express, asked) && vendor {
        Some(Answer::Granted)
    } else {
        Some(Answer::yes(has_all(express | implied, asked)).without_grant())
    }
}

fn has_all(purposes: u64, asked: Requirement) -> bool {
    u64::from(asked.purposes) & !purposes == 0
}

/// Whether the vendors that are listed from a bit on, as single bits or as ranges, include this one; 0 is none, and
/// always there.
#[inline(never)]
fn lists(core: &mut Bits<'_>, mut at: usize, vendor: u16) -> bool {
    let wanted = u64::from(vendor);
    if vendor == 0 {
        return true;
    }
    if core.number(at + 16, 1) == 0 {
        return wanted <= core.number(at, 16) && core.number(at + 16 + usize::from(vendor), 1) == 1;
    }
    let entries = core.number(at + 17, 12);
    at += 29;
    for _ in 0..entries {
        let is_range = core.number(at, 1);
        let first = core.number(at + 1, 16);
        at += 17;
        let mut last = first;
        if is_range == 1 {
            last = core.number(at, 16);
            at += 16;
        }
        if first <= wanted && wanted <= last {
            return true;
        }
    }
    false
}

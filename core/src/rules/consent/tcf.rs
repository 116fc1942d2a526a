//! IAB TCF: the consent string of version 2 for Europe, and its sister for Canada (rule 5).
//!
//! The places of the bits are from "Consent string and vendor list formats v2" of IAB Europe and the IAB Tech Lab.
//! Consent alone counts; a legitimate interest is not consent. The publisher's own segment, if it holds any purposes,
//! goes before the core, because the cookie is the publisher's own; it does not if a vendor has to have consent.

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

/// The age, in tenths of a second, from which a grant is stale: 13 months, after which visitors are to be asked again
/// (TCF policies, appendix B; CNIL's guidelines).
const STALE: u64 = 396 * 86_400 * 10;
const PUBLISHER_TC: u64 = 3;

/// What a string for Europe says; `None` if it cannot be read, or is not for this service alone.
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

/// What a string for Canada says, section 5 of the GPP. Express consent is a grant; implied consent is neither a grant
/// nor a denial.
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

/// Whether the vendors that are listed from the bit `at` on, as single bits or as ranges, include this one. 0 is no
/// vendor, and always included.
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

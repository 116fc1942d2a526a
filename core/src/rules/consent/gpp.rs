//! IAB GPP: one string for many jurisdictions, and its forerunner for California, `usprivacy` (rule 5).
//!
//! The header names the sections that follow. Those for Europe and Canada hold consent; those for the United States
//! hold objections to sale, sharing and targeted advertising. An objection denies, if the policy says that it is about
//! this cookie (`us_opt_out`). Its absence is not a grant.
//!
//! The places of the bits are from the IAB Tech Lab's Global Privacy Platform specification, its sections' documents
//! and its Fibonacci coding.

use super::answer::Answer;
use super::bits::Bits;
use super::tcf::{self, Requirement};
use crate::http::split::Split;

const HEADER_TYPE: u64 = 3;
const EUROPE: u32 = 2;
const CANADA: u32 = 5;
const US_PRIVACY: u32 = 6;
const US_NATIONAL: u32 = 7;
const LAST_STATE: u32 = 27;
/// A segment of type 1, in two bits, and Global Privacy Control on.
const GPC: u64 = 0b011;

/// The answer of all sections together. A string that is cut off can deny and cannot grant.
pub(super) fn read(text: &[u8], asked: Requirement, us_opt_out: bool, now: u64) -> Answer {
    let mut answer = Answer::Unknown;
    let section = |id, section| match id {
        EUROPE => tcf::read(section, asked, now),
        CANADA => tcf::read_canadian(section, asked),
        US_PRIVACY if us_opt_out => read_us_privacy(section),
        US_NATIONAL..=LAST_STATE if us_opt_out => read_state(id, section),
        _ => None,
    };
    let whole = each_section(text, |id, text| {
        answer = answer.or(section(id, text).unwrap_or(Answer::Unknown));
    });
    match whole {
        Some(()) => answer,
        None => answer.without_grant(),
    }
}

/// Shows each section with its number. `None` if the text is not a GPP string, or has fewer sections than its header
/// says.
fn each_section<'a>(text: &'a [u8], mut visit: impl FnMut(u32, &'a [u8])) -> Option<()> {
    let mut sections = Split::new(text, b'~');
    let mut header = Header {
        bits: Bits::new(sections.next()?),
        at: 12,
        last: 0,
    };
    if header.bits.number(0, 6) != HEADER_TYPE {
        return None;
    }
    for _ in 0..header.take(12) {
        let is_range = header.take(1) == 1;
        let mut id = header.next_id()?;
        if is_range {
            header.next_id()?;
        }
        while id <= header.last {
            visit(id, sections.next()?);
            id += 1;
        }
    }
    (!header.bits.broken).then_some(())
}

/// `1YNN`: version, notice given, opted out of sale, covered by the industry's agreement.
pub(super) fn read_us_privacy(text: &[u8]) -> Option<Answer> {
    match text {
        [b'1', _, b'Y' | b'y', _] => Some(Answer::Denied),
        _ => None,
    }
}

/// The choices that follow the notices, whose number differs from state to state.
fn read_state(id: u32, section: &[u8]) -> Option<Answer> {
    let mut segments = Split::new(section, b'.');
    let mut core = Bits::new(segments.next()?);
    let (first, len) = match id {
        US_NATIONAL => (18, 6),
        11 | 18 => (14, 4),
        24..=LAST_STATE => (16, 4),
        _ => (12, 4),
    };
    let choices = core.number(first, len);
    // A choice that is 1 has its lower bit set and its higher one not.
    let mut opted_out = choices & !(choices >> 1) & 0b010101 != 0;
    for segment in segments {
        opted_out |= id < 25 && Bits::new(segment).number(0, 3) == GPC;
    }
    match Answer::yes(!opted_out) {
        _ if core.broken => None,
        answer => Some(answer.without_grant()),
    }
}

/// The header of a GPP string, and the place up to which it was read.
struct Header<'a> {
    bits: Bits<'a>,
    at: usize,
    last: u32,
}

impl Header<'_> {
    fn take(&mut self, len: usize) -> u64 {
        let number = self.bits.number(self.at, len);
        self.at += len;
        number
    }

    /// Each id is written as its distance from the one before, in Fibonacci coding: the sum of the numbers of the
    /// series whose bits are set, ended by a second set bit in a row.
    #[inline(never)]
    fn next_id(&mut self) -> Option<u32> {
        let (mut number, mut next, mut before) = (1_u32, 2_u32, 0);
        loop {
            let bit = self.take(1);
            if bit + before == 2 {
                return Some(self.last);
            }
            if bit == 1 {
                self.last += number;
            }
            before = bit;
            (number, next) = (next, number + next);
            // No section has a number of that size, and none is ever in sight of a broken text's end.
            if number > 10_000 {
                return None;
            }
        }
    }
}

//! The part of a file that a `Range` header requests (RFC 9110 §14).
//!
//! One range of bytes is supported. Several in one request are ignored, and the whole file is sent, as §14.2 allows:
//! browsers do not send them, and they multiply the work for one request. An invalid range is ignored, too; a valid
//! range without any byte is a 416.

use std::num::IntErrorKind;

use http::HeaderMap;
use http::header::RANGE;

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    Whole,
    Part(Part),
    /// 416.
    Nothing,
}

/// A range of bytes, never empty and never past the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Offset of the first byte.
    pub(super) first: u64,
    /// Bytes.
    pub(super) len: u64,
}

impl Selection {
    /// Reads the `Range` header for a representation of `len` bytes.
    pub(super) fn of(headers: &HeaderMap, len: u64) -> Self {
        let mut lines = headers.get_all(RANGE).iter();
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Self::Whole;
        };
        let range = line.to_str().ok().and_then(only_range);
        range
            .and_then(|range| select(range, len))
            .unwrap_or(Self::Whole)
    }
}

/// The text after the unit, if the unit is bytes and the text is one range.
fn only_range(value: &str) -> Option<&str> {
    let (unit, set) = value.split_once('=')?;
    let mut ranges = set
        .split(',')
        .map(str::trim_ascii)
        .filter(|range| !range.is_empty());
    let range = ranges.next()?;
    (unit.trim_ascii().eq_ignore_ascii_case("bytes") && ranges.next().is_none()).then_some(range)
}

fn select(range: &str, len: u64) -> Option<Selection> {
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        return suffix(offset(last)?, len);
    }
    let first = offset(first)?;
    let last = if last.is_empty() {
        u64::MAX
    } else {
        offset(last)?
    };
    if last < first {
        return None;
    }
    Some(match first < len {
        true => Selection::Part(Part {
            first,
            len: last.min(len - 1) - first + 1,
        }),
        false => Selection::Nothing,
    })
}

/// The last bytes. For an empty file that is the whole file, which `Content-Range` cannot express.
fn suffix(wanted: u64, len: u64) -> Option<Selection> {
    match (wanted, wanted.min(len)) {
        (0, _) => Some(Selection::Nothing),
        (_, 0) => None,
        (_, part) => Some(Selection::Part(Part {
            first: len - part,
            len: part,
        })),
    }
}

/// A number in digits. One that does not fit is past the end of any file.
fn offset(digits: &str) -> Option<u64> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.parse() {
        Ok(offset) => Some(offset),
        Err(error) => (*error.kind() == IntErrorKind::PosOverflow).then_some(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, len: u64, expect: Selection) {
        let headers = HeaderMap::from_iter([(RANGE, range.parse().unwrap())]);
        assert_eq!(Selection::of(&headers, len), expect, "{range} of {len}");
    }

    fn part(first: u64, len: u64) -> Selection {
        Selection::Part(Part { first, len })
    }

    use Selection::{Nothing, Whole};

    #[test]
    fn a_range_with_both_ends() {
        check("bytes=0-0", 10, part(0, 1));
        check("bytes=0-9", 10, part(0, 10));
        check("bytes=3-5", 10, part(3, 3));
        check("bytes=9-9", 10, part(9, 1));
        check("bytes=3-99", 10, part(3, 7));
        check("bytes=0-18446744073709551615", 10, part(0, 10));
        check("bytes=0-99999999999999999999999", 10, part(0, 10));
        check("bytes=007-008", 10, part(7, 2));
    }

    #[test]
    fn a_range_with_an_open_end() {
        check("bytes=0-", 10, part(0, 10));
        check("bytes=9-", 10, part(9, 1));
        check("bytes=0-", 1, part(0, 1));
    }

    #[test]
    fn a_suffix() {
        check("bytes=-1", 10, part(9, 1));
        check("bytes=-10", 10, part(0, 10));
        check("bytes=-11", 10, part(0, 10));
        check("bytes=-99999999999999999999999", 10, part(0, 10));
    }

    #[test]
    fn a_range_that_holds_no_byte() {
        check("bytes=10-", 10, Nothing);
        check("bytes=10-20", 10, Nothing);
        check("bytes=99999999999999999999999-", 10, Nothing);
        check("bytes=-0", 10, Nothing);
        check("bytes=0-", 0, Nothing);
        check("bytes=0-0", 0, Nothing);
        check("bytes=-0", 0, Nothing);
        check("bytes=-5", 0, Whole);
    }

    #[test]
    fn the_unit_in_any_case_and_space_around_the_range() {
        check("Bytes=0-0", 10, part(0, 1));
        check("bytes= 0-0 ", 10, part(0, 1));
        check("bytes=,0-0,", 10, part(0, 1));
        check("bytes =0-0", 10, part(0, 1));
    }

    #[test]
    fn an_invalid_range_is_ignored() {
        for range in [
            "bytes=5-3",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=1-b",
            "bytes=1",
            "bytes",
            "",
            "bytes=+1-2",
            "bytes=1-+2",
            "bytes=--1",
            "bytes=1--2",
            "bytes=0x1-2",
            "bytes:0-1",
            "bytes=1 - 2",
            "bytes=1.0-2",
            "items=0-1",
            "0-1",
            "=0-1",
        ] {
            check(range, 10, Whole);
        }
    }

    #[test]
    fn several_ranges_are_ignored() {
        check("bytes=0-0,2-2", 10, Whole);
        check("bytes=0-0, -1", 10, Whole);
        check("bytes=0-0,0-0,0-0", 10, Whole);
        check("bytes=99-,0-0", 10, Whole);
        let twice = [(RANGE, "bytes=0-0"), (RANGE, "bytes=0-0")];
        let mut headers = HeaderMap::new();
        for (name, value) in twice {
            headers.append(name, value.parse().unwrap());
        }
        assert_eq!(Selection::of(&headers, 10), Whole);
    }

    #[test]
    fn no_range_is_the_whole() {
        assert_eq!(Selection::of(&HeaderMap::new(), 10), Whole);
    }
}

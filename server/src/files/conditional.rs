//! Preconditions of a request (RFC 9110 §13).
//!
//! In the order of §13.2.2, for GET and HEAD:
//! 1. `If-Match` is present and does not match: 412.
//! 2. No `If-Match`, and modified after `If-Unmodified-Since`: 412.
//! 3. `If-None-Match` is present and matches: 304.
//! 4. No `If-None-Match`, and not modified after `If-Modified-Since`: 304.
//! 5. `Range` counts if `If-Range` is absent or names the current version.
//!
//! An invalid or repeated date is ignored; so are all dates for a file without one.

use std::time::{Duration, SystemTime};

use http::header::{
    GetAll, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What distinguishes this version of a representation from any other.
#[derive(Debug)]
pub(super) struct Validators {
    /// A strong entity tag, quotes included.
    pub(super) etag: HeaderValue,
    /// The date in `Last-Modified`, in whole seconds.
    pub(super) modified: Option<SystemTime>,
}

/// The result of the preconditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Respond as if there were none.
    Proceed,
    /// 304: the client has this version.
    Unchanged,
    /// 412: the client wants another version.
    Fail,
}

impl Validators {
    /// Steps 1 to 4.
    pub(super) fn judge(&self, headers: &HeaderMap) -> Verdict {
        if !self.is_expected(headers) {
            return Verdict::Fail;
        }
        match self.is_held(headers) {
            true => Verdict::Unchanged,
            false => Verdict::Proceed,
        }
    }

    /// Step 5. A date must equal the one that was sent, and be at least a second old: a file can change twice in one
    /// second (§13.1.5, §8.8.2.2).
    pub(super) fn admit_range(&self, headers: &HeaderMap, now: SystemTime) -> bool {
        let mut values = headers.get_all(IF_RANGE).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return !headers.contains_key(IF_RANGE);
        };
        if value.as_bytes().starts_with(b"\"") {
            return value.as_bytes() == self.etag.as_bytes();
        }
        let one_second_ago = now.checked_sub(Duration::from_secs(1));
        let date = read_date(value).filter(|date| Some(*date) <= one_second_ago);
        date.is_some() && date == self.modified
    }

    fn is_expected(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(IF_MATCH) {
            return self.is_listed(headers.get_all(IF_MATCH), Comparison::Strong);
        }
        let limit = only_date(headers, IF_UNMODIFIED_SINCE);
        let too_late = |limit| self.modified.is_some_and(|modified| modified > limit);
        !limit.is_some_and(too_late)
    }

    fn is_held(&self, headers: &HeaderMap) -> bool {
        if headers.contains_key(IF_NONE_MATCH) {
            return self.is_listed(headers.get_all(IF_NONE_MATCH), Comparison::Weak);
        }
        let since = only_date(headers, IF_MODIFIED_SINCE);
        let unchanged = |since| self.modified.is_some_and(|modified| modified <= since);
        since.is_some_and(unchanged)
    }

    fn is_listed(&self, lines: GetAll<'_, HeaderValue>, comparison: Comparison) -> bool {
        lines.iter().any(|line| {
            let line = line.as_bytes().trim_ascii();
            line == b"*" || Tags(line).any(|tag| comparison.holds(tag, self.etag.as_bytes()))
        })
    }
}

#[derive(Clone, Copy)]
enum Comparison {
    Strong,
    Weak,
}

impl Comparison {
    /// RFC 9110 §8.8.3.2. The server's own tags are always strong.
    fn holds(self, theirs: &[u8], ours: &[u8]) -> bool {
        match (self, theirs.strip_prefix(b"W/")) {
            (Self::Strong, Some(_)) => false,
            (Self::Weak, Some(opaque)) => opaque == ours,
            (_, None) => theirs == ours,
        }
    }
}

/// The entity tags of a list, up to the first invalid one: a tag may contain commas, so the start of the next one
/// cannot be found.
struct Tags<'a>(&'a [u8]);

impl<'a> Iterator for Tags<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let is_separator = |byte: &u8| matches!(byte, b',' | b' ' | b'\t');
        let start = self.0.iter().position(|byte| !is_separator(byte))?;
        let list = std::mem::take(&mut self.0).split_at(start).1;
        let opens = if list.starts_with(b"W/") { 2 } else { 0 };
        if list.get(opens) != Some(&b'"') {
            return None;
        }
        let inside = &list[opens + 1..];
        let closes = opens + 1 + inside.iter().position(|byte| *byte == b'"')?;
        let (tag, rest) = list.split_at(closes + 1);
        self.0 = rest;
        Some(tag)
    }
}

fn only_date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?;
    values.next().is_none().then(|| read_date(value))?
}

fn read_date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLDER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const NEWER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn validators() -> Validators {
        Validators {
            etag: HeaderValue::from_static("\"a\""),
            modified: httpdate::parse_http_date(SAME).ok(),
        }
    }

    fn headers(lines: &str) -> HeaderMap {
        let line = |line: &str| {
            let (name, value) = line.trim().split_once(": ").unwrap();
            (
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            )
        };
        let lines: Vec<_> = lines
            .split('\n')
            .filter(|line| !line.is_empty())
            .map(line)
            .collect();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        headers
    }

    #[track_caller]
    fn check(lines: &str, verdict: Verdict) {
        assert_eq!(validators().judge(&headers(lines)), verdict, "{lines}");
    }

    #[track_caller]
    fn check_range(if_range: &str, seconds_later: u64, admitted: bool) {
        let now = validators().modified.unwrap() + Duration::from_secs(seconds_later);
        assert_eq!(
            validators().admit_range(&headers(if_range), now),
            admitted,
            "{if_range}"
        );
    }

    use Verdict::{Fail, Proceed, Unchanged};

    #[test]
    fn no_precondition_proceeds() {
        check("", Proceed);
        check("accept: */*", Proceed);
    }

    #[test]
    fn if_none_match_compares_weakly_and_reads_lists() {
        check(r#"if-none-match: "a""#, Unchanged);
        check(r#"if-none-match: W/"a""#, Unchanged);
        check(r#"if-none-match: *"#, Unchanged);
        check(r#"if-none-match:  * "#, Unchanged);
        check(r#"if-none-match: "b""#, Proceed);
        check(r#"if-none-match: "b", "a""#, Unchanged);
        check(r#"if-none-match: "b","a""#, Unchanged);
        check(r#"if-none-match: , ,"b" ,, W/"a","#, Unchanged);
        check("if-none-match: \"b\"\t,\t\"a\"", Unchanged);
        check("if-none-match: \"b\"\nif-none-match: \"a\"", Unchanged);
        check("if-none-match: \"b\"\nif-none-match: \"c\"", Proceed);
        check(r#"if-none-match: "x,"a""#, Proceed);
        check(r#"if-none-match: "a,b", "a""#, Unchanged);
        check(r#"if-none-match: "A""#, Proceed);
        check(r#"if-none-match: """#, Proceed);
        check("if-none-match: \"\u{e9}\", \"a\"", Unchanged);
    }

    #[test]
    fn a_broken_tag_ends_its_list() {
        check(r#"if-none-match: a"#, Proceed);
        check(r#"if-none-match: a, "a""#, Proceed);
        check(r#"if-none-match: "a"#, Proceed);
        check(r#"if-none-match: w/"a""#, Proceed);
        check(r#"if-none-match: W/a"#, Proceed);
        check(r#"if-none-match: W/"#, Proceed);
        check(r#"if-none-match: ","#, Proceed);
        check(r#"if-none-match: *, "b""#, Proceed);
        check(r#"if-none-match: "b", *"#, Proceed);
    }

    #[test]
    fn if_match_compares_strongly() {
        check(r#"if-match: "a""#, Proceed);
        check(r#"if-match: *"#, Proceed);
        check(r#"if-match: "b", "a""#, Proceed);
        check(r#"if-match: W/"a""#, Fail);
        check(r#"if-match: "b""#, Fail);
        check(r#"if-match: a"#, Fail);
    }

    #[test]
    fn dates_compare_by_the_second() {
        check(&format!("if-modified-since: {OLDER}"), Proceed);
        check(&format!("if-modified-since: {SAME}"), Unchanged);
        check(&format!("if-modified-since: {NEWER}"), Unchanged);
        check(&format!("if-unmodified-since: {OLDER}"), Fail);
        check(&format!("if-unmodified-since: {SAME}"), Proceed);
        check(&format!("if-unmodified-since: {NEWER}"), Proceed);
    }

    #[test]
    fn the_two_older_forms_of_a_date_are_read() {
        check(
            "if-modified-since: Sunday, 06-Nov-94 08:49:37 GMT",
            Unchanged,
        );
        check("if-modified-since: Sun Nov  6 08:49:37 1994", Unchanged);
        check("if-unmodified-since: Sun Nov  6 08:49:36 1994", Fail);
    }

    #[test]
    fn unreadable_or_repeated_dates_are_ignored() {
        check("if-modified-since: yesterday", Proceed);
        check("if-modified-since: 784111777", Proceed);
        check("if-modified-since: Sun, 06 Nov 1994 08:49:37", Proceed);
        check("if-modified-since: \u{e9}", Proceed);
        check(
            &format!("if-modified-since: {SAME}\nif-modified-since: {SAME}"),
            Proceed,
        );
        check("if-unmodified-since: never", Proceed);
        check(
            &format!("if-unmodified-since: {OLDER}\nif-unmodified-since: {OLDER}"),
            Proceed,
        );
    }

    #[test]
    fn tags_take_precedence_over_dates() {
        check(
            &format!("if-none-match: \"b\"\nif-modified-since: {SAME}"),
            Proceed,
        );
        check(
            &format!("if-none-match: \"a\"\nif-modified-since: {OLDER}"),
            Unchanged,
        );
        check(
            &format!("if-match: \"a\"\nif-unmodified-since: {OLDER}"),
            Proceed,
        );
        check(
            &format!("if-match: \"b\"\nif-unmodified-since: {NEWER}"),
            Fail,
        );
    }

    #[test]
    fn a_failed_expectation_outweighs_a_held_version() {
        check("if-match: \"b\"\nif-none-match: \"a\"", Fail);
        check("if-match: \"a\"\nif-none-match: \"a\"", Unchanged);
        check(
            &format!("if-unmodified-since: {OLDER}\nif-none-match: \"a\""),
            Fail,
        );
        check(
            &format!("if-match: \"a\"\nif-modified-since: {SAME}"),
            Unchanged,
        );
    }

    #[test]
    fn a_file_without_a_date_ignores_dates() {
        let validators = Validators {
            modified: None,
            ..validators()
        };
        for line in ["if-modified-since", "if-unmodified-since"] {
            let headers = headers(&format!("{line}: {SAME}"));
            assert_eq!(validators.judge(&headers), Proceed, "{line}");
        }
        let later = SystemTime::now();
        assert!(!validators.admit_range(&headers(&format!("if-range: {SAME}")), later));
    }

    #[test]
    fn if_range_admits_this_very_version_only() {
        check_range("", 9, true);
        check_range(r#"if-range: "a""#, 0, true);
        check_range(r#"if-range: "b""#, 9, false);
        check_range(r#"if-range: W/"a""#, 9, false);
        check_range(r#"if-range: *"#, 9, false);
        check_range(r#"if-range: "a", "a""#, 9, false);
        check_range("if-range: \"a\"\nif-range: \"a\"", 9, false);
        check_range(&format!("if-range: {SAME}"), 1, true);
        check_range(&format!("if-range: {SAME}"), 0, false);
        check_range(&format!("if-range: {OLDER}"), 9, false);
        check_range(&format!("if-range: {NEWER}"), 9, false);
        check_range("if-range: soon", 9, false);
    }
}

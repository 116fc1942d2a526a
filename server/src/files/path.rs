//! From a URL's path to a name below the root: decoded once, and unable to leave the folder.
//!
//! A name is refused, which gives the response for a page that does not exist, if a segment
//! - is empty, `.` or `..`;
//! - starts with a dot, except `/.well-known/` (RFC 8615) at the root;
//! - contains a slash or a backslash after decoding, or a control character;
//! - is not UTF-8 after decoding;
//! - has a special meaning on Windows (only there): `C:`, `file::$DATA`, `NUL`, `name.`.
//!
//! Decoding happens once: `%252e` is a file whose name contains `%2e`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A name below the root: segments joined by `/`, without the leading slash.
///
/// Empty for the root itself; ends in a slash if the URL did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a>(Cow<'a, str>);

/// The address of a name's page, where it differs from the name by its last slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// The page is a folder's index: its relative links count from the slash.
    ToSlash,
    /// The page is a file, whose relative links count from the folder that the file is in.
    FromSlash,
}

/// Why a URL's path is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Broken percent-encoding or a NUL: the request is invalid for any folder.
    Malformed,
    /// Well-formed, but nothing of this name is ever served.
    Hidden,
}

impl Name<'static> {
    /// The page for a path that does not exist.
    pub(super) const NOT_FOUND: Self = Self(Cow::Borrowed("404.html"));
}

impl<'a> Name<'a> {
    /// Parses the path of a request's URL, and allocates only if it is percent-encoded.
    pub(super) fn parse(path: &'a str) -> Result<Self, Refusal> {
        let path = path.strip_prefix('/').ok_or(Refusal::Hidden)?;
        let name = match path.contains('%') {
            true => Cow::Owned(decode(path)?),
            false => Cow::Borrowed(path),
        };
        check(&name)?;
        Ok(Self(name))
    }

    /// The name as text, for lookup.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The same name, owned.
    pub(super) fn into_owned(self) -> Name<'static> {
        Name(Cow::Owned(self.0.into_owned()))
    }

    /// Whether the page that this file below the root is has another address than this name.
    pub(super) fn moved(&self, below: &str) -> Option<Moved> {
        let rest = below.strip_prefix(&*self.0);
        match self.0.strip_suffix('/') {
            Some(folder) => {
                (below.strip_prefix(folder) == Some(".html")).then_some(Moved::FromSlash)
            }
            None => (rest == Some("/index.html")).then_some(Moved::ToSlash),
        }
    }

    /// The files that the name can stand for, in order, as paths below the root.
    pub(super) fn candidates(&self) -> Vec<String> {
        match self.0.strip_suffix('/') {
            _ if self.0.is_empty() => vec!["index.html".into()],
            Some(folder) => vec![format!("{folder}/index.html"), format!("{folder}.html")],
            None => vec![
                self.0.to_string(),
                format!("{}.html", self.0),
                format!("{}/index.html", self.0),
            ],
        }
    }
}

/// Decodes segment by segment, so that an encoded slash is not taken for a separator.
fn decode(path: &str) -> Result<String, Refusal> {
    let mut name = String::with_capacity(path.len());
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            name.push('/');
        }
        let segment = decode_segment(segment)?;
        if segment.contains('/') {
            return Err(Refusal::Hidden);
        }
        name.push_str(&segment);
    }
    Ok(name)
}

fn decode_segment(segment: &str) -> Result<Cow<'_, str>, Refusal> {
    let complete = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !segment.split('%').skip(1).all(complete) {
        return Err(Refusal::Malformed);
    }
    let decoded = percent_decode_str(segment).decode_utf8();
    decoded.map_err(|_| Refusal::Hidden)
}

fn check(name: &str) -> Result<(), Refusal> {
    if name.contains('\0') {
        return Err(Refusal::Malformed);
    }
    let name = name.strip_prefix(".well-known/").unwrap_or(name);
    let mut segments = name.strip_suffix('/').unwrap_or(name).split('/');
    match name.is_empty() || segments.all(is_public) {
        true => Ok(()),
        false => Err(Refusal::Hidden),
    }
}

fn is_public(segment: &str) -> bool {
    let is_odd = |byte: u8| byte == b'\\' || byte.is_ascii_control();
    let is_refused = segment.is_empty()
        || segment.starts_with('.')
        || segment.bytes().any(is_odd)
        || cfg!(windows) && is_special_to_windows(segment);
    !is_refused
}

/// Whether Windows would read a file's name as another file, a drive, a stream or a device.
fn is_special_to_windows(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).trim_end();
    let device = stem.strip_suffix(|last: char| last.is_ascii_digit() || "¹²³".contains(last));
    let is = |stem: &str, names: &[&str]| names.iter().any(|name| stem.eq_ignore_ascii_case(name));
    segment.ends_with(['.', ' '])
        || segment.contains([':', '*', '?', '"', '<', '>', '|'])
        || is(stem, &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"])
        || device.is_some_and(|device| is(device, &["COM", "LPT"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Result<&str, Refusal>) {
        let name = Name::parse(path);
        assert_eq!(
            name.as_ref().map(Name::as_str).map_err(|refusal| *refusal),
            expect,
            "{path:?}"
        );
    }

    #[track_caller]
    fn check_candidates(path: &str, expect: &[&str]) {
        assert_eq!(Name::parse(path).unwrap().candidates(), expect, "{path:?}");
    }

    use Refusal::{Hidden, Malformed};

    #[test]
    fn a_plain_path_is_its_own_name_and_is_not_copied() {
        check("/", Ok(""));
        check("/about", Ok("about"));
        check("/about/", Ok("about/"));
        check("/a/b/c.html", Ok("a/b/c.html"));
        check("/a b", Ok("a b"));
        check("/a..b/c...", Ok("a..b/c..."));
        check("/~user/", Ok("~user/"));
        check("/\u{e9}t\u{e9}", Ok("\u{e9}t\u{e9}"));
        assert!(matches!(Name::parse("/about").unwrap().0, Cow::Borrowed(_)));
    }

    #[test]
    fn a_colon_is_part_of_a_name_except_on_windows() {
        let expect = if cfg!(windows) {
            Err(Hidden)
        } else {
            Ok("Special:Page")
        };
        check("/Special:Page", expect);
    }

    #[test]
    fn percent_encoding_is_undone_once() {
        check("/a%20b", Ok("a b"));
        check("/%61bout", Ok("about"));
        check("/%C3%A9t%c3%a9", Ok("\u{e9}t\u{e9}"));
        check("/100%25", Ok("100%"));
        check("/%252e%252e/x", Ok("%2e%2e/x"));
        check("/%25252e", Ok("%252e"));
        check("/a%3Fb%23c", Ok("a?b#c"));
        check("/a+b", Ok("a+b"));
    }

    #[test]
    fn broken_percent_encoding_and_nul_are_malformed() {
        for path in [
            "/%",
            "/a%",
            "/%2",
            "/%zz",
            "/%2g",
            "/%g2",
            "/%-1",
            "/%%",
            "/%2%65",
            "/a%/b",
            "/%u002e",
            "/%00",
            "/a%00.html",
            "/%00/..",
            "/a\0b",
        ] {
            check(path, Err(Malformed));
        }
    }

    #[test]
    fn a_name_contains_no_separators() {
        check("/a%2fb", Err(Hidden));
        check("/a%2Fb", Err(Hidden));
        check("/%2f", Err(Hidden));
        check("/a%5cb", Err(Hidden));
        check("/a%5Cb", Err(Hidden));
        check("/a\\b", Err(Hidden));
        check("/..%5cb", Err(Hidden));
    }

    #[test]
    fn other_control_characters_name_nothing() {
        check("/a%0ab", Err(Hidden));
        check("/a%0d%0ab", Err(Hidden));
        check("/a%7fb", Err(Hidden));
        check("/%1b", Err(Hidden));
        check("/a\tb", Err(Hidden));
    }

    #[test]
    fn bytes_that_are_not_utf_8_name_nothing() {
        check("/%e9", Err(Hidden));
        check("/%ff%fe", Err(Hidden));
        check("/%c0%ae%c0%ae/x", Err(Hidden));
        check("/%c3/%a9", Err(Hidden));
        check("/%ed%a0%80", Err(Hidden));
    }

    #[test]
    fn empty_segments_name_nothing() {
        check("//", Err(Hidden));
        check("//about", Err(Hidden));
        check("/a//b", Err(Hidden));
        check("/about//", Err(Hidden));
        check("/.well-known//", Err(Hidden));
        check("/.well-known//x", Err(Hidden));
    }

    #[test]
    fn an_invalid_path_names_nothing() {
        check("", Err(Hidden));
        check("*", Err(Hidden));
        check("about", Err(Hidden));
        check("\\about", Err(Hidden));
    }

    #[test]
    fn dots_hide_all_but_the_well_known_folder() {
        check("/.", Err(Hidden));
        check("/..", Err(Hidden));
        check("/...", Err(Hidden));
        check("/.git/config", Err(Hidden));
        check("/a/.env", Err(Hidden));
        check("/%2egit/config", Err(Hidden));
        check("/.well-known", Err(Hidden));
        check("/.well-known.html", Err(Hidden));
        check("/a/.well-known/x", Err(Hidden));
        check("/.Well-Known/x", Err(Hidden));
        check("/.well-known/.x", Err(Hidden));
        check("/.well-known/../x", Err(Hidden));
        check("/.well-known/", Ok(".well-known/"));
        check("/.well-known/security.txt", Ok(".well-known/security.txt"));
        check("/%2ewell-known/a/b", Ok(".well-known/a/b"));
    }

    #[test]
    fn the_candidates_of_a_name_are_in_order() {
        check_candidates("/", &["index.html"]);
        check_candidates("/about", &["about", "about.html", "about/index.html"]);
        check_candidates("/about/", &["about/index.html", "about.html"]);
        check_candidates("/a/b", &["a/b", "a/b.html", "a/b/index.html"]);
        check_candidates("/a.html/", &["a.html/index.html", "a.html.html"]);
    }

    #[track_caller]
    fn check_windows(segment: &str, special: bool) {
        assert_eq!(is_special_to_windows(segment), special, "{segment:?}");
    }

    #[test]
    fn names_that_are_special_on_windows_are_known() {
        for segment in [
            "C:",
            "c:x",
            "a.txt::$DATA",
            "a:b",
            "a.",
            "a ",
            "a. .",
            "NUL",
            "nul.txt",
            "Con",
            "aux.a.b",
            "prn ",
            "COM1",
            "com9.log",
            "LPT0",
            "com\u{b9}",
            "CONIN$",
            "a*",
            "a?",
            "a|b",
            "<a>",
            "\"a\"",
        ] {
            check_windows(segment, true);
        }
        for segment in [
            "a",
            "a.b",
            "console",
            "nulls",
            "com",
            "com10",
            "lpt",
            "xcom1",
            "a b",
            "\u{e9}1",
            "\u{20ac}\u{b9}",
            "company1",
        ] {
            check_windows(segment, false);
        }
    }
}

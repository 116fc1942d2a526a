//! Conditional requests from the first answer to the second. The rules are tested with the parser.

use std::time::{Duration, SystemTime};

use super::{Folder, Reply};

const DATE: &str = "Tue, 14 Nov 2023 22:13:20 GMT";

/// Requests a file with a known date twice. `{etag}` in a header is the tag of the first response.
#[track_caller]
fn second(content: &str, headers: &[(&str, &str)]) -> Reply {
    let folder = Folder::with(&[("a.txt", content), ("a.txt.br", "compressed")]);
    let date = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 987_654_321);
    for name in ["a.txt", "a.txt.br"] {
        folder.date(name, date);
    }
    let first = folder.get("/a.txt");
    assert_eq!(first.header("last-modified"), DATE);
    let etag = first.header("etag");
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.replace("{etag}", etag)))
        .collect();
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    folder.get_with("/a.txt", &headers)
}

#[track_caller]
fn check(headers: &[(&str, &str)], status: u16) {
    for content in ["content", &"large ".repeat(100_000)] {
        let reply = second(content, headers);
        assert_eq!(reply.status, status, "{headers:?}, {} bytes", content.len());
        let text = match status {
            200 => content,
            412 => "412 Precondition Failed\n",
            _ => "",
        };
        assert_eq!(reply.text(), text, "{headers:?}");
    }
}

#[test]
fn by_tag() {
    check(&[], 200);
    check(&[("if-none-match", "{etag}")], 304);
    check(&[("if-none-match", "W/{etag}")], 304);
    check(&[("if-none-match", "\"x\", {etag}")], 304);
    check(&[("if-none-match", "*")], 304);
    check(&[("if-none-match", "\"x\"")], 200);
    check(&[("if-match", "{etag}")], 200);
    check(&[("if-match", "*")], 200);
    check(&[("if-match", "W/{etag}")], 412);
    check(&[("if-match", "\"x\"")], 412);
}

#[test]
fn by_date() {
    check(&[("if-modified-since", DATE)], 304);
    check(
        &[("if-modified-since", "Tue, 14 Nov 2023 22:13:19 GMT")],
        200,
    );
    check(
        &[("if-modified-since", "Tue, 14 Nov 2023 22:13:21 GMT")],
        304,
    );
    check(&[("if-modified-since", "nonsense")], 200);
    check(&[("if-unmodified-since", DATE)], 200);
    check(
        &[("if-unmodified-since", "Tue, 14 Nov 2023 22:13:19 GMT")],
        412,
    );
    check(&[("if-unmodified-since", "nonsense")], 200);
}

#[test]
fn by_both() {
    check(
        &[("if-none-match", "\"x\""), ("if-modified-since", DATE)],
        200,
    );
    check(
        &[
            ("if-none-match", "{etag}"),
            ("if-modified-since", "nonsense"),
        ],
        304,
    );
    check(&[("if-match", "{etag}"), ("if-none-match", "{etag}")], 304);
    check(&[("if-match", "\"x\""), ("if-none-match", "{etag}")], 412);
    check(
        &[
            ("if-match", "{etag}"),
            ("if-unmodified-since", "Tue, 14 Nov 2023 22:13:19 GMT"),
        ],
        200,
    );
}

#[test]
fn conditions_come_before_ranges() {
    check(&[("range", "bytes=0-0"), ("if-none-match", "{etag}")], 304);
    check(&[("range", "bytes=0-0"), ("if-match", "\"x\"")], 412);
    check(&[("range", "bytes=9999999-"), ("if-none-match", "*")], 304);
}

#[test]
fn unchanged_says_what_the_whole_would_have_said_and_nothing_of_a_body() {
    for content in ["content", &"large ".repeat(100_000)] {
        let whole = second(content, &[]);
        let unchanged = second(content, &[("if-none-match", "*")]);
        let mut names: Vec<_> = unchanged.headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["cache-control", "etag", "last-modified", "vary"]);
        for name in ["cache-control", "last-modified", "vary"] {
            assert_eq!(unchanged.header(name), whole.header(name), "{name}");
        }
    }
}

#[test]
fn each_form_is_unchanged_by_its_own_tag() {
    let folder = Folder::with(&[("a.txt", "content"), ("a.txt.br", "compressed")]);
    let plain = folder.get("/a.txt").header("etag").to_owned();
    let brotli = folder
        .get_with("/a.txt", &[("accept-encoding", "br")])
        .header("etag")
        .to_owned();
    let check = |coding: &str, etag: &str, status: u16| {
        let reply = folder.get_with(
            "/a.txt",
            &[("accept-encoding", coding), ("if-none-match", etag)],
        );
        assert_eq!(reply.status, status, "{coding} {etag}");
    };
    check("identity", &plain, 304);
    check("identity", &brotli, 200);
    check("br", &brotli, 304);
    check("br", &plain, 200);
}

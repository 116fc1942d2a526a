//! Ranges end to end. The grammar is tested with the parser.

use std::time::{Duration, SystemTime};

use super::Folder;

const CONTENT: &str = "0123456789";

#[track_caller]
fn check(headers: &[(&str, &str)], status: u16, content_range: &str, body: &str) {
    let folder = Folder::with(&[("a.txt", CONTENT)]);
    let whole = folder.get("/a.txt");
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.replace("{etag}", whole.header("etag"))))
        .collect();
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let reply = folder.get_with("/a.txt", &headers);
    assert_eq!((reply.status, reply.text()), (status, body), "{headers:?}");
    assert_eq!(reply.header("content-range"), content_range, "{headers:?}");
    assert_eq!(
        reply.header("content-length"),
        body.len().to_string(),
        "{headers:?}"
    );
    if status == 206 {
        for name in [
            "etag",
            "last-modified",
            "cache-control",
            "content-type",
            "accept-ranges",
        ] {
            assert_eq!(reply.header(name), whole.header(name), "{name}");
        }
    }
}

const REFUSED: &str = "416 Range Not Satisfiable\n";

#[test]
fn one_range_is_a_part() {
    check(&[("range", "bytes=0-3")], 206, "bytes 0-3/10", "0123");
    check(&[("range", "bytes=4-4")], 206, "bytes 4-4/10", "4");
    check(&[("range", "bytes=4-")], 206, "bytes 4-9/10", "456789");
    check(&[("range", "bytes=-3")], 206, "bytes 7-9/10", "789");
    check(&[("range", "bytes=-99")], 206, "bytes 0-9/10", CONTENT);
    check(&[("range", "bytes=0-")], 206, "bytes 0-9/10", CONTENT);
    check(&[("range", "bytes=8-99")], 206, "bytes 8-9/10", "89");
}

#[test]
fn a_range_beyond_the_end_is_refused() {
    check(&[("range", "bytes=10-")], 416, "bytes */10", REFUSED);
    check(&[("range", "bytes=99-100")], 416, "bytes */10", REFUSED);
    check(&[("range", "bytes=-0")], 416, "bytes */10", REFUSED);
}

#[test]
fn other_ranges_are_answered_with_the_whole() {
    check(&[("range", "bytes=0-0,2-2")], 200, "", CONTENT);
    check(&[("range", "bytes=3-1")], 200, "", CONTENT);
    check(&[("range", "items=0-1")], 200, "", CONTENT);
    check(&[("range", "nonsense")], 200, "", CONTENT);
}

#[test]
fn a_range_may_depend_on_the_version() {
    check(
        &[("range", "bytes=0-0"), ("if-range", "{etag}")],
        206,
        "bytes 0-0/10",
        "0",
    );
    check(
        &[("range", "bytes=0-0"), ("if-range", "\"x\"")],
        200,
        "",
        CONTENT,
    );
    check(
        &[("range", "bytes=0-0"), ("if-range", "W/{etag}")],
        200,
        "",
        CONTENT,
    );
    check(
        &[("range", "bytes=99-"), ("if-range", "\"x\"")],
        200,
        "",
        CONTENT,
    );
    check(
        &[("range", "bytes=99-"), ("if-range", "{etag}")],
        416,
        "bytes */10",
        REFUSED,
    );
    check(
        &[("range", "bytes=0-0"), ("if-range", "nonsense")],
        200,
        "",
        CONTENT,
    );
    check(&[("if-range", "{etag}")], 200, "", CONTENT);
    check(
        &[("range", "bytes=0-0"), ("if-match", "{etag}")],
        206,
        "bytes 0-0/10",
        "0",
    );
}

#[test]
fn a_range_may_depend_on_the_date() {
    let folder = Folder::with(&[("a.txt", CONTENT)]);
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    folder.date("a.txt", date);
    let check = |date: &str, status: u16| {
        let reply = folder.get_with("/a.txt", &[("range", "bytes=0-0"), ("if-range", date)]);
        assert_eq!(reply.status, status, "{date}");
    };
    check("Tue, 14 Nov 2023 22:13:20 GMT", 206);
    check("Tue, 14 Nov 2023 22:13:19 GMT", 200);
    check("Tue, 14 Nov 2023 22:13:21 GMT", 200);
}

#[test]
fn an_empty_file_has_no_parts() {
    let folder = Folder::with(&[("a.txt", "")]);
    assert_eq!(
        folder.get_with("/a.txt", &[("range", "bytes=0-")]).status,
        416
    );
    assert_eq!(
        folder.get_with("/a.txt", &[("range", "bytes=-1")]).status,
        200
    );
}

#[test]
fn a_range_of_a_compressed_form_counts_its_own_bytes() {
    let folder = Folder::with(&[("a.txt", CONTENT), ("a.txt.br", "abcdef")]);
    let headers = [("accept-encoding", "br"), ("range", "bytes=2-3")];
    let part = folder.get_with("/a.txt", &headers);
    assert_eq!((part.status, part.text()), (206, "cd"));
    assert_eq!(part.header("content-range"), "bytes 2-3/6");
    assert_eq!(part.header("content-encoding"), "br");
    assert_eq!(part.header("vary"), "Accept-Encoding");
    let whole = folder.get_with("/a.txt", &headers[..1]);
    assert_eq!(part.header("etag"), whole.header("etag"));

    let plain = folder.get("/a.txt").header("etag").to_owned();
    let resumed = folder.get_with("/a.txt", &[headers[0], headers[1], ("if-range", &plain)]);
    assert_eq!((resumed.status, resumed.text()), (200, "abcdef"));
}

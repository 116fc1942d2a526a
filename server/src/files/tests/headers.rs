//! Headers and methods.

use super::Folder;

#[track_caller]
fn check(file: &str, header: &str, expect: &str) {
    let folder = Folder::with(&[(file, "content")]);
    let reply = folder.get(&format!("/{file}"));
    assert_eq!(
        (reply.status, reply.header(header)),
        (200, expect),
        "{header} of {file}"
    );
}

#[test]
fn each_file_has_its_content_type() {
    check("index.html", "content-type", "text/html; charset=utf-8");
    check("style.css", "content-type", "text/css; charset=utf-8");
    check("photo.png", "content-type", "image/png");
    check("LICENSE", "content-type", "application/octet-stream");
    check("index.html", "x-content-type-options", "nosniff");
    check("photo.png", "x-content-type-options", "nosniff");
    check("index.html", "accept-ranges", "bytes");
    check("index.html", "content-length", "7");
    check("index.html", "content-encoding", "");
    check("index.html", "vary", "");
}

#[test]
fn pages_by_clean_urls_have_their_content_type() {
    let folder = Folder::without_redirects(&[("about.html", ""), ("docs/index.html", "")]);
    for path in ["/about", "/about/", "/docs", "/docs/"] {
        assert_eq!(
            folder.get(path).header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
}

#[test]
fn caches_revalidate_unless_the_name_has_a_digest() {
    check("index.html", "cache-control", "no-cache");
    check("style.css", "cache-control", "no-cache");
    check(
        "app.3f2a9c1b.js",
        "cache-control",
        "public, max-age=31536000, immutable",
    );
    check(
        "_next/static/app.js",
        "cache-control",
        "public, max-age=31536000, immutable",
    );
    check("page.3f2a9c1b.html", "cache-control", "no-cache");
}

#[test]
fn text_that_is_not_utf_8_is_not_labelled_as_such() {
    let folder = Folder::with(&[]);
    folder.write("old.html", b"caf\xe9");
    assert_eq!(folder.get("/old").header("content-type"), "text/html");
    folder.write("old.html", "café");
    assert_eq!(
        folder.get("/old").header("content-type"),
        "text/html; charset=utf-8"
    );
}

#[track_caller]
fn check_date(seconds_since_1970: i64, expect: &str) {
    use std::time::{Duration, SystemTime};
    let folder = Folder::with(&[("a.txt", "content")]);
    let distance = Duration::from_secs(seconds_since_1970.unsigned_abs());
    let date = match seconds_since_1970 < 0 {
        true => SystemTime::UNIX_EPOCH - distance,
        false => SystemTime::UNIX_EPOCH + distance + Duration::from_millis(999),
    };
    folder.date("a.txt", date);
    assert_eq!(
        folder.get("/a.txt").header("last-modified"),
        expect,
        "{seconds_since_1970}"
    );
}

#[test]
fn the_date_is_the_files_own_unless_it_is_a_placeholder() {
    check_date(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT");
    check_date(1_700_000_000, "Tue, 14 Nov 2023 22:13:20 GMT");
    check_date(631_152_000, "Mon, 01 Jan 1990 00:00:00 GMT");
    check_date(631_151_999, "");
    check_date(0, "");
    check_date(1, "");
    check_date(-1_000_000, "");
    check_date(9_000_000_000, "");
    check_date(400_000_000_000, "");
}

#[test]
fn an_entity_tag_stands_for_the_bytes() {
    let folder = Folder::with(&[("a.txt", "same"), ("b.txt", "same"), ("c.txt", "else")]);
    let etag = |path: &str| folder.get(path).header("etag").to_owned();
    assert!(
        etag("/a.txt").starts_with('"') && etag("/a.txt").len() == 34,
        "{}",
        etag("/a.txt")
    );
    assert_eq!(etag("/a.txt"), etag("/a.txt"));
    assert_eq!(etag("/a.txt"), etag("/b.txt"));
    assert_ne!(etag("/a.txt"), etag("/c.txt"));
}

#[track_caller]
fn check_head(path: &str, headers: &[(&str, &str)]) {
    let large = "x".repeat(300_000);
    let folder = Folder::with(&[
        ("index.html", "home"),
        ("empty.txt", ""),
        ("style.css", "plain"),
        ("style.css.gz", "zipped"),
        ("404.html", "lost"),
        ("large.bin", &large),
    ]);
    let get = folder.send("GET", path, headers);
    let head = folder.send("HEAD", path, headers);
    assert_eq!(head.body, b"", "{path}");
    assert_eq!(head.status, get.status, "{path}");
    assert_eq!(head.headers, get.headers, "{path}");
    if ![304].contains(&get.status) {
        assert_eq!(
            get.header("content-length"),
            get.body.len().to_string(),
            "{path}"
        );
    }
}

#[test]
fn head_is_get_without_the_body() {
    check_head("/", &[]);
    check_head("/empty.txt", &[]);
    check_head("/style.css", &[("accept-encoding", "gzip")]);
    check_head("/large.bin", &[]);
    check_head("/absent", &[]);
    check_head("/%00", &[]);
    check_head("/", &[("if-none-match", "*")]);
    check_head("/", &[("if-match", "\"x\"")]);
    check_head(
        "/",
        &[("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT")],
    );
}

#[test]
fn head_ignores_ranges() {
    let folder = Folder::with(&[("a.txt", "content")]);
    let reply = folder.send("HEAD", "/a.txt", &[("range", "bytes=0-1")]);
    assert_eq!((reply.status, reply.header("content-length")), (200, "7"));
    let reply = folder.send("HEAD", "/a.txt", &[("range", "bytes=99-")]);
    assert_eq!(reply.status, 200);
}

#[test]
fn other_methods_get_the_list_of_methods() {
    let folder = Folder::with(&[("index.html", "home")]);
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PURGE", "get",
    ] {
        for path in ["/", "/absent", "/../x", "/%00"] {
            let reply = folder.send(method, path, &[]);
            assert_eq!(
                (reply.status, reply.header("allow")),
                (405, "GET, HEAD"),
                "{method} {path}"
            );
            assert_eq!(reply.text(), "405 Method Not Allowed\n");
        }
    }
    assert_eq!(folder.send("OPTIONS", "*", &[]).status, 405);
}

#[test]
fn a_bad_request_gets_plain_text() {
    let reply = Folder::with(&[("404.html", "lost")]).get("/%zz");
    assert_eq!((reply.status, reply.text()), (400, "400 Bad Request\n"));
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(reply.header("content-length"), "16");
}

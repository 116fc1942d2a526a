//! Precompressed siblings. The choice between several is tested with the parser.

use std::time::{Duration, SystemTime};

use super::Folder;

#[track_caller]
fn check(siblings: &[&str], accept: &str, expect: &str) {
    let folder = Folder::with(&[("style.css", "plain")]);
    for sibling in siblings {
        folder.write(&format!("style.css.{sibling}"), sibling);
    }
    let reply = folder.get_with("/style.css", &[("accept-encoding", accept)]);
    let (body, coding) = match expect {
        "" => ("plain", ""),
        "br" => ("br", "br"),
        "zst" => ("zst", "zstd"),
        _ => ("gz", "gzip"),
    };
    let vary = if siblings.is_empty() {
        ""
    } else {
        "Accept-Encoding"
    };
    assert_eq!(
        (reply.status, reply.text()),
        (200, body),
        "{siblings:?} {accept}"
    );
    assert_eq!(
        reply.header("content-encoding"),
        coding,
        "{siblings:?} {accept}"
    );
    assert_eq!(reply.header("vary"), vary, "{siblings:?} {accept}");
    assert_eq!(reply.header("content-length"), body.len().to_string());
    assert_eq!(reply.header("content-type"), "text/css; charset=utf-8");
}

#[test]
fn the_best_available_sibling_is_sent() {
    check(&["br", "zst", "gz"], "gzip, deflate, br, zstd", "br");
    check(&["zst", "gz"], "gzip, deflate, br, zstd", "zst");
    check(&["gz"], "gzip, deflate, br, zstd", "gz");
    check(&[], "gzip, deflate, br, zstd", "");
    check(&["br", "gz"], "gzip", "gz");
    check(&["br"], "gzip", "");
    check(&["br", "gz"], "br;q=0.2, gzip;q=0.8", "gz");
    check(&["br", "gz"], "*", "br");
}

#[test]
fn the_file_itself_is_sent_where_it_is_wanted_or_nothing_else_is() {
    check(&["br", "gz"], "", "");
    check(&["br", "gz"], "identity", "");
    check(&["br", "gz"], "deflate", "");
    check(&["br", "gz"], "br;q=0, gzip;q=0", "");
    check(&["gz"], "identity;q=0, br", "");
    check(&["gz"], "identity;q=0", "");
    check(&["gz"], "identity;q=0, gzip;q=0.1", "gz");
    check(&[], "identity;q=0, *;q=0", "");
}

#[test]
fn every_form_has_its_own_tag() {
    // The same bytes, so that only the coding differs.
    let folder = Folder::with(&[
        ("a.js", "x"),
        ("a.js.br", "x"),
        ("a.js.zst", "x"),
        ("a.js.gz", "x"),
    ]);
    let tags = ["identity", "br", "zstd", "gzip"].map(|coding| {
        folder
            .get_with("/a.js", &[("accept-encoding", coding)])
            .header("etag")
            .to_owned()
    });
    let distinct: std::collections::BTreeSet<_> = tags.iter().collect();
    assert_eq!(distinct.len(), 4, "{tags:?}");
}

#[test]
fn pages_by_clean_urls_have_siblings_too() {
    let folder = Folder::without_redirects(&[
        ("index.html", "plain"),
        ("index.html.br", "br"),
        ("about.html.br", "br"),
        ("about.html", "plain"),
        ("docs/index.html", "plain"),
        ("docs/index.html.br", "br"),
        ("404.html", "plain"),
        ("404.html.br", "br"),
    ]);
    for path in ["/", "/about", "/about/", "/docs", "/docs/", "/absent"] {
        let reply = folder.get_with(path, &[("accept-encoding", "br")]);
        assert_eq!(reply.text(), "br", "{path}");
        assert_eq!(reply.header("content-encoding"), "br", "{path}");
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert_eq!(reply.header("vary"), "Accept-Encoding", "{path}");
    }
}

#[test]
fn a_sibling_without_its_file_answers_to_its_own_name_only() {
    let folder = Folder::with(&[("style.css.gz", "gz")]);
    assert_eq!(
        folder
            .get_with("/style.css", &[("accept-encoding", "gzip")])
            .status,
        404
    );
    let reply = folder.get_with("/style.css.gz", &[("accept-encoding", "gzip")]);
    assert_eq!((reply.text(), reply.header("content-encoding")), ("gz", ""));
    assert_eq!(reply.header("content-type"), "application/gzip");
}

#[test]
fn a_folder_is_not_a_sibling() {
    let folder = Folder::with(&[("style.css", "plain"), ("style.css.br/x", "")]);
    let reply = folder.get_with("/style.css", &[("accept-encoding", "br")]);
    assert_eq!((reply.text(), reply.header("vary")), ("plain", ""));
}

#[cfg(unix)]
#[test]
fn a_sibling_that_leaves_the_folder_is_skipped() {
    let folder = Folder::with(&[("style.css", "plain"), ("../style.css.br", "SECRET")]);
    std::os::unix::fs::symlink("../style.css.br", folder.path("style.css.br")).unwrap();
    let reply = folder.get_with("/style.css", &[("accept-encoding", "br")]);
    assert_eq!((reply.text(), reply.header("vary")), ("plain", ""));
}

#[track_caller]
fn check_lag(milliseconds: i64, expect: &str) {
    let folder = Folder::with(&[("style.css", "plain"), ("style.css.br", "br")]);
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let distance = Duration::from_millis(milliseconds.unsigned_abs());
    let older = if milliseconds < 0 {
        date + distance
    } else {
        date - distance
    };
    for (name, date) in [("style.css", date), ("style.css.br", older)] {
        folder.date(name, date);
    }
    let reply = folder.get_with("/style.css", &[("accept-encoding", "br")]);
    assert_eq!(reply.text(), expect, "{milliseconds} ms older");
}

#[test]
fn a_sibling_older_than_its_file_is_skipped() {
    check_lag(0, "br");
    check_lag(2_000, "br");
    check_lag(2_001, "plain");
    check_lag(86_400_000, "plain");
    check_lag(-1, "br");
    check_lag(-86_400_000, "br");
}

#[test]
fn a_large_sibling_of_a_large_file_is_sent() {
    let folder = Folder::with(&[("a.js", &"plain".repeat(100_000))]);
    folder.write("a.js.gz", "gz".repeat(200_000));
    let reply = folder.get_with("/a.js", &[("accept-encoding", "gzip")]);
    assert_eq!(reply.text(), "gz".repeat(200_000));
    assert_eq!(reply.header("content-encoding"), "gzip");
}

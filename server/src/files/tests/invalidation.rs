//! A change on disk is in the next answer.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Folder;

/// Sends a request, changes something, and sends it again: first at once, then in a folder that was unchanged long
/// enough for the response to come from memory.
#[track_caller]
fn check(
    files: &[(&str, &str)],
    path: &str,
    before: &str,
    change: impl Fn(&Folder),
    after: Result<&str, u16>,
) {
    for settled in [false, true] {
        let folder = Folder::without_redirects(files);
        if settled {
            folder.settle(path);
        }
        let accept = [("accept-encoding", "br, zstd, gzip")];
        assert_eq!(
            folder.get_with(path, &accept).text(),
            before,
            "settled: {settled}"
        );
        change(&folder);
        for _ in 0..2 {
            let reply = folder.get_with(path, &accept);
            match after {
                Ok(text) => assert_eq!(
                    (reply.status, reply.text()),
                    (200, text),
                    "settled: {settled}"
                ),
                Err(status) => assert_eq!(reply.status, status, "settled: {settled}"),
            }
        }
    }
}

fn replace(folder: &Folder, path: &str, content: &str) {
    folder.write("next.tmp", content);
    fs::rename(folder.path("next.tmp"), folder.path(path)).unwrap();
}

const PAGE: &[(&str, &str)] = &[("about.html", "old")];

#[test]
fn edited() {
    check(
        PAGE,
        "/about",
        "old",
        |f| f.write("about.html", "new"),
        Ok("new"),
    );
    check(
        PAGE,
        "/about",
        "old",
        |f| f.write("about.html", "newer"),
        Ok("newer"),
    );
    check(PAGE, "/about", "old", |f| f.write("about.html", ""), Ok(""));
    let large = "large".repeat(100_000);
    check(
        PAGE,
        "/about",
        "old",
        |f| f.write("about.html", &large),
        Ok(&large),
    );
    check(
        &[("about.html", &large)],
        "/about",
        &large,
        |f| f.write("about.html", "new"),
        Ok("new"),
    );
}

#[test]
fn replaced() {
    check(
        PAGE,
        "/about",
        "old",
        |f| replace(f, "about.html", "new"),
        Ok("new"),
    );
    check(
        PAGE,
        "/about.html",
        "old",
        |f| replace(f, "about.html", "newer"),
        Ok("newer"),
    );
}

#[test]
fn deleted() {
    check(PAGE, "/about", "old", |f| f.remove("about.html"), Err(404));
    check(
        &[("about.html", "page"), ("about/index.html", "folder")],
        "/about",
        "page",
        |f| f.remove("about.html"),
        Ok("folder"),
    );
    check(
        PAGE,
        "/about",
        "old",
        |f| fs::remove_dir_all(f.path("")).unwrap(),
        Err(404),
    );
}

#[test]
fn a_deleted_file_takes_no_memory() {
    let folder = Folder::with(PAGE);
    folder.settle("/about");
    folder.remove("about.html");
    assert_eq!(folder.get("/about").status, 404);
    assert_eq!(folder.files.site.cache.len(), 0);
}

#[test]
fn deleted_and_written_again() {
    let again = |f: &Folder| {
        f.remove("about.html");
        assert_eq!(f.get("/about").status, 404);
        f.write("about.html", "new");
    };
    check(PAGE, "/about", "old", again, Ok("new"));
}

#[test]
fn outranked() {
    let folder = &[("about/index.html", "folder")];
    check(
        folder,
        "/about",
        "folder",
        |f| f.write("about.html", "page"),
        Ok("page"),
    );
    check(
        folder,
        "/about/",
        "folder",
        |f| f.write("about.html", "page"),
        Ok("folder"),
    );
    check(
        PAGE,
        "/about",
        "old",
        |f| f.write("about", "file"),
        Ok("file"),
    );
    check(
        PAGE,
        "/about/",
        "old",
        |f| f.write("about/index.html", "folder"),
        Ok("folder"),
    );
}

#[test]
fn turned_into_a_folder_and_back() {
    let into_folder = |f: &Folder| {
        f.remove("about");
        f.write("about/index.html", "folder");
    };
    check(
        &[("about", "file")],
        "/about",
        "file",
        into_folder,
        Ok("folder"),
    );
    let into_file = |f: &Folder| {
        fs::remove_dir_all(f.path("about")).unwrap();
        f.write("about", "file");
    };
    check(
        &[("about/index.html", "folder")],
        "/about",
        "folder",
        into_file,
        Ok("file"),
    );
}

#[test]
fn a_folder_above_swapped() {
    let files = &[("a/x.txt", "old"), ("b/x.txt", "new")];
    let swap = |f: &Folder| {
        fs::rename(f.path("a"), f.path("c")).unwrap();
        fs::rename(f.path("b"), f.path("a")).unwrap();
    };
    check(files, "/a/x.txt", "old", swap, Ok("new"));
}

#[test]
fn a_sibling_added_changed_and_removed() {
    let with_sibling = &[("a.css", "plain"), ("a.css.gz", "gz")];
    check(
        &with_sibling[..1],
        "/a.css",
        "plain",
        |f| f.write("a.css.br", "br"),
        Ok("br"),
    );
    check(
        &with_sibling[..1],
        "/a.css",
        "plain",
        |f| f.write("a.css.zst", "zst"),
        Ok("zst"),
    );
    check(
        &with_sibling[..1],
        "/a.css",
        "plain",
        |f| f.write("a.css.gz", "gz"),
        Ok("gz"),
    );
    check(
        with_sibling,
        "/a.css",
        "gz",
        |f| f.write("a.css.br", "br"),
        Ok("br"),
    );
    check(
        with_sibling,
        "/a.css",
        "gz",
        |f| f.write("a.css.gz", "zg"),
        Ok("zg"),
    );
    check(
        with_sibling,
        "/a.css",
        "gz",
        |f| f.remove("a.css.gz"),
        Ok("plain"),
    );
    check(
        with_sibling,
        "/a.css",
        "gz",
        |f| f.remove("a.css"),
        Err(404),
    );
}

#[test]
fn a_file_edited_after_its_sibling_was_made() {
    let edit = |f: &Folder| {
        f.write("a.css", "edited");
        f.date("a.css", SystemTime::now() + Duration::from_secs(60));
    };
    check(
        &[("a.css", "plain"), ("a.css.gz", "gz")],
        "/a.css",
        "gz",
        edit,
        Ok("edited"),
    );
}

#[test]
fn the_404_page() {
    for settled in [false, true] {
        let folder = Folder::with(&[("404.html", "old")]);
        assert_eq!(folder.get("/absent").text(), "old");
        if settled {
            folder.settle("/404.html");
        }
        folder.write("404.html", "new");
        assert_eq!(folder.get("/absent").text(), "new");
        folder.remove("404.html");
        assert_eq!(folder.get("/absent").text(), "404 Not Found\n");
        folder.write("404.html", "again");
        assert_eq!(folder.get("/absent").text(), "again");
        folder.write("absent.html", "present");
        assert_eq!(folder.get("/absent").text(), "present");
    }
}

#[cfg(unix)]
#[test]
fn an_edit_that_hides_its_date() {
    // As `cp -p` and reproducible builds do: the same length, the same date.
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let edit = |f: &Folder| {
        f.write("about.html", "new");
        f.date("about.html", date);
    };
    let folder = Folder::with(PAGE);
    folder.date("about.html", date);
    folder.settle("/about");
    let before = folder.get("/about");
    edit(&folder);
    let after = folder.get_with("/about", &[("if-none-match", before.header("etag"))]);
    assert_eq!((after.status, after.text()), (200, "new"));
    assert_eq!(
        after.header("last-modified"),
        before.header("last-modified")
    );
}

#[cfg(unix)]
#[test]
fn a_link_pointed_elsewhere() {
    use std::os::unix::fs::symlink;
    let files = &[("a.txt", "old"), ("b.txt", "new"), ("../c.txt", "outside")];
    let point = |f: &Folder, target: &str| {
        let _ = fs::remove_file(f.path("link"));
        symlink(target, f.path("link")).unwrap();
    };
    let folder = Folder::with(files);
    point(&folder, "a.txt");
    folder.settle("/link");
    assert_eq!(folder.get("/link").text(), "old");
    point(&folder, "b.txt");
    assert_eq!(folder.get("/link").text(), "new");
    point(&folder, "../c.txt");
    assert_eq!(folder.get("/link").status, 404);
    point(&folder, "a.txt");
    assert_eq!(folder.get("/link").text(), "old");
}

#[cfg(unix)]
#[test]
fn the_served_folder_pointed_elsewhere() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("index.html", "old"), ("../release-2/index.html", "new")]);
    let current = folder.path("../current");
    symlink("site", &current).unwrap();
    let linked = Folder {
        files: super::Files::open(&current).unwrap(),
        ..folder
    };
    linked.settle("/");
    assert_eq!(linked.get("/").text(), "old");
    fs::remove_file(&current).unwrap();
    symlink("release-2", &current).unwrap();
    assert_eq!(linked.get("/").text(), "new");
}

#[test]
fn a_new_date_is_sent_and_the_tag_stays() {
    let folder = Folder::with(PAGE);
    folder.settle("/about");
    let before = folder.get("/about");
    folder.date(
        "about.html",
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
    );
    let after = folder.get("/about");
    assert_eq!(
        after.header("last-modified"),
        "Tue, 14 Nov 2023 22:13:20 GMT"
    );
    assert_eq!(after.header("etag"), before.header("etag"));
}

#[test]
fn an_unchanged_file_is_not_read_again() {
    let folder = Folder::with(&[
        ("about.html", "page"),
        ("about.html.br", "br"),
        ("x.html", "x"),
    ]);
    let entry = folder.settle("/about");
    folder.get("/about");
    folder.get_with("/about", &[("accept-encoding", "br")]);
    folder.write("x.html", "y");
    folder.write("about.css", "beside");
    folder.get_with("/about", &[("accept-encoding", "gzip")]);
    let found = folder.files.site.cache.find("about").unwrap();
    assert!(Arc::ptr_eq(&entry, &found));
}

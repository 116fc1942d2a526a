//! What was checked a moment ago is not checked again, for as long as was asked for.

use std::time::Duration;

use super::Folder;

/// Edits a page that was checked just before, and requests it again.
#[track_caller]
fn check(interval: Duration, expected: &str) {
    let folder = Folder::with(&[("about.html", "before")]);
    folder.settle("/about");
    let folder = Folder {
        files: folder.files.clone().checked_every(interval),
        ..folder
    };
    folder.get("/about");
    folder.write("about.html", "edited");
    assert_eq!(folder.get("/about").text(), expected, "{interval:?}");
}

#[test]
fn an_edit_is_seen_once_the_interval_is_over() {
    check(Duration::ZERO, "edited");
    check(Duration::from_nanos(1), "edited");
    check(Duration::from_secs(3600), "before");
}

#[test]
fn a_file_that_was_not_there_may_come_at_any_time() {
    let folder = Folder::with(&[("index.html", "")]);
    let folder = Folder {
        files: folder
            .files
            .clone()
            .checked_every(Duration::from_secs(3600)),
        ..folder
    };
    assert_eq!(folder.get("/new").status, 404);
    folder.write("new.html", "page");
    assert_eq!(folder.get("/new").status, 200);
}

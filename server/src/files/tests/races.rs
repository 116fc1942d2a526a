//! Files that change while they are requested.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::Folder;

#[test]
fn a_hundred_edits_of_one_length_without_a_pause() {
    let folder = Folder::with(&[("about.html", "old")]);
    for index in 100..200 {
        folder.write("about.html", index.to_string());
        assert_eq!(folder.get("/about").text(), index.to_string());
    }
}

#[test]
fn readers_never_see_half_of_a_replacement() {
    let folder = Folder::with(&[("a.txt", &"a".repeat(100_000))]);
    let path = folder.path("");
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for index in 0..300 {
                let letter = if index % 2 == 0 { "b" } else { "a" };
                fs::write(path.join("next.tmp"), letter.repeat(100_000 + index)).unwrap();
                fs::rename(path.join("next.tmp"), path.join("a.txt")).unwrap();
            }
        });
        let mut tags = BTreeMap::new();
        while !writer.is_finished() {
            let reply = folder.get("/a.txt");
            let letters: BTreeSet<_> = reply.body.iter().collect();
            assert_eq!((reply.status, letters.len()), (200, 1));
            assert_eq!(reply.header("content-length"), reply.body.len().to_string());
            let tag = reply.header("etag").to_owned();
            let known = *tags.entry(tag).or_insert(reply.body.len());
            assert_eq!(known, reply.body.len(), "one tag for two versions");
        }
    });
}

#[test]
fn readers_of_a_file_rewritten_in_place_always_get_an_answer() {
    let folder = Folder::with(&[("a.txt", "a")]);
    let path = folder.path("a.txt");
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for index in 0..3000 {
                fs::write(&path, "b".repeat(index)).unwrap();
            }
        });
        while !writer.is_finished() {
            assert_eq!(folder.get("/a.txt").status, 200);
        }
    });
    assert_eq!(folder.get("/a.txt").body.len(), 2999);
}

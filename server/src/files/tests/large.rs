//! Files that are too large for memory.

use std::fs::{self, File};

use http_body::Body as _;
use http_body_util::BodyExt as _;

use super::Folder;
use crate::files::source::LARGEST_IN_MEMORY;

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

fn folder(len: usize) -> Folder {
    let folder = Folder::with(&[]);
    folder.write("large.bin", bytes(len));
    folder
}

#[track_caller]
fn check(len: u64, in_memory: bool) {
    let len = len as usize;
    let folder = folder(len);
    let reply = folder.get("/large.bin");
    assert!(
        reply.body == bytes(len),
        "{len}: got {} bytes",
        reply.body.len()
    );
    assert_eq!(reply.header("content-length"), len.to_string());
    let weight = folder.files.site.cache.find("large.bin").unwrap().weight();
    assert_eq!(
        weight >= len as u64,
        in_memory,
        "{len} bytes weigh {weight}"
    );
}

#[test]
fn only_small_files_are_held_in_memory() {
    check(1, true);
    check(LARGEST_IN_MEMORY - 1, true);
    check(LARGEST_IN_MEMORY, true);
    check(LARGEST_IN_MEMORY + 1, false);
    check(5_000_000, false);
}

#[track_caller]
fn check_range(range: &str, first: usize, last: usize) {
    let reply = folder(1_000_000).get_with("/large.bin", &[("range", range)]);
    assert_eq!(reply.status, 206, "{range}");
    assert_eq!(
        reply.header("content-range"),
        format!("bytes {first}-{last}/1000000")
    );
    assert_eq!(
        reply.header("content-length"),
        (last - first + 1).to_string()
    );
    assert!(reply.body == bytes(1_000_000)[first..=last], "{range}");
}

#[test]
fn parts_of_a_large_file() {
    check_range("bytes=0-0", 0, 0);
    check_range("bytes=65535-65536", 65_535, 65_536);
    check_range("bytes=500000-", 500_000, 999_999);
    check_range("bytes=-1", 999_999, 999_999);
    check_range("bytes=1-999998", 1, 999_998);
}

#[test]
fn a_large_file_comes_in_chunks_of_a_known_total() {
    let folder = folder(1_000_000);
    folder.runtime.block_on(async {
        let mut body = folder.respond("GET", "/large.bin", &[]).await.into_body();
        assert_eq!(body.size_hint().exact(), Some(1_000_000));
        while let Some(frame) = body.frame().await {
            let chunk = frame.unwrap().into_data().unwrap();
            assert!(chunk.len() <= 64 * 1024, "{}", chunk.len());
        }
        assert!(body.is_end_stream());
    });
}

#[test]
fn a_large_file_has_a_strong_tag_that_changes_with_it() {
    let folder = folder(300_000);
    let before = folder.get("/large.bin").header("etag").to_owned();
    assert!(before.starts_with('"'), "{before}");
    assert_eq!(folder.get("/large.bin").header("etag"), before);
    folder.write("new.bin", bytes(300_000));
    fs::rename(folder.path("new.bin"), folder.path("large.bin")).unwrap();
    assert_ne!(folder.get("/large.bin").header("etag"), before);
}

#[test]
fn a_file_cut_short_while_it_is_sent_ends_in_an_error() {
    let folder = folder(10_000_000);
    folder.runtime.block_on(async {
        let mut body = folder.respond("GET", "/large.bin", &[]).await.into_body();
        body.frame().await.unwrap().unwrap();
        let file = File::options()
            .write(true)
            .open(folder.path("large.bin"))
            .unwrap();
        file.set_len(1_000_000).unwrap();
        let error = body.collect().await.unwrap_err().to_string();
        assert!(
            error.starts_with("file is shorter than announced"),
            "{error}"
        );
    });
    assert!(folder.get("/large.bin").body == bytes(1_000_000));
}

#[test]
fn a_file_replaced_while_it_is_sent_is_sent_to_its_end() {
    let folder = folder(10_000_000);
    folder.runtime.block_on(async {
        let mut body = folder.respond("GET", "/large.bin", &[]).await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        folder.write("new.bin", "new");
        fs::rename(folder.path("new.bin"), folder.path("large.bin")).unwrap();
        let rest = body.collect().await.unwrap().to_bytes();
        assert!([first, rest].concat() == bytes(10_000_000));
    });
    assert_eq!(folder.get("/large.bin").body, b"new");
}

#[test]
fn a_file_that_grows_while_it_is_sent_is_sent_as_announced() {
    let folder = folder(1_000_000);
    folder.runtime.block_on(async {
        let mut body = folder.respond("GET", "/large.bin", &[]).await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        folder.write("large.bin", bytes(2_000_000));
        let rest = body.collect().await.unwrap().to_bytes();
        assert!([first, rest].concat() == bytes(1_000_000));
    });
    assert!(folder.get("/large.bin").body == bytes(2_000_000));
}

#[test]
fn a_large_404_page() {
    let folder = Folder::with(&[("404.html", &"lost ".repeat(100_000))]);
    let reply = folder.get("/absent");
    assert_eq!(
        (reply.status, reply.text()),
        (404, "lost ".repeat(100_000).as_str())
    );
}

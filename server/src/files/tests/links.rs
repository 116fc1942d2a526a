//! Symbolic links, and special files.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use super::Folder;

/// A link `name` to `target` (as written into the link), then a request.
#[track_caller]
fn check(name: &str, target: &str, path: &str, expect: Result<&str, u16>) {
    let folder = Folder::with(&[
        ("../secret.txt", "SECRET"),
        ("../secret/index.html", "SECRET"),
        ("../site-backup/x.txt", "SECRET"),
        (".git/config", "SECRET"),
        (".well-known/x", "known"),
        ("..data/x.txt", "volume"),
        ("a/x.txt", "inside"),
        ("a/index.html", "index"),
    ]);
    symlink(target, folder.path(name)).unwrap();
    let reply = folder.get(path);
    match expect {
        Ok(text) => assert_eq!(
            (reply.status, reply.text()),
            (200, text),
            "{name} -> {target}"
        ),
        Err(status) => assert_eq!(reply.status, status, "{name} -> {target}: {}", reply.text()),
    }
}

#[test]
fn links_that_stay_inside_are_followed() {
    check("link.txt", "a/x.txt", "/link.txt", Ok("inside"));
    check("link.txt", "./a/../a/x.txt", "/link.txt", Ok("inside"));
    check("link", "a", "/link/x.txt", Ok("inside"));
    check("link", "a", "/link", Err(301));
    check("link", "a", "/link/", Ok("index"));
    check("a/up", "..", "/a/up/a/x.txt", Ok("inside"));
    check("link.txt", "../site/a/x.txt", "/link.txt", Ok("inside"));
    check("link", ".well-known/x", "/link", Ok("known"));
}

#[test]
fn links_that_leave_the_folder_are_not_found() {
    check("link.txt", "../secret.txt", "/link.txt", Err(404));
    check("link", "..", "/link/secret.txt", Err(404));
    check("link", "../secret", "/link", Err(404));
    check("link", "../secret", "/link/", Err(404));
    check("link", "../site-backup", "/link/x.txt", Err(404));
    check("link", "/etc/passwd", "/link", Err(404));
    check("link", "/", "/link/etc/passwd", Err(404));
    check("a/link", "../../secret.txt", "/a/link", Err(404));
    check("index.html", "../secret.txt", "/", Err(404));
    check("404.html", "../secret.txt", "/absent", Err(404));
    check("link.html", "../secret.txt", "/link", Err(404));
}

#[test]
fn links_to_hidden_files_are_not_found() {
    check("config.txt", ".git/config", "/config.txt", Err(404));
    check("git", ".git", "/git/config", Err(404));
}

#[test]
fn files_of_a_kubernetes_volume_are_found() {
    check("x.txt", "..data/x.txt", "/x.txt", Ok("volume"));
    check("x.txt", "..data/x.txt", "/..data/x.txt", Err(404));
}

const NAMES: [&str; 3] = ["hardtack.toml", "hardtack.secret", "seal.keys"];

#[test]
fn files_that_hold_secrets_are_not_found() {
    let names = [
        "hardtack.toml",
        "Hardtack.Secret",
        "docs/seal.keys",
        "tls.pem",
        "x/tls.pem",
    ];
    let folder = Folder::with(&names.map(|name| (name, "SECRET")));
    folder.write("hardtack.html", "page");
    symlink("tls.pem", folder.path("link")).unwrap();
    symlink("docs/seal.keys", folder.path("keys.txt")).unwrap();
    let (named, absent) = (folder.path("link"), folder.path("absent"));
    let files = super::Files::open_without(folder.path(""), &[named, absent], &NAMES).unwrap();
    let folder = Folder { files, ..folder };
    for path in [
        "/hardtack.toml",
        "/Hardtack.Secret",
        "/docs/seal.keys",
        "/keys.txt",
        "/tls.pem",
        "/link",
    ] {
        assert_eq!(folder.get(path).status, 404, "{path}");
    }
    assert_eq!(folder.get("/x/tls.pem").text(), "SECRET");
    assert_eq!(folder.get("/hardtack").text(), "page");
    folder.write("absent", "SECRET");
    assert_eq!(folder.get("/absent").status, 404);
    fs::remove_file(folder.path("link")).unwrap();
    symlink("x/tls.pem", folder.path("link")).unwrap();
    assert_eq!(
        (
            folder.get("/x/tls.pem").status,
            folder.get("/tls.pem").status
        ),
        (404, 200)
    );
}

#[test]
fn broken_links_are_not_found() {
    check("link", "absent", "/link", Err(404));
    check("link", "link", "/link", Err(404));
    check("link", "link", "/link/x", Err(404));
}

#[test]
fn a_candidate_that_leaves_the_folder_is_skipped() {
    let folder = Folder::with(&[("../secret.txt", "SECRET"), ("about.html", "page")]);
    symlink("../secret.txt", folder.path("about")).unwrap();
    assert_eq!(folder.get("/about").text(), "page");
}

#[test]
fn the_folder_itself_may_be_a_link() {
    let folder = Folder::with(&[("index.html", "page")]);
    let link = folder.path("../link");
    symlink("site", &link).unwrap();
    let files = super::Files::open(&link).unwrap();
    let linked = Folder { files, ..folder };
    assert_eq!(linked.get("/").text(), "page");
}

#[test]
fn a_socket_is_not_a_file() {
    let folder = Folder::with(&[]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("socket")).unwrap();
    assert_eq!(folder.get("/socket").status, 404);
}

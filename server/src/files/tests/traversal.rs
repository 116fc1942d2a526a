//! No spelling of a path leads outside the folder or to a hidden file in it.

use super::Folder;

/// Requests every path, and checks that none is found, whatever file it would lead to.
#[track_caller]
fn check(paths: &[&str], status: u16) {
    let folder = Folder::with(&[
        ("../secret.txt", "SECRET"),
        ("../secret.txt.html", "SECRET"),
        ("../secret/index.html", "SECRET"),
        ("../site.html", "SECRET"),
        ("../site-backup/secret.txt", "SECRET"),
        (".git/config", "SECRET"),
        (".env", "SECRET"),
        (".html", "SECRET"),
        (".well-known.html", "SECRET"),
        (".well-known/.secret", "SECRET"),
        ("a/.htpasswd", "SECRET"),
        ("a/.hidden/index.html", "SECRET"),
        ("a/.well-known/x", "SECRET"),
        ("a/index.html", "public"),
        ("404.html", "lost"),
    ]);
    for path in paths {
        let reply = folder.get(path);
        assert_eq!(reply.status, status, "{path}");
        assert!(!reply.text().contains("SECRET"), "{path}");
    }
}

#[test]
fn the_cases_would_find_something_if_it_were_allowed() {
    let folder = Folder::with(&[("../secret.txt", "SECRET"), ("a/index.html", "public")]);
    assert_eq!(
        std::fs::read(folder.path("../secret.txt")).unwrap(),
        b"SECRET"
    );
    assert_eq!(
        std::fs::read(folder.path("a/../../secret.txt")).unwrap(),
        b"SECRET"
    );
    assert_eq!(folder.get("/a/").text(), "public");
}

#[test]
fn dot_segments_lead_nowhere() {
    let paths = [
        "/../secret.txt",
        "/../secret",
        "/..",
        "/../",
        "/../site",
        "/../../../../../../../../etc/passwd",
        "/a/../../secret.txt",
        "/a/../../../secret.txt",
        "/a/./../../secret.txt",
        "/./../secret.txt",
        "/.../secret.txt",
        "/..../secret.txt",
        "/..;/secret.txt",
        "/a/..;/..;/secret.txt",
        "/../site-backup/secret.txt",
        "/a/../a/index.html",
        "/a/.",
        "/a/..",
        "/.",
        "/./a/index.html",
    ];
    check(&paths, 404);
}

#[test]
fn encoded_dots_lead_nowhere() {
    let paths = [
        "/%2e%2e/secret.txt",
        "/%2E%2E/secret.txt",
        "/%2e./secret.txt",
        "/.%2e/secret.txt",
        "/a/%2e%2e/%2e%2e/secret.txt",
        "/%2e/%2e%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/%25252e%25252e/secret.txt",
        "/%252e%252e%252fsecret.txt",
    ];
    check(&paths, 404);
}

#[test]
fn encoded_slashes_lead_nowhere() {
    let paths = [
        "/..%2fsecret.txt",
        "/..%2Fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/a%2f..%2f..%2fsecret.txt",
        "/a/..%2f..%2fsecret.txt",
        "/%2fetc/passwd",
        "/%2fetc%2fpasswd",
        "/%2f%2fetc%2fpasswd",
        "/%2e%2e%252fsecret.txt",
        "/a%2findex.html",
    ];
    check(&paths, 404);
}

#[test]
fn backslashes_lead_nowhere() {
    let paths = [
        "/..%5csecret.txt",
        "/..%5Csecret.txt",
        "/%2e%2e%5csecret.txt",
        "/a%5c..%5c..%5csecret.txt",
        "/%5c..%5csecret.txt",
        "/..%255csecret.txt",
        "/%5c%5cserver%5cshare%5cx",
        "/a%5cindex.html",
        "/..%e2%88%95secret.txt",
        "/..%ef%bc%8fsecret.txt",
        "/%ef%bc%8e%ef%bc%8e/secret.txt",
    ];
    check(&paths, 404);
}

#[test]
fn overlong_and_broken_utf_8_lead_nowhere() {
    let paths = [
        "/%c0%ae%c0%ae/secret.txt",
        "/%c0%ae%c0%ae%c0%afsecret.txt",
        "/..%c0%afsecret.txt",
        "/..%c1%9csecret.txt",
        "/%e0%80%ae%e0%80%ae/secret.txt",
        "/..%e0%80%afsecret.txt",
        "/%f0%80%80%ae%f0%80%80%ae/secret.txt",
        "/%fc%80%80%80%80%ae/secret.txt",
        "/%ff/secret.txt",
    ];
    check(&paths, 404);
}

#[test]
fn absolute_paths_drives_and_empty_segments_lead_nowhere() {
    let paths = [
        "//etc/passwd",
        "///etc/passwd",
        "/a//etc/passwd",
        "/C:/Windows/win.ini",
        "/c:%5cWindows%5cwin.ini",
        "/file:///etc/passwd",
        "/%3f%3f/C:/x",
        "/a/index.html::$DATA",
        "/proc/self/environ",
        "/dev/null",
        "http://example.com//etc/passwd",
        "http://example.com/../secret.txt",
    ];
    check(&paths, 404);
}

#[cfg(unix)]
#[test]
fn a_file_with_a_backslash_in_its_name_is_not_there() {
    let folder = Folder::with(&[("a\\b.txt", "SECRET"), ("..\\x.txt", "SECRET")]);
    assert_eq!(folder.get("/a%5cb.txt").status, 404);
    assert_eq!(folder.get("/..%5cx.txt").status, 404);
}

#[test]
fn nul_and_broken_escapes_are_bad_requests() {
    let paths = [
        "/%00",
        "/a%00",
        "/a/index.html%00",
        "/secret.txt%00.html",
        "/..%00/secret.txt",
        "/%2e%2e%00/secret.txt",
        "/%",
        "/%2",
        "/..%",
        "/%zz/secret.txt",
        "/%u002e%u002e/secret.txt",
        "/..%u2215secret.txt",
        "/%%32%65%%32%65/secret.txt",
        "/%2%65%2%65/secret.txt",
    ];
    check(&paths, 400);
}

#[test]
fn hidden_names_are_not_there() {
    let paths = [
        "/.git/config",
        "/.git",
        "/.git/",
        "/.GIT/config",
        "/%2egit/config",
        "/%2Egit/config",
        "/.git%2fconfig",
        "/.env",
        "/%2eenv",
        "/.html",
        "/.well-known",
        "/.well-known/",
        "/.well-known.html",
        "/.well-known/.secret",
        "/.well-known/%2esecret",
        "/.well-known/../.env",
        "/.well-known/%2e%2e/.env",
        "/a/.htpasswd",
        "/a/.hidden",
        "/a/.hidden/",
        "/a/.hidden/index",
        "/a/.well-known/x",
        "/A/.HIDDEN/",
    ];
    check(&paths, 404);
}

#[test]
fn the_well_known_folder_is_public() {
    let folder = Folder::with(&[
        (".well-known/security.txt", "contact"),
        (".well-known/acme-challenge/token", "proof"),
        (".well-known/index.html", "index"),
        (".well-known/page.html", "page"),
    ]);
    assert_eq!(folder.get("/.well-known/security.txt").text(), "contact");
    assert_eq!(
        folder.get("/.well-known/acme-challenge/token").text(),
        "proof"
    );
    assert_eq!(folder.get("/%2Ewell-known/security.txt").text(), "contact");
    assert_eq!(folder.get("/.well-known/page").text(), "page");
    assert_eq!(folder.get("/.well-known/").text(), "index");
    assert_eq!(folder.get("/.well-known").status, 404);
}

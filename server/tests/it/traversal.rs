//! No spelling of a URL leads outside the folder or to a hidden file in it.

use std::fs;
use std::path::Path;

use crate::http2::{self, Client};
use crate::served::{Served, usual};

const SECRET: &str = "nobody may read this";

/// A site with secrets beside the folder, hidden inside it, and behind a link.
fn site(around: &Path) -> Served {
    let root = around.join("site");
    fs::create_dir_all(root.join("sub")).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(root.join("index.html"), "<p>hi").unwrap();
    fs::write(root.join("sub/index.html"), "<p>sub").unwrap();
    for secret in [
        "secret",
        "secret.html",
        "site/.env",
        "site/.git/config",
        "site.html",
    ] {
        fs::write(around.join(secret), SECRET).unwrap();
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(around.join("secret"), root.join("link")).unwrap();
        std::os::unix::fs::symlink(around, root.join("up")).unwrap();
    }
    Served::folder(&root, usual())
}

const PATHS: [&str; 45] = [
    "/../secret",
    "/../secret.html",
    "/..",
    "/../",
    "/../site/../secret",
    "/sub/../../secret",
    "/sub/../../../../../../../../etc/passwd",
    "/./../secret",
    "/.../secret",
    "/....//secret",
    "//secret",
    "//../secret",
    "/sub//../../secret",
    "/%2e%2e/secret",
    "/%2E%2E/secret",
    "/.%2e/secret",
    "/%2e./secret",
    "/%2e%2e%2fsecret",
    "/..%2fsecret",
    "/..%2Fsecret",
    "/sub%2f..%2f..%2fsecret",
    "/..%5csecret",
    "/..\\secret",
    "/%5c..%5csecret",
    "/%252e%252e/secret",
    "/..%252fsecret",
    "/%c0%ae%c0%ae/secret",
    "/%e0%80%ae%e0%80%ae/secret",
    "/..%c0%afsecret",
    "/%uff0e%uff0e/secret",
    "/..%00/secret",
    "/../secret%00.html",
    "/index.html%00/../../secret",
    "/..;/secret",
    "/..?/../secret",
    "/%2fetc%2fpasswd",
    "/file:///etc/passwd",
    "/C:/Windows/win.ini",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/.git%2fconfig",
    "/sub/../.env",
    "/link",
    "/up/secret",
];

#[test]
fn no_spelling_leads_out_of_the_folder() {
    let around = tempfile::tempdir().unwrap();
    let server = site(around.path());
    let full = |path: &&str| format!("http://localhost{path}");
    let relative = [
        "..",
        "../secret",
        "secret",
        "./../secret",
        "?/../secret",
        "#/../secret",
    ];
    let targets = PATHS.iter().map(|path| path.to_string());
    let targets = targets.chain(PATHS.iter().map(full));
    for target in targets.chain(relative.map(str::to_string)) {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut wire = server.wire();
        wire.send(request);
        let said = String::from_utf8_lossy(&wire.rest()).into_owned();
        assert!(
            !said.contains(SECRET) && !said.contains("root:"),
            "{target}: {said}"
        );
        let refused = said.starts_with("HTTP/1.1 404 ") || said.starts_with("HTTP/1.1 400 ");
        // A client that strips `..` and what is before a `?` asks for the page that is there.
        let harmless = said.starts_with("HTTP/1.1 200 ") && said.ends_with("<p>hi");
        assert!(refused || harmless, "{target}: {said}");
    }
    assert_eq!(server.page("/sub/", &[]).text(), "<p>sub");
}

#[test]
fn no_spelling_leads_out_of_the_folder_over_http_2() {
    let around = tempfile::tempdir().unwrap();
    let server = site(around.path());
    let client = Client::to(&server);
    for path in PATHS {
        let Ok(uri) = http::Uri::builder()
            .scheme("http")
            .authority("localhost")
            .path_and_query(path)
            .build()
        else {
            continue;
        };
        let answer = client.ask(http2::page(&uri.to_string()));
        assert!(!answer.text().contains(SECRET), "{path}: {answer:?}");
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
    }
}

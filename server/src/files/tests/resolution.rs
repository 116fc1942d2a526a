//! Which file is sent for which URL.

use super::Folder;

#[track_caller]
fn check(files: &[&str], path: &str, expect: &str) {
    let named: Vec<_> = files.iter().map(|file| (*file, *file)).collect();
    let reply = Folder::with(&named).get(path);
    match expect {
        redirect if redirect.starts_with('/') => {
            let got = (reply.status, reply.header("location"));
            assert_eq!(got, (301, redirect), "{path}");
            assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
        }
        "404" => assert_eq!(reply.status, 404, "{path}: {}", reply.text()),
        file => assert_eq!((reply.status, reply.text()), (200, file), "{path}"),
    }
}

const ABOUT: [&str; 3] = ["about", "about.html", "other/index.html"];

#[test]
fn the_root_is_its_index() {
    check(&["index.html"], "/", "index.html");
    check(&["index.html"], "/?query=1", "index.html");
    check(&["index.html"], "/index", "index.html");
    check(&["index.html"], "/index.html", "index.html");
    check(&["index.htm"], "/", "404");
    check(&[], "/", "404");
    check(&["index.html/index.html"], "/", "404");
}

#[test]
fn a_file_is_found_by_its_name() {
    check(&["style.css"], "/style.css", "style.css");
    check(&["a/b/c.txt"], "/a/b/c.txt", "a/b/c.txt");
    check(&["a/b/c.txt"], "/a/b/c.txt?v=2", "a/b/c.txt");
    check(&["a b.txt"], "/a%20b.txt", "a b.txt");
    check(&["été.html"], "/%C3%A9t%C3%A9", "été.html");
    check(&["100%.txt"], "/100%25.txt", "100%.txt");
    check(&["%2e%2e/x.txt"], "/%252e%252e/x.txt", "%2e%2e/x.txt");
    check(&["a%2fb.txt"], "/a%252fb.txt", "a%2fb.txt");
    check(&["a+b.txt"], "/a+b.txt", "a+b.txt");
    check(&["a..b"], "/a..b", "a..b");
    check(&["empty.css"], "/empty.css", "empty.css");
}

#[test]
fn a_clean_url_finds_the_file_then_the_page_then_the_folder() {
    check(&ABOUT, "/about", "about");
    check(&["about.html", "about/index.html"], "/about", "about.html");
    check(&["about/index.html"], "/about", "/about/");
    check(&["about/other.html"], "/about", "404");
    check(&["a/b/index.html"], "/a/b", "/a/b/");
    check(&["a/b.html"], "/a/b", "a/b.html");
    check(&["about.htm"], "/about", "404");
    check(&["about"], "/about.html", "404");
    check(&["v1.2.html"], "/v1.2", "v1.2.html");
}

#[test]
fn a_trailing_slash_prefers_the_folder() {
    check(
        &["about.html", "about/index.html"],
        "/about/",
        "about/index.html",
    );
    check(&["about.html"], "/about/", "/about");
    check(&["about"], "/about/", "404");
    check(&["style.css"], "/style.css/", "404");
    check(&["about.html"], "/about.html/", "404");
    check(&["a/b/index.html"], "/a/b/", "a/b/index.html");
}

#[test]
fn a_redirect_keeps_the_spelling_and_the_query() {
    let files = ["a b/index.html", "c.html", "d/index/index.html"];
    check(&files, "/a%20b", "/a%20b/");
    check(&files, "/%61%20b?x=1&y=%2F", "/%61%20b/?x=1&y=%2F");
    check(&files, "/c/?x=1", "/c?x=1");
    check(&files, "/d/index", "/d/index/");
    check(&files, "http://other.example/c/", "/c");
    check(&["index.html"], "/", "index.html");
}

#[test]
fn no_redirect_leads_to_another_site() {
    let files = ["other.example/index.html", "other.example.html"];
    for path in ["//other.example", "/%5Cother.example", "/%2Fother.example"] {
        check(&files, path, "404");
    }
    check(
        &["%2Fother.example/index.html"],
        "/%252Fother.example",
        "/%252Fother.example/",
    );
}

#[test]
fn pages_are_sent_directly_where_slashes_are_ignored() {
    let files = [("guide/index.html", "folder"), ("about.html", "file")];
    let folder = Folder::without_redirects(&files);
    for (path, text) in [
        ("/guide", "folder"),
        ("/guide/", "folder"),
        ("/about/", "file"),
    ] {
        let reply = folder.get(path);
        assert_eq!((reply.status, reply.text()), (200, text), "{path}");
    }
}

#[test]
fn a_folder_is_never_listed() {
    check(&["docs/a.html"], "/docs", "404");
    check(&["docs/a.html"], "/docs/", "404");
    check(&["about/x", "about.html/x"], "/about", "404");
}

#[test]
fn other_spellings_find_nothing() {
    check(&["about.html"], "//about", "404");
    check(&["a/b.html"], "/a//b", "404");
    check(&["about.html"], "/about//", "404");
    check(&["about.html"], "/./about", "404");
    check(&["about.html"], "/x/../about", "404");
    check(&["about.html"], "*", "404");
    check(&["about.html"], "/about%2f", "404");
    check(&["about.html"], "/about%20", "404");
    check(&["about.html"], "/about.html%2fx", "404");
}

#[test]
fn names_too_long_for_the_file_system_find_nothing() {
    check(&["a"], &format!("/{}", "a".repeat(300)), "404");
    check(&["a"], &format!("/{}", "a/".repeat(5000)), "404");
}

#[test]
fn a_host_in_the_request_line_changes_nothing() {
    check(&["about.html"], "http://example.com/about", "about.html");
    check(&["index.html"], "http://example.com", "index.html");
}

#[track_caller]
fn check_not_found(page: Option<&str>, path: &str, expect: &str) {
    let folder = Folder::with(&[("index.html", "home")]);
    if let Some(page) = page {
        folder.write("404.html", page);
    }
    let reply = folder.get(path);
    assert_eq!((reply.status, reply.text()), (404, expect), "{path}");
    let content_type = if page.is_some() {
        "text/html; charset=utf-8"
    } else {
        "text/plain; charset=utf-8"
    };
    assert_eq!(reply.header("content-type"), content_type, "{path}");
    assert_eq!(
        reply.header("content-length"),
        expect.len().to_string(),
        "{path}"
    );
    assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(reply.header("etag"), "", "{path}");
    assert_eq!(reply.header("last-modified"), "", "{path}");
    assert_eq!(reply.header("accept-ranges"), "", "{path}");
}

#[test]
fn a_missing_path_gets_the_404_page() {
    check_not_found(Some("lost"), "/absent", "lost");
    check_not_found(Some("lost"), "/a/b/absent/", "lost");
    check_not_found(Some("lost"), "/absent.js", "lost");
    check_not_found(Some("lost"), "/.git/config", "lost");
    check_not_found(Some("lost"), "/../x", "lost");
    check_not_found(None, "/absent", "404 Not Found\n");
    check_not_found(None, "/.env", "404 Not Found\n");
}

#[test]
fn the_404_page_ignores_conditions_and_ranges() {
    let folder = Folder::with(&[("404.html", "lost")]);
    let etag = folder.get("/404").header("etag").to_owned();
    for (name, value) in [
        ("if-none-match", etag.as_str()),
        ("if-none-match", "*"),
        ("if-match", "\"x\""),
        ("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("range", "bytes=0-0"),
        ("range", "bytes=99-"),
    ] {
        let reply = folder.get_with("/absent", &[(name, value)]);
        assert_eq!(
            (reply.status, reply.text()),
            (404, "lost"),
            "{name}: {value}"
        );
    }
}

#[test]
fn the_404_page_is_an_ordinary_page_by_its_own_name() {
    let folder = Folder::with(&[("404.html", "lost")]);
    assert_eq!(folder.get("/404").status, 200);
    assert_eq!(folder.get("/404.html").status, 200);
}

#[test]
fn requests_for_missing_paths_take_no_memory() {
    let folder = Folder::with(&[("404.html", "lost")]);
    for index in 0..1000 {
        assert_eq!(folder.get(&format!("/absent-{index}")).status, 404);
    }
    assert_eq!(folder.files.site.cache.len(), 1);
}

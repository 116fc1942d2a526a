//! Real exports of Next.js, Gatsby and Astro in a bucket: every page that each lists is found by its addresses and has
//! the cookie, and all other files are as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::browser::Browser;
use crate::deploy::Scene;
use crate::emulator::{Emulator, Run, http, tool};
use crate::function::{id, page};
use crate::site::{bucket, config};

/// A site as its framework exported it.
struct Export {
    folder: PathBuf,
    /// The pages that the framework lists.
    routes: Vec<String>,
}

/// Next.js: by default a file for each page, as in `about.html`.
fn next(name: &str, trailing_slash: &str) -> Export {
    let node = tool("../node");
    let folder = emptied(&node.join(name));
    copy(&sources("site"), &folder);
    let mut next = Command::new(node.join("node_modules/.bin/next"));
    let next = next.arg("build").env("NEXT_TELEMETRY_DISABLED", "1");
    built(next.env("TRAILING_SLASH", trailing_slash), &folder);
    let manifest = json(&folder.join(".next/prerender-manifest.json"));
    let routes = manifest["routes"].as_object().unwrap().keys();
    Export {
        folder: folder.join("out"),
        routes: routes.filter(|it| !it.starts_with("/_")).cloned().collect(),
    }
}

/// Gatsby: a folder for each page, as in `about/index.html`.
fn gatsby() -> Export {
    let folder = tool("../gatsby");
    for old in ["src", "static", ".cache", "public"] {
        let _ = fs::remove_dir_all(folder.join(old));
    }
    copy(&sources("gatsby"), &folder);
    let mut gatsby = Command::new(folder.join("node_modules/.bin/gatsby"));
    let gatsby = gatsby.arg("build").env("CI", "1");
    built(gatsby.env("GATSBY_TELEMETRY_DISABLED", "1"), &folder);
    let folder = folder.join("public");
    let data = files(&folder.join("page-data"), "").into_iter();
    let data = data.filter(|(_, name)| name.ends_with("/page-data.json"));
    let routes = data.map(|(path, _)| json(&path)["path"].as_str().unwrap().to_string());
    Export {
        routes: routes.filter(|it| !it.starts_with("/404")).collect(),
        folder,
    }
}

/// Astro: files or folders, as its format says.
fn astro(format: &str) -> Export {
    let node = tool("../node");
    let folder = emptied(&node.join(format!("astro-{format}")));
    copy(&sources("astro"), &folder);
    let mut astro = Command::new(node.join("node_modules/.bin/astro"));
    let astro = astro.arg("build").env("ASTRO_TELEMETRY_DISABLED", "1");
    built(astro.env("FORMAT", format), &folder);
    let listed = json(&folder.join("routes.json"));
    let routes = listed.as_array().unwrap().iter();
    Export {
        folder: folder.join("dist"),
        routes: routes
            .map(|it| format!("/{}", it.as_str().unwrap()))
            .collect(),
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn sources(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cloud");
    tests.join(name)
}

fn built(command: &mut Command, folder: &Path) {
    let built = Run::of(command.current_dir(folder));
    assert_eq!(built.code, Some(0), "{}{}", built.stdout, built.stderr);
}

fn emptied(folder: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(folder);
    folder.to_path_buf()
}

fn copy(from: &Path, to: &Path) {
    for (path, name) in files(from, "") {
        let to = to.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
}

/// The files in a folder, each with its name below it.
fn files(folder: &Path, prefix: &str) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.flat_map(|entry| {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        match entry.path().is_dir() {
            true => files(&entry.path(), &format!("{name}/")),
            false => vec![(entry.path(), name)],
        }
    });
    files.collect()
}

/// The site in a bucket, deployed with these addresses, and asked for all that it has.
fn check(export: &Export, addresses: &str) -> Scene {
    let bucket = bucket();
    let files = files(&export.folder, "");
    for (path, name) in &files {
        Emulator::shared().put(&bucket, name, &fs::read(path).unwrap());
    }
    let scene = Scene::new(&config(&bucket, None));
    scene.ok(&format!("deploy --yes --viewer-request {addresses}"));
    assert!(export.routes.len() >= 4, "{:?}", export.routes);
    for route in &export.routes {
        check_page(&scene, route);
    }
    let others = files.iter().filter(|(_, name)| !name.ends_with(".html"));
    others.for_each(|(path, name)| check_file(&scene, path, name));
    scene
}

/// With a slash at its end and without.
fn check_page(scene: &Scene, route: &str) {
    let bare = route.trim_end_matches('/');
    let heading = match bare.rsplit('/').next().unwrap() {
        "" => "<h1>Home</h1>",
        "about" => "<h1>About</h1>",
        "keeping" => "<h1>Keeping</h1>",
        "v1.2" => "<h1>Version</h1>",
        other => panic!("a page that nobody wrote: {other}"),
    };
    for path in [format!("{bare}/"), bare.to_string()] {
        if path.is_empty() {
            continue;
        }
        let answer = page(scene, &format!("{path}?a=b/c.d"), "a=b");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains(heading), "{path}: {answer}");
        assert!(id(&answer).is_some(), "{path}: {answer}");
    }
}

/// A file that is no page, by its name, as a page asks for it.
fn check_file(scene: &Scene, path: &Path, name: &str) {
    let headers = [
        ("host", scene.domain.as_str()),
        ("accept", "*/*"),
        ("sec-fetch-dest", "script"),
        ("x-forwarded-proto", "https"),
    ];
    let answer = http(
        &scene.emulator.address(),
        "GET",
        &format!("/{name}"),
        &headers,
        "",
    );
    let bytes = fs::read(path).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    assert!(
        answer.ends_with(&*String::from_utf8_lossy(&bytes)),
        "{name}"
    );
    assert_eq!(id(&answer), None, "{name}: {answer}");
}

/// Home, through a link to another page, back, and a deep link typed in: one visitor.
fn visit(start: &str, deep: &str) {
    let browser = Browser::start();
    browser.open(&format!("{start}/"));
    let (id, http_only) = browser.cookie("FPD").expect("the first page sets FPD");
    assert_eq!(id.len(), 36, "{id}");
    assert!(http_only);
    browser.click("about");
    browser.wait_for("About");
    assert_eq!(browser.cookie("FPD").unwrap().0, id, "about");
    browser.open(&format!("{start}{deep}"));
    browser.wait_for("Keeping");
    assert_eq!(browser.cookie("FPD").unwrap().0, id, "a deep link");
    browser.click("home");
    browser.wait_for("Home");
    assert_eq!(browser.cookie("FPD").unwrap().0, id, "home again");
}

#[test]
fn a_next_export_has_its_addresses_and_is_visited() {
    let scene = check(&next("site", ""), "clean-urls-file");
    visit(&scene.url(), "/journal/keeping");
}

#[test]
fn a_next_export_with_trailing_slashes_has_its_addresses() {
    check(&next("site-slash", "1"), "clean-urls");
}

#[test]
fn a_gatsby_site_has_its_addresses_and_is_visited() {
    let scene = check(&gatsby(), "clean-urls");
    visit(&scene.url(), "/journal/keeping/");
}

#[test]
fn an_astro_site_of_folders_has_its_addresses() {
    check(&astro("directory"), "clean-urls");
}

#[test]
fn an_astro_site_of_files_has_its_addresses() {
    check(&astro("file"), "clean-urls-file");
}

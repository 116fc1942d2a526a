//! The function on viewer-request that gives a bucket's pages their addresses: planned, deployed, shown, taken back.

use insta::assert_snapshot;

use crate::deploy::{Scene, writes};
use crate::function::{id, page};
use crate::site::{bucket, config, rewriting};

const DEPLOY: &str = "deploy --yes --viewer-request clean-urls";

/// A distribution before a bucket that has a page in each of the two forms.
fn site() -> Scene {
    let bucket = bucket();
    let files: [(&str, &[u8]); 4] = [
        ("index.html", b"<h1>Home</h1>"),
        ("docs/v1.2/index.html", b"<h1>Folder</h1>"),
        ("docs/v1.2.html", b"<h1>File</h1>"),
        (".well-known/apple-app-site-association", b"{}"),
    ];
    for (key, bytes) in files {
        Scene::shared().put(&bucket, key, bytes);
    }
    Scene::new(&config(&bucket, None))
}

/// A command's words, with the checksum of the function's code left out: it changes with every version.
fn shown(text: &str) -> String {
    let mut words: Vec<_> = text.split("clean-urls-").map(str::to_string).collect();
    for word in words.iter_mut().skip(1) {
        let kept = word.strip_prefix("file-").unwrap_or(word);
        let prefix = if kept.len() < word.len() { "file-" } else { "" };
        *word = match kept.get(..8) {
            Some(hash) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                format!("{prefix}[CODE]{}", &kept[8..])
            }
            _ => word.clone(),
        };
    }
    words.join("clean-urls-")
}

/// What a page that has the cookie shows; none where there is no page.
fn heading(scene: &Scene, path: &str) -> Option<String> {
    let answer = page(scene, path, "a=b");
    id(&answer)?;
    let (_, rest) = answer.split_once("<h1>")?;
    Some(rest.split("</h1>").next()?.to_string())
}

#[test]
fn it_is_planned_deployed_and_shown() {
    let scene = site();
    assert_eq!(heading(&scene, "/docs/v1.2"), None);
    assert_snapshot!(shown(&scene.ok("deploy --dry-run --viewer-request clean-urls")), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-clean-urls-[CODE]  hardtack [VERSION], addresses clean-urls, [SIZE] bytes
      ~ function  hardtack-[ID]-clean-urls-[CODE]  goes live
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      + behavior  default  viewer-response: nothing -> hardtack-[ID]-1
      + behavior  default  viewer-request: nothing -> hardtack-[ID]-clean-urls-[CODE]
    ");
    assert_eq!(heading(&scene, "/docs/v1.2"), None);
    assert_snapshot!(shown(&scene.ok(DEPLOY)), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      + function  hardtack-[ID]-clean-urls-[CODE]  hardtack [VERSION], addresses clean-urls, [SIZE] bytes
      ~ function  hardtack-[ID]-clean-urls-[CODE]  goes live
      + function  hardtack-[ID]-1  hardtack [VERSION], policy [CODE], code [CODE], [SIZE] bytes
      ~ function  hardtack-[ID]-1  goes live
      + behavior  default  viewer-response: nothing -> hardtack-[ID]-1
      + behavior  default  viewer-request: nothing -> hardtack-[ID]-clean-urls-[CODE]
    ----- stderr -----
    ok function hardtack-[ID]-clean-urls-[CODE] created
    ok function hardtack-[ID]-clean-urls-[CODE] published
    ok function hardtack-[ID]-1 created
    ok function hardtack-[ID]-1 published
    ok distribution [ID] changed
    ");
    assert_eq!(heading(&scene, "/docs/v1.2").unwrap(), "Folder");
    assert_eq!(heading(&scene, "/").unwrap(), "Home");
    let association = page(&scene, "/.well-known/apple-app-site-association", "");
    assert!(association.starts_with("HTTP/1.1 200"), "{association}");
    assert_snapshot!(shown(&scene.ok("status")), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012, deployed at every edge
      default  hardtack-[ID]-1 hardtack [VERSION], policy [CODE], code [POLICY]
      default  hardtack-[ID]-clean-urls-[CODE] hardtack [VERSION], addresses clean-urls
    ok matches hardtack.toml
    ");
    let json = scene.ok("status --json");
    assert!(json.contains("\"addresses\": \"clean-urls\""), "{json}");
}

#[test]
fn later_deployments_keep_it() {
    let scene = site();
    scene.ok(DEPLOY);
    scene.proxy.heal();
    assert_snapshot!(scene.ok("deploy --yes -q"), @"exit code: 0");
    assert_eq!(writes(&scene.proxy), Vec::<String>::new());
    let policy = "cookie.max_age = \"100d\"\n";
    scene.bench.write("hardtack.toml", policy);
    scene.ok("deploy --yes");
    assert_eq!(heading(&scene, "/docs/v1.2").unwrap(), "Folder");
    scene.ok("deploy --yes --viewer-request none");
    assert_eq!(heading(&scene, "/docs/v1.2"), None);
    assert_eq!(heading(&scene, "/").unwrap(), "Home");
}

#[test]
fn a_rollback_and_a_removal_take_it_back() {
    let scene = site();
    let before = scene.config();
    scene.ok(DEPLOY);
    scene.ok("deploy --yes --viewer-request clean-urls-file");
    assert_eq!(heading(&scene, "/docs/v1.2").unwrap(), "File");
    assert_snapshot!(shown(&scene.ok("rollback --yes")), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      ~ behavior  default  viewer-response: hardtack-[ID]-2 -> hardtack-[ID]-1
      ~ behavior  default  viewer-request: hardtack-[ID]-clean-urls-file-[CODE] -> hardtack-[ID]-clean-urls-[CODE]
    ----- stderr -----
    ok distribution [ID] changed
    ok deployed at every edge
    ");
    assert_eq!(heading(&scene, "/docs/v1.2").unwrap(), "Folder");
    assert_snapshot!(shown(&scene.ok("remove --yes")), @"
    exit code: 0
    ----- stdout -----
    distribution [ID] (www.example.com), account 123456789012
      - behavior  default  viewer-response: hardtack-[ID]-1 -> nothing
      - behavior  default  viewer-request: hardtack-[ID]-clean-urls-[CODE] -> nothing
        wait      until it is detached at every edge
      - function  hardtack-[ID]-1
      - function  hardtack-[ID]-2
      - function  hardtack-[ID]-clean-urls-[CODE]
      - function  hardtack-[ID]-clean-urls-file-[CODE]
    ----- stderr -----
    ok distribution [ID] changed
    ok detached at every edge
    ok function hardtack-[ID]-1 deleted
    ok function hardtack-[ID]-2 deleted
    ok function hardtack-[ID]-clean-urls-[CODE] deleted
    ok function hardtack-[ID]-clean-urls-file-[CODE] deleted
    ");
    assert_eq!(scene.config(), before);
    assert!(scene.ok("remove --yes").contains("nothing to do"));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let theirs = Scene::new(&config(&bucket(), Some(&rewriting())));
    let refused = theirs.run(DEPLOY);
    let start = refused.find("-----").unwrap();
    assert!(
        refused[start..].contains("has a function on viewer-request already"),
        "{refused}"
    );
    let elsewhere = Scene::new(crate::faults::SITE);
    assert_snapshot!(elsewhere.run(DEPLOY), @"
    exit code: 1
    ----- stderr -----
    error: no S3 bucket is behind `default`
    hint: leave `--viewer-request` out; `--behavior PATTERN` names a behavior with a bucket
    ");
    assert_snapshot!(elsewhere.run("deploy --via lambda-edge --viewer-request clean-urls"), @"
    exit code: 2
    ----- stderr -----
    error: `--viewer-request` is for CloudFront Functions, and `--via lambda-edge` says otherwise
    hint: leave one of them out
    ");
}

//! What `hardtack build` does for every platform of the table.

use std::fs;
use std::path::Path;

use hardtack_adapters::PLATFORMS;
use hardtack_platform::Packing;
use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

/// The output with `[PLATFORMS]` in place of all names, which must be in the table's order: a new platform changes no
/// snapshot.
pub(crate) fn with_platforms_masked(shown: &str) -> String {
    let start = shown.find(PLATFORMS[0].name).unwrap();
    let end = PLATFORMS.iter().fold(start, |end, platform| {
        let at = shown[end..].find(platform.name);
        end + at.unwrap_or_else(|| panic!("no {}: {shown}", platform.name)) + platform.name.len()
    });
    format!("{}[PLATFORMS]{}", &shown[..start], &shown[end..])
}

#[test]
fn an_unknown_platform_names_the_known_ones() {
    assert_snapshot!(with_platforms_masked(&run("build lambda")), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'lambda' for '<PLATFORM>'
      [possible values: [PLATFORMS]]

      tip: a similar value exists: 'lambda-edge'

    For more information, try '--help'.
    ");
}

#[test]
fn every_folder_holds_what_its_modules_import() {
    let folders = PLATFORMS
        .iter()
        .filter(|platform| matches!(platform.packing, Packing::Folder(_)));
    for platform in folders {
        let sandbox = Sandbox::new();
        let shown = sandbox.run(&format!("build {} --host www.example.com", platform.name));
        assert!(shown.starts_with("exit code: 0"), "{shown}");
        let missing = missing_imports(&sandbox.path("dist").join(platform.name));
        assert_eq!(missing, [""; 0], "{}", platform.name);
    }
}

/// What the modules of a folder import from it that is not there.
fn missing_imports(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let texts = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    texts
        .flat_map(|bytes| imports(&String::from_utf8_lossy(&bytes)))
        .filter(|name| !folder.join(name).exists())
        .collect()
}

/// What a module's text imports from its own folder.
fn imports(text: &str) -> Vec<String> {
    let named = |line: &str| {
        Some(
            line.split_once(" from './")?
                .1
                .split_once('\'')?
                .0
                .to_string(),
        )
    };
    text.lines().filter_map(named).collect()
}

/// Whoever knows one platform's page finds his way on the next.
#[test]
fn the_pages_have_the_same_headings() {
    for platform in PLATFORMS {
        let page = format!(
            "{}/../adapters/{}/README.md",
            env!("CARGO_MANIFEST_DIR"),
            platform.name
        );
        let page = fs::read_to_string(page).unwrap();
        let headings = ["Build", "Run locally", "Deploy", "Check", "Limits"];
        let found: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .filter(|heading| headings.contains(heading))
            .collect();
        assert_eq!(found, headings, "{}", platform.name);
    }
}

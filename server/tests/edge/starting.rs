//! What is told before anything is served.

use std::path::Path;
use std::process::Command;

use hardtack_cloudfront::local::{EdgeArtifact, EdgeError};
use tempfile::NamedTempFile;

use crate::edge::{APPENDS, artifact};

#[track_caller]
fn check_does_not_load(module: &str, why: &str) {
    match artifact(module) {
        Err(EdgeError::Load(_, message)) => assert!(message.contains(why), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_function_that_does_not_load_says_why() {
    check_does_not_load("export const handler = ;", "SyntaxError");
    check_does_not_load("throw new Error('on purpose');", "on purpose");
    check_does_not_load("export const handle = () => {};", "no function `handler`");
    check_does_not_load("import 'missing';", "missing");
    check_does_not_load("process.exit(1);", "node ended");
}

#[test]
fn a_zip_that_is_missing_or_none_says_so() {
    let missing = EdgeArtifact::start(Path::new("missing.zip"), "node");
    assert!(
        matches!(missing, Err(EdgeError::Unreadable(..))),
        "{missing:?}"
    );
    let none = EdgeArtifact::start(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"),
        "node",
    );
    assert!(matches!(none, Err(EdgeError::Invalid(..))), "{none:?}");
    assert_eq!(
        none.unwrap_err().hint(),
        Some("`hardtack build lambda-edge` or `hardtack build cloudfront-function` writes one")
    );
}

#[test]
fn node_goes_with_the_last_of_the_artifact() {
    let told = NamedTempFile::new().unwrap();
    let artifact = artifact(&format!(
        "import {{ writeFileSync }} from 'node:fs'; writeFileSync({:?}, String(process.pid));\n{APPENDS}",
        told.path(),
    ))
    .unwrap();
    let pid = std::fs::read_to_string(told.path()).unwrap();
    let runs = || {
        let asked = Command::new("kill").args(["-0", &pid]).output();
        asked.unwrap().status.success()
    };
    let copy = artifact.clone();
    drop(artifact);
    assert!(runs());
    drop(copy);
    assert!(!runs());
}

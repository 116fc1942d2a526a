//! Every block of code in the documentation is run as it is written, or says next to it who runs it, or why nobody
//! does on this machine.
//!
//! Needs a shell, curl, unzip, Node.js and npm.
#![allow(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

mod markdown;
mod project;

use std::path::{Path, PathBuf};
use std::process::Command;

use markdown::{Block, Note, Page, pages};
use project::Project;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

#[test]
fn every_block_of_the_pages_works() {
    let mut faults = Vec::new();
    for page in pages(&root()) {
        // Blocks use what those before them have made.
        let project = Project::new();
        for block in &page.blocks {
            if let Err(why) = check(&page, block, &project) {
                faults.push(format!("{}:{}: {why}", page.path, block.line));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_example_of_the_help_works() {
    let mut faults = Vec::new();
    for command in [
        "",
        "init",
        "check",
        "explain",
        "serve",
        "build",
        "deploy",
        "status",
        "rollback",
        "remove",
        "logs",
        "export",
        "iam-policy",
        "seal",
        "verify",
        "completions",
        "man",
    ] {
        let help = Command::new(env!("CARGO_BIN_EXE_hardtack"))
            .args(command.split_whitespace())
            .arg("--help")
            .output();
        let help = String::from_utf8(help.unwrap().stdout).unwrap();
        let (_, examples) = help
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("{command} has no examples"));
        let project = Project::new();
        for line in examples.lines().take_while(|line| line.starts_with("  ")) {
            if let Err(why) = project.run(line.trim()) {
                faults.push(format!("{line}: {why}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A question about a long run must not start it.
#[test]
fn the_scripts_answer_questions() {
    for script in ["test", "tests/lab/run", "tests/mutants/run"] {
        for flag in ["-h", "--help"] {
            let output = Command::new(root().join(script))
                .arg(flag)
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(
                output.status.success() && text.contains(script),
                "{script} {flag}: {text}"
            );
        }
    }
}

fn check(page: &Page, block: &Block, project: &Project) -> Result<(), String> {
    match (&block.note, block.language.as_str()) {
        (Some(Note::NotRun(why)), _) if why.len() < 10 => Err("says not why".to_string()),
        (Some(Note::NotRun(_)), "toml") => is_toml(&block.text),
        (Some(Note::NotRun(_)), _) => repository_has(&block.text),
        (Some(Note::RunBy(path)), "rust") => stands_in(&block.text, path),
        (Some(Note::RunBy(path)), _) => exists(path),
        (None, "sh") => project.run(&block.text),
        // A manifest of Cargo.
        (None, "toml") if block.text.starts_with("[dependencies]") => is_toml(&block.text),
        // The documentation of the crate shows it, too, and is compiled.
        (None, "rust") => stands_in(&block.text, "adapters/tower/src/lib.rs"),
        (None, "toml") => project.policy(&block.text),
        (None, "json") => serde_json::from_str::<serde_json::Value>(&block.text)
            .map(drop)
            .map_err(|it| it.to_string()),
        // `adapters/js/test/pages.test.mjs` runs them, and knows each.
        (None, "js") if page.path.starts_with("adapters/") => {
            exists("adapters/js/test/pages.test.mjs")
        }
        (None, "js") => project.script(&block.text),
        (None, "text") if page.is_generated => Ok(()),
        (None, language) => Err(format!(
            "nobody runs this block of `{language}`: put `<!-- run by PATH -->` or `<!-- not run: WHY -->` in front of it"
        )),
    }
}

fn is_toml(text: &str) -> Result<(), String> {
    toml::from_str::<toml::Table>(text)
        .map(drop)
        .map_err(|it| it.to_string())
}

fn exists(path: &str) -> Result<(), String> {
    match root().join(path).exists() {
        true => Ok(()),
        false => Err(format!("there is no {path}")),
    }
}

/// The paths of the repository that a block names are there.
fn repository_has(text: &str) -> Result<(), String> {
    let of_repository = |word: &&str| {
        ["adapters/", "tests/", "docs/", "cli/"]
            .iter()
            .any(|it| word.starts_with(it))
    };
    let words = text.split_whitespace().filter(of_repository);
    words
        .map(|word| word.split('*').next().unwrap_or_default())
        .try_for_each(exists)
}

/// The lines of a block stand in a program, in their order.
fn stands_in(text: &str, path: &str) -> Result<(), String> {
    let program =
        std::fs::read_to_string(root().join(path)).map_err(|it| format!("{path}: {it}"))?;
    let mut lines = program
        .lines()
        .map(|line| line.trim().trim_start_matches("//! ").trim());
    let mut wanted = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match wanted.find(|wanted| !lines.any(|line| line == *wanted)) {
        None => Ok(()),
        Some(line) => Err(format!("`{line}` is not in {path}, or not in this order")),
    }
}

//! Reads the contract's files from this crate's folder.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::case::Case;
use crate::merge::merged;

/// Why the contract could not be read: the file, the case where there is one, and the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    place: String,
    problem: String,
}

/// Every case of every file, in the files' alphabetical order.
///
/// # Panics
///
/// Where a file cannot be read: a contract that is half there must not pass for one that is kept. [`load`] returns the
/// error instead.
pub fn cases() -> Vec<Case> {
    match load() {
        Ok(cases) => cases,
        Err(error) => panic!("{error}"),
    }
}

/// Every case of every file.
///
/// # Errors
///
/// The first file that is missing or not JSON, or the first case that lacks a value or has an invalid policy.
pub fn load() -> Result<Vec<Case>, LoadError> {
    let known = known_failures()?;
    let mut cases = Vec::new();
    for (file, value) in case_files()? {
        cases.append(&mut parse_file(&file, &value)?);
    }
    for case in &mut cases {
        case.known_failure = known.get(&case.id()).cloned();
    }
    Ok(cases)
}

/// The cases that do not hold yet natively, nor wherever core runs: file and name, and why.
///
/// # Errors
///
/// If the file is missing or holds anything else than reasons.
pub fn known_failures() -> Result<BTreeMap<String, String>, LoadError> {
    let path = folder().join("known-failures.json");
    serde_json::from_value(read(&path)?).map_err(|error| LoadError::new(&path, error))
}

/// The case files as JSON: name without folder and extension, and content.
///
/// # Errors
///
/// The first file that is missing or not JSON.
pub fn case_files() -> Result<Vec<(String, Value)>, LoadError> {
    let folder = folder().join("cases");
    let entries = fs::read_dir(&folder).map_err(|error| LoadError::new(&folder, error))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| Ok((stem(path), read(path)?)))
        .collect()
}

/// The policies that must be refused, as JSON.
///
/// # Errors
///
/// If the file is missing or not JSON.
pub fn policies_file() -> Result<Value, LoadError> {
    read(&folder().join("policies.json"))
}

/// The JSON Schema of the contract's files.
///
/// # Errors
///
/// If the file is missing or not JSON.
pub fn schema() -> Result<Value, LoadError> {
    read(&folder().join("schema.json"))
}

/// A file of `third-party/`, such as `publicsuffix/test_psl.txt`.
///
/// # Errors
///
/// If the file is missing or not UTF-8.
pub fn third_party(file: &str) -> Result<String, LoadError> {
    text(&folder().join("third-party").join(file))
}

impl LoadError {
    fn new(path: &Path, problem: impl fmt::Display) -> Self {
        Self {
            place: path.display().to_string(),
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for LoadError {}

fn parse_file(file: &str, value: &Value) -> Result<Vec<Case>, LoadError> {
    let (defaults, cases) = (&value["defaults"], &value["cases"]);
    let cases = cases.as_array().map_or(&[][..], Vec::as_slice);
    cases
        .iter()
        .map(|case| {
            Case::parse(file, merged(defaults, case)).map_err(|problem| LoadError {
                place: format!("{file}.json, {}", case["name"]),
                problem,
            })
        })
        .collect()
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<Value, LoadError> {
    serde_json::from_str(&text(path)?).map_err(|error| LoadError::new(path, error))
}

fn text(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|error| LoadError::new(path, error))
}

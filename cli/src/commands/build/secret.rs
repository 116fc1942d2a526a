//! The secret of a CloudFront Function: found, or made and kept. It is never printed.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hardtack_cloudfront_function::Secret;

use crate::error::{Error, Kind};
use crate::output::Output;
use crate::user_file;

/// Holds the secret where no file does: in pipelines.
const VARIABLE: &str = "HARDTACK_SECRET";
/// Where the secret is kept, unless somebody names another file.
pub(crate) const FILE: &str = "hardtack.secret";

/// What the option that names the file is for.
pub(crate) fn help() -> String {
    format!(
        "Read the function's secret from this file, or make one there; {VARIABLE} in the environment comes first [default: {FILE}]"
    )
}

/// Reads the secret from the environment, or from its file; makes a new one where there is neither.
pub(super) fn secret(path: Option<&Path>, output: &Output) -> Result<Secret, Error> {
    let path = path.unwrap_or_else(|| Path::new(FILE));
    if let Some(value) = std::env::var_os(VARIABLE) {
        return parse(&value.to_string_lossy(), VARIABLE);
    }
    match user_file::read_text(path) {
        Ok(text) => {
            user_file::warn_if_shared(path, output);
            parse(&text, &path.display().to_string())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path, output),
        Err(error) => Err(Error::io(
            format!("cannot read `{}`", path.display()),
            &error,
        )),
    }
}

fn parse(text: &str, place: &str) -> Result<Secret, Error> {
    Secret::parse(text).map_err(|error| {
        Error::new(Kind::Policy, format!("`{place}` does not hold a secret"))
            .because(error)
            .hint("take it away, and the build makes a new one")
    })
}

fn make(path: &Path, output: &Output) -> Result<Secret, Error> {
    let secret = Secret::new(rand::random());
    user_file::write_secret(path, format!("{}\n", secret.hex()).as_bytes())
        .map_err(|error| Error::io(format!("cannot write `{}`", path.display()), &error))?;
    output.note(format_args!(
        "made a secret and wrote it to {}: keep it for later builds, and out of the repository{}",
        path.display(),
        match is_ignored(path) {
            true => "",
            false => " (add it to .gitignore)",
        }
    ));
    Ok(secret)
}

/// Whether the `.gitignore` beside it names it. One that says it otherwise costs a needless hint, no more.
fn is_ignored(path: &Path) -> bool {
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let rules = fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    rules
        .lines()
        .any(|rule| rule.trim().trim_start_matches('/') == name)
}

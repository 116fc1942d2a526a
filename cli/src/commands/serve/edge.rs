//! `--edge`: a built artifact that decides, and what is said about it.

use std::error::Error as _;
use std::path::Path;

use hardtack_cloudfront::dialect::check;
use hardtack_cloudfront::limits::FUNCTION_BYTES;
use hardtack_cloudfront::local::EdgeArtifact;
use hardtack_server::Config;

use crate::error::{Error, Kind};
use crate::output::Output;

/// Starts the artifact.
pub(super) fn start(zip: &Path) -> Result<EdgeArtifact, Error> {
    check_function(zip)?;
    EdgeArtifact::start(zip, "node").map_err(|failed| {
        let error = Error::new(Kind::Io, failed.to_string());
        let error = failed.source().into_iter().fold(error, Error::because);
        failed.hint().into_iter().fold(error, Error::hint)
    })
}

/// Says what decides here.
pub(super) fn announce(output: &Output, config: &Config, zip: &Path) {
    output.note(format_args!(
        "{} decides, with the policy that was built into it",
        zip.display()
    ));
    if config.tls.is_none() {
        output.note("plain http: as at the edge, the function sets a Secure cookie; Safari wants --tls for it");
    }
}

/// Node runs more than CloudFront Functions do: what CloudFront would not take is refused here.
fn check_function(path: &Path) -> Result<(), Error> {
    // What cannot be read, or is a zip, is the local CloudFront's to judge.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    if path.extension().is_none_or(|extension| extension != "js") || text.is_empty() {
        return Ok(());
    }
    let refused = |error: Error| Err(error.hint("`hardtack build cloudfront-function` writes one"));
    let message = format!("CloudFront would not run `{}`", path.display());
    let error = Error::new(Kind::Policy, message);
    if text.len() > FUNCTION_BYTES {
        return refused(error.because(format!(
            "it has {} bytes, and {FUNCTION_BYTES} is the most",
            text.len()
        )));
    }
    match check(&text) {
        violations if violations.is_empty() => Ok(()),
        violations => refused(
            violations
                .iter()
                .fold(error, |error, found| error.because(found)),
        ),
    }
}

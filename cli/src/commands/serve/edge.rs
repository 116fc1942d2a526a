//! `--edge`: a built artifact that decides instead of the policy.

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

/// Prints which artifact decides.
pub(super) fn announce(output: &Output, config: &Config, zip: &Path) {
    output.note(format_args!(
        "{} decides, with the policy that was built into it",
        zip.display()
    ));
    if config.tls.is_none() {
        output.note(
            "plain http: as at the edge, the function sets a Secure cookie; for Safari, add --tls",
        );
    }
}

/// Node.js supports more than CloudFront Functions, so what CloudFront would refuse is refused here.
fn check_function(path: &Path) -> Result<(), Error> {
    // The server reports an unreadable file, and checks a zip.
    let text = std::fs::read_to_string(path).unwrap_or_default();
    if path.extension().is_none_or(|extension| extension != "js") || text.is_empty() {
        return Ok(());
    }
    let refused = |error: Error| Err(error.hint("`hardtack build cloudfront-function` writes one"));
    let message = format!("CloudFront would not run `{}`", path.display());
    let error = Error::new(Kind::Policy, message);
    if text.len() > FUNCTION_BYTES {
        return refused(error.because(format!(
            "it has {} bytes, and {FUNCTION_BYTES} is the limit",
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

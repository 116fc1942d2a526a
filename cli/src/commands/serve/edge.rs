//! `--edge`: a built artifact that decides, and what is said about it.

use std::error::Error as _;
use std::path::Path;

use hardtack_server::{Config, EdgeArtifact};

use crate::error::{Error, Kind};
use crate::output::Output;

/// Starts the artifact.
pub(super) fn start(zip: &Path) -> Result<EdgeArtifact, Error> {
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

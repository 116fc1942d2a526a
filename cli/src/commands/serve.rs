//! `hardtack serve`: a folder or an upstream, with the cookie.

use std::path::Path;

use crate::error::{Error, Kind};
use crate::output::Output;

/// Serve a folder or an upstream, with the cookie
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs the command.
pub(crate) fn run(_args: &Args, _policy: Option<&Path>, _output: &Output) -> Result<(), Error> {
    Err(Error::new(Kind::Usage, "`serve` is still to be written"))
}

//! Stub.
use crate::error::Error;
use crate::output::Output;
use std::path::Path;
/// Check
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}
/// Runs the command.
pub(crate) fn run(_args: &Args, _policy: Option<&Path>, _output: &Output) -> Result<(), Error> {
    Ok(())
}

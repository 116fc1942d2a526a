//! What a build without the feature `aws` says.

use std::path::Path;

use super::args::{Deploy, Logs, Remove, Rollback, Status};
use crate::error::Error;
use crate::output::Output;

pub(crate) fn deploy(_: &Deploy, _: Option<&Path>, _: &Output) -> Result<(), Error> {
    Err(without("deploy"))
}

pub(crate) fn status(_: &Status, _: Option<&Path>, _: &Output) -> Result<(), Error> {
    Err(without("status"))
}

pub(crate) fn rollback(_: &Rollback, _: &Output) -> Result<(), Error> {
    Err(without("rollback"))
}

pub(crate) fn remove(_: &Remove, _: &Output) -> Result<(), Error> {
    Err(without("remove"))
}

pub(crate) fn logs(_: &Logs, _: &Output) -> Result<(), Error> {
    Err(without("logs"))
}

fn without(command: &str) -> Error {
    Error::usage(format!("this build of hardtack has no `{command}`"))
        .because("it was compiled without the feature `aws`, which takes minutes to compile")
        .hint(
            "`cargo install --path cli --features aws` builds one that has; releases have it, too",
        )
}

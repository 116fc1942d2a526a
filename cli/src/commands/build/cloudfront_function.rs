//! `hardtack build cloudfront-function`: the policy compiled to one file.

use std::path::PathBuf;

use hardtack_cloudfront_function::{BuildError, Function, MAX_LEN};
use hardtack_policy::resolved;

use super::{Args, Baked, Platform, report, secret, write};
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::policy_file::PolicyFile;

/// What only this platform has.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options for cloudfront-function")]
pub(super) struct Options {
    /// Read the function's secret from this file, or make one there; HARDTACK_SECRET in the environment comes first
    #[arg(long, value_name = "FILE", default_value = "hardtack.secret")]
    secret: PathBuf,
}

/// Compiles and writes.
pub(super) fn build(
    args: &Args,
    file: &PolicyFile,
    baked: &Baked,
    output: &Output,
) -> Result<(), Error> {
    let secret = secret::secret(&args.function.secret, output)?;
    let settings = resolved(&file.settings, &args.hosts);
    let function = Function::new(&settings, &secret).map_err(|error| refused(&error))?;
    check_len(&function)?;
    let path = args.output.join(Platform::CloudfrontFunction.name());
    let written = write(&path.with_extension("js"), function.text.as_bytes())?;
    tell_parts(&function, output);
    let built = written.path.clone();
    report::report(
        output,
        Platform::CloudfrontFunction,
        &built,
        &[written],
        baked,
        &file.source(),
    )
}

fn refused(error: &BuildError) -> Error {
    let hint = match error {
        BuildError::NotCarried(_) => {
            "leave it out, or build lambda-edge, which can do all that policies say"
        }
        BuildError::Name(_) => "choose another name",
        _ => "see `hardtack check`",
    };
    Error::new(Kind::Policy, error.to_string()).hint(hint)
}

/// Which feature to drop, and what each costs.
fn check_len(function: &Function) -> Result<(), Error> {
    let len = function.text.len();
    let Some(over) = len.checked_sub(MAX_LEN + 1) else {
        return Ok(());
    };
    let message = format!("the function has {len} bytes, and CloudFront takes {MAX_LEN}");
    let mut parts: Vec<_> = function.parts.iter().filter(|(_, len)| *len > 0).collect();
    parts.sort_by_key(|(_, len)| std::cmp::Reverse(*len));
    let error = parts
        .iter()
        .fold(Error::new(Kind::Policy, message), |error, (part, len)| {
            error.because(format!("{} takes {len}", part.key()))
        });
    let enough = parts.iter().rev().find(|(_, len)| *len > over);
    Err(error.hint(match enough {
        Some((part, _)) => format!("do without {}", part.key()),
        None => "do without some of these".to_string(),
    }))
}

fn tell_parts(function: &Function, output: &Output) {
    for (part, len) in function.parts.iter().filter(|(_, len)| *len > 0) {
        output.detail(format_args!("{} takes {len} bytes", part.key()));
    }
}

//! `hardtack build cloudfront-function`: the policy compiled to one file.

use std::path::{Path, PathBuf};

use hardtack::Settings;
use hardtack_cloudfront::dialect::check;
use hardtack_cloudfront::limits::FUNCTION_BYTES;
use hardtack_cloudfront_function::{BuildError, Function, PLATFORM, Secret, Style, Wrapped};
use hardtack_platform::{Packing, Platform};
use hardtack_policy::resolved;

use super::bake::refused;
use super::files::{Written, write};
use super::secret;
use super::viewer_request::Pages;
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::policy_file::PolicyFile;
use crate::user_file::{self, Readers};

/// What only this platform has.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options for cloudfront-function")]
pub(super) struct Options {
    #[arg(long, value_name = "FILE", help = secret::help())]
    secret: Option<PathBuf>,

    /// Write the function as short as can be
    #[arg(long)]
    minify: bool,

    /// Run this viewer-response function first: CloudFront has one place for both
    #[arg(long, value_name = "FILE")]
    wrap: Option<PathBuf>,

    /// Write a viewer-request function, too, for pages of a bucket: without it, /about is an error there, and errors
    /// get no cookie
    ///
    /// A name whose last dot is followed by letters and digits, with a letter among them, is a file's, and stays as it
    /// is; so does everything under /.well-known/.
    #[arg(long, value_name = "MODE")]
    viewer_request: Option<Pages>,
}

/// Options that another platform has no use for are a mistake.
pub(super) fn check_options(options: &Options, platform: &Platform) -> Result<(), Error> {
    let given = match options {
        Options { minify: true, .. } => "--minify",
        Options { wrap: Some(_), .. } => "--wrap",
        Options {
            viewer_request: Some(_),
            ..
        } => "--viewer-request",
        Options {
            secret: Some(_), ..
        } => "--secret",
        _ => return Ok(()),
    };
    match platform.packing {
        Packing::Function => Ok(()),
        _ => {
            Err(Error::usage(format!("`{given}` is for cloudfront-function")).hint("leave it out"))
        }
    }
}

/// Compiles the policy for a site served under `hosts`, and writes into `folder`. Gives the path of the function, and
/// all that was written.
pub(super) fn build(
    options: &Options,
    hosts: &[String],
    folder: &Path,
    file: &PolicyFile,
    output: &Output,
) -> Result<(String, Vec<Written>), Error> {
    let wrap = options.wrap.as_deref();
    let wrap = wrap.map(read_wrapped).transpose()?;
    let settings = resolved(&file.settings, hosts);
    Function::possible(&settings).map_err(|error| unbuilt(&error))?;
    let secret = secret::secret(options.secret.as_deref(), output)?;
    let function = function(options, &settings, &secret, wrap.as_ref(), output)?;
    check_built(&function)?;
    let path = folder.join(PLATFORM.name).with_extension("js");
    let mut written = vec![write(&path, function.text.as_bytes(), Readers::Owner)?];
    if let Some(pages) = options.viewer_request {
        let path = path.with_file_name("cloudfront-function-request.js");
        let text = pages.addresses().function();
        written.push(write(&path, text.as_bytes(), Readers::Usual)?);
    }
    tell_parts(&function, output);
    Ok((path.display().to_string(), written))
}

/// The function, readable where nobody says otherwise and there is room for it.
fn function(
    options: &Options,
    settings: &Settings,
    secret: &Secret,
    wrap: Option<&Wrapped>,
    output: &Output,
) -> Result<Function, Error> {
    let styled =
        |style| Function::new(settings, secret, style, wrap).map_err(|error| unbuilt(&error));
    if options.minify {
        return styled(Style::Minified);
    }
    let readable = styled(Style::Readable)?;
    let len = readable.text.len();
    if len <= FUNCTION_BYTES {
        return Ok(readable);
    }
    output.note(format_args!(
        "with comments the function has {len} bytes, and CloudFront takes {FUNCTION_BYTES}: written as with --minify"
    ));
    styled(Style::Minified)
}

fn read_wrapped(path: &Path) -> Result<Wrapped, Error> {
    let shown = path.display();
    let source = user_file::read_text(path)
        .map_err(|cause| Error::io(format!("cannot read `{shown}`"), &cause))?;
    wrapped(&source, &shown.to_string())
}

/// A function that was there before, by its text and a name for it.
pub(crate) fn wrapped(source: &str, shown: &str) -> Result<Wrapped, Error> {
    Wrapped::new(source).map_err(|error| {
        let message = format!("CloudFront would not run `{shown}`");
        let error = error.0.iter().fold(
            Error::new(Kind::Policy, message),
            |error, violation| error.because(violation),
        );
        error.hint("runtime cloudfront-js-2.0 takes ECMAScript 5.1 and some of what came later; see adapters/cloudfront-function/README.md")
    })
}

/// What was built is held to CloudFront's limits.
pub(super) fn check_built(function: &Function) -> Result<(), Error> {
    check_len(function)?;
    check_dialect(function)
}

/// A mistake of ours must not get to CloudFront.
fn check_dialect(function: &Function) -> Result<(), Error> {
    let violations = check(&function.text);
    let error = |error: Error, violation: &_| error.because(violation);
    match violations.is_empty() {
        true => Ok(()),
        false => Err(violations
            .iter()
            .fold(
                Error::new(Kind::Policy, "CloudFront would not run what was built"),
                error,
            )
            .hint("report it, please: the policy is not to blame")),
    }
}

pub(super) fn unbuilt(error: &BuildError) -> Error {
    match error {
        BuildError::Refused(refusal) => refused(PLATFORM.name, refusal),
        _ => Error::new(Kind::Policy, error.to_string()).hint("see `hardtack check`"),
    }
}

/// Which feature to drop, and what each costs.
fn check_len(function: &Function) -> Result<(), Error> {
    let len = function.text.len();
    let Some(over) = len.checked_sub(FUNCTION_BYTES + 1) else {
        return Ok(());
    };
    let message = format!("the function has {len} bytes, and CloudFront takes {FUNCTION_BYTES}");
    let mut parts: Vec<_> = function.parts.iter().filter(|(_, len)| *len > 0).collect();
    parts.sort_by_key(|(_, len)| std::cmp::Reverse(*len));
    let error = parts
        .iter()
        .fold(Error::new(Kind::Policy, message), |error, (part, len)| {
            error.because(format!("{} takes {len}", part.label()))
        });
    let enough = parts.iter().rev().find(|(_, len)| *len > over);
    Err(error.hint(match enough {
        Some((part, _)) => format!("do without {}", part.label()),
        None => "do without some of these".to_string(),
    }))
}

fn tell_parts(function: &Function, output: &Output) {
    for (part, len) in function.parts.iter().filter(|(_, len)| *len > 0) {
        output.detail(format_args!("{} takes {len} bytes", part.label()));
    }
}

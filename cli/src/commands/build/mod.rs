//! `hardtack build`: what a platform runs, ready to upload or import.

mod bake;
mod cloudfront_function;
mod files;
mod for_aws;
mod report;
mod secret;
mod viewer_request;

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use hardtack::{DomainSetting, Settings};
use hardtack_adapters::{PLATFORMS, zip};
use hardtack_platform::{File, Packing, Platform, Reservation};
use hardtack_policy::site_domain;

use self::bake::{bake, check_possible};
use self::files::{Written, cannot_write, write};
pub(crate) use self::for_aws::{ForAws, kept_function, lambda_edge};
pub(crate) use self::viewer_request::Pages;
#[cfg(feature = "aws")]
pub(crate) use self::{cloudfront_function::wrapped, for_aws::fresh_function};
use crate::error::Error;
use crate::output::Output;
use crate::policy_file::PolicyFile;
use crate::values;

/// Build what an edge or a server runs, ready to upload or to import
///
/// The policy and the engine are built in, and nothing else is needed: no toolchain, no packages. The same policy
/// always gives the same bytes. Edges carry no public suffix list: the domains of the cookie are found now, for the
/// names that
/// --host tells; a page on any other host sets the cookie for that host alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_parser = platforms(), help = what_to_build_for(), hide_possible_values = true)]
    platform: &'static Platform,

    /// A name that the site is served under, such as www.example.com (can be repeated)
    #[arg(long = "host", value_name = "NAME", value_parser = values::host)]
    hosts: Vec<String>,

    /// Write into this folder
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    output: PathBuf,

    #[command(flatten)]
    function: cloudfront_function::Options,
}

/// The platforms of the table, by their names.
fn platforms() -> impl TypedValueParser<Value = &'static Platform> {
    let value = |platform: &Platform| PossibleValue::new(platform.name).help(platform.about);
    PossibleValuesParser::new(PLATFORMS.iter().copied().map(value)).try_map(|name| {
        hardtack_adapters::platform(&name).ok_or_else(|| format!("`{name}` is not a platform"))
    })
}

fn what_to_build_for() -> String {
    let names: Vec<_> = PLATFORMS.iter().map(|platform| platform.name).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    format!("What to build for: {} or {last}", others.join(", "))
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    check_possible(args.platform, &file.settings)?;
    cloudfront_function::check_options(&args.function, args.platform)?;
    let baked = bake(&args.hosts, &file.settings)?;
    warn_of_hosts(args, &file.settings, output);
    warn_of_reservations(args.platform, &file.settings, output);
    let (built, written) = match args.platform.packing {
        Packing::Zip(files) => write_zip(args, files(&baked))?,
        Packing::Folder(files) => write_folder(args, &files(&baked))?,
        Packing::Function => {
            let (options, folder) = (&args.function, &args.output);
            cloudfront_function::build(options, &args.hosts, folder, &file, output)?
        }
    };
    report::report(
        output,
        args.platform,
        &built,
        &written,
        &baked,
        &file.source(),
    )
}

/// A host that was named and gets no domain is a surprise.
fn warn_of_hosts(args: &Args, settings: &Settings, output: &Output) {
    if settings.cookie.domain == DomainSetting::HostOnly {
        return;
    }
    for host in &args.hosts {
        let found = site_domain(settings, host);
        if found.domain.is_none() {
            output.warning(format_args!(
                "pages on {host} set the cookie for that host alone: {}",
                found.why
            ));
        }
    }
}

/// What works on some hosts of a platform only.
fn warn_of_reservations(platform: &Platform, settings: &Settings, output: &Output) {
    for Reservation { key, why, hint } in platform.answers.reservations(settings) {
        output.warning(format_args!("{key} depends on the host: {why}"));
        output.hint(hint);
    }
}

fn write_zip(args: &Args, files: Vec<File>) -> Result<(String, Vec<Written>), Error> {
    let path = args.output.join(args.platform.name).with_extension("zip");
    let bytes = zip(files).map_err(|cause| cannot_write(&path, &cause.into()))?;
    let written = write(&path, &bytes)?;
    Ok((written.path.clone(), vec![written]))
}

fn write_folder(args: &Args, files: &[File]) -> Result<(String, Vec<Written>), Error> {
    let folder = args.output.join(args.platform.name);
    let write = |file: &File| write(&folder.join(file.name), &file.bytes);
    let written = files.iter().map(write).collect::<Result<_, _>>()?;
    Ok((folder.display().to_string(), written))
}

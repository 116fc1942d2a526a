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
use hardtack_adapters::{FRAMEWORKS, Framework, PLATFORMS, framework, platform, zip};
use hardtack_platform::{File, Packing, Platform, Reservation};
use hardtack_policy::site_domain;

use self::bake::{bake, check_possible, refused};
use self::files::{Written, cannot_write, write};
pub(crate) use self::for_aws::{ForAws, kept_function, lambda_edge};
pub(crate) use self::secret::{FILE as SECRET_FILE, help as secret_help};
pub(crate) use self::viewer_request::Pages;
#[cfg(feature = "aws")]
pub(crate) use self::{cloudfront_function::wrapped, for_aws::fresh_function};
use crate::error::Error;
use crate::output::Output;
use crate::policy_file::PolicyFile;
use crate::user_file::Readers;
use crate::values;

/// Build what an edge or a server runs, ready to upload or to import
///
/// The policy and the engine are built in, and nothing else is needed: no toolchain, no packages. The same policy
/// always gives the same bytes. Edges carry no public suffix list: the domains of the cookie are found now, for the
/// names that
/// --host tells; a page on any other host sets the cookie for that host alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "PLATFORM", value_parser = targets(), help = what_to_build_for(), hide_possible_values = true)]
    target: Target,

    /// A name that the site is served under, such as www.example.com (can be repeated)
    #[arg(long = "host", value_name = "NAME", value_parser = values::host)]
    hosts: Vec<String>,

    #[arg(short, long, value_name = "DIR", help = where_to_write())]
    output: Option<PathBuf>,

    #[command(flatten)]
    function: cloudfront_function::Options,
}

/// Where artifacts are written, unless a framework empties that folder.
const FOLDER: &str = "dist";

impl Args {
    fn folder(&self) -> PathBuf {
        let usual = self
            .target
            .framework()
            .map_or(FOLDER, |framework| framework.folder);
        self.output.clone().unwrap_or_else(|| usual.into())
    }
}

/// A row of one of the two tables.
#[derive(Clone, Copy, Debug)]
enum Target {
    Platform(&'static Platform),
    Framework(&'static Framework),
}

impl Target {
    fn named(name: &str) -> Option<Self> {
        let framework = || framework(name).map(Self::Framework);
        platform(name).map(Self::Platform).or_else(framework)
    }

    fn platform(self) -> &'static Platform {
        match self {
            Self::Platform(platform) => platform,
            Self::Framework(framework) => framework.platform,
        }
    }

    fn framework(self) -> Option<&'static Framework> {
        match self {
            Self::Platform(_) => None,
            Self::Framework(framework) => Some(framework),
        }
    }
}

/// The names of both tables.
fn targets() -> impl TypedValueParser<Value = Target> {
    let platforms = PLATFORMS
        .iter()
        .map(|platform| PossibleValue::new(platform.name).help(platform.about));
    let frameworks = FRAMEWORKS.iter().map(|framework| {
        let help = format!("takes what is built for {}", framework.platform.name);
        PossibleValue::new(framework.name).help(help)
    });
    PossibleValuesParser::new(platforms.chain(frameworks))
        .try_map(|name| Target::named(&name).ok_or_else(|| format!("`{name}` is not a platform")))
}

fn what_to_build_for() -> String {
    let platforms: Vec<_> = PLATFORMS.iter().map(|platform| platform.name).collect();
    let frameworks: Vec<_> = FRAMEWORKS.iter().map(|framework| framework.name).collect();
    format!(
        "What to build for: {}; or what takes one of these: {}",
        in_words(&platforms),
        in_words(&frameworks)
    )
}

fn where_to_write() -> String {
    let others = FRAMEWORKS
        .iter()
        .filter(|framework| framework.folder != FOLDER);
    let others: String = others
        .map(|framework| format!("; for {}, {}", framework.name, framework.folder))
        .collect();
    format!("Write into this folder [default: {FOLDER}{others}]")
}

fn in_words(names: &[&str]) -> String {
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    format!("{} or {last}", others.join(", "))
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    let platform = args.target.platform();
    check_possible(platform, &file.settings)?;
    check_framework(args.target, &file.settings)?;
    cloudfront_function::check_options(&args.function, platform)?;
    let baked = bake(&args.hosts, &file.settings)?;
    warn_of_hosts(args, &file.settings, output);
    warn_of_reservations(platform, &file.settings, output);
    let readers = Readers::of(&file.settings);
    let (built, written) = match platform.packing {
        Packing::Zip(files) => write_zip(args, files(&baked), readers)?,
        Packing::Folder(files) => write_folder(args, &files(&baked), readers)?,
        Packing::Function => {
            let (options, folder) = (&args.function, &args.folder());
            cloudfront_function::build(options, &args.hosts, folder, &file, output)?
        }
    };
    report::report(
        output,
        args.target,
        &built,
        &written,
        &baked,
        &file.source(),
    )
}

/// What the platform can do and the framework on it cannot.
fn check_framework(target: Target, settings: &Settings) -> Result<(), Error> {
    let framework = target.framework();
    let refusal = framework.and_then(|it| Some((it.name, it.refusal(settings)?)));
    refusal.map_or(Ok(()), |(name, refusal)| Err(refused(name, &refusal)))
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

fn write_zip(
    args: &Args,
    files: Vec<File>,
    readers: Readers,
) -> Result<(String, Vec<Written>), Error> {
    let path = args
        .folder()
        .join(args.target.platform().name)
        .with_extension("zip");
    let bytes = zip(files).map_err(|cause| cannot_write(&path, &cause.into()))?;
    let written = write(&path, &bytes, readers)?;
    Ok((written.path.clone(), vec![written]))
}

fn write_folder(
    args: &Args,
    files: &[File],
    readers: Readers,
) -> Result<(String, Vec<Written>), Error> {
    let folder = args.folder().join(args.target.platform().name);
    let write = |file: &File| write(&folder.join(file.name), &file.bytes, readers);
    let written = files.iter().map(write).collect::<Result<_, _>>()?;
    Ok((folder.display().to_string(), written))
}

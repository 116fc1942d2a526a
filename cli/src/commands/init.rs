//! `hardtack init`: writes a policy file to start from.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hardtack_policy::{PROFILES, Profile};
use serde_json::json;

use crate::error::{Error, Kind};
use crate::output::{GOOD, LITERAL, Output};
use crate::policy_file;

/// Write a commented policy file
///
/// The file explains every key. Keys that keep their defaults are commented out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Start from this profile: tutorial, eu-consent, cnil-exempt, adobe-fpid, snowplow or strict-host
    #[arg(
        long,
        value_name = "NAME",
        default_value = "tutorial",
        hide_possible_values = true
    )]
    profile: ProfileName,

    /// Overwrite an existing file
    #[arg(long)]
    force: bool,

    /// Write to this file instead of ./hardtack.toml; `-` means stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The profiles.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileName {
    /// The cookie FPD for the whole site, renewed with every page
    #[value(alias = "default")]
    Tutorial,
    /// An id only with consent where the law requires it
    EuConsent,
    /// 13 months and never renewed, as CNIL's exemption for audience measurement requires
    #[value(alias = "cnil")]
    CnilExempt,
    /// An id for Adobe's Web SDK
    AdobeFpid,
    /// A visitor id for Snowplow
    Snowplow,
    /// A __Host- cookie, which no other host can set
    StrictHost,
}

impl ProfileName {
    fn profile(self) -> &'static Profile {
        let [
            tutorial,
            eu_consent,
            cnil_exempt,
            adobe_fpid,
            snowplow,
            strict_host,
        ] = PROFILES;
        match self {
            Self::Tutorial => tutorial,
            Self::EuConsent => eu_consent,
            Self::CnilExempt => cnil_exempt,
            Self::AdobeFpid => adobe_fpid,
            Self::Snowplow => snowplow,
            Self::StrictHost => strict_host,
        }
    }
}

/// Tells editors which schema the file has (as Taplo and its relatives read it).
const SCHEMA_LINE: &str = concat!(
    "#:schema ",
    env!("CARGO_PKG_REPOSITORY"),
    "/raw/main/docs/policy.schema.json"
);

/// Runs the command. Both `--output` and `--policy` can name the file.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let named = args.output.as_deref().or(policy);
    let path = named.unwrap_or_else(|| Path::new(policy_file::DEFAULT));
    let text = format!("{SCHEMA_LINE}\n{}", args.profile.profile().commented());
    if path == Path::new("-") {
        return match output.wants_json() {
            true => output.json(&json!({ "text": text })),
            false => output.data(text.trim_end()),
        };
    }
    write(path, &text, args.force)?;
    announce(path, named.is_some(), output)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Error> {
    let written = match force {
        true => fs::write(path, text),
        false => OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes())),
    };
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(Kind::Io, format!("`{}` already exists", path.display()))
                .hint("overwrite it with --force, or write to another file with --output FILE")
        }
        _ => Error::io(format!("cannot write `{}`", path.display()), &cause),
    })
}

fn announce(path: &Path, named: bool, output: &Output) -> Result<(), Error> {
    let path = path.display().to_string();
    if output.wants_json() {
        return output.json(&json!({ "written": path }));
    }
    let flag = if named {
        format!(" --policy {path}")
    } else {
        String::new()
    };
    output.note(format_args!("{GOOD}wrote{GOOD:#} {path}"));
    output.hint(format_args!(
        "`{LITERAL}hardtack check{flag}{LITERAL:#}` explains it, `{LITERAL}hardtack serve{flag} DIR{LITERAL:#}` serves a folder with it"
    ));
    Ok(())
}

//! `hardtack export`: infrastructure as code, for those who deploy with something else.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::build::{self, ForAws};
use crate::error::Error;
use crate::output::{LITERAL, Output};
use crate::policy_file::PolicyFile;

/// Write infrastructure as code around the built function: terraform, cloudformation or cdk
///
/// A small, commented project with the zip beside it: the function, its role with rights to its own log, and a version to
/// name in the distribution. For those who deploy with something else than `hardtack deploy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to write for: terraform, cloudformation or cdk
    #[arg(hide_possible_values = true)]
    tool: Tool,

    /// A name that the site is served under, such as www.example.com (can be repeated)
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,

    /// Write into this folder
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    output: PathBuf,
}

/// What reads the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// Terraform or OpenTofu
    Terraform,
    /// AWS CloudFormation
    Cloudformation,
    /// The AWS Cloud Development Kit, in JavaScript
    Cdk,
}

/// Where Lambda@Edge runs (CloudFront developer guide, `lambda-edge-permissions`).
const REGIONS: &str = include_str!("templates/regions.txt");
const ZIP: &str = "lambda-edge.zip";

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Cloudformation => "cloudformation",
            Self::Cdk => "cdk",
        }
    }

    /// The files around the zip.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Terraform => &[("main.tf", include_str!("templates/main.tf"))],
            Self::Cloudformation => &[("template.yaml", include_str!("templates/template.yaml"))],
            Self::Cdk => &[
                ("app.mjs", include_str!("templates/app.mjs")),
                ("package.json", include_str!("templates/package.json")),
                ("cdk.json", include_str!("templates/cdk.json")),
            ],
        }
    }

    /// The file that says how to go on.
    const fn first(self) -> &'static str {
        self.files()[0].0
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    let built = build::lambda_edge(&file, &args.hosts)?;
    let folder = args.output.join(args.tool.name());
    fs::create_dir_all(&folder).map_err(|cause| cannot_write(&folder, &cause))?;
    let mut written = vec![write(&folder, ZIP, &built.bytes)?];
    for (name, template) in args.tool.files() {
        let text = fill(template, &built, file.policy.cookie_name());
        written.push(write(&folder, name, text.as_bytes())?);
    }
    report(args, &folder, &written, &built, output)
}

fn fill(template: &str, built: &ForAws, cookie: &str) -> String {
    let domains = match &built.domains[..] {
        [] => "for the one host that sets it".to_string(),
        domains => format!("on {}", domains.join(", ")),
    };
    let regions = REGIONS.lines().map(|region| format!("    \"{region}\","));
    let values = [
        ("{version}", env!("CARGO_PKG_VERSION").to_string()),
        ("{hash}", built.hash.clone()),
        ("{cookie}", cookie.to_string()),
        ("{domains}", domains),
        ("{regions}", regions.collect::<Vec<_>>().join("\n")),
        ("{id}", built.sha256[..16].to_string()),
        ("{key}", format!("hardtack-{}.zip", &built.sha256[..16])),
    ];
    let values = values.iter();
    values.fold(template.to_string(), |text, (key, value)| {
        text.replace(key, value)
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Error> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|cause| cannot_write(&path, &cause))?;
    Ok(path.display().to_string())
}

fn cannot_write(path: &Path, cause: &std::io::Error) -> Error {
    Error::io(format!("cannot write `{}`", path.display()), cause)
}

fn report(
    args: &Args,
    folder: &Path,
    written: &[String],
    built: &ForAws,
    output: &Output,
) -> Result<(), Error> {
    if output.wants_json() {
        return output.json(&json!({
            "tool": args.tool.name(),
            "files": written,
            "policy": { "hash": built.hash, "domains": built.domains },
        }));
    }
    if !output.is_quiet() {
        output.data(format_args!("wrote {}", written.join(", ")))?;
    }
    output.hint(format_args!(
        "{LITERAL}{}{LITERAL:#} begins with what to do next",
        folder.join(args.tool.first()).display()
    ));
    Ok(())
}

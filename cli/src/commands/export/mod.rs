//! `hardtack export`: infrastructure as code, for those who deploy with something else.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hardtack::Policy;
use hardtack_cloudfront::limits::{LAMBDA_MEMORY_MB, LAMBDA_TIME};
use hardtack_cloudfront::regions::LOG_REGIONS;
use hardtack_cloudfront::runtimes;
use serde_json::json;

use super::aws::Via;
use super::build::{self, ForAws};
use crate::error::Error;
use crate::output::{LITERAL, Output};
use crate::policy_file::PolicyFile;

/// Write infrastructure as code around the built function: terraform, cloudformation or cdk
///
/// A small, commented project with the function beside it, and, for Lambda@Edge, its role with rights to its own log
/// and a version to name in the distribution. For those who deploy with something else than `hardtack deploy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to write for: terraform, cloudformation or cdk
    #[arg(hide_possible_values = true)]
    tool: Tool,

    /// Where it runs: lambda-edge or cloudfront-function
    #[arg(
        long,
        value_name = "PRODUCT",
        default_value = "lambda-edge",
        hide_possible_values = true
    )]
    via: Via,

    /// Read a CloudFront Function's secret from this file, or make one there
    #[arg(long, value_name = "FILE", default_value = "hardtack.secret")]
    secret: PathBuf,

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

const ZIP: &str = "lambda-edge.zip";
const FUNCTION: &str = "cloudfront-function.js";

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Cloudformation => "cloudformation",
            Self::Cdk => "cdk",
        }
    }

    /// The files around the artifact; the first one says how to go on.
    const fn files(self, via: Via) -> &'static [(&'static str, &'static str)] {
        match (self, via) {
            (Self::Terraform, Via::LambdaEdge) => LAMBDA_TERRAFORM,
            (Self::Terraform, Via::CloudfrontFunction) => FUNCTION_TERRAFORM,
            (Self::Cloudformation, Via::LambdaEdge) => LAMBDA_CLOUDFORMATION,
            (Self::Cloudformation, Via::CloudfrontFunction) => FUNCTION_CLOUDFORMATION,
            (Self::Cdk, Via::LambdaEdge) => LAMBDA_CDK,
            (Self::Cdk, Via::CloudfrontFunction) => FUNCTION_CDK,
        }
    }
}

/// A template of a folder, under its own name.
macro_rules! template {
    ($folder:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!("templates/", $folder, "/", $name)),
        )
    };
}

type Files = &'static [(&'static str, &'static str)];

/// What a CloudFront Function that logs needs in its templates: its log group, so that the log is not kept for ever.
const LOGS: Files = &[
    (
        "main.tf",
        include_str!("templates/cloudfront-function/logs.tf"),
    ),
    (
        "template.yaml",
        include_str!("templates/cloudfront-function/logs.yaml"),
    ),
    (
        "app.mjs",
        include_str!("templates/cloudfront-function/logs.mjs"),
    ),
];
const LOGS_IMPORT: &str = "import { RemovalPolicy } from 'aws-cdk-lib';\nimport { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';\n";
/// A log group of another region than the provider's needs `region`.
const LOGS_PROVIDER: &str = "      source  = \"hashicorp/aws\"\n      version = \">= 6.0\" # the first with `region` on each resource";
const PROVIDER: &str = "      source = \"hashicorp/aws\"";

const LAMBDA_TERRAFORM: Files = &[template!("lambda-edge", "main.tf")];
const FUNCTION_TERRAFORM: Files = &[template!("cloudfront-function", "main.tf")];
const LAMBDA_CLOUDFORMATION: Files = &[template!("lambda-edge", "template.yaml")];
const FUNCTION_CLOUDFORMATION: Files = &[template!("cloudfront-function", "template.yaml")];
const LAMBDA_CDK: Files = &[
    template!("lambda-edge", "app.mjs"),
    template!("cdk", "package.json"),
    template!("cdk", "cdk.json"),
];
const FUNCTION_CDK: Files = &[
    template!("cloudfront-function", "app.mjs"),
    template!("cdk", "package.json"),
    template!("cdk", "cdk.json"),
];

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    let (built, artifact) = match args.via {
        Via::LambdaEdge => (build::lambda_edge(&file, &args.hosts)?, ZIP),
        Via::CloudfrontFunction => {
            let built = build::kept_function(&file, &args.hosts, &args.secret, output)?;
            (built, FUNCTION)
        }
    };
    let folder = args.output.join(args.tool.name());
    fs::create_dir_all(&folder).map_err(|cause| cannot_write(&folder, &cause))?;
    let mut written = Vec::new();
    for (name, template) in args.tool.files(args.via) {
        let text = fill(
            &logged(name, template, &file.policy),
            &built,
            file.policy.cookie_name(),
        );
        written.push(write(&folder, name, text.as_bytes())?);
    }
    // CloudFormation has the function's code in its template.
    if (args.tool, args.via) != (Tool::Cloudformation, Via::CloudfrontFunction) {
        written.push(write(&folder, artifact, &built.bytes)?);
    }
    report(args, &folder, &written, &built, output)
}

/// A CloudFront Function's template with its log group, or without where the policy logs nothing; others have no place
/// for one.
fn logged(name: &str, template: &str, policy: &Policy) -> String {
    let part = |text| if policy.logs() { text } else { "" };
    let group = LOGS.iter().find(|(of, _)| *of == name);
    template
        .replace("{logs}", part(group.map_or("", |(_, text)| text)))
        .replace("{import}", part(LOGS_IMPORT))
        .replace(
            "{provider}",
            if policy.logs() {
                LOGS_PROVIDER
            } else {
                PROVIDER
            },
        )
}

fn fill(template: &str, built: &ForAws, cookie: &str) -> String {
    let domains = match &built.domains[..] {
        [] => "for the one host that sets it".to_string(),
        domains => format!("on {}", domains.join(", ")),
    };
    let regions = LOG_REGIONS.map(|region| format!("    \"{region}\","));
    let values = [
        ("{version}", env!("CARGO_PKG_VERSION").to_string()),
        ("{hash}", built.hash.clone()),
        ("{cookie}", cookie.to_string()),
        ("{domains}", domains),
        ("{regions}", regions.join("\n")),
        ("{function_runtime}", runtimes::FUNCTION.to_string()),
        ("{runtime}", runtimes::LAMBDA.to_string()),
        ("{memory}", LAMBDA_MEMORY_MB.to_string()),
        ("{timeout}", LAMBDA_TIME.as_secs().to_string()),
        ("{code}", indented(&built.bytes)),
        ("{id}", built.sha256[..16].to_string()),
        ("{key}", format!("hardtack-{}.zip", &built.sha256[..16])),
    ];
    let values = values.iter();
    values.fold(template.to_string(), |text, (key, value)| {
        text.replace(key, value)
    })
}

/// Code as it stands in a block of YAML.
fn indented(code: &[u8]) -> String {
    let text = String::from_utf8_lossy(code);
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!("        {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
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
        folder.join(args.tool.files(args.via)[0].0).display()
    ));
    Ok(())
}

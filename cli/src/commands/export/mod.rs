//! `hardtack export`: infrastructure as code, for those who deploy with something else.

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hardtack::Policy;
use hardtack_adapters::lambda_edge;
use hardtack_cloudfront::limits::{LAMBDA_MEMORY_MB, LAMBDA_TIME};
use hardtack_cloudfront::regions::LOG_REGIONS;
use hardtack_cloudfront::runtimes;
use hardtack_cloudfront_function::{LOG_GROUP, PAGES, PAGES_OUTPUT};
use hardtack_platform::Templates;
use serde_json::json;

use super::aws::Via;
use super::build::{self, ForAws, Pages};
use crate::error::Error;
use crate::output::{LITERAL, Output};
use crate::policy_file::PolicyFile;
use crate::user_file::Readers;
use crate::values;

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

    #[arg(long, value_name = "FILE", help = build::secret_help())]
    secret: Option<PathBuf>,

    /// Write a viewer-request function, too, for pages of a bucket; for cloudfront-function
    #[arg(long, value_name = "MODE")]
    viewer_request: Option<Pages>,

    /// A name that the site is served under, such as www.example.com (can be repeated)
    #[arg(long = "host", value_name = "NAME", value_parser = values::host)]
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
const REQUEST_FUNCTION: &str = "cloudfront-function-request.js";

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Cloudformation => "cloudformation",
            Self::Cdk => "cdk",
        }
    }

    /// The file that describes the infrastructure, and says how to go on.
    const fn main(self) -> &'static str {
        match self {
            Self::Terraform => "main.tf",
            Self::Cloudformation => "template.yaml",
            Self::Cdk => "app.mjs",
        }
    }

    /// The files beside it.
    const fn others(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Terraform | Self::Cloudformation => &[],
            Self::Cdk => &[
                ("package.json", include_str!("templates/cdk/package.json")),
                ("cdk.json", include_str!("templates/cdk/cdk.json")),
            ],
        }
    }

    /// One of templates for all tools.
    const fn of(self, templates: &Templates) -> &'static str {
        match self {
            Self::Terraform => templates.terraform,
            Self::Cloudformation => templates.cloudformation,
            Self::Cdk => templates.cdk,
        }
    }
}

/// What the CDK needs for a log group.
const LOGS_IMPORT: &str = "import { RemovalPolicy } from 'aws-cdk-lib';\nimport { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';\n";
/// A log group of another region than the provider's needs `region`.
const LOGS_PROVIDER: &str = "      source  = \"hashicorp/aws\"\n      version = \">= 6.0\" # the first with `region` on each resource";
const PROVIDER: &str = "      source = \"hashicorp/aws\"";

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    check_options(args)?;
    let file = PolicyFile::find(policy)?;
    let (built, artifact) = match args.via {
        Via::LambdaEdge => (build::lambda_edge(&file, &args.hosts)?, ZIP),
        Via::CloudfrontFunction => {
            let built = build::kept_function(&file, &args.hosts, args.secret.as_deref(), output)?;
            (built, FUNCTION)
        }
    };
    let readers = match args.via {
        Via::LambdaEdge => Readers::of(&file.settings),
        Via::CloudfrontFunction => Readers::Owner,
    };
    let folder = args.output.join(args.tool.name());
    fs::create_dir_all(&folder).map_err(|cause| cannot_write(&folder, &cause))?;
    let mut written = Vec::new();
    let main = (args.tool.main(), template(args, &file.policy));
    let others = args.tool.others().iter();
    let others = others.map(|(name, text)| (*name, (*text).to_string()));
    for (name, template) in iter::once(main).chain(others) {
        let text = fill(&template, &built, file.policy.cookie_name());
        written.push(write(&folder, name, text.as_bytes(), readers)?);
    }
    // CloudFormation has the function's code in its template.
    if (args.tool, args.via) != (Tool::Cloudformation, Via::CloudfrontFunction) {
        written.push(write(&folder, artifact, &built.bytes, readers)?);
        if let Some(pages) = args.viewer_request {
            let text = pages.addresses().function();
            let text = text.as_bytes();
            written.push(write(&folder, REQUEST_FUNCTION, text, Readers::Usual)?);
        }
    }
    report(args, &folder, &written, &built, output)
}

/// CloudFront never runs both products on the viewer events of one behavior; and Lambda@Edge has no secret.
fn check_options(args: &Args) -> Result<(), Error> {
    let message = match args {
        Args {
            via: Via::CloudfrontFunction,
            ..
        } => return Ok(()),
        Args {
            viewer_request: Some(_),
            ..
        } => {
            "`--viewer-request` is a CloudFront Function, and cannot run beside a Lambda@Edge function"
        }
        Args {
            secret: Some(_), ..
        } => "`--secret` is for CloudFront Functions, and this is for Lambda@Edge",
        _ => return Ok(()),
    };
    Err(Error::usage(message).hint("add `--via cloudfront-function`, or leave it out"))
}

fn template(args: &Args, policy: &Policy) -> String {
    match args.via {
        Via::LambdaEdge => args.tool.of(&lambda_edge::EXPORT).to_string(),
        Via::CloudfrontFunction => with_pages(
            args.tool,
            args.viewer_request,
            &logged(args.tool, policy.logs()),
        ),
    }
}

/// A template, with the function on viewer-request where one is asked for.
fn with_pages(tool: Tool, pages: Option<Pages>, template: &str) -> String {
    let part = |templates| pages.map_or("", |_| tool.of(templates));
    let addresses = pages.map(Pages::addresses);
    let code = addresses.map(|it| indented(it.function().as_bytes()));
    template
        .replace("{pages}", part(&PAGES))
        .replace("{pages_output}", part(&PAGES_OUTPUT))
        .replace("{pages_code}", &code.unwrap_or_default())
        .replace("{addresses}", addresses.map_or("", |it| it.name()))
}

/// A CloudFront Function's template, with its log group where it logs.
fn logged(tool: Tool, logs: bool) -> String {
    let part = |text| if logs { text } else { "" };
    let provider = if logs { LOGS_PROVIDER } else { PROVIDER };
    tool.of(&hardtack_cloudfront_function::EXPORT)
        .replace("{logs}", part(tool.of(&LOG_GROUP)))
        .replace("{import}", part(LOGS_IMPORT))
        .replace("{provider}", provider)
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

fn write(folder: &Path, name: &str, bytes: &[u8], readers: Readers) -> Result<String, Error> {
    let path = folder.join(name);
    readers
        .write(&path, bytes)
        .map_err(|cause| cannot_write(&path, &cause))?;
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
        folder.join(args.tool.main()).display()
    ));
    Ok(())
}

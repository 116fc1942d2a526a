//! `hardtack deploy`: from the policy to a function that runs at the edge.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack::Required;
use hardtack_aws::plan::{self, Artifact, Artifacts, DesiredState, Existing, Plan, Selection};
use hardtack_aws::{
    ApplyError, BehaviorName, Client, CloudFrontFunctions as _, Distribution, EdgeCode,
    ObserveScope, Observed, Product, observe,
};
use hardtack_cloudfront::regions::LOG_REGIONS;
use hardtack_cloudfront::runtimes;
use sha2::{Digest as _, Sha256};

use super::args::{Deploy, OnRequest, Via};
use super::connect::{block_on, client, distribution};
use super::execute::{Confirmation, confirmed, execute, in_json, wait};
use super::{errors, request, show, site};
use crate::commands::build::{self, ForAws};
use crate::error::{Error, Kind};
use crate::output::Output;
use crate::policy_file::PolicyFile;

/// How often someone else may change the distribution while this deploys.
const REPLANS: u32 = 3;

/// Runs the command.
pub(crate) fn deploy(args: &Deploy, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    block_on(run(args, &file, output))
}

async fn run(args: &Deploy, file: &PolicyFile, output: &Output) -> Result<(), Error> {
    let client = client(&args.connection).await;
    let confirmation = Confirmation::of(args.dry_run, args.yes);
    for _ in 0..REPLANS {
        let (observed, desired) = states(&client, args, file).await?;
        let plan = plan::deploy(&desired, &observed).map_err(|it| errors::plan_error(&it))?;
        let is_confirmed = confirmed(&plan, confirmation, output)?;
        if is_confirmed {
            match execute(&client, &plan, Some(&desired.artifacts), output).await {
                Err(ApplyError::StalePlan) => {
                    output.warning("the distribution has changed meanwhile: this is a new plan");
                    continue;
                }
                result => result.map_err(|error| errors::apply_error(&error))?,
            }
        }
        return finish(args, &client, &observed, &plan, file, is_confirmed, output).await;
    }
    Err(errors::apply_error(&ApplyError::StalePlan))
}

/// What AWS reports, and what is to run there.
async fn states(
    client: &Client,
    args: &Deploy,
    file: &PolicyFile,
) -> Result<(Observed, DesiredState), Error> {
    let named = named(args)?;
    check_runtime(args, named)?;
    let distribution = distribution(client, &args.connection).await?;
    let regions = match &args.log_regions[..] {
        [] => LOG_REGIONS.map(str::to_string).to_vec(),
        some => some.to_vec(),
    };
    let scope = ObserveScope::Deploying(named);
    let observed = observe(client, distribution, scope, &regions);
    let mut observed = observed.await.map_err(|error| errors::call_error(&error))?;
    observed.is_staged = args.staging;
    if args.staging && observed.staging.is_none() {
        return Err(no_staging(&observed.distribution.id));
    }
    let product = named.or_else(|| observed.running());
    check_runtime(args, product)?;
    let product = product.unwrap_or(Product::LambdaEdge);
    let (behaviors, existing) = (selection(args), existing(args));
    let kept = match args.viewer_request {
        Some(asked) => request::asked(asked),
        None => request::kept(product, &observed)?,
    };
    let built = artifacts(client, product, &behaviors, existing, file, &observed).await?;
    let desired = DesiredState {
        artifacts: Artifacts {
            request: kept,
            ..built
        },
        product,
        behaviors,
        existing,
        runtime: args
            .runtime
            .as_deref()
            .unwrap_or(runtimes::LAMBDA)
            .to_string(),
        log_days: args.log_days,
        logs: file.policy.logs(),
        countries: matches!(file.settings.consent.required, Required::In(_)),
    };
    Ok((observed, desired))
}

/// The product that the flags ask for.
fn named(args: &Deploy) -> Result<Option<Product>, Error> {
    let via = args.via.map(|via| match via {
        Via::LambdaEdge => Product::LambdaEdge,
        Via::CloudfrontFunction => Product::CloudfrontFunction,
    });
    let brings_request = matches!(args.viewer_request, Some(OnRequest::Pages(_)));
    let needs_functions = match (args.wrap, brings_request) {
        (true, _) => Some("--wrap"),
        (_, true) => Some("--viewer-request"),
        _ => None,
    };
    match (needs_functions, via) {
        (Some(option), Some(Product::LambdaEdge)) => Err(Error::usage(format!(
            "`{option}` is for CloudFront Functions, and `--via lambda-edge` says otherwise"
        ))
        .hint("leave one of them out")),
        (Some(_), _) => Ok(Some(Product::CloudfrontFunction)),
        (None, via) => Ok(via),
    }
}

/// What a CloudFront Function has no use for is a mistake.
fn check_runtime(args: &Deploy, product: Option<Product>) -> Result<(), Error> {
    match (&args.runtime, product) {
        (Some(_), Some(Product::CloudfrontFunction)) => Err(Error::usage(
            "`--runtime` is for Lambda@Edge, and this is a CloudFront Function",
        )
        .hint("leave it out, or deploy with `--via lambda-edge`")),
        _ => Ok(()),
    }
}

const fn existing(args: &Deploy) -> Existing {
    match (args.replace, args.wrap) {
        (true, _) => Existing::Replace,
        (_, true) => Existing::Wrap,
        _ => Existing::Refuse,
    }
}

fn no_staging(distribution: &str) -> Error {
    let message = format!("distribution `{distribution}` has no staging distribution");
    Error::new(Kind::Found, message)
        .hint("make one in the CloudFront console, under \"Continuous deployment\", or leave `--staging` out")
}

/// Waits for the edges when the plan is done, and requests a page of the site.
async fn finish(
    args: &Deploy,
    client: &Client,
    observed: &Observed,
    plan: &Plan,
    file: &PolicyFile,
    is_done: bool,
    output: &Output,
) -> Result<(), Error> {
    if args.dry_run {
        return Ok(());
    }
    let mut cookie_seen = None;
    if !args.no_wait {
        wait(client, plan, output).await?;
        let url = args.check_url.clone();
        let url = url.unwrap_or_else(|| site::url(observed.target()));
        cookie_seen = Some(site::check_page(client, &url, &file.policy, output).await);
    }
    if output.wants_json() {
        let mut value = in_json(plan, is_done);
        value["cookie_seen"] = cookie_seen.into();
        output.json(&value)?;
    }
    Ok(())
}

/// The names that the site is served under; a wildcard matches any name in its place.
pub(super) fn hosts(distribution: &Distribution) -> Vec<String> {
    let aliases = distribution.config.aliases();
    match aliases.is_empty() {
        true => vec![distribution.domain.clone()],
        false => aliases
            .iter()
            .map(|name| name.trim_start_matches("*.").to_string())
            .collect(),
    }
}

/// Builds what is to run: the plain function, and one for each function that is to be wrapped.
pub(super) async fn artifacts(
    client: &Client,
    product: Product,
    behaviors: &Selection,
    existing: Existing,
    file: &PolicyFile,
    observed: &Observed,
) -> Result<Artifacts, Error> {
    let wrapped = plan::functions_to_wrap(product, behaviors, existing, observed);
    let wrapped = wrapped.map_err(|it| errors::plan_error(&it))?;
    let mut wrapping = BTreeMap::new();
    for arn in wrapped {
        let code = client.edge_code(&arn).await;
        let code = code.map_err(|error| errors::wrapped_function_error(&arn, &error))?;
        wrapping.insert(arn.clone(), built_wrapping(&arn, code, file, observed)?);
    }
    Ok(Artifacts {
        plain: built(product, file, observed)?,
        wrapping,
        request: None,
    })
}

fn built(product: Product, file: &PolicyFile, observed: &Observed) -> Result<Artifact, Error> {
    // A staging distribution has no alternate names of its own: it serves those of the primary one.
    let hosts = hosts(&observed.distribution);
    match product {
        Product::LambdaEdge => {
            let built = build::lambda_edge(file, &hosts)?;
            // In the form that Lambda reports.
            let identity = STANDARD.encode(Sha256::digest(&built.bytes));
            Ok(artifact(built, identity))
        }
        Product::CloudfrontFunction => {
            let built = build::fresh_function(file, &hosts, None)?;
            let identity = built.sha256[..16].to_string();
            Ok(artifact(built, identity))
        }
    }
}

fn built_wrapping(
    arn: &str,
    code: EdgeCode,
    file: &PolicyFile,
    observed: &Observed,
) -> Result<Artifact, Error> {
    let wrapped = build::wrapped(&code.text, show::short(arn))?;
    let hosts = hosts(&observed.distribution);
    let built = build::fresh_function(file, &hosts, Some(&wrapped))?;
    let identity = built.sha256[..16].to_string();
    Ok(Artifact {
        stores: code.stores,
        runtime: code.runtime,
        ..artifact(built, identity)
    })
}

fn artifact(built: ForAws, identity: String) -> Artifact {
    Artifact {
        identity,
        description: description(&built.hash),
        bytes: built.bytes,
        stores: Vec::new(),
        runtime: String::new(),
    }
}

/// The description of a release.
pub(super) fn description(hash: &str) -> String {
    format!("hardtack {}, policy {hash}", env!("CARGO_PKG_VERSION"))
}

fn selection(args: &Deploy) -> Selection {
    match &args.behaviors[..] {
        _ if args.all => Selection::All,
        [] => Selection::Attached,
        names => Selection::Named(names.iter().map(|it| BehaviorName::parse(it)).collect()),
    }
}

//! `hardtack deploy`: from the policy to a function that runs at the edge.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack_aws::plan::{self, Artifact, Artifacts, Others, Plan, Selection, Wish};
use hardtack_aws::{BehaviorName, Client, Distribution, EdgeCode, Look, Observed, Product, Stop};
use hardtack_cloudfront::regions::LOG_REGIONS;
use sha2::{Digest as _, Sha256};

use super::args::{Deploy, Via};
use super::connect::{block_on, client, distribution};
use super::run::{Consent, agreed, done, in_json, waited};
use super::{show, site, trouble};
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
    let client = client(&args.cloud).await;
    let consent = Consent::of(args.dry_run, args.yes);
    for _ in 0..REPLANS {
        let (observed, wish) = wish(&client, args, file).await?;
        let plan = plan::deploy(&wish, &observed).map_err(|it| trouble::refusal(&it))?;
        let is_agreed = agreed(&plan, consent, output)?;
        if is_agreed {
            match done(&client, &plan, Some(&wish.artifacts), output).await {
                Err(Stop::Outdated) => {
                    output.warning(
                        "someone has changed the distribution meanwhile: here is a new plan",
                    );
                    continue;
                }
                result => result.map_err(|stop| trouble::stop(&stop))?,
            }
        }
        return finish(args, &client, &observed, &plan, file, is_agreed, output).await;
    }
    Err(trouble::stop(&Stop::Outdated))
}

/// What AWS reports, and what is wanted there.
async fn wish(
    client: &Client,
    args: &Deploy,
    file: &PolicyFile,
) -> Result<(Observed, Wish), Error> {
    let distribution = distribution(client, &args.cloud).await?;
    let named = named(args)?;
    let regions = match &args.log_regions[..] {
        [] => LOG_REGIONS.map(str::to_string).to_vec(),
        some => some.to_vec(),
    };
    let observed = client.observe(distribution, Look::For(named), &regions);
    let mut observed = observed.await.map_err(|failure| trouble::call(&failure))?;
    observed.is_staged = args.staging;
    if args.staging && observed.staging.is_none() {
        return Err(no_staging(&observed.distribution.id));
    }
    let product = named.or_else(|| observed.running());
    let product = product.unwrap_or(Product::LambdaEdge);
    let (behaviors, others) = (selection(args), others(args));
    let wish = Wish {
        artifacts: artifacts(client, product, &behaviors, others, file, &observed).await?,
        product,
        behaviors,
        others,
        runtime: args.runtime.clone(),
        log_days: args.log_days,
        logs: file.policy.logs(),
    };
    Ok((observed, wish))
}

/// The product that the flags ask for.
fn named(args: &Deploy) -> Result<Option<Product>, Error> {
    let via = args.via.map(|via| match via {
        Via::LambdaEdge => Product::LambdaEdge,
        Via::CloudfrontFunction => Product::CloudfrontFunction,
    });
    match (args.wrap, via) {
        (true, Some(Product::LambdaEdge)) => Err(Error::usage(
            "`--wrap` is for CloudFront Functions, and `--via lambda-edge` says otherwise",
        )
        .hint("leave one of them out")),
        (true, _) => Ok(Some(Product::CloudfrontFunction)),
        (false, via) => Ok(via),
    }
}

const fn others(args: &Deploy) -> Others {
    match (args.replace, args.wrap) {
        (true, _) => Others::GiveWay,
        (_, true) => Others::RunFirst,
        _ => Others::Stay,
    }
}

fn no_staging(distribution: &str) -> Error {
    let message = format!("distribution `{distribution}` has no staging distribution");
    Error::new(Kind::Found, message)
        .hint("make one in the CloudFront console, under \"Continuous deployment\", or leave `--staging` out")
}

/// What remains when the plan is done: the edges, and a look at the site.
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
    let mut seen = None;
    if !args.no_wait {
        waited(client, plan, output).await?;
        let url = args.check_url.clone();
        let url = url.unwrap_or_else(|| site::url(observed.target()));
        let cookie = file.policy.cookie_name();
        seen = Some(site::look(client, &url, cookie, output).await);
    }
    if output.wants_json() {
        let mut value = in_json(plan, is_done);
        value["cookie_seen"] = seen.into();
        output.json(&value)?;
    }
    Ok(())
}

/// The names that the site is served under; a wildcard stands for any name in its place.
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

/// Builds what is to run: by itself, and around each function that it is to run first.
pub(super) async fn artifacts(
    client: &Client,
    product: Product,
    behaviors: &Selection,
    others: Others,
    file: &PolicyFile,
    observed: &Observed,
) -> Result<Artifacts, Error> {
    let inner = plan::wrapped(product, behaviors, others, observed);
    let inner = inner.map_err(|it| trouble::refusal(&it))?;
    let mut around = BTreeMap::new();
    for arn in inner {
        let code = client.edge_code(&arn).await;
        let code = code.map_err(|failure| trouble::inner(&arn, &failure))?;
        around.insert(arn.clone(), built_around(&arn, code, file, observed)?);
    }
    Ok(Artifacts {
        alone: built(product, file, observed)?,
        around,
    })
}

fn built(product: Product, file: &PolicyFile, observed: &Observed) -> Result<Artifact, Error> {
    // A staging distribution has no names of its own: it serves those of the other.
    let hosts = hosts(&observed.distribution);
    match product {
        Product::LambdaEdge => {
            let built = build::lambda_edge(file, &hosts)?;
            // As Lambda tells it.
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

fn built_around(
    arn: &str,
    code: EdgeCode,
    file: &PolicyFile,
    observed: &Observed,
) -> Result<Artifact, Error> {
    let inner = build::wrapped(&code.text, show::short(arn))?;
    let hosts = hosts(&observed.distribution);
    let built = build::fresh_function(file, &hosts, Some(&inner))?;
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

/// What a release says about itself.
pub(super) fn description(hash: &str) -> String {
    format!("hardtack {}, policy {hash}", env!("CARGO_PKG_VERSION"))
}

fn selection(args: &Deploy) -> Selection {
    match &args.behaviors[..] {
        _ if args.all => Selection::All,
        [] => Selection::Standing,
        names => Selection::Named(names.iter().map(|it| BehaviorName::parse(it)).collect()),
    }
}

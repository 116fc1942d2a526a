//! `hardtack deploy`: from the policy to a function that runs at the edge.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack_aws::plan::{self, Artifact, Plan, Selection, Wish};
use hardtack_aws::{BehaviorName, Client, Distribution, LOG_REGIONS, Observed, Product, Stop};
use sha2::{Digest as _, Sha256};

use super::args::{Deploy, Via};
use super::connect::{block_on, client, distribution};
use super::run::{Consent, agreed, done, in_json, waited};
use super::{site, trouble};
use crate::commands::build;
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
            match done(&client, &plan, Some(&wish.artifact), output).await {
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
    let product = product(args.via);
    let regions = match &args.log_regions[..] {
        [] => LOG_REGIONS.map(str::to_string).to_vec(),
        some => some.to_vec(),
    };
    let observed = client.observe(distribution, &[product], &regions).await;
    let mut observed = observed.map_err(|failure| trouble::call(&failure))?;
    observed.is_staged = args.staging;
    if args.staging && observed.staging.is_none() {
        return Err(no_staging(&observed.distribution.id));
    }
    let wish = Wish {
        product,
        behaviors: selection(args),
        artifact: artifact(product, file, &observed)?,
        runtime: args.runtime.clone(),
        log_days: args.log_days,
        replace: args.replace,
    };
    Ok((observed, wish))
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

/// Builds what is to run.
pub(super) fn artifact(
    product: Product,
    file: &PolicyFile,
    observed: &Observed,
) -> Result<Artifact, Error> {
    // A staging distribution has no names of its own: it serves those of the other.
    let hosts = hosts(&observed.distribution);
    let built = match product {
        Product::LambdaEdge => build::lambda_edge(file, &hosts)?,
        Product::CloudfrontFunction => build::fresh_function(file, &hosts)?,
    };
    let identity = match product {
        // As Lambda tells it.
        Product::LambdaEdge => STANDARD.encode(Sha256::digest(&built.bytes)),
        Product::CloudfrontFunction => built.sha256[..16].to_string(),
    };
    Ok(Artifact {
        identity,
        description: description(&built.hash),
        bytes: built.bytes,
    })
}

/// What a release says about itself.
pub(super) fn description(hash: &str) -> String {
    format!("hardtack {}, policy {hash}", env!("CARGO_PKG_VERSION"))
}

const fn product(via: Via) -> Product {
    match via {
        Via::LambdaEdge => Product::LambdaEdge,
        Via::CloudfrontFunction => Product::CloudfrontFunction,
    }
}

fn selection(args: &Deploy) -> Selection {
    match &args.behaviors[..] {
        _ if args.all => Selection::All,
        [] => Selection::Standing,
        names => Selection::Named(names.iter().map(|it| BehaviorName::parse(it)).collect()),
    }
}

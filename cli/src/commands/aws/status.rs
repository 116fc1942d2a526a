//! `hardtack status`: what runs where, and whether it matches the local policy.

use std::path::Path;

use hardtack::Required;
use hardtack_aws::plan::{self, Artifacts, DesiredState, Existing, Plan, Selection};
use hardtack_aws::{
    Association, BehaviorName, Client, Distribution, LogGroup, ObserveScope, Observed, Product,
    observe,
};
use hardtack_cloudfront::regions::LOG_REGIONS;
use serde_json::{Value, json};

use super::args::Status;
use super::connect::{block_on, client, distribution};
use super::deploy::artifacts;
use super::{errors, request, show};
use crate::error::Error;
use crate::output::{FAINT, GOOD, LITERAL, Output};
use crate::policy_file::PolicyFile;

/// Runs the command.
pub(crate) fn status(args: &Status, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    let file = PolicyFile::find(policy)?;
    let (observed, drift) = block_on(async {
        let client = client(&args.connection).await;
        let distribution = distribution(&client, &args.connection).await?;
        let regions = LOG_REGIONS.map(str::to_string);
        let observed = observe(&client, distribution, ObserveScope::Attached, &regions).await;
        let observed = with_log_groups(observed.map_err(|error| errors::call_error(&error))?);
        let drift = drift(&client, &observed, &file).await;
        Ok((observed, drift))
    })?;
    match output.wants_json() {
        true => {
            let known = drift.as_ref().ok().and_then(Option::as_ref);
            output.json(&in_json(&observed, known))?;
            drift.map(drop)
        }
        // What runs is shown even where it cannot be compared.
        false => {
            running(&observed, output)?;
            compared(drift?.as_ref(), &file, output)
        }
    }
}

/// Leaves out the regions without a log group: `--log-region` may have chosen others.
fn with_log_groups(mut observed: Observed) -> Observed {
    observed.logs.retain(|_, group| *group != LogGroup::Missing);
    observed
}

/// What a deployment of the local policy would change; none where nothing is deployed.
async fn drift(
    client: &Client,
    observed: &Observed,
    file: &PolicyFile,
) -> Result<Option<Plan>, Error> {
    let attached = observed.attached();
    let Some((_, running)) = attached.first() else {
        return Ok(None);
    };
    let (product, behaviors) = (running.product, Selection::Attached);
    let existing = Existing::Refuse;
    let built = artifacts(client, product, &behaviors, existing, file, observed).await?;
    let desired = DesiredState {
        artifacts: Artifacts {
            request: request::kept(product, observed)?,
            ..built
        },
        product,
        behaviors,
        existing,
        // What is there is taken to be desired: no file says otherwise.
        runtime: observed
            .function
            .as_ref()
            .map(|function| function.runtime.clone())
            .unwrap_or_default(),
        log_days: kept(observed),
        logs: file.policy.logs(),
        countries: matches!(file.settings.consent.required, Required::In(_)),
    };
    let plan = plan::deploy(&desired, observed).map_err(|it| errors::plan_error(&it))?;
    Ok(Some(plan))
}

/// How long most regions keep the log.
fn kept(observed: &Observed) -> u64 {
    let days = observed.logs.values().filter_map(|group| match group {
        LogGroup::Keeps(days) => *days,
        _ => None,
    });
    days.max().unwrap_or(30)
}

fn running(observed: &Observed, output: &Output) -> Result<(), Error> {
    for distribution in observed.distributions() {
        output.data(format_args!(
            "{} {LITERAL}{}{LITERAL:#} ({}), account {}, {}",
            kind(observed, distribution),
            distribution.id,
            names(distribution).join(", "),
            observed.account,
            propagation(distribution),
        ))?;
        for (behavior, found) in observed.attached_to(distribution) {
            let built_from = description(observed, &found);
            let existing = existing(observed, distribution, &behavior, &found);
            output.data(format_args!(
                "  {behavior}  {} {FAINT}{built_from}{existing}{FAINT:#}",
                show::short(&found.arn)
            ))?;
        }
        for (behavior, arn) in on_requests(observed, distribution) {
            let built_from = request_description(observed, &arn);
            output.data(format_args!(
                "  {behavior}  {} {FAINT}{built_from}{FAINT:#}",
                show::short(&arn)
            ))?;
        }
    }
    Ok(())
}

fn compared(drift: Option<&Plan>, file: &PolicyFile, output: &Output) -> Result<(), Error> {
    match drift {
        None => {
            output.data("  hardtack is not attached")?;
            output.hint("`hardtack deploy` attaches it");
        }
        Some(plan) if plan.steps.is_empty() => {
            output.data(format_args!("{GOOD}ok{GOOD:#} matches {}", file.source()))?;
        }
        Some(plan) => {
            output.warning(format_args!("{} differs from what runs:", file.source()));
            for line in show::plan(plan).lines().skip(1) {
                output.note(line);
            }
            output.hint("`hardtack deploy` applies it");
        }
    }
    Ok(())
}

fn kind(observed: &Observed, distribution: &Distribution) -> &'static str {
    match distribution.id == observed.distribution.id {
        true => "distribution",
        false => "staging distribution",
    }
}

fn names(distribution: &Distribution) -> Vec<String> {
    let aliases = distribution.config.aliases();
    match aliases.is_empty() {
        true => vec![distribution.domain.clone()],
        false => aliases,
    }
}

fn propagation(distribution: &Distribution) -> &'static str {
    match distribution.status.as_str() {
        "Deployed" => "deployed at every edge",
        _ => "still being deployed",
    }
}

/// The function that is wrapped or replaced there, and that `hardtack remove` puts back.
fn existing(
    observed: &Observed,
    distribution: &Distribution,
    behavior: &BehaviorName,
    found: &Association,
) -> String {
    let previous = observed.previous(distribution, behavior, found);
    match (observed.wrapped_by(&found.arn), previous) {
        (Some(wrapped), _) => format!(", wraps {}", show::short(&wrapped)),
        (None, Some(previous)) => format!(", replaces {}", show::short(&previous)),
        (None, None) => String::new(),
    }
}

/// The behaviors whose pages hardtack gives addresses, each with the function on viewer-request, by ARN.
fn on_requests(observed: &Observed, distribution: &Distribution) -> Vec<(BehaviorName, String)> {
    let behaviors = distribution.config.behaviors().into_iter();
    behaviors
        .filter_map(|it| observed.on_request(&it).map(|arn| (it.name, arn)))
        .collect()
}

fn request_description(observed: &Observed, arn: &str) -> String {
    let mut functions = observed.request_functions.iter();
    let found = functions.find(|it| it.arn == arn);
    found.map_or_else(|| "deleted".to_string(), |it| it.comment.clone())
}

/// What a release was built from.
fn description(observed: &Observed, found: &Association) -> String {
    let text = match found.product {
        Product::LambdaEdge => {
            let mut versions = observed.versions.iter();
            let version = versions.find(|version| version.arn == found.arn);
            version.map(|version| version.description.clone())
        }
        Product::CloudfrontFunction => {
            let mut functions = observed.edge_functions.iter();
            let function = functions.find(|(_, function)| function.arn == found.arn);
            function.map(|(_, function)| function.comment.clone())
        }
    };
    text.unwrap_or_else(|| "deleted".to_string())
}

fn in_json(observed: &Observed, drift: Option<&Plan>) -> Value {
    let names = observed.names();
    let behavior = |distribution: &Distribution, behavior: BehaviorName, found: Association| {
        json!({
            "behavior": behavior.to_string(),
            "via": found.product.name(),
            "arn": found.arn,
            "release": names.release_number(&found.arn),
            "made_of": description(observed, &found),
            "runs_first": observed.wrapped_by(&found.arn),
            "before": observed.previous(distribution, &behavior, &found),
        })
    };
    let on_request = |(behavior, arn): (BehaviorName, String)| {
        json!({
            "behavior": behavior.to_string(),
            "addresses": names.addresses(&arn),
            "made_of": request_description(observed, &arn),
            "arn": arn,
        })
    };
    let of = |distribution: &Distribution| {
        let attached = observed.attached_to(distribution).into_iter();
        json!({
            "distribution": distribution.id,
            "domain": distribution.domain,
            "aliases": distribution.config.aliases(),
            "is_staging": distribution.id != observed.distribution.id,
            "status": distribution.status,
            "behaviors": attached.map(|(name, it)| behavior(distribution, name, it)).collect::<Vec<_>>(),
            "viewer_request": on_requests(observed, distribution).into_iter().map(on_request).collect::<Vec<_>>(),
        })
    };
    json!({
        "account": observed.account,
        "distributions": observed.distributions().map(of).collect::<Vec<_>>(),
        "releases": releases(observed),
        "in_step": drift.is_some_and(|plan| plan.steps.is_empty()),
        "drift": drift.map(|plan| &plan.steps),
    })
}

fn releases(observed: &Observed) -> Vec<Value> {
    let versions = observed.versions.iter();
    let versions = versions.map(|it| json!({ "arn": it.arn, "made_of": it.description }));
    let functions = observed.edge_functions.iter();
    let functions = functions.map(|(_, it)| json!({ "arn": it.arn, "made_of": it.comment }));
    versions.chain(functions).collect()
}

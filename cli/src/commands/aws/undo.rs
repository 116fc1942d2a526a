//! `hardtack rollback` and `hardtack remove`.

use hardtack_aws::plan::{self, Plan};
use hardtack_aws::{BehaviorName, Client, ObserveScope, Observed, observe};
use hardtack_cloudfront::regions::SEARCH_REGIONS;

use super::args::{Connection, Remove, Rollback};
use super::connect::{block_on, client, distribution};
use super::errors;
use super::execute::{Confirmation, confirmed, execute, in_json, wait};
use crate::error::Error;
use crate::output::Output;

/// Runs `hardtack rollback`.
pub(crate) fn rollback(args: &Rollback, output: &Output) -> Result<(), Error> {
    block_on(async {
        let client = client(&args.connection).await;
        let observed = observed(&client, &args.connection, ObserveScope::Attached, &[]).await?;
        let plan = plan::rollback(&observed).map_err(|it| errors::plan_error(&it))?;
        let confirmation = Confirmation::of(args.dry_run, args.yes);
        if run(&client, &plan, confirmation, output).await? && !args.no_wait {
            wait(&client, &plan, output).await?;
        }
        Ok(())
    })
}

/// Runs `hardtack remove`.
pub(crate) fn remove(args: &Remove, output: &Output) -> Result<(), Error> {
    block_on(async {
        let client = client(&args.connection).await;
        let regions = SEARCH_REGIONS.map(str::to_string);
        let observed = observed(
            &client,
            &args.connection,
            ObserveScope::Everything,
            &regions,
        )
        .await?;
        let only: Vec<_> = args
            .behaviors
            .iter()
            .map(|it| BehaviorName::parse(it))
            .collect();
        let plan = plan::remove(&observed, &only).map_err(|it| errors::plan_error(&it))?;
        let plan = match args.keep_logs {
            true => plan.keeping_logs(),
            false => plan,
        };
        let confirmation = Confirmation::of(args.dry_run, args.yes);
        run(&client, &plan, confirmation, output).await.map(drop)
    })
}

async fn observed(
    client: &Client,
    connection: &Connection,
    scope: ObserveScope,
    regions: &[String],
) -> Result<Observed, Error> {
    let distribution = distribution(client, connection).await?;
    observe(client, distribution, scope, regions)
        .await
        .map_err(|error| errors::call_error(&error))
}

async fn run(
    client: &Client,
    plan: &Plan,
    confirmation: Confirmation,
    output: &Output,
) -> Result<bool, Error> {
    let is_confirmed = confirmed(plan, confirmation, output)?;
    if is_confirmed {
        let result = execute(client, plan, None, output).await;
        result.map_err(|error| errors::apply_error(&error))?;
    }
    if output.wants_json() && confirmation != Confirmation::DryRun {
        output.json(&in_json(plan, is_confirmed))?;
    }
    Ok(is_confirmed)
}

//! `hardtack rollback` and `hardtack remove`.

use hardtack_aws::plan::{self, Plan};
use hardtack_aws::{BehaviorName, Client, Look, Observed};
use hardtack_cloudfront::regions::SEARCH_REGIONS;

use super::args::{Cloud, Remove, Rollback};
use super::connect::{block_on, client, distribution};
use super::run::{Consent, agreed, done, in_json, waited};
use super::trouble;
use crate::error::Error;
use crate::output::Output;

/// Runs `hardtack rollback`.
pub(crate) fn rollback(args: &Rollback, output: &Output) -> Result<(), Error> {
    block_on(async {
        let client = client(&args.cloud).await;
        let observed = observed(&client, &args.cloud, Look::Running, &[]).await?;
        let plan = plan::rollback(&observed).map_err(|it| trouble::refusal(&it))?;
        let consent = Consent::of(args.dry_run, args.yes);
        if carried_out(&client, &plan, consent, output).await? && !args.no_wait {
            waited(&client, &plan, output).await?;
        }
        Ok(())
    })
}

/// Runs `hardtack remove`.
pub(crate) fn remove(args: &Remove, output: &Output) -> Result<(), Error> {
    block_on(async {
        let client = client(&args.cloud).await;
        let regions = SEARCH_REGIONS.map(str::to_string);
        let observed = observed(&client, &args.cloud, Look::Everything, &regions).await?;
        let only: Vec<_> = args
            .behaviors
            .iter()
            .map(|it| BehaviorName::parse(it))
            .collect();
        let plan = plan::remove(&observed, &only);
        let consent = Consent::of(args.dry_run, args.yes);
        carried_out(&client, &plan, consent, output).await.map(drop)
    })
}

async fn observed(
    client: &Client,
    cloud: &Cloud,
    look: Look,
    regions: &[String],
) -> Result<Observed, Error> {
    let distribution = distribution(client, cloud).await?;
    client
        .observe(distribution, look, regions)
        .await
        .map_err(|failure| trouble::call(&failure))
}

async fn carried_out(
    client: &Client,
    plan: &Plan,
    consent: Consent,
    output: &Output,
) -> Result<bool, Error> {
    let is_agreed = agreed(plan, consent, output)?;
    if is_agreed {
        let result = done(client, plan, None, output).await;
        result.map_err(|stop| trouble::stop(&stop))?;
    }
    if output.wants_json() && consent != Consent::DryRun {
        output.json(&in_json(plan, is_agreed))?;
    }
    Ok(is_agreed)
}

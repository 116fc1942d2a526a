//! Changes which functions run in which behaviours.

use std::time::Duration;

use crate::api::Api;
use crate::config::{BehaviorName, Config, Edit, Slot};
use crate::plan::{AssociationChange, Release};
use crate::wire::CallError;

use super::error::ApplyError;
use super::progress::ProgressSink;
use super::wait::{PROPAGATION, Wait};

/// Makes all changes in one call, if the configuration is still the one with the `ETag` that the plan was made from.
pub(super) async fn associate<A: Api>(
    api: &A,
    (distribution, etag): (&str, &str),
    changes: &[AssociationChange],
    published: Option<&str>,
    progress: ProgressSink<'_>,
) -> Result<(), ApplyError> {
    let (config, found) = api.distribution_config(distribution).await?;
    if found != etag {
        return Err(ApplyError::StalePlan);
    }
    let wanted = config.edited(&edits(changes, published)?);
    let mut wait = Wait::new(api.poll_interval(), PROPAGATION);
    loop {
        let update = api.update_distribution(distribution, etag, &wanted);
        match update.await {
            Err(error) if error.is_precondition_failed() => {
                return check_applied(api, distribution, &wanted).await;
            }
            Err(error) if is_about_role(&error) => {
                if !wait.once_more(api, "the role", progress).await {
                    return Err(error.into());
                }
            }
            Err(error) => return Err(error.into()),
            Ok(()) => return confirm(api, distribution, &wanted, changes, progress).await,
        }
    }
}

/// How long CloudFront may take to report a change that it has accepted.
const REPORTED: Duration = Duration::from_secs(30);

/// Reads the distribution back: what was accepted must be what is there.
async fn confirm<A: Api>(
    api: &A,
    distribution: &str,
    wanted: &str,
    changes: &[AssociationChange],
    progress: ProgressSink<'_>,
) -> Result<(), ApplyError> {
    let wanted = Config::parse(wanted.to_string()).map_err(|_| ApplyError::StalePlan)?;
    let mut wait = Wait::new(api.poll_interval(), REPORTED);
    loop {
        let (config, _) = api.distribution_config(distribution).await?;
        let Some(lost) = lost(&config, &wanted, changes) else {
            return Ok(());
        };
        if !wait.once_more(api, "the configuration", progress).await {
            return Err(ApplyError::NotKept(lost));
        }
    }
}

/// The first behaviour that was changed and has other functions than it was given.
fn lost(found: &Config, wanted: &Config, changes: &[AssociationChange]) -> Option<BehaviorName> {
    let functions = |config: &Config, name: &BehaviorName| {
        let behaviors = config.behaviors().into_iter();
        let mut named = behaviors.filter(|behavior| behavior.name == *name);
        named.next().map(|behavior| behavior.functions)
    };
    let names = changes.iter().map(|change| &change.behavior);
    let mut lost = names.filter(|name| functions(found, name) != functions(wanted, name));
    lost.next().cloned()
}

/// The change that CloudFront refuses as outdated may be our own, whose response was lost.
async fn check_applied<A: Api>(
    api: &A,
    distribution: &str,
    wanted: &str,
) -> Result<(), ApplyError> {
    let (config, _) = api.distribution_config(distribution).await?;
    let wanted = Config::parse(wanted.to_string()).map_err(|_| ApplyError::StalePlan)?;
    match config.behaviors() == wanted.behaviors() {
        true => Ok(()),
        false => Err(ApplyError::StalePlan),
    }
}

/// What Lambda and CloudFront say of a role, or of its trust policy, that they do not know yet.
pub(super) fn is_about_role(error: &CallError) -> bool {
    let text = error.message();
    text.contains("cannot be assumed by Lambda") || text.contains("must be assumable with")
}

fn edits(
    changes: &[AssociationChange],
    published: Option<&str>,
) -> Result<Vec<(BehaviorName, Edit)>, ApplyError> {
    let edits = changes.iter().map(|change| edit(change, published));
    edits.filter_map(Result::transpose).collect()
}

fn edit(
    change: &AssociationChange,
    published: Option<&str>,
) -> Result<Option<(BehaviorName, Edit)>, ApplyError> {
    let arn = |release: &Release| match release {
        Release::Arn(arn) => Ok(arn.clone()),
        Release::Published => published.map(str::to_string).ok_or(ApplyError::StalePlan),
    };
    let slot = Slot {
        product: change.product,
        event: change.event,
    };
    let edit = match (&change.from, &change.to) {
        (None, None) => return Ok(None),
        (None, Some(to)) => Edit::Attach(slot, arn(to)?),
        (Some(from), None) => Edit::Detach(slot, from.clone()),
        (Some(from), Some(to)) => Edit::Replace(slot, from.clone(), arn(to)?),
    };
    Ok(Some((change.behavior.clone(), edit)))
}

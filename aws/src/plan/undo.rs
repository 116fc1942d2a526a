//! The plans that take back: to the version before, or altogether.

use crate::config::{Association, BehaviorName, Product};
use crate::observe::Observed;
use crate::service::Distribution;

use super::{Move, Plan, Refusal, Step, Target};

/// Plans the way back to the version before the one that runs.
///
/// # Errors
///
/// Where nothing runs, or nothing was there before.
pub fn rollback(observed: &Observed) -> Result<Plan, Refusal> {
    let names = observed.names();
    let attached = observed.attached();
    let newest = attached
        .iter()
        .max_by_key(|(_, found)| names.release(&found.arn))
        .ok_or(Refusal::NotDeployed)?;
    let running = &newest.1;
    let earlier = earlier(observed, running).ok_or_else(|| Refusal::NoEarlier {
        running: running.arn.clone(),
    })?;
    let moves = attached.iter().filter(|(_, found)| found.arn != earlier);
    let moves = moves.map(|(behavior, found)| Move {
        behavior: behavior.clone(),
        product: found.product,
        from: Some(found.arn.clone()),
        to: Some(Target::Arn(earlier.clone())),
    });
    Ok(Plan::empty(
        observed,
        vec![associate(observed.target(), moves.collect())],
    ))
}

/// The newest release that is older than the one that runs.
fn earlier(observed: &Observed, running: &Association) -> Option<String> {
    let number = observed.names().release(&running.arn)?;
    match running.product {
        Product::LambdaEdge => {
            let mut versions = observed.versions.iter().rev();
            versions
                .find(|it| it.number < number)
                .map(|it| it.arn.clone())
        }
        Product::CloudfrontFunction => {
            let mut functions = observed.edge_functions.iter().rev();
            let is_earlier = |(n, it): &&(u64, crate::service::EdgeFunction)| {
                *n < number && it.is_published && it.is_ours
            };
            functions.find(is_earlier).map(|(_, it)| it.arn.clone())
        }
    }
}

/// Plans to take everything of ours away; with some behaviours named, only out of those.
#[must_use]
pub fn remove(observed: &Observed, only: &[BehaviorName]) -> Plan {
    let mut steps = Vec::new();
    for distribution in observed.distributions() {
        let attached = observed.attached_to(distribution).into_iter();
        let detached = attached.filter(|(name, _)| only.is_empty() || only.contains(name));
        let moves: Vec<_> = detached.map(detach).collect();
        if !moves.is_empty() {
            steps.push(associate(distribution, moves));
        }
    }
    if only.is_empty() {
        steps.extend(deletions(observed));
    }
    Plan::empty(observed, steps)
}

fn detach((behavior, found): (BehaviorName, Association)) -> Move {
    Move {
        behavior,
        product: found.product,
        from: Some(found.arn),
        to: None,
    }
}

fn deletions(observed: &Observed) -> Vec<Step> {
    let names = observed.names();
    let mut steps = Vec::new();
    let functions = observed.edge_functions.iter().filter(|(_, it)| it.is_ours);
    steps.extend(functions.map(|(_, it)| Step::DeleteEdgeFunction {
        name: it.name.clone(),
    }));
    if observed.function.as_ref().is_some_and(|it| it.is_ours) {
        steps.push(Step::DeleteFunction {
            function: names.function(),
        });
    }
    if observed.role.as_ref().is_some_and(|it| it.is_ours) {
        steps.push(Step::DeleteRole {
            role: names.function(),
        });
    }
    let found = observed.logs.iter();
    let regions: Vec<_> = found
        .filter(|(_, it)| matches!(it, crate::observe::LogGroup::Keeps(_)))
        .map(|(region, _)| region.clone())
        .collect();
    if !regions.is_empty() {
        let group = names.log_group();
        steps.push(Step::DeleteLogs { group, regions });
    }
    if !steps.is_empty() {
        let waits = observed.distributions().map(|it| Step::AwaitDetached {
            distribution: it.id.clone(),
        });
        steps.splice(0..0, waits);
    }
    steps
}

fn associate(distribution: &Distribution, moves: Vec<Move>) -> Step {
    Step::Associate {
        distribution: distribution.id.clone(),
        etag: distribution.etag.clone(),
        moves,
    }
}

//! The plans that take back: to the version before, or altogether.

use std::collections::BTreeMap;

use crate::config::{Association, BehaviorName, Product};
use crate::observe::{LogGroup, Observed};
use crate::service::{Distribution, EdgeFunction};
use crate::wire::HOME;

use super::{Move, Plan, Refusal, Step, Target};

/// Plans the way back to the version before the one that runs: for each kind of function, by what it runs first.
///
/// # Errors
///
/// Where nothing runs, or nothing was there before.
pub fn rollback(observed: &Observed) -> Result<Plan, Refusal> {
    let attached = observed.attached();
    let running = newest_of_each_kind(observed, &attached);
    let first = running.values().next().ok_or(Refusal::NotDeployed)?;
    let earlier: BTreeMap<_, _> = running
        .iter()
        .filter_map(|(kind, found)| Some((kind.clone(), earlier(observed, found)?)))
        .collect();
    if earlier.is_empty() {
        let running = first.arn.clone();
        return Err(Refusal::NoEarlier { running });
    }
    let moves = attached.iter().filter_map(|(behavior, found)| {
        let earlier = earlier.get(&observed.wraps(&found.arn))?;
        (found.arn != *earlier).then(|| Move {
            behavior: behavior.clone(),
            product: found.product,
            from: Some(found.arn.clone()),
            to: Some(Target::Arn(earlier.clone())),
        })
    });
    let steps = vec![associate(observed.target(), moves.collect())];
    let staying = running
        .iter()
        .filter(|(kind, _)| !earlier.contains_key(*kind));
    let notes = staying.map(|(_, found)| format!("nothing came before {}: it stays", found.arn));
    Ok(Plan {
        notes: notes.collect(),
        ..Plan::empty(observed, steps)
    })
}

fn newest_of_each_kind(
    observed: &Observed,
    attached: &[(BehaviorName, Association)],
) -> BTreeMap<Option<String>, Association> {
    let names = observed.names();
    let mut newest: BTreeMap<_, Association> = BTreeMap::new();
    for (_, found) in attached {
        let standing = newest.entry(observed.wraps(&found.arn));
        let standing = standing.or_insert_with(|| found.clone());
        if names.release(&found.arn) > names.release(&standing.arn) {
            *standing = found.clone();
        }
    }
    newest
}

/// The newest release of the same kind that is older than the one that runs.
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
            let kind = observed.wraps(&running.arn);
            let mut functions = observed.edge_functions.iter().rev();
            let is_earlier = |(n, it): &&(u64, EdgeFunction)| {
                *n < number && it.is_published && it.is_ours() && it.wraps() == kind
            };
            functions.find(is_earlier).map(|(_, it)| it.arn.clone())
        }
    }
}

/// Plans to take everything of ours away, and to put back what stood in its place; with some behaviours named, only there.
#[must_use]
pub fn remove(observed: &Observed, only: &[BehaviorName]) -> Plan {
    let mut steps = Vec::new();
    let mut notes = Vec::new();
    for distribution in observed.distributions() {
        let attached = observed.attached_to(distribution).into_iter();
        let attached = attached.filter(|(name, _)| only.is_empty() || only.contains(name));
        let mut moves = Vec::new();
        for (behavior, found) in attached {
            let before = observed.before(distribution, &behavior, &found);
            let (gone, before) = before
                .into_iter()
                .partition(|it| observed.gone.contains(it));
            notes.extend(Vec::<String>::into_iter(gone).map(|arn| {
                format!("{arn}, which stood in behavior `{behavior}`, is gone: nothing is put back")
            }));
            moves.extend(detach(behavior, found, Vec::into_iter(before).next()));
        }
        if !moves.is_empty() {
            steps.push(associate(distribution, moves));
        }
    }
    if only.is_empty() {
        steps.extend(deletions(observed));
    }
    Plan {
        notes,
        ..Plan::empty(observed, steps)
    }
}

/// Ours goes, and what stood there comes back.
fn detach(behavior: BehaviorName, found: Association, before: Option<String>) -> Vec<Move> {
    let product = before.as_deref().map(Product::of);
    let one = |product, from, to: Option<String>| Move {
        behavior: behavior.clone(),
        product,
        from,
        to: to.map(Target::Arn),
    };
    match product {
        Some(other) if other != found.product => vec![
            one(found.product, Some(found.arn), None),
            one(other, None, before),
        ],
        _ => vec![one(found.product, Some(found.arn), before)],
    }
}

fn deletions(observed: &Observed) -> Vec<Step> {
    let names = observed.names();
    let mut steps = Vec::new();
    let functions = observed
        .edge_functions
        .iter()
        .filter(|(_, it)| it.is_ours());
    steps.extend(functions.map(|(_, it)| Step::DeleteEdgeFunction {
        name: it.name.clone(),
    }));
    if observed.function.as_ref().is_some_and(|it| it.is_ours()) {
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
        .filter(|(_, it)| matches!(it, LogGroup::Keeps(_)))
        .map(|(region, _)| region.clone())
        .collect();
    if !regions.is_empty() {
        let group = names.log_group();
        steps.push(Step::DeleteLogs { group, regions });
    }
    steps.extend(observed.edge_logs.iter().map(|group| Step::DeleteLogs {
        group: group.clone(),
        regions: vec![HOME.to_string()],
    }));
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

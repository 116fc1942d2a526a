//! The plan that takes hardtack off a distribution, and puts back what ran in its place.

use crate::api::Distribution;
use crate::config::{Association, BehaviorName, VIEWER_RESPONSE};
use crate::observed::{LogGroup, Observed};
use crate::product::Product;
use crate::wire::HOME_REGION;

use super::error::PlanError;
use super::request::on_request;
use super::step::{AssociationChange, Plan, Release, Step};

/// Plans to remove everything that hardtack created, and to put back what ran in its place; with some behaviours named,
/// only to take it off those.
///
/// # Errors
///
/// Where neither distribution has a behaviour that is named.
pub fn remove(observed: &Observed, only: &[BehaviorName]) -> Result<Plan, PlanError> {
    check_known(observed, only)?;
    let mut steps = Vec::new();
    let mut notes = Vec::new();
    for distribution in observed.distributions() {
        let (changes, lost) = detachments(observed, distribution, only);
        notes.extend(lost);
        if !changes.is_empty() {
            steps.push(Step::associate(distribution, changes));
        }
    }
    if only.is_empty() {
        steps.extend(deletions(observed));
    }
    Ok(Plan::new(observed, steps, notes))
}

/// A misspelled behaviour would look like one where hardtack does not run.
fn check_known(observed: &Observed, only: &[BehaviorName]) -> Result<(), PlanError> {
    let behaviors = observed
        .distributions()
        .flat_map(|it| it.config.behaviors());
    let mut known: Vec<_> = behaviors.map(|behavior| behavior.name).collect();
    match only.iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            known.truncate(observed.distribution.config.behaviors().len());
            Err(PlanError::UnknownBehavior {
                name: name.clone(),
                known,
            })
        }
    }
}

/// What changes on one of the distributions, and notes on what cannot be put back.
fn detachments(
    observed: &Observed,
    distribution: &Distribution,
    only: &[BehaviorName],
) -> (Vec<AssociationChange>, Vec<String>) {
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    let attached = observed.attached_to(distribution).into_iter();
    for (behavior, found) in attached.filter(|(name, _)| only.is_empty() || only.contains(name)) {
        let previous = observed.previous(distribution, &behavior, &found);
        let is_deleted = |arn: &String| observed.deleted.contains(arn);
        if let Some(arn) = previous.as_ref().filter(|arn| is_deleted(arn)) {
            notes.push(format!(
                "{arn}, which ran in behavior `{behavior}`, is deleted: nothing is put back"
            ));
        }
        let previous = previous.filter(|arn| !is_deleted(arn));
        changes.extend(put_back(behavior, found, previous));
    }
    for behavior in distribution.config.behaviors() {
        let is_concerned = only.is_empty() || only.contains(&behavior.name);
        let found = observed.on_request(&behavior).filter(|_| is_concerned);
        changes.extend(found.map(|arn| on_request(behavior.name, Some(arn), None)));
    }
    (changes, notes)
}

/// Detaches hardtack, and attaches what ran there before.
fn put_back(
    behavior: BehaviorName,
    found: Association,
    previous: Option<String>,
) -> Vec<AssociationChange> {
    let product = previous.as_deref().map(Product::of);
    let change = |product, from, to: Option<String>| AssociationChange {
        behavior: behavior.clone(),
        product,
        event: VIEWER_RESPONSE,
        from,
        to: to.map(Release::Arn),
    };
    match product {
        Some(other) if other != found.product => vec![
            change(found.product, Some(found.arn), None),
            change(other, None, previous),
        ],
        _ => vec![change(found.product, Some(found.arn), previous)],
    }
}

fn deletions(observed: &Observed) -> Vec<Step> {
    let mut steps = functions_and_role(observed);
    steps.extend(log_groups(observed));
    if !steps.is_empty() {
        let waits = observed.distributions().map(|it| Step::AwaitDetached {
            distribution: it.id.clone(),
        });
        steps.splice(0..0, waits);
    }
    steps
}

fn functions_and_role(observed: &Observed) -> Vec<Step> {
    let name = observed.names().function();
    let functions = observed.edge_functions.iter().map(|(_, it)| it);
    let mut steps: Vec<_> = functions
        .chain(&observed.request_functions)
        .filter(|it| it.is_managed())
        .map(|it| Step::DeleteEdgeFunction {
            name: it.name.clone(),
        })
        .collect();
    if observed.function.as_ref().is_some_and(|it| it.is_managed()) {
        let function = name.clone();
        steps.push(Step::DeleteFunction { function });
    }
    if observed.role.as_ref().is_some_and(|it| it.is_managed) {
        steps.push(Step::DeleteRole { role: name });
    }
    steps
}

fn log_groups(observed: &Observed) -> Vec<Step> {
    let kept = observed.logs.iter();
    let kept = kept.filter(|(_, it)| matches!(it, LogGroup::Keeps(_)));
    let regions: Vec<_> = kept.map(|(region, _)| region.clone()).collect();
    let group = observed.names().log_group();
    let of_lambda = (!regions.is_empty()).then_some(Step::DeleteLogs { group, regions });
    let of_edge_functions = observed.edge_logs.iter().map(|group| Step::DeleteLogs {
        group: group.clone(),
        regions: vec![HOME_REGION.to_string()],
    });
    of_lambda.into_iter().chain(of_edge_functions).collect()
}

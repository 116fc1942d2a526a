//! The plan that goes back to the release before.

use std::collections::BTreeMap;

use crate::api::EdgeFunction;
use crate::config::{Association, BehaviorName, VIEWER_RESPONSE};
use crate::observed::Observed;
use crate::product::Product;

use super::error::PlanError;
use super::request::request_change;
use super::step::{AssociationChange, Plan, Release, Step};

/// Plans the way back to the release before the one that runs: for each wrapped function, and for none.
///
/// # Errors
///
/// Where nothing runs, or there is no release before.
pub fn rollback(observed: &Observed) -> Result<Plan, PlanError> {
    let attached = observed.attached();
    let running = newest_attached(observed, &attached);
    let first = running.values().next().ok_or(PlanError::NotDeployed)?;
    let earlier: BTreeMap<_, _> = running
        .iter()
        .filter_map(|(wrapped, found)| Some((wrapped.clone(), earlier(observed, found)?)))
        .collect();
    if earlier.is_empty() {
        let running = first.arn.clone();
        return Err(PlanError::NoPreviousRelease { running });
    }
    let changes = attached.iter().flat_map(|(behavior, found)| {
        let earlier = earlier.get(&observed.wrapped_by(&found.arn));
        earlier.map_or_else(Vec::new, |to| changes(observed, behavior, found, to))
    });
    let step = Step::associate(observed.target(), changes.collect());
    let staying = running
        .iter()
        .filter(|(wrapped, _)| !earlier.contains_key(*wrapped));
    let notes =
        staying.map(|(_, found)| format!("there is no release before {}: it stays", found.arn));
    Ok(Plan::new(observed, vec![step], notes.collect()))
}

/// What changes in a behaviour so that an earlier release runs there, with the function on viewer-request that went
/// with it. A Lambda function has none.
fn changes(
    observed: &Observed,
    name: &BehaviorName,
    found: &Association,
    earlier: &str,
) -> Vec<AssociationChange> {
    let change = (found.arn != earlier).then(|| AssociationChange {
        behavior: name.clone(),
        product: found.product,
        event: VIEWER_RESPONSE,
        from: Some(found.arn.clone()),
        to: Some(Release::Arn(earlier.to_string())),
    });
    let behaviors = observed.target().config.behaviors();
    let behavior = behaviors.iter().find(|it| it.name == *name);
    let mut functions = observed.edge_functions.iter().map(|(_, it)| it);
    let request = functions.find(|it| it.arn == earlier);
    let request = request.and_then(EdgeFunction::request);
    let request = behavior.and_then(|it| request_change(observed, it, request));
    change.into_iter().chain(request).collect()
}

/// The newest release that is attached, for each wrapped function and for none.
fn newest_attached(
    observed: &Observed,
    attached: &[(BehaviorName, Association)],
) -> BTreeMap<Option<String>, Association> {
    let names = observed.names();
    let mut releases: Vec<_> = attached.iter().map(|(_, found)| found).collect();
    releases.sort_by_key(|found| names.release_number(&found.arn));
    // Of those that wrap the same function, the last one stays.
    let by_wrapped = releases.into_iter();
    by_wrapped
        .map(|found| (observed.wrapped_by(&found.arn), found.clone()))
        .collect()
}

/// The newest release that is older than the one that runs, and wraps the same function.
fn earlier(observed: &Observed, running: &Association) -> Option<String> {
    let number = observed.names().release_number(&running.arn)?;
    match running.product {
        Product::LambdaEdge => {
            let mut versions = observed.versions.iter().rev();
            versions
                .find(|it| it.number < number)
                .map(|it| it.arn.clone())
        }
        Product::CloudfrontFunction => {
            let wrapped = observed.wrapped_by(&running.arn);
            let mut functions = observed.edge_functions.iter().rev();
            let is_earlier = |(n, it): &&(u64, EdgeFunction)| {
                *n < number && it.is_published && it.is_managed() && it.wrapped() == wrapped
            };
            functions.find(is_earlier).map(|(_, it)| it.arn.clone())
        }
    }
}

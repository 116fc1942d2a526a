//! The plan that goes back to the release before.

use std::collections::BTreeMap;

use crate::api::EdgeFunction;
use crate::config::{Association, BehaviorName};
use crate::observed::Observed;
use crate::product::Product;

use super::error::PlanError;
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
    let changes = attached.iter().filter_map(|(behavior, found)| {
        let earlier = earlier.get(&observed.wrapped_by(&found.arn))?;
        (found.arn != *earlier).then(|| AssociationChange {
            behavior: behavior.clone(),
            product: found.product,
            from: Some(found.arn.clone()),
            to: Some(Release::Arn(earlier.clone())),
        })
    });
    let step = Step::associate(observed.target(), changes.collect());
    let staying = running
        .iter()
        .filter(|(wrapped, _)| !earlier.contains_key(*wrapped));
    let notes =
        staying.map(|(_, found)| format!("there is no release before {}: it stays", found.arn));
    Ok(Plan::new(observed, vec![step], notes.collect()))
}

/// The newest release that is attached, for each wrapped function and for none.
fn newest_attached(
    observed: &Observed,
    attached: &[(BehaviorName, Association)],
) -> BTreeMap<Option<String>, Association> {
    let names = observed.names();
    let mut newest: BTreeMap<_, Association> = BTreeMap::new();
    for (_, found) in attached {
        let entry = newest.entry(observed.wrapped_by(&found.arn));
        let known = entry.or_insert_with(|| found.clone());
        if names.release_number(&found.arn) > names.release_number(&known.arn) {
            *known = found.clone();
        }
    }
    newest
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

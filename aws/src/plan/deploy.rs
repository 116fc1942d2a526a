//! The plan for a deployment.

use std::collections::BTreeMap;

use crate::config::{Behavior, VIEWER_RESPONSE};
use crate::observed::Observed;
use crate::product::Product;

use super::behaviors::{conflicts, selected, wrapped};
use super::cloudfront_function::{deploy_cloudfront_functions, outdated};
use super::desired::DesiredState;
use super::error::PlanError;
use super::lambda::deploy_lambda;
use super::notes::notes;
use super::record::{record_on_lambda, tags_to_record};
use super::request::{check_request, create_request_function, request_arn, request_change};
use super::step::{AssociationChange, Plan, Release, Releases, Step};

/// Plans a deployment.
///
/// # Errors
///
/// Why it is refused.
pub fn deploy(desired: &DesiredState, observed: &Observed) -> Result<Plan, PlanError> {
    check_managed(desired.product, observed)?;
    let behaviors = selected(&desired.behaviors, observed)?;
    check_free(desired, observed, &behaviors)?;
    check_request(desired, observed, &behaviors)?;
    let (mut steps, releases) = release(desired, observed, &behaviors);
    let changes: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| changes(desired, observed, behavior, &releases))
        .collect();
    if !changes.is_empty() {
        steps.push(Step::associate(observed.target(), changes));
    }
    if desired.product == Product::CloudfrontFunction {
        steps.extend(outdated(desired, observed, &releases));
    }
    let notes = notes(desired, observed, &behaviors);
    Ok(Plan::new(observed, steps, notes))
}

/// What has the name that hardtack would give must be hardtack's.
fn check_managed(product: Product, observed: &Observed) -> Result<(), PlanError> {
    let not_managed = |kind, name| Err(PlanError::NotManaged { kind, name });
    let name = observed.names().function();
    match product {
        Product::LambdaEdge => {
            if observed
                .function
                .as_ref()
                .is_some_and(|it| !it.is_managed())
            {
                return not_managed("Lambda function", name);
            }
            if observed.role.as_ref().is_some_and(|it| !it.is_managed) {
                return not_managed("role", name);
            }
        }
        Product::CloudfrontFunction => {
            let mut functions = observed.edge_functions.iter().map(|(_, it)| it);
            if let Some(foreign) = functions.find(|it| !it.is_managed()) {
                return not_managed("CloudFront Function", foreign.name.clone());
            }
        }
    }
    Ok(())
}

/// No other function may run where hardtack is to run, unless it may be replaced or wrapped.
fn check_free(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> Result<(), PlanError> {
    let conflicts: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| conflicts(desired, observed, behavior))
        .collect();
    match conflicts.is_empty() {
        true => Ok(()),
        false => Err(PlanError::Occupied(conflicts)),
    }
}

/// The steps until there is something to attach, and what that is.
fn release(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> (Vec<Step>, Releases) {
    let tags = tags_to_record(observed, behaviors);
    match desired.product {
        Product::LambdaEdge => {
            let (mut steps, release) = deploy_lambda(desired, observed);
            steps.extend(record_on_lambda(observed, tags));
            (steps, BTreeMap::from([(None, release)]))
        }
        Product::CloudfrontFunction => {
            let wrapped = behaviors
                .iter()
                .map(|it| wrapped(desired.product, desired.existing, observed, it));
            let mut steps = create_request_function(desired, observed);
            let (more, releases) =
                deploy_cloudfront_functions(desired, observed, &wrapped.collect(), tags);
            steps.extend(more);
            (steps, releases)
        }
    }
}

/// What changes in a behaviour so that its release, and nothing else, runs there on viewer-response, and on
/// viewer-request the function of hardtack's that is desired.
fn changes(
    desired: &DesiredState,
    observed: &Observed,
    behavior: &Behavior,
    releases: &Releases,
) -> Vec<AssociationChange> {
    let wrapped = wrapped(desired.product, desired.existing, observed, behavior);
    let Some(release) = releases.get(&wrapped) else {
        return Vec::new();
    };
    let change = |product, from, to| AssociationChange {
        behavior: behavior.name.clone(),
        product,
        event: VIEWER_RESPONSE,
        from,
        to,
    };
    let mut changes = Vec::new();
    let mut is_placed = false;
    let running = behavior.functions.iter();
    for found in running.filter(|it| it.event == VIEWER_RESPONSE) {
        let to = (found.product == desired.product && !is_placed).then(|| release.clone());
        is_placed |= to.is_some();
        if to != Some(Release::Arn(found.arn.clone())) {
            changes.push(change(found.product, Some(found.arn.clone()), to));
        }
    }
    if !is_placed {
        changes.push(change(desired.product, None, Some(release.clone())));
    }
    changes.extend(request_change(
        observed,
        behavior,
        request_arn(desired, observed),
    ));
    changes
}

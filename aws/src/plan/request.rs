//! The function on viewer-request that gives a bucket's pages their addresses: where it runs, and its steps.
//!
//! Its name holds the checksum of its code, so other code is another function. Each CloudFront Function that sets the
//! cookie records in a tag which one goes with it: a rollback changes both.

use std::collections::BTreeSet;

use crate::api::{EdgeFunction, Tags};
use crate::config::{Behavior, BehaviorName, VIEWER_REQUEST};
use crate::observed::Observed;
use crate::product::Product;

use super::desired::{DesiredState, RequestFunction};
use super::error::PlanError;
use super::step::{AssociationChange, Release, Step};

/// It is refused where a function that is not hardtack's has the event or the name, and where it would run nowhere.
pub(super) fn check_request(
    desired: &DesiredState,
    observed: &Observed,
    behaviors: &[Behavior],
) -> Result<(), PlanError> {
    let Some(request) = &desired.artifacts.request else {
        return Ok(());
    };
    let name = name(observed, request);
    let mut known = observed.request_functions.iter();
    if known.any(|it| it.name == name && !it.is_managed()) {
        let kind = "CloudFront Function";
        return Err(PlanError::NotManaged { kind, name });
    }
    if !request.is_asked_for {
        return Ok(());
    }
    let (buckets, others): (Vec<_>, Vec<_>) =
        behaviors.iter().partition(|it| has_bucket(observed, it));
    if buckets.is_empty() {
        let behaviors = others.into_iter().map(|it| it.name.clone()).collect();
        return Err(PlanError::NoBucket { behaviors });
    }
    let occupied = buckets
        .iter()
        .find_map(|it| Some((it, foreign(observed, it)?)));
    occupied.map_or(Ok(()), |(behavior, arn)| {
        Err(PlanError::RequestsOccupied {
            behavior: behavior.name.clone(),
            arn,
        })
    })
}

/// Creates and publishes it, where it is not there yet.
pub(super) fn create_request_function(desired: &DesiredState, observed: &Observed) -> Vec<Step> {
    let Some(request) = &desired.artifacts.request else {
        return Vec::new();
    };
    let name = name(observed, request);
    let publish = Step::PublishEdgeFunction { name: name.clone() };
    let mut known = observed.request_functions.iter();
    match known.find(|it| it.name == name) {
        Some(found) if found.is_published => Vec::new(),
        Some(_) => vec![publish],
        None => {
            let create = Step::CreateEdgeFunction {
                name,
                comment: request.artifact.description.clone(),
                bytes: request.artifact.bytes.len(),
                wraps: None,
                addresses: Some(request.addresses.clone()),
                stores: Vec::new(),
                tags: Tags::new(),
            };
            vec![create, publish]
        }
    }
}

/// The desired function, by ARN.
pub(super) fn request_arn(desired: &DesiredState, observed: &Observed) -> Option<String> {
    let request = desired.artifacts.request.as_ref()?;
    Some(observed.edge_arn(&name(observed, request)))
}

/// What changes on a behaviour's viewer-request, so that this function of hardtack's runs there, or none. Only a bucket
/// needs one, and a function of somebody else's stays.
pub(super) fn request_change(
    observed: &Observed,
    behavior: &Behavior,
    wanted: Option<String>,
) -> Option<AssociationChange> {
    let is_free = has_bucket(observed, behavior) && foreign(observed, behavior).is_none();
    let to = wanted.filter(|_| is_free);
    let from = observed.on_request(behavior);
    (from != to).then(|| on_request(behavior.name.clone(), from, to))
}

/// A change of what runs on a behaviour's viewer-request.
pub(super) fn on_request(
    behavior: BehaviorName,
    from: Option<String>,
    to: Option<String>,
) -> AssociationChange {
    AssociationChange {
        behavior,
        product: Product::CloudfrontFunction,
        event: VIEWER_REQUEST,
        from,
        to: to.map(Release::Arn),
    }
}

/// Whether pages of the behaviour have their addresses once the plan is executed.
pub(super) fn gets_addresses(desired: &DesiredState, behavior: &Behavior) -> bool {
    desired.artifacts.request.is_some()
        || behavior
            .functions
            .iter()
            .any(|it| it.event.ends_with("-request"))
}

/// Deletes those that run nowhere, and go with none of the functions that are kept for a rollback.
pub(super) fn outdated_request_functions(
    observed: &Observed,
    wanted: Option<&String>,
    deleted: &BTreeSet<&String>,
) -> Vec<Step> {
    let behaviors = observed
        .distributions()
        .flat_map(|it| it.config.behaviors());
    let mut needed: BTreeSet<_> = behaviors
        .filter_map(|it| observed.on_request(&it))
        .collect();
    needed.extend(wanted.cloned());
    let kept = observed.edge_functions.iter().map(|(_, it)| it);
    let kept = kept.filter(|it| !deleted.contains(&it.name));
    needed.extend(kept.filter_map(EdgeFunction::request));
    let functions = observed.request_functions.iter();
    functions
        .filter(|it| it.is_managed() && !needed.contains(&it.arn))
        .map(|it| Step::DeleteEdgeFunction {
            name: it.name.clone(),
        })
        .collect()
}

fn name(observed: &Observed, request: &RequestFunction) -> String {
    let RequestFunction {
        addresses,
        artifact,
        ..
    } = request;
    observed
        .names()
        .request_function(addresses, &artifact.identity)
}

pub(super) fn has_bucket(observed: &Observed, behavior: &Behavior) -> bool {
    observed
        .target()
        .config
        .buckets()
        .contains(&behavior.origin)
}

/// Somebody else's function on viewer-request, by ARN.
fn foreign(observed: &Observed, behavior: &Behavior) -> Option<String> {
    let found = behavior.on_event(VIEWER_REQUEST)?;
    let is_own = observed.names().addresses(&found.arn).is_some();
    (!is_own).then(|| found.arn.clone())
}

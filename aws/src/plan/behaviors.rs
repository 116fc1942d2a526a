//! Which behaviours a deployment concerns, what is wrapped there, and what conflicts with it.

use std::collections::BTreeSet;

use crate::config::{Association, Behavior, BehaviorName, VIEWER_RESPONSE};
use crate::observed::Observed;
use crate::product::Product;

use super::desired::{DesiredState, Existing, Selection};
use super::error::{Conflict, PlanError};

/// The CloudFront Functions that a deployment wraps, by ARN: what has to be built depends on them.
///
/// # Errors
///
/// Where the distribution does not have a behaviour that is named.
pub fn functions_to_wrap(
    product: Product,
    behaviors: &Selection,
    existing: Existing,
    observed: &Observed,
) -> Result<BTreeSet<String>, PlanError> {
    let selected = selected(behaviors, observed)?;
    let wrapped = selected
        .iter()
        .filter_map(|it| wrapped(product, existing, observed, it));
    Ok(wrapped.collect())
}

/// The behaviours that a deployment concerns.
pub(super) fn selected(
    behaviors: &Selection,
    observed: &Observed,
) -> Result<Vec<Behavior>, PlanError> {
    let all = observed.target().config.behaviors();
    let attached = observed.attached().into_iter();
    let attached: Vec<_> = attached.map(|(name, _)| name).collect();
    let named = match behaviors {
        Selection::All => return Ok(all),
        Selection::Attached if attached.is_empty() => vec![BehaviorName::Default],
        Selection::Attached => Vec::new(),
        Selection::Named(names) => names.clone(),
    };
    let is_known = |name: &BehaviorName| all.iter().any(|it| it.name == *name);
    if let Some(name) = named.iter().find(|name| !is_known(name)) {
        return Err(PlanError::UnknownBehavior {
            name: name.clone(),
            known: all.into_iter().map(|it| it.name).collect(),
        });
    }
    let is_selected = |it: &Behavior| named.contains(&it.name) || attached.contains(&it.name);
    Ok(all.into_iter().filter(is_selected).collect())
}

/// The CloudFront Function that is to be wrapped in a behaviour.
pub(super) fn wrapped(
    product: Product,
    existing: Existing,
    observed: &Observed,
    behavior: &Behavior,
) -> Option<String> {
    if product != Product::CloudfrontFunction || existing == Existing::Replace {
        return None;
    }
    let running = behavior.on_event(VIEWER_RESPONSE)?;
    let arn = match observed.names().owns(&running.arn) {
        true => observed
            .wrapped_by(&running.arn)
            .or_else(|| replaced(existing, observed, &behavior.name, running)),
        false => (existing == Existing::Wrap).then(|| running.arn.clone()),
    };
    arn.filter(|arn| Product::of(arn) == Product::CloudfrontFunction)
}

/// The function that hardtack replaced, where it is to be wrapped from now on.
fn replaced(
    existing: Existing,
    observed: &Observed,
    behavior: &BehaviorName,
    running: &Association,
) -> Option<String> {
    match existing {
        Existing::Wrap => observed.previous(observed.target(), behavior, running),
        Existing::Refuse | Existing::Replace => None,
    }
}

/// What conflicts with hardtack in a behaviour: another function on viewer-response, or one of the other product on any
/// viewer event, because CloudFront never runs both products on the viewer events of one behaviour.
pub(super) fn conflicts(
    desired: &DesiredState,
    observed: &Observed,
    behavior: &Behavior,
) -> Vec<Conflict> {
    let names = observed.names();
    let on_viewer = |it: &&Association| it.event.starts_with("viewer-");
    let viewer = behavior.functions.iter().filter(on_viewer);
    let (own, others): (Vec<_>, Vec<_>) = viewer.partition(|it| names.owns(&it.arn));
    let other_fits = others
        .iter()
        .all(|it| it.product != desired.product && it.event != VIEWER_RESPONSE);
    let occupying = others
        .into_iter()
        .filter(|it| it.event == VIEWER_RESPONSE || it.product != desired.product)
        .filter(|it| !may_take_place_of(desired, it))
        .map(|it| Conflict::new(&behavior.name, it, other_fits));
    // A Lambda function cannot wrap a CloudFront Function: what is wrapped now would stop running.
    let lost = own
        .into_iter()
        .filter(|_| desired.product == Product::LambdaEdge && desired.existing != Existing::Replace)
        .filter_map(|it| observed.wrapped_by(&it.arn))
        .map(|arn| Conflict::new(&behavior.name, &Association::edge(arn), false));
    occupying.chain(lost).collect()
}

fn may_take_place_of(desired: &DesiredState, found: &Association) -> bool {
    let both = [desired.product, found.product];
    found.event == VIEWER_RESPONSE
        && match desired.existing {
            Existing::Refuse => false,
            Existing::Replace => true,
            Existing::Wrap => both == [Product::CloudfrontFunction; 2],
        }
}

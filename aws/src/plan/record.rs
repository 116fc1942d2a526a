//! Which functions a deployment takes the place of, and the step that records them.

use crate::api::Tags;
use crate::config::{Association, Behavior, VIEWER_RESPONSE};
use crate::observed::Observed;
use crate::previous::{NOTHING, PREVIOUS_TAG_PREFIX, previous_tag};
use crate::product::Product;

use super::step::Step;

/// The functions that hardtack will have replaced or wrapped, once it runs in `behaviors` of the target.
pub(super) fn tags_to_record(observed: &Observed, behaviors: &[Behavior]) -> Tags {
    let mut tags = Tags::new();
    for distribution in observed.distributions() {
        let is_target = distribution.id == observed.target().id;
        for behavior in distribution.config.behaviors() {
            let Some(running) = behavior.on_event(VIEWER_RESPONSE) else {
                continue;
            };
            let previous = match is_own(observed, running) {
                true => observed.previous(distribution, &behavior.name, running),
                false if is_target && behaviors.contains(&behavior) => Some(running.arn.clone()),
                false => None,
            };
            tags.extend(previous.map(|arn| (previous_tag(distribution, &behavior.name), arn)));
        }
    }
    tags
}

fn is_own(observed: &Observed, running: &Association) -> bool {
    observed.names().owns(&running.arn)
}

/// The tags to write, so that they record these functions and no others.
pub(super) fn tag_changes(found: &Tags, wanted: Tags) -> Tags {
    let stale = found.iter().filter(|(tag, was)| {
        tag.starts_with(PREVIOUS_TAG_PREFIX) && *was != NOTHING && !wanted.contains_key(*tag)
    });
    let stale = stale.map(|(tag, _)| (tag.clone(), NOTHING.to_string()));
    let new = wanted.clone().into_iter();
    let new = new.filter(|(tag, was)| found.get(tag) != Some(was));
    stale.chain(new).collect()
}

/// The step that writes them on the Lambda function.
pub(super) fn record_on_lambda(observed: &Observed, wanted: Tags) -> Option<Step> {
    let found = observed.function.as_ref().map(|it| it.tags.clone());
    let tags = tag_changes(&found.unwrap_or_default(), wanted);
    let name = observed.names().function();
    let arn = format!(
        "arn:aws:lambda:us-east-1:{}:function:{name}",
        observed.account
    );
    let product = Product::LambdaEdge;
    (!tags.is_empty()).then_some(Step::RecordPrevious { product, arn, tags })
}

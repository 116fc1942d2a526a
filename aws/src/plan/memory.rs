//! What stood where ours stands now, so that it can be put back.
//!
//! It is remembered in tags of what ours is, one for each behaviour, written before the behaviour changes: of the Lambda
//! function, or of the newest CloudFront Function. Every new one takes them over.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::config::{Association, Behavior, BehaviorName, EVENT, Product};
use crate::observe::Observed;
use crate::service::{Distribution, EdgeFunction};

use super::Step;

/// Tags of ours, without the one that tells whose it is.
pub type Tags = BTreeMap<String, String>;

/// Says which function a CloudFront Function of ours runs first, by ARN.
pub(super) const WRAPS_TAG: &str = "hardtack-runs-first";
/// What stood there where nothing did.
const NOTHING: &str = "nothing";

impl EdgeFunction {
    /// The function that it runs first, by ARN.
    #[must_use]
    pub fn wraps(&self) -> Option<String> {
        self.tags.get(WRAPS_TAG).cloned()
    }
}

impl Observed {
    /// The function that one of ours runs first, by ARN.
    #[must_use]
    pub fn wraps(&self, arn: &str) -> Option<String> {
        let mut ours = self.edge_functions.iter().map(|(_, it)| it);
        ours.find(|it| it.arn == arn)?.wraps()
    }

    /// The ARN of what stood in a behaviour before ours took its place.
    #[must_use]
    pub fn before(
        &self,
        distribution: &Distribution,
        behavior: &BehaviorName,
        found: &Association,
    ) -> Option<String> {
        let was = self.tags(found.product)?.get(&tag(distribution, behavior));
        was.filter(|arn| *arn != NOTHING).cloned()
    }

    /// Everything that stood where ours stands now, by ARN.
    pub(crate) fn all_before(&self) -> Vec<String> {
        let distributions = self.distributions();
        let before = distributions.flat_map(|distribution| {
            let attached = self.attached_to(distribution).into_iter();
            attached.filter_map(|(name, found)| self.before(distribution, &name, &found))
        });
        before.collect()
    }

    fn tags(&self, product: Product) -> Option<&Tags> {
        match product {
            Product::LambdaEdge => self.function.as_ref().map(|it| &it.tags),
            Product::CloudfrontFunction => self.edge_functions.last().map(|(_, it)| &it.tags),
        }
    }
}

/// What is to be remembered when ours stands in `behaviors` of the target, and where it stands now.
pub(super) fn remembered(observed: &Observed, behaviors: &[Behavior]) -> Tags {
    let mut tags = Tags::new();
    for distribution in observed.distributions() {
        let is_target = distribution.id == observed.target().id;
        for behavior in distribution.config.behaviors() {
            let Some(running) = behavior.on_event(EVENT) else {
                continue;
            };
            let before = match observed.names().owns(&running.arn) {
                true => observed.before(distribution, &behavior.name, running),
                false => {
                    Some(running.arn.clone()).filter(|_| is_target && behaviors.contains(&behavior))
                }
            };
            tags.extend(before.map(|arn| (tag(distribution, &behavior.name), arn)));
        }
    }
    tags
}

/// What must be written so that tags say what is to be remembered, and nothing else.
pub(super) fn differing(found: &Tags, wanted: Tags) -> Tags {
    let stale = found.iter().filter(|(tag, was)| {
        tag.starts_with(PREFIX) && *was != NOTHING && !wanted.contains_key(*tag)
    });
    let stale = stale.map(|(tag, _)| (tag.clone(), NOTHING.to_string()));
    let new = wanted.clone().into_iter();
    let new = new.filter(|(tag, was)| found.get(tag) != Some(was));
    stale.chain(new).collect()
}

/// The step that writes them on the Lambda function.
pub(super) fn remember_on_lambda(observed: &Observed, wanted: Tags) -> Option<Step> {
    let found = observed.function.as_ref().map(|it| it.tags.clone());
    let tags = differing(&found.unwrap_or_default(), wanted);
    let name = observed.names().function();
    let arn = format!(
        "arn:aws:lambda:us-east-1:{}:function:{name}",
        observed.account
    );
    let product = Product::LambdaEdge;
    (!tags.is_empty()).then_some(Step::Remember { product, arn, tags })
}

const PREFIX: &str = "hardtack-before-";

/// A behaviour's tag. Its pattern holds characters that tags may not, and so it stands there as a checksum.
fn tag(distribution: &Distribution, behavior: &BehaviorName) -> String {
    let pattern = match behavior {
        BehaviorName::Default => "",
        BehaviorName::Path(pattern) => pattern,
    };
    let digest = Sha256::digest(format!("{} {pattern}", distribution.id));
    let mut tag = PREFIX.to_string();
    for byte in digest.iter().take(8) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag
}

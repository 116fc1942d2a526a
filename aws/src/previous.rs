//! The functions that hardtack replaced or wraps, recorded so that they can be put back.
//!
//! They are recorded in tags, one for each behaviour, before the behaviour changes: on the Lambda function, or on the
//! newest CloudFront Function. Every new CloudFront Function takes them over.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::api::{Distribution, EdgeFunction, Tags};
use crate::config::{Association, BehaviorName};
use crate::observed::Observed;
use crate::product::Product;

/// Says which function a CloudFront Function of hardtack's wraps, by ARN.
pub(crate) const WRAPS_TAG: &str = "hardtack-runs-first";
/// Says which function on viewer-request goes with a CloudFront Function of hardtack's, by ARN.
pub(crate) const REQUEST_TAG: &str = "hardtack-viewer-request";
/// What the tag of a behaviour begins with.
pub(crate) const PREVIOUS_TAG_PREFIX: &str = "hardtack-before-";
/// The value of a behaviour's tag where nothing is to be put back.
pub(crate) const NOTHING: &str = "nothing";

impl EdgeFunction {
    /// The function that it wraps, by ARN.
    #[must_use]
    pub fn wrapped(&self) -> Option<String> {
        self.tags.get(WRAPS_TAG).cloned()
    }

    /// The function on viewer-request that goes with it, by ARN.
    #[must_use]
    pub fn request(&self) -> Option<String> {
        self.tags.get(REQUEST_TAG).cloned()
    }
}

impl Observed {
    /// The function that one of hardtack's CloudFront Functions wraps; both by ARN.
    #[must_use]
    pub fn wrapped_by(&self, arn: &str) -> Option<String> {
        let mut functions = self.edge_functions.iter().map(|(_, it)| it);
        functions.find(|it| it.arn == arn)?.wrapped()
    }

    /// The ARN of what ran in a behaviour before hardtack did.
    #[must_use]
    pub fn previous(
        &self,
        distribution: &Distribution,
        behavior: &BehaviorName,
        running: &Association,
    ) -> Option<String> {
        let tags = self.recorded(running.product)?;
        let previous = tags.get(&previous_tag(distribution, behavior));
        previous.filter(|arn| *arn != NOTHING).cloned()
    }

    /// The functions that hardtack replaces or wraps at present, by ARN.
    pub(crate) fn all_previous(&self) -> Vec<String> {
        let distributions = self.distributions();
        let previous = distributions.flat_map(|distribution| {
            let attached = self.attached_to(distribution).into_iter();
            attached.filter_map(|(name, found)| self.previous(distribution, &name, &found))
        });
        previous.collect()
    }

    fn recorded(&self, product: Product) -> Option<&Tags> {
        match product {
            Product::LambdaEdge => self.function.as_ref().map(|it| &it.tags),
            Product::CloudfrontFunction => self.edge_functions.last().map(|(_, it)| &it.tags),
        }
    }
}

/// A behaviour's tag. Its pattern holds characters that tags may not, and so its checksum is used.
pub(crate) fn previous_tag(distribution: &Distribution, behavior: &BehaviorName) -> String {
    let pattern = match behavior {
        BehaviorName::Default => "",
        BehaviorName::Path(pattern) => pattern,
    };
    let digest = Sha256::digest(format!("{} {pattern}", distribution.id));
    let mut tag = PREVIOUS_TAG_PREFIX.to_string();
    for byte in digest.iter().take(8) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag
}

//! Why there is no plan.

use serde::Serialize;

use crate::config::{Association, BehaviorName, Product};

/// Why a wish can't be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Something of ours' name is there, and does not carry our tag.
    NotOurs {
        /// Such as `Lambda function`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A behaviour that the distribution has not.
    NoSuchBehavior {
        /// What was asked for.
        name: BehaviorName,
        /// What there is.
        known: Vec<BehaviorName>,
    },
    /// Other functions stand where ours is to run.
    Taken(Vec<Conflict>),
    /// Nothing of ours is attached.
    NotDeployed,
    /// The version that runs is the first.
    NoEarlier {
        /// What runs, by ARN.
        running: String,
    },
}

/// A function that stands where ours is to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The behaviour.
    pub behavior: BehaviorName,
    /// The ARN of what stands there.
    pub arn: String,
    /// Its event.
    pub event: String,
    /// What it is.
    pub product: Product,
    /// Whether it could be replaced: it stands on viewer-response itself.
    pub replaceable: bool,
    /// Whether a function of the other product would fit beside it.
    pub other_product_fits: bool,
}

impl Conflict {
    pub(super) fn new(behavior: &BehaviorName, found: &Association, other_fits: bool) -> Self {
        Self {
            behavior: behavior.clone(),
            arn: found.arn.clone(),
            event: found.event.clone(),
            product: found.product,
            replaceable: found.event == crate::config::EVENT,
            other_product_fits: other_fits,
        }
    }
}

//! Why there is no plan.

use serde::Serialize;

use crate::config::{Association, BehaviorName, VIEWER_RESPONSE};
use crate::product::Product;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// Something with the name that hardtack would give is there, without hardtack's tag.
    NotManaged {
        /// Such as `Lambda function`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// The distribution does not have such a behaviour.
    UnknownBehavior {
        /// What was asked for.
        name: BehaviorName,
        /// What there is.
        known: Vec<BehaviorName>,
    },
    /// Other functions run where hardtack is to run.
    Occupied(Vec<Conflict>),
    /// Another function runs on viewer-request where pages are to get their addresses.
    RequestsOccupied {
        /// The behaviour.
        behavior: BehaviorName,
        /// The ARN of the function.
        arn: String,
    },
    /// Pages are to get their addresses, and no behaviour is served from a bucket.
    NoBucket {
        /// The behaviours that the deployment concerns.
        behaviors: Vec<BehaviorName>,
    },
    /// hardtack is not attached anywhere.
    NotDeployed,
    /// The release that runs is the first.
    NoPreviousRelease {
        /// What runs, by ARN.
        running: String,
    },
}

/// A function that runs where hardtack is to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The behaviour.
    pub behavior: BehaviorName,
    /// The ARN of the function.
    pub arn: String,
    /// Its event.
    pub event: String,
    /// Its product.
    pub product: Product,
    /// Whether it could be replaced: it runs on viewer-response itself.
    pub replaceable: bool,
    /// Whether a function of the other product could run beside it.
    pub other_product_fits: bool,
}

impl Conflict {
    pub(super) fn new(behavior: &BehaviorName, found: &Association, other_fits: bool) -> Self {
        Self {
            behavior: behavior.clone(),
            arn: found.arn.clone(),
            event: found.event.clone(),
            product: found.product,
            replaceable: found.event == VIEWER_RESPONSE,
            other_product_fits: other_fits,
        }
    }
}

//! What AWS reports about a distribution and everything that hardtack created for it, as a value.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{Distribution, EdgeFunction, Function, Role, Version};
use crate::config::{Association, BehaviorName, VIEWER_RESPONSE};
use crate::names::Names;
use crate::product::Product;

/// Everything that a plan is made from.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// The distribution that everything is named after.
    pub distribution: Distribution,
    /// The one that its continuous deployment sends some visitors to.
    pub staging: Option<Distribution>,
    /// Whether the behaviours of the staging distribution are the ones to change.
    pub is_staged: bool,
    /// The role.
    pub role: Option<Role>,
    /// The Lambda function.
    pub function: Option<Function>,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// hardtack's CloudFront Functions, oldest first, each with its number.
    pub edge_functions: Vec<(u64, EdgeFunction)>,
    /// The Lambda function's log group in each region.
    pub logs: BTreeMap<String, LogGroup>,
    /// The log groups of hardtack's CloudFront Functions; filled in when everything is observed, and only then.
    pub edge_logs: Vec<String>,
    /// The functions that hardtack replaced or wraps and that do not exist any more, by ARN.
    pub deleted: BTreeSet<String>,
}

/// A log group in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogGroup {
    /// It does not exist.
    Missing,
    /// It keeps its lines so many days, or for ever.
    Keeps(Option<u64>),
    /// The region could not be asked.
    Unknown(String),
}

impl Observed {
    /// A distribution of an account, and nothing that hardtack created for it.
    #[must_use]
    pub const fn new(account: String, distribution: Distribution) -> Self {
        Self {
            account,
            distribution,
            staging: None,
            is_staged: false,
            role: None,
            function: None,
            versions: Vec::new(),
            edge_functions: Vec::new(),
            logs: BTreeMap::new(),
            edge_logs: Vec::new(),
            deleted: BTreeSet::new(),
        }
    }

    /// The names that follow from the distribution's id.
    #[must_use]
    pub fn names(&self) -> Names {
        Names::new(&self.distribution.id)
    }

    /// The distribution whose behaviours are changed.
    #[must_use]
    pub fn target(&self) -> &Distribution {
        let staging = self.staging.as_ref().filter(|_| self.is_staged);
        staging.unwrap_or(&self.distribution)
    }

    /// The distribution, and its staging distribution.
    pub fn distributions(&self) -> impl Iterator<Item = &Distribution> {
        std::iter::once(&self.distribution).chain(&self.staging)
    }

    /// The product that hardtack runs on: on the target, or else on the other distribution.
    #[must_use]
    pub fn running(&self) -> Option<Product> {
        let everywhere = self.distributions().flat_map(|it| self.attached_to(it));
        let mut all = self.attached().into_iter().chain(everywhere);
        all.next().map(|(_, found)| found.product)
    }

    /// Where hardtack is attached on the target.
    #[must_use]
    pub fn attached(&self) -> Vec<(BehaviorName, Association)> {
        self.attached_to(self.target())
    }

    /// Where hardtack is attached on one of the distributions.
    #[must_use]
    pub fn attached_to(&self, distribution: &Distribution) -> Vec<(BehaviorName, Association)> {
        attached(distribution, &self.names())
    }
}

/// The behaviours of a distribution that run hardtack on viewer-response, each with what runs there.
pub(crate) fn attached(
    distribution: &Distribution,
    names: &Names,
) -> Vec<(BehaviorName, Association)> {
    let behaviors = distribution.config.behaviors().into_iter();
    behaviors
        .flat_map(|behavior| {
            let name = behavior.name;
            let functions = behavior.functions.into_iter();
            functions.map(move |function| (name.clone(), function))
        })
        .filter(|(_, function)| function.event == VIEWER_RESPONSE && names.owns(&function.arn))
        .collect()
}

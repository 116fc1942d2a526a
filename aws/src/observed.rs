//! What AWS reports about a distribution and everything that hardtack created for it, as a value.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{Distribution, EdgeFunction, Function, Role, Version};
use crate::config::{Association, Behavior, BehaviorName, VIEWER_REQUEST, VIEWER_RESPONSE};
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
    /// hardtack's CloudFront Functions on viewer-request, in no order.
    pub request_functions: Vec<EdgeFunction>,
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
            request_functions: Vec::new(),
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

    /// The function of hardtack's on a behaviour's viewer-request, by ARN.
    #[must_use]
    pub fn on_request(&self, behavior: &Behavior) -> Option<String> {
        let found = behavior.on_event(VIEWER_REQUEST)?;
        let is_own = self.names().addresses(&found.arn).is_some();
        is_own.then(|| found.arn.clone())
    }

    /// The addresses that hardtack gives to pages: on the target, or else on the other distribution.
    #[must_use]
    pub fn addresses(&self) -> Option<String> {
        let everywhere = std::iter::once(self.target()).chain(self.distributions());
        let behaviors = everywhere.flat_map(|it| it.config.behaviors());
        let arn = behaviors.filter_map(|it| self.on_request(&it)).next()?;
        self.names().addresses(&arn).map(str::to_string)
    }

    /// The ARN of a CloudFront Function of the account.
    pub(crate) fn edge_arn(&self, name: &str) -> String {
        format!("arn:aws:cloudfront::{}:function/{name}", self.account)
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

//! What is to run on a distribution.

use std::collections::BTreeMap;

use crate::config::BehaviorName;
use crate::product::Product;

/// What is to run on a distribution.
#[derive(Clone, Debug)]
pub struct DesiredState {
    /// On which product.
    pub product: Product,
    /// In which behaviours.
    pub behaviors: Selection,
    /// What happens to the functions that run there already.
    pub existing: Existing,
    /// What was built.
    pub artifacts: Artifacts,
    /// The Lambda runtime, such as `nodejs22.x`.
    pub runtime: String,
    /// Days that logs are kept.
    pub log_days: u64,
    /// Whether the policy has a line logged for each decision. A Lambda function's log groups are created either way,
    /// because Lambda itself writes there, too.
    pub logs: bool,
    /// Whether consent is required in some countries only, so that the function has to learn the country.
    pub countries: bool,
}

/// Which behaviours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those where it runs already; where there are none, the default one.
    Attached,
    /// These, and those where it runs already.
    Named(Vec<BehaviorName>),
    /// All.
    All,
}

/// What happens to another function on viewer-response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The deployment is refused.
    Refuse,
    /// hardtack replaces it, until hardtack is removed.
    Replace,
    /// hardtack runs a copy of it first; for CloudFront Functions.
    Wrap,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Artifacts {
    /// The function without another one in it.
    pub plain: Artifact,
    /// The functions that wrap another CloudFront Function, by the ARN of that one.
    pub wrapping: BTreeMap<String, Artifact>,
    /// The function that gives a bucket's pages their addresses, where one is to run on viewer-request.
    pub request: Option<RequestFunction>,
}

/// A function on viewer-request that was built.
#[derive(Clone, Debug)]
pub struct RequestFunction {
    /// Which addresses it gives to pages, such as `clean-urls`.
    pub addresses: String,
    /// Whether it was asked for. If not, it is one that runs already: other functions and other origins are then no
    /// reason to refuse the deployment.
    pub is_asked_for: bool,
    /// Its code, which names it: the identity is eight hex digits.
    pub artifact: Artifact,
}

/// One function that was built.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// A zip, or the code of a CloudFront Function.
    pub bytes: Vec<u8>,
    /// Equal for equal builds only: for a zip, its SHA-256 in base64.
    pub identity: String,
    /// What it was built from, such as `hardtack 0.1.0, policy bc28e8a21a811cc2`.
    pub description: String,
    /// The key value stores that the wrapped function reads, by ARN.
    pub stores: Vec<String>,
    /// The runtime of the wrapped function.
    pub runtime: String,
}

impl Artifacts {
    /// The function that wraps another one, or the plain one.
    pub(crate) fn wrapping(&self, wrapped: Option<&str>) -> Option<&Artifact> {
        match wrapped {
            None => Some(&self.plain),
            Some(arn) => self.wrapping.get(arn),
        }
    }
}

impl Artifact {
    /// The comment of a CloudFront Function. Its code holds a secret that is new in each build, and so two builds of
    /// one policy are compared by this comment.
    #[must_use]
    pub fn comment(&self) -> String {
        format!("{}, code {}", self.description, self.identity)
    }
}

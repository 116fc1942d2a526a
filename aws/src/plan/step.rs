//! What is to be done, as a value: a plan is a list of steps.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::api::{Distribution, FunctionSpec, Tags};
use crate::config::BehaviorName;
use crate::observed::Observed;
use crate::product::Product;

/// Steps in their order, each safe to repeat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The account.
    pub account: String,
    /// The distribution whose behaviours are changed.
    pub distribution: String,
    /// `dXXXX.cloudfront.net`.
    pub domain: String,
    /// The names that the site is served under.
    pub aliases: Vec<String>,
    /// What is to be done; empty where nothing is.
    pub steps: Vec<Step>,
    /// What the reader of the plan should know.
    pub notes: Vec<String>,
}

/// A step. Its names in JSON are a public contract, and so some differ from the names here.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Creates the role of the Lambda function.
    CreateRole {
        /// Its name.
        role: String,
        /// Who may assume it.
        trust: Value,
    },
    /// Lets Lambda and Lambda@Edge assume the role.
    WriteTrust {
        /// The role.
        role: String,
        /// Who may assume it.
        trust: Value,
    },
    /// Lets the role write its logs.
    WriteRolePolicy {
        /// The role, and the name of the policy in it.
        role: String,
        /// What it allows.
        policy: Value,
    },
    /// Creates log groups, and sets their retention.
    KeepLogs {
        /// The group.
        group: String,
        /// How long lines are kept.
        days: u64,
        /// Where.
        regions: Vec<String>,
    },
    /// Creates the Lambda function.
    CreateFunction {
        /// What it is to be.
        #[serde(flatten)]
        spec: FunctionSpec,
    },
    /// Changes runtime, handler, limits or role.
    ConfigureFunction {
        /// What it is to be.
        #[serde(flatten)]
        spec: FunctionSpec,
        /// The differences, in words.
        differs: Vec<String>,
    },
    /// Uploads the code.
    UploadCode {
        /// The function.
        function: String,
        /// The SHA-256 of the zip, in base64.
        sha256: String,
    },
    /// Publishes a version of the function as it is then.
    PublishVersion {
        /// The function.
        function: String,
        /// The SHA-256 of its zip, in base64.
        sha256: String,
        /// What it was built from.
        description: String,
    },
    /// Creates a CloudFront Function, in its development stage.
    CreateEdgeFunction {
        /// Its name.
        name: String,
        /// What it was built from.
        comment: String,
        /// Bytes of code.
        bytes: usize,
        /// The function that it wraps, by ARN.
        #[serde(rename = "runs_first", skip_serializing_if = "Option::is_none")]
        wraps: Option<String>,
        /// The addresses that it gives to pages, on viewer-request; none for one that sets the cookie.
        #[serde(skip_serializing_if = "Option::is_none")]
        addresses: Option<String>,
        /// The key value stores that it reads, by ARN.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        stores: Vec<String>,
        /// The functions that it records.
        #[serde(skip_serializing_if = "Tags::is_empty")]
        tags: Tags,
    },
    /// Makes a CloudFront Function live.
    PublishEdgeFunction {
        /// Its name.
        name: String,
    },
    /// Records, in tags, the functions that hardtack replaces or wraps, so that they can be put back.
    #[serde(rename = "remember")]
    RecordPrevious {
        /// The product of the function that gets the tags.
        product: Product,
        /// Its ARN.
        arn: String,
        /// The function in each behaviour.
        tags: Tags,
    },
    /// Changes which functions run in which behaviours, in one call.
    Associate {
        /// The distribution.
        distribution: String,
        /// The `ETag` of the configuration that the plan was made from.
        etag: String,
        /// What changes.
        #[serde(rename = "moves")]
        changes: Vec<AssociationChange>,
    },
    /// Deletes a CloudFront Function.
    DeleteEdgeFunction {
        /// Its name.
        name: String,
    },
    /// Waits until no edge runs the function.
    AwaitDetached {
        /// The distribution.
        distribution: String,
    },
    /// Deletes the Lambda function with its versions, once it has no replicas.
    DeleteFunction {
        /// Its name.
        function: String,
    },
    /// Deletes the role.
    DeleteRole {
        /// Its name.
        role: String,
    },
    /// Deletes the function's log groups.
    DeleteLogs {
        /// The group.
        group: String,
        /// Where.
        regions: Vec<String>,
    },
}

/// A change of what runs on one behaviour's viewer-response or viewer-request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssociationChange {
    /// The behaviour.
    pub behavior: BehaviorName,
    /// The product of the function.
    pub product: Product,
    /// `viewer-response` or `viewer-request`.
    pub event: &'static str,
    /// What runs there now, by ARN.
    pub from: Option<String>,
    /// What is to run there.
    pub to: Option<Release>,
}

/// A release that is to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// One that exists already, or whose ARN is known beforehand.
    Arn(String),
    /// The version that an earlier step of the plan publishes.
    Published,
}

/// What is to run in a behaviour, by the function that is wrapped there.
pub(super) type Releases = BTreeMap<Option<String>, Release>;

impl Plan {
    /// The same without the deletion of logs: each log group ends by its own retention.
    #[must_use]
    pub fn keeping_logs(mut self) -> Self {
        self.steps
            .retain(|step| !matches!(step, Step::DeleteLogs { .. }));
        self
    }

    pub(super) fn new(observed: &Observed, steps: Vec<Step>, notes: Vec<String>) -> Self {
        let target = observed.target();
        Self {
            account: observed.account.clone(),
            distribution: target.id.clone(),
            domain: target.domain.clone(),
            aliases: target.config.aliases(),
            steps,
            notes,
        }
    }
}

impl Step {
    pub(super) fn associate(distribution: &Distribution, changes: Vec<AssociationChange>) -> Self {
        Self::Associate {
            distribution: distribution.id.clone(),
            etag: distribution.etag.clone(),
            changes,
        }
    }
}

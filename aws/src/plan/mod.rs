//! What is to be done, as a value: computed from a wish and from what AWS reports, without a call.

mod deploy;
mod edge;
mod lambda;
mod memory;
mod notes;
mod refusal;
mod undo;

use serde::Serialize;
use serde_json::Value;

use crate::config::{BehaviorName, Product};

pub use deploy::{Artifact, Artifacts, Others, Selection, Wish, deploy, wrapped};
pub use memory::Tags;
pub use refusal::{Conflict, Refusal};
pub use undo::{remove, rollback};

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
    /// What is to be done; empty where all is well already.
    pub steps: Vec<Step>,
    /// What someone should know who reads the plan.
    pub notes: Vec<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Makes the function's role.
    CreateRole {
        /// Its name.
        role: String,
        /// Who may assume it.
        trust: Value,
    },
    /// Lets Lambda and Lambda at the edge assume the role.
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
    /// Makes log groups, and has them forget old lines.
    KeepLogs {
        /// The group.
        group: String,
        /// How long lines are kept.
        days: u64,
        /// Where.
        regions: Vec<String>,
    },
    /// Makes the Lambda function.
    CreateFunction {
        /// What it is to be.
        #[serde(flatten)]
        shape: Shape,
    },
    /// Changes runtime, limits or role.
    ConfigureFunction {
        /// What it is to be.
        #[serde(flatten)]
        shape: Shape,
        /// What differs, in words.
        differs: Vec<String>,
    },
    /// Uploads the code.
    UploadCode {
        /// The function.
        function: String,
        /// The SHA-256 of the zip, in base64.
        sha256: String,
    },
    /// Makes a version of the function as it then stands.
    PublishVersion {
        /// The function.
        function: String,
        /// The SHA-256 of its zip, in base64.
        sha256: String,
        /// What it is made from.
        description: String,
    },
    /// Makes a CloudFront Function, in its development stage.
    CreateEdgeFunction {
        /// Its name.
        name: String,
        /// What it is made from.
        comment: String,
        /// Bytes of code.
        bytes: usize,
        /// The function that it runs first, by ARN.
        #[serde(skip_serializing_if = "Option::is_none")]
        runs_first: Option<String>,
        /// The key value stores that it reads, by ARN.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        stores: Vec<String>,
        /// What it remembers.
        #[serde(skip_serializing_if = "Tags::is_empty")]
        tags: Tags,
    },
    /// Makes a CloudFront Function live.
    PublishEdgeFunction {
        /// Its name.
        name: String,
    },
    /// Remembers what stands where ours is to stand, so that it can be put back.
    Remember {
        /// What kind of function remembers.
        product: Product,
        /// Which one, by ARN.
        arn: String,
        /// What stands there, for each behaviour.
        tags: Tags,
    },
    /// Changes which functions run in which behaviours, all in one call.
    Associate {
        /// The distribution.
        distribution: String,
        /// The state of the configuration that the plan was made from.
        etag: String,
        /// What changes.
        moves: Vec<Move>,
    },
    /// Deletes a CloudFront Function.
    DeleteEdgeFunction {
        /// Its name.
        name: String,
    },
    /// Waits until no edge runs the function any more.
    AwaitDetached {
        /// The distribution.
        distribution: String,
    },
    /// Deletes the Lambda function with its versions, once its replicas are gone.
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

/// What a Lambda function is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// Its name.
    pub function: String,
    /// The ARN of its role.
    pub role: String,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Module and function.
    pub handler: String,
    /// Megabytes.
    pub memory: u64,
    /// Seconds.
    pub timeout: u64,
    /// What it is made from.
    pub description: String,
    /// The SHA-256 of the zip, in base64.
    pub sha256: String,
    /// Bytes of zip.
    pub bytes: usize,
}

/// A change of one behaviour's viewer-response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The behaviour.
    pub behavior: BehaviorName,
    /// What kind of function.
    pub product: Product,
    /// What runs there now, by ARN.
    pub from: Option<String>,
    /// What is to run there.
    pub to: Option<Target>,
}

/// What is to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// What is there already, by ARN.
    Arn(String),
    /// The version that an earlier step of the plan publishes.
    Published,
}

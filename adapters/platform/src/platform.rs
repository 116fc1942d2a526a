//! One row of the table of platforms.

use crate::answers::Answers;
use crate::baked::{BakedPolicy, File};

/// Where an artifact runs.
#[derive(Debug)]
pub struct Platform {
    /// The name on the command line, and of what is built for it.
    pub name: &'static str,
    /// What it is and what is built for it, in one line of help without a full stop.
    pub about: &'static str,
    /// What it makes of each key of a policy.
    pub answers: Answers,
    /// How a policy becomes its artifact.
    pub packing: Packing,
    /// What to do with the artifact. The argument is its path.
    pub next: fn(&str) -> NextStep,
}

/// How a policy becomes an artifact.
#[derive(Clone, Copy, Debug)]
pub enum Packing {
    /// A zip of these files.
    Zip(fn(&BakedPolicy) -> Vec<File>),
    /// A folder of these files.
    Folder(fn(&BakedPolicy) -> Vec<File>),
    /// One function that the policy is compiled to, around a secret.
    Function,
}

/// Templates of infrastructure as code around an artifact, by the tool that reads them.
#[derive(Clone, Copy, Debug)]
pub struct Templates {
    /// `main.tf`, for Terraform and OpenTofu.
    pub terraform: &'static str,
    /// `template.yaml`, for AWS CloudFormation.
    pub cloudformation: &'static str,
    /// `app.mjs`, for the AWS Cloud Development Kit.
    pub cdk: &'static str,
}

/// What to do with an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// A command, or a line of code.
    pub command: String,
    /// What it does.
    pub effect: &'static str,
}

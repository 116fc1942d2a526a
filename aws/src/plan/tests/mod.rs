//! From a desired and an observed state to steps: values in, values out, no call.

mod behaviors;
mod cloudfront_function;
mod existing;
mod lambda;
mod notes;
mod remove;
mod request;
mod rollback;
mod staging;

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{EdgeFunction, Function, RUNTIME, Role, Tags, Version};
use crate::config::{BehaviorName, VIEWER_REQUEST};
use crate::fake::site::{ACCOUNT, arn, distribution, short};
use crate::names::{Names, OWNER, OWNER_TAG, log_rights, trust};
use crate::observed::{LogGroup, Observed};
use crate::previous::{WRAPS_TAG, previous_tag};
use crate::product::Product;

use super::{
    Artifact, Artifacts, AssociationChange, DesiredState, Existing, Plan, PlanError, Release,
    RequestFunction, Selection, Step, deploy,
};

/// A distribution `E1` of these behaviours (as [`distribution`] reads them), without anything of hardtack's.
pub(crate) fn site(behaviors: &str) -> Observed {
    let distribution = distribution("E1", behaviors);
    let mut observed = Observed::new(ACCOUNT.to_string(), distribution);
    observed.logs = BTreeMap::from([
        ("eu-west-1".to_string(), LogGroup::Missing),
        ("us-east-1".to_string(), LogGroup::Missing),
    ]);
    observed
}

/// The same, with all that a deployment to Lambda@Edge creates: a version for each build, the last one still in place.
fn with_lambda(behaviors: &str, builds: &[&str]) -> Observed {
    let mut observed = site(behaviors);
    let name = observed.names().function();
    observed.role = Some(Role {
        arn: format!("arn:aws:iam::1:role/{name}"),
        trust: trust(),
        is_managed: true,
        policy: Some(log_rights(ACCOUNT, &observed.names())),
    });
    observed.function = Some(Function {
        arn: arn(&format!("{name}:")).trim_end_matches(':').to_string(),
        sha256: builds.last().unwrap().to_string(),
        runtime: "nodejs22.x".to_string(),
        handler: "index.handler".to_string(),
        memory: 128,
        timeout: 5,
        role: format!("arn:aws:iam::1:role/{name}"),
        state: "Active".to_string(),
        update: "Successful".to_string(),
        tags: managed(),
    });
    observed.versions = (1..)
        .zip(builds)
        .map(|(number, build)| Version {
            number,
            arn: arn(&format!("{name}:{number}")),
            sha256: build.to_string(),
            description: format!("policy {build}"),
            runtime: "nodejs22.x".to_string(),
            limits: (128, 5),
        })
        .collect();
    for days in observed.logs.values_mut() {
        *days = LogGroup::Keeps(Some(30));
    }
    observed
}

/// The same, with a live CloudFront Function for each build, numbered from 1; `build>theirs` wraps another function.
fn with_functions(behaviors: &str, builds: &[&str]) -> Observed {
    let mut observed = site(behaviors);
    observed.edge_functions = (1..)
        .zip(builds)
        .map(|(number, build)| {
            let (build, wrapped) = build.split_once('>').unwrap_or((build, ""));
            let mut tags = managed();
            if !wrapped.is_empty() {
                tags.insert(WRAPS_TAG.to_string(), arn(wrapped));
            }
            let name = format!("hardtack-E1-{number}");
            let function = EdgeFunction {
                arn: arn(&name),
                name,
                comment: artifact(build).comment(),
                is_published: true,
                tags,
            };
            (number, function)
        })
        .collect();
    observed
}

/// Records, as a deployment does, that another function ran in the default behaviour.
fn record(observed: &mut Observed, product: Product, previous: &str) {
    let tag = previous_tag(&observed.distribution, &BehaviorName::Default);
    let tags = match product {
        Product::LambdaEdge => &mut observed.function.as_mut().unwrap().tags,
        Product::CloudfrontFunction => &mut observed.edge_functions.last_mut().unwrap().1.tags,
    };
    tags.insert(tag, arn(previous));
}

fn managed() -> Tags {
    Tags::from([(OWNER_TAG.to_string(), OWNER.to_string())])
}

/// A build on Lambda@Edge, where nothing else is said.
fn lambda(build: &str) -> DesiredState {
    DesiredState {
        product: Product::LambdaEdge,
        behaviors: Selection::Attached,
        existing: Existing::Refuse,
        artifacts: Artifacts {
            plain: artifact(build),
            wrapping: BTreeMap::new(),
            request: None,
        },
        runtime: "nodejs22.x".to_string(),
        log_days: 30,
        logs: false,
        countries: false,
    }
}

/// A build as a CloudFront Function; `build>theirs` can wrap another function, too.
fn function(build: &str) -> DesiredState {
    let (build, wrapped) = build.split_once('>').unwrap_or((build, ""));
    let wrapped = wrapped.split_terminator(',');
    let mut desired = lambda(build);
    desired.product = Product::CloudfrontFunction;
    desired.artifacts.wrapping = wrapped.map(|it| (arn(it), artifact(build))).collect();
    desired
}

fn artifact(build: &str) -> Artifact {
    Artifact {
        bytes: build.as_bytes().to_vec(),
        identity: build.to_string(),
        description: format!("policy {build}"),
        stores: Vec::new(),
        runtime: RUNTIME.to_string(),
    }
}

fn named(behaviors: &[&str]) -> Selection {
    Selection::Named(behaviors.iter().map(|it| BehaviorName::parse(it)).collect())
}

/// A deployment's plan, a line for each step.
fn planned(desired: &DesiredState, observed: &Observed) -> String {
    shown(deploy(desired, observed))
}

fn shown(plan: Result<Plan, PlanError>) -> String {
    match plan {
        Ok(plan) if plan.steps.is_empty() => "nothing to do".to_string(),
        Ok(plan) => plan.steps.iter().map(|it| line(it) + "\n").collect(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &PlanError) -> String {
    let PlanError::Occupied(conflicts) = error else {
        return short(&format!("{error:?}"));
    };
    let lines = conflicts.iter().map(|it| {
        short(&format!(
            "{} is occupied by {} on {}, replaceable {}, other product fits {}\n",
            it.behavior, it.arn, it.event, it.replaceable, it.other_product_fits
        ))
    });
    lines.collect()
}

/// A step in a line, with everything in it that a plan decides.
fn line(step: &Step) -> String {
    let text = match step {
        Step::Associate {
            distribution,
            changes,
            ..
        } => {
            let changes: Vec<_> = changes.iter().map(change).collect();
            format!("associate {distribution}: {}", changes.join(", "))
        }
        Step::CreateRole { role, trust: found } => {
            format!("create-role {role}, right trust {}", *found == trust())
        }
        Step::WriteTrust { role, trust: found } => {
            format!("write-trust {role}, right trust {}", *found == trust())
        }
        Step::WriteRolePolicy { role, policy } => {
            let is_right = *policy == log_rights(ACCOUNT, &Names::new("E1"));
            format!("write-role-policy {role}, right policy {is_right}")
        }
        other => {
            let mut value = serde_json::to_value(other).unwrap();
            let name = value["step"].take();
            value.as_object_mut().unwrap().remove("step");
            format!("{} {value}", name.as_str().unwrap())
        }
    };
    let default = previous_tag(&distribution("E1", "default"), &BehaviorName::Default);
    short(&text)
        .replace(&default, "hardtack-before-default")
        .replace('"', "")
}

fn change(change: &AssociationChange) -> String {
    let from = change.from.as_deref().unwrap_or("nothing");
    let to = match &change.to {
        None => "nothing",
        Some(Release::Arn(arn)) => arn,
        Some(Release::Published) => "the new version",
    };
    let on_request = match change.event {
        VIEWER_REQUEST => " on requests",
        _ => "",
    };
    format!("{}{on_request} {from} -> {to}", change.behavior)
}

//! The steps that bring the Lambda function to the desired state: role, logs, code, configuration, version.

use hardtack_cloudfront::limits::{LAMBDA_MEMORY_MB, LAMBDA_TIME};

use crate::api::{Function, FunctionSpec};
use crate::names::{log_rights, trust};
use crate::observed::{LogGroup, Observed};

use super::desired::DesiredState;
use super::step::{Release, Step};

/// Megabytes.
const MEMORY: u64 = LAMBDA_MEMORY_MB;
/// Seconds.
const TIMEOUT: u64 = LAMBDA_TIME.as_secs();
const HANDLER: &str = "index.handler";

/// The steps, and the version that is to run.
pub(super) fn deploy_lambda(desired: &DesiredState, observed: &Observed) -> (Vec<Step>, Release) {
    let name = observed.names().function();
    let mut steps = role(observed, &name);
    steps.extend(logs(desired, observed));
    let spec = spec(desired, observed);
    match &observed.function {
        None => steps.push(Step::CreateFunction { spec: spec.clone() }),
        Some(found) => steps.extend(update(found, &spec)),
    }
    // Version numbers increase, and so the newest one is what the last deployment published.
    let newest = observed.versions.last().filter(|version| {
        version.sha256 == spec.sha256
            && version.runtime == spec.runtime
            && version.limits == (spec.memory, spec.timeout)
            && steps.iter().all(|step| !step.changes_function())
    });
    let release = match newest {
        Some(version) => Release::Arn(version.arn.clone()),
        None => {
            steps.push(Step::PublishVersion {
                function: name,
                sha256: spec.sha256,
                description: spec.description,
            });
            Release::Published
        }
    };
    (steps, release)
}

fn update(found: &Function, spec: &FunctionSpec) -> Vec<Step> {
    let mut steps = Vec::new();
    if found.sha256 != spec.sha256 {
        steps.push(Step::UploadCode {
            function: spec.function.clone(),
            sha256: spec.sha256.clone(),
        });
    }
    let differs = differences(found, spec);
    if !differs.is_empty() {
        let spec = spec.clone();
        steps.push(Step::ConfigureFunction { spec, differs });
    }
    steps
}

impl Step {
    const fn changes_function(&self) -> bool {
        matches!(
            self,
            Self::CreateFunction { .. } | Self::ConfigureFunction { .. } | Self::UploadCode { .. }
        )
    }
}

fn role(observed: &Observed, name: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let (role, trust) = (name.to_string(), trust());
    match &observed.role {
        None => steps.push(Step::CreateRole { role, trust }),
        Some(found) if found.trust != trust => steps.push(Step::WriteTrust { role, trust }),
        Some(_) => {}
    }
    let policy = log_rights(&observed.account, &observed.names());
    let found = observed.role.as_ref().and_then(|it| it.policy.as_ref());
    if found != Some(&policy) {
        let role = name.to_string();
        steps.push(Step::WriteRolePolicy { role, policy });
    }
    steps
}

fn logs(desired: &DesiredState, observed: &Observed) -> Option<Step> {
    let is_wrong = |it: &LogGroup| match it {
        LogGroup::Missing => true,
        LogGroup::Keeps(days) => *days != Some(desired.log_days),
        LogGroup::Unknown(_) => false,
    };
    let wrong = observed.logs.iter().filter(|(_, it)| is_wrong(it));
    let regions: Vec<_> = wrong.map(|(region, _)| region.clone()).collect();
    (!regions.is_empty()).then(|| Step::KeepLogs {
        group: observed.names().log_group(),
        days: desired.log_days,
        regions,
    })
}

fn spec(desired: &DesiredState, observed: &Observed) -> FunctionSpec {
    let name = observed.names().function();
    FunctionSpec {
        role: format!("arn:aws:iam::{}:role/{name}", observed.account),
        function: name,
        runtime: desired.runtime.clone(),
        handler: HANDLER.to_string(),
        memory: MEMORY,
        timeout: TIMEOUT,
        description: desired.artifacts.plain.description.clone(),
        sha256: desired.artifacts.plain.identity.clone(),
        bytes: desired.artifacts.plain.bytes.len(),
    }
}

fn differences(found: &Function, spec: &FunctionSpec) -> Vec<String> {
    let texts = [
        ("runtime", &found.runtime, &spec.runtime),
        ("handler", &found.handler, &spec.handler),
        ("role", &found.role, &spec.role),
    ];
    let numbers = [
        ("memory", found.memory, spec.memory),
        ("timeout", found.timeout, spec.timeout),
    ];
    let texts = texts.into_iter().filter(|(_, was, is)| was != is);
    let numbers = numbers.into_iter().filter(|(_, was, is)| was != is);
    texts
        .map(|(what, was, is)| format!("{what} {was} -> {is}"))
        .chain(numbers.map(|(what, was, is)| format!("{what} {was} -> {is}")))
        .collect()
}

//! The steps that bring a Lambda function to what is wanted: role, logs, code, version.

use hardtack_cloudfront::limits::{LAMBDA_MEMORY_MB, LAMBDA_TIME};

use crate::names::{log_rights, trust};
use crate::observe::{LogGroup, Observed};
use crate::service::Function;

use super::deploy::Wish;
use super::{Shape, Step, Target};

/// Megabytes.
const MEMORY: u64 = LAMBDA_MEMORY_MB;
/// Seconds.
const TIMEOUT: u64 = LAMBDA_TIME.as_secs();
const HANDLER: &str = "index.handler";

/// The steps, and the version that is to run.
pub(super) fn lambda(wish: &Wish, observed: &Observed) -> (Vec<Step>, Target) {
    let name = observed.names().function();
    let mut steps = role(observed, &name);
    steps.extend(logs(wish, observed));
    let shape = shape(wish, observed);
    match &observed.function {
        None => steps.push(Step::CreateFunction {
            shape: shape.clone(),
        }),
        Some(function) => {
            if function.sha256 != wish.artifacts.alone.identity {
                steps.push(Step::UploadCode {
                    function: name.clone(),
                    sha256: wish.artifacts.alone.identity.clone(),
                });
            }
            let differs = differences(function, &shape);
            if !differs.is_empty() {
                let shape = shape.clone();
                steps.push(Step::ConfigureFunction { shape, differs });
            }
        }
    }
    // Versions count upwards, and so the newest one is what the last deployment made.
    let newest = observed.versions.last().filter(|version| {
        version.sha256 == shape.sha256
            && version.runtime == shape.runtime
            && version.limits == (shape.memory, shape.timeout)
            && steps.iter().all(|step| !step.changes_function())
    });
    let release = match newest {
        Some(version) => Target::Arn(version.arn.clone()),
        None => {
            steps.push(Step::PublishVersion {
                function: name,
                sha256: shape.sha256,
                description: shape.description,
            });
            Target::Published
        }
    };
    (steps, release)
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

fn logs(wish: &Wish, observed: &Observed) -> Option<Step> {
    let is_wrong = |it: &LogGroup| match it {
        LogGroup::Missing => true,
        LogGroup::Keeps(days) => *days != Some(wish.log_days),
        LogGroup::Unknown(_) => false,
    };
    let wrong = observed.logs.iter().filter(|(_, it)| is_wrong(it));
    let regions: Vec<_> = wrong.map(|(region, _)| region.clone()).collect();
    (!regions.is_empty()).then(|| Step::KeepLogs {
        group: observed.names().log_group(),
        days: wish.log_days,
        regions,
    })
}

fn shape(wish: &Wish, observed: &Observed) -> Shape {
    let name = observed.names().function();
    Shape {
        role: format!("arn:aws:iam::{}:role/{name}", observed.account),
        function: name,
        runtime: wish.runtime.clone(),
        handler: HANDLER.to_string(),
        memory: MEMORY,
        timeout: TIMEOUT,
        description: wish.artifacts.alone.description.clone(),
        sha256: wish.artifacts.alone.identity.clone(),
        bytes: wish.artifacts.alone.bytes.len(),
    }
}

fn differences(found: &Function, shape: &Shape) -> Vec<String> {
    let texts = [
        ("runtime", &found.runtime, &shape.runtime),
        ("handler", &found.handler, &shape.handler),
        ("role", &found.role, &shape.role),
    ];
    let numbers = [
        ("memory", found.memory, shape.memory),
        ("timeout", found.timeout, shape.timeout),
    ];
    let texts = texts.into_iter().filter(|(_, was, is)| was != is);
    let numbers = numbers.into_iter().filter(|(_, was, is)| was != is);
    texts
        .map(|(what, was, is)| format!("{what} {was} -> {is}"))
        .chain(numbers.map(|(what, was, is)| format!("{what} {was} -> {is}")))
        .collect()
}

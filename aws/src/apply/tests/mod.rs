//! Whole runs (observe, plan, apply) against an account in memory.

mod faults;
mod runs;
mod waits;

use std::collections::BTreeMap;

use crate::api::{CloudFront as _, CloudFrontFunctions as _, RUNTIME};
use crate::fake::FakeAws;
use crate::fake::lambda_hash;
use crate::observe::{ObserveScope, observe};
use crate::observed::Observed;
use crate::plan::{
    self, Artifact, Artifacts, DesiredState, Existing, Plan, RequestFunction, Selection, Step,
};
use crate::product::Product;

use super::{ApplyError, Progress, apply};

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

/// What a run reported, a line each.
type Report = Result<Vec<String>, ApplyError>;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// A build on a product, where nothing else is said.
fn desired(product: Product, code: &str) -> DesiredState {
    DesiredState {
        product,
        behaviors: Selection::Attached,
        existing: Existing::Refuse,
        artifacts: Artifacts {
            plain: artifact(product, code),
            wrapping: BTreeMap::new(),
            request: None,
        },
        runtime: "nodejs22.x".to_string(),
        log_days: 30,
        logs: true,
        countries: false,
    }
}

fn lambda(code: &str) -> DesiredState {
    desired(Product::LambdaEdge, code)
}

fn function(code: &str) -> DesiredState {
    desired(Product::CloudfrontFunction, code)
}

/// A build that gives the bucket's pages such addresses, too.
fn with_request(build: &str, addresses: &str) -> DesiredState {
    let mut desired = function(build);
    desired.artifacts.request = Some(RequestFunction {
        addresses: addresses.to_string(),
        is_asked_for: true,
        artifact: Artifact {
            identity: format!("{:08x}", addresses.len()),
            ..artifact(Product::CloudfrontFunction, addresses)
        },
    });
    desired
}

fn artifact(product: Product, code: &str) -> Artifact {
    Artifact {
        bytes: code.as_bytes().to_vec(),
        identity: match product {
            Product::LambdaEdge => lambda_hash(code.as_bytes()),
            Product::CloudfrontFunction => code.to_string(),
        },
        description: format!("policy {code}"),
        stores: Vec::new(),
        runtime: RUNTIME.to_string(),
    }
}

async fn observed(aws: &FakeAws, scope: ObserveScope) -> Result<Observed, ApplyError> {
    let regions = REGIONS.map(str::to_string);
    let distribution = aws.distribution("E1").await?;
    Ok(observe(aws, distribution, scope, &regions).await?)
}

/// What `hardtack deploy` does.
fn deploy(aws: &FakeAws, desired: &DesiredState) -> Report {
    deploy_to(aws, desired, false)
}

fn deploy_to(aws: &FakeAws, desired: &DesiredState, is_staged: bool) -> Report {
    block_on(async {
        let scope = ObserveScope::Deploying(Some(desired.product));
        let mut observed = observed(aws, scope).await?;
        observed.is_staged = is_staged;
        let desired = built(aws, desired, &observed).await?;
        let plan = plan::deploy(&desired, &observed).unwrap();
        applied(aws, &plan, Some(&desired.artifacts)).await
    })
}

/// The functions that wrap others are built from what those are.
async fn built(
    aws: &FakeAws,
    desired: &DesiredState,
    observed: &Observed,
) -> Result<DesiredState, ApplyError> {
    let (product, existing) = (desired.product, desired.existing);
    let wrapped = plan::functions_to_wrap(product, &desired.behaviors, existing, observed);
    let mut desired = desired.clone();
    for arn in wrapped.unwrap() {
        let inner = aws.edge_code(&arn).await?.text;
        let plain = String::from_utf8(desired.artifacts.plain.bytes.clone()).unwrap();
        let artifact = artifact(product, &format!("{inner}+{plain}"));
        desired.artifacts.wrapping.insert(arn, artifact);
    }
    Ok(desired)
}

/// What `hardtack rollback` does.
fn rollback(aws: &FakeAws) -> Report {
    block_on(async {
        let observed = observed(aws, ObserveScope::Attached).await?;
        applied(aws, &plan::rollback(&observed).unwrap(), None).await
    })
}

/// What `hardtack remove` does.
fn remove(aws: &FakeAws) -> Report {
    block_on(async {
        let observed = observed(aws, ObserveScope::Everything).await?;
        applied(aws, &plan::remove(&observed, &[]).unwrap(), None).await
    })
}

async fn applied(aws: &FakeAws, plan: &Plan, artifacts: Option<&Artifacts>) -> Report {
    let mut report = Vec::new();
    let mut progress = |it: Progress<'_>| report.extend(line(&it));
    apply(aws, plan, artifacts, &mut progress).await?;
    Ok(report)
}

fn line(progress: &Progress<'_>) -> Option<String> {
    match progress {
        Progress::Started(_) => None,
        Progress::Finished(step) => Some(name(step)),
        Progress::Waiting { on, polls } => Some(format!("waiting for {on}, {polls}")),
        Progress::Warning(text) => Some(format!("warning: {text}")),
    }
}

fn name(step: &Step) -> String {
    let value = serde_json::to_value(step).unwrap();
    value["step"].as_str().unwrap().to_string()
}

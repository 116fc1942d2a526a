//! Asks AWS for everything that a plan is made from.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

use crate::api::{Api, Distribution, EdgeFunction};
use crate::names::Names;
use crate::observed::{LogGroup, Observed, attached};
use crate::product::Product;
use crate::wire::{CallError, HOME_REGION};

/// Which products are asked about, beside those that are attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObserveScope {
    /// None.
    Attached,
    /// The one that is to be deployed; without a name Lambda@Edge, where none is attached.
    Deploying(Option<Product>),
    /// All.
    Everything,
}

impl ObserveScope {
    fn includes(self, product: Product, attached: &[Product]) -> bool {
        let is_asked_for = match self {
            Self::Attached => false,
            Self::Everything => true,
            Self::Deploying(Some(named)) => named == product,
            Self::Deploying(None) => attached.is_empty() && product == Product::LambdaEdge,
        };
        is_asked_for || attached.contains(&product)
    }
}

/// Observes a distribution. About products outside the scope, nothing is asked.
///
/// # Errors
///
/// Where a call fails, except for log groups in a region that cannot be reached.
pub async fn observe<A: Api>(
    api: &A,
    distribution: Distribution,
    scope: ObserveScope,
    log_regions: &[String],
) -> Result<Observed, CallError> {
    let names = Names::new(&distribution.id);
    let staging = staging(api, &distribution).await?;
    let both = std::iter::once(&distribution).chain(&staging);
    let attached = both.flat_map(|it| attached(it, &names));
    let attached: Vec<_> = attached.map(|(_, found)| found.product).collect();
    let mut observed = Observed {
        staging,
        ..Observed::new(api.account().await?, distribution)
    };
    if scope.includes(Product::LambdaEdge, &attached) {
        observed.role = api.role(&names.function()).await?;
        observed.function = api.function(&names.function()).await?;
        if observed.function.is_some() {
            observed.versions = api.versions(&names.function()).await?;
        }
        observed.logs = log_groups(api, log_regions, &names.log_group()).await;
    }
    if scope.includes(Product::CloudfrontFunction, &attached) {
        let found = api.edge_functions(&names.edge_prefix()).await?;
        let is_on_request = |it: &EdgeFunction| names.addresses(&it.name).is_some();
        let (on_request, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_on_request);
        observed.request_functions = on_request;
        observed.edge_functions = numbered(others, &names);
    }
    if scope == ObserveScope::Everything {
        observed.edge_logs = edge_logs(api, &names).await?;
    }
    for arn in observed.all_previous() {
        if is_deleted(api, &arn).await? {
            observed.deleted.insert(arn);
        }
    }
    Ok(observed)
}

/// The staging distribution, where there is a continuous deployment.
async fn staging<A: Api>(
    api: &A,
    distribution: &Distribution,
) -> Result<Option<Distribution>, CallError> {
    let policy = distribution.config.setting("ContinuousDeploymentPolicyId");
    if policy.is_empty() {
        return Ok(None);
    }
    for domain in api.staging_domains(&policy).await? {
        if let Some(id) = api.distribution_at(&domain).await? {
            return api.distribution(&id).await.map(Some);
        }
    }
    Ok(None)
}

fn numbered(found: Vec<EdgeFunction>, names: &Names) -> Vec<(u64, EdgeFunction)> {
    let numbered = found.into_iter();
    let mut numbered: Vec<_> = numbered
        .filter_map(|one| Some((names.release_number(&one.arn)?, one)))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered
}

async fn edge_logs<A: Api>(api: &A, names: &Names) -> Result<Vec<String>, CallError> {
    let prefix = names.edge_log_prefix();
    let found = api.log_groups_named(HOME_REGION, &prefix).await?;
    let is_own = |group: &String| {
        let number = group.strip_prefix(&prefix);
        let is_numbered = number.is_some_and(|it| it.parse::<u64>().is_ok());
        let name = group.rsplit('/').next().unwrap_or_default();
        is_numbered || names.addresses(name).is_some()
    };
    Ok(found.into_iter().filter(is_own).collect())
}

/// The same group in many regions at once.
async fn log_groups<A: Api>(
    api: &A,
    regions: &[String],
    group: &str,
) -> BTreeMap<String, LogGroup> {
    let mut calls = JoinSet::new();
    for region in regions {
        let (api, region, group) = (api.clone(), region.clone(), group.to_string());
        calls.spawn(async move {
            let found = match api.log_group(&region, &group).await {
                Ok(None) => LogGroup::Missing,
                Ok(Some(days)) => LogGroup::Keeps(days),
                Err(error) => LogGroup::Unknown(error.to_string()),
            };
            (region, found)
        });
    }
    calls.join_all().await.into_iter().collect()
}

/// Whether a function that hardtack replaced has been deleted. One that the caller may not look up is taken to exist.
async fn is_deleted<A: Api>(api: &A, arn: &str) -> Result<bool, CallError> {
    let found = match Product::of(arn) {
        Product::LambdaEdge => api.find_version(arn).await,
        Product::CloudfrontFunction => api.find_edge_function(arn).await,
    };
    match found {
        Ok(()) => Ok(false),
        Err(error) if error.is_not_found() => Ok(true),
        Err(error) if error.is_access_denied() => Ok(false),
        Err(error) => Err(error),
    }
}

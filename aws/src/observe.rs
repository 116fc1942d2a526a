//! What AWS reports, gathered before anything is decided.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;

use crate::config::{Association, BehaviorName, EVENT, Product};
use crate::names::Names;
use crate::service::{Distribution, EdgeFunction, Function, Role, Version};
use crate::wire::{Client, Failure, HOME};

/// All that a plan is made from.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// The distribution that things are named after.
    pub distribution: Distribution,
    /// The one that its continuous deployment sends some visitors to.
    pub staging: Option<Distribution>,
    /// Whether the staging distribution's behaviours are meant.
    pub is_staged: bool,
    /// The role.
    pub role: Option<Role>,
    /// The Lambda function.
    pub function: Option<Function>,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// Our CloudFront Functions, oldest first, each with its number.
    pub edge_functions: Vec<(u64, EdgeFunction)>,
    /// The function's log group in each region.
    pub logs: BTreeMap<String, LogGroup>,
    /// The log groups that CloudFront made for our CloudFront Functions; looked for with everything else only.
    pub edge_logs: Vec<String>,
    /// What stood where ours stands now, and is there no more, by ARN.
    pub gone: BTreeSet<String>,
}

/// Which products are looked at, beside those that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// None.
    Running,
    /// This one; without one Lambda@Edge, where none runs.
    For(Option<Product>),
    /// All.
    Everything,
}

/// A log group in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogGroup {
    /// There is none.
    Missing,
    /// It keeps its lines so many days, or for ever.
    Keeps(Option<u64>),
    /// The region could not be asked.
    Unknown(String),
}

impl Observed {
    /// What everything is called.
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

    /// The product that runs, of the distribution that is changed or else of the other.
    #[must_use]
    pub fn running(&self) -> Option<Product> {
        let others = self.distributions().flat_map(|it| self.attached_to(it));
        let mut all = self.attached().into_iter().chain(others);
        all.next().map(|(_, found)| found.product)
    }

    /// Where our function is attached, of the behaviours that are changed.
    #[must_use]
    pub fn attached(&self) -> Vec<(BehaviorName, Association)> {
        self.attached_to(self.target())
    }

    /// Where our function is attached to one of the distributions.
    #[must_use]
    pub fn attached_to(&self, distribution: &Distribution) -> Vec<(BehaviorName, Association)> {
        attached(distribution, &self.names())
    }
}

impl Look {
    fn concerns(self, product: Product, running: &[Product]) -> bool {
        let is_wanted = match self {
            Self::Running => false,
            Self::Everything => true,
            Self::For(Some(wanted)) => wanted == product,
            Self::For(None) => running.is_empty() && product == Product::LambdaEdge,
        };
        is_wanted || running.contains(&product)
    }
}

impl Client {
    /// Gathers what concerns a distribution; of products that are neither named nor attached, nothing is asked.
    ///
    /// # Errors
    ///
    /// Where a call fails, but for logs in a region that can't be reached.
    pub async fn observe(
        &self,
        distribution: Distribution,
        look: Look,
        log_regions: &[String],
    ) -> Result<Observed, Failure> {
        let names = Names::new(&distribution.id);
        let staging = self.staging(&distribution).await?;
        let all = std::iter::once(&distribution).chain(&staging);
        let running = all.flat_map(|it| attached(it, &names));
        let running: Vec<_> = running.map(|(_, found)| found.product).collect();
        let lambda = look.concerns(Product::LambdaEdge, &running);
        let edge = look.concerns(Product::CloudfrontFunction, &running);
        let mut observed = Observed {
            account: self.account().await?,
            distribution,
            staging,
            is_staged: false,
            role: None,
            function: None,
            versions: Vec::new(),
            edge_functions: Vec::new(),
            logs: BTreeMap::new(),
            edge_logs: Vec::new(),
            gone: BTreeSet::new(),
        };
        if lambda {
            observed.role = self.role(&names.function()).await?;
            observed.function = self.function(&names.function()).await?;
            if observed.function.is_some() {
                observed.versions = self.versions(&names.function()).await?;
            }
            observed.logs = self.log_groups(log_regions, &names.log_group()).await;
        }
        if edge {
            observed.edge_functions = self.numbered(&names).await?;
        }
        if look == Look::Everything {
            observed.edge_logs = self.edge_logs(&names).await?;
        }
        for arn in observed.all_before() {
            if self.is_gone(&arn).await? {
                observed.gone.insert(arn);
            }
        }
        Ok(observed)
    }

    /// The staging distribution, where there is a continuous deployment.
    async fn staging(&self, distribution: &Distribution) -> Result<Option<Distribution>, Failure> {
        let policy = distribution.config.setting("ContinuousDeploymentPolicyId");
        if policy.is_empty() {
            return Ok(None);
        }
        for domain in self.staging_domains(&policy).await? {
            if let Some(id) = self.distribution_at(&domain).await? {
                return self.distribution(&id).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn edge_logs(&self, names: &Names) -> Result<Vec<String>, Failure> {
        let found = self
            .log_groups_named(HOME, &names.edge_log_prefix())
            .await?;
        let is_ours = |group: &String| {
            let number = group.strip_prefix(&names.edge_log_prefix());
            number.is_some_and(|it| it.parse::<u64>().is_ok())
        };
        Ok(found.into_iter().filter(is_ours).collect())
    }

    async fn numbered(&self, names: &Names) -> Result<Vec<(u64, EdgeFunction)>, Failure> {
        let found = self.edge_functions(&names.edge_prefix()).await?;
        let numbered = found.into_iter();
        let mut numbered: Vec<_> = numbered
            .filter_map(|one| Some((names.release(&one.arn)?, one)))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        Ok(numbered)
    }

    /// The same group in many regions at once.
    async fn log_groups(&self, regions: &[String], group: &str) -> BTreeMap<String, LogGroup> {
        let mut asked = JoinSet::new();
        for region in regions {
            let (client, region, group) = (self.clone(), region.clone(), group.to_string());
            asked.spawn(async move {
                let found = match client.log_group(&region, &group).await {
                    Ok(None) => LogGroup::Missing,
                    Ok(Some(days)) => LogGroup::Keeps(days),
                    Err(failure) => LogGroup::Unknown(failure.to_string()),
                };
                (region, found)
            });
        }
        asked.join_all().await.into_iter().collect()
    }
}

fn attached(distribution: &Distribution, names: &Names) -> Vec<(BehaviorName, Association)> {
    let behaviors = distribution.config.behaviors().into_iter();
    behaviors
        .flat_map(|behavior| {
            let name = behavior.name;
            let functions = behavior.functions.into_iter();
            functions.map(move |function| (name.clone(), function))
        })
        .filter(|(_, function)| function.event == EVENT && names.owns(&function.arn))
        .collect()
}

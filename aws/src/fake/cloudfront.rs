//! Distributions.

use std::time::Duration;

use crate::api::{CloudFront, Distribution};
use crate::config::{Association, Config};
use crate::product::Product;
use crate::wire::CallError;

use super::site::ACCOUNT;
use super::{FakeAws, State, Stored, not_found, refused};

/// How long the edges take.
const DEPLOYMENT: Duration = Duration::from_secs(240);

impl CloudFront for FakeAws {
    async fn distribution(&self, id: &str) -> Result<Distribution, CallError> {
        self.call("cloudfront:GetDistribution", |state| {
            let stored = state.stored(id)?;
            Ok(Distribution {
                id: id.to_string(),
                arn: format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}"),
                domain: domain(id),
                status: status(stored, state.now),
                etag: stored.etag.to_string(),
                config: Config::parse(stored.config.clone()).unwrap(),
            })
        })
    }

    async fn distribution_config(&self, id: &str) -> Result<(Config, String), CallError> {
        self.call("cloudfront:GetDistributionConfig", |state| {
            let stored = state.stored(id)?;
            let config = Config::parse(stored.config.clone()).unwrap();
            Ok((config, stored.etag.to_string()))
        })
    }

    async fn distribution_status(&self, id: &str) -> Result<String, CallError> {
        self.call("cloudfront:GetDistribution", |state| {
            Ok(status(state.stored(id)?, state.now))
        })
    }

    async fn update_distribution(
        &self,
        id: &str,
        etag: &str,
        config: &str,
    ) -> Result<(), CallError> {
        let action = "cloudfront:UpdateDistribution";
        self.call(action, |state| {
            if state.stored(id)?.etag.to_string() != etag {
                return Err(refused(action, "PreconditionFailed", "the ETag is another"));
            }
            let parsed = Config::parse(config.to_string()).unwrap();
            for behavior in parsed.behaviors() {
                state.check(action, &behavior.functions)?;
            }
            let now = state.now;
            let is_kept = !state.forgets_changes;
            let stored = state.distributions.get_mut(id).unwrap();
            if is_kept {
                stored.config = config.to_string();
            }
            stored.etag += 1;
            stored.deployed_at = now + DEPLOYMENT;
            Ok(())
        })
    }

    async fn staging_domains(&self, _: &str) -> Result<Vec<String>, CallError> {
        self.call("cloudfront:GetContinuousDeploymentPolicy", |state| {
            let all = state.distributions.iter();
            let staging = all.filter(|(_, it)| it.is_staging);
            Ok(staging.map(|(id, _)| domain(id)).collect())
        })
    }

    async fn distribution_at(&self, wanted: &str) -> Result<Option<String>, CallError> {
        self.call("cloudfront:ListDistributions", |state| {
            let mut ids = state.distributions.keys();
            Ok(ids.find(|id| domain(id) == wanted).cloned())
        })
    }
}

impl State {
    fn stored(&self, id: &str) -> Result<&Stored, CallError> {
        let missing = || not_found("cloudfront:GetDistribution", id);
        self.distributions.get(id).ok_or_else(missing)
    }

    /// What CloudFront checks of the functions of a behaviour.
    fn check(&self, action: &'static str, functions: &[Association]) -> Result<(), CallError> {
        let viewer = functions
            .iter()
            .filter(|it| it.event.starts_with("viewer-"));
        let viewer: Vec<_> = viewer.map(|it| it.product).collect();
        if viewer.contains(&Product::LambdaEdge) && viewer.contains(&Product::CloudfrontFunction) {
            let code = "InvalidFunctionAssociation";
            return Err(refused(action, code, "both products on viewer events"));
        }
        for function in functions.iter().filter(|it| it.arn.contains("hardtack")) {
            self.check_exists(action, function)?;
        }
        Ok(())
    }

    fn check_exists(&self, action: &'static str, found: &Association) -> Result<(), CallError> {
        let mut versions = self.versions.values().flatten();
        let mut edge_functions = self.edge_functions.values();
        let exists = match found.product {
            Product::LambdaEdge => versions.any(|it| it.arn == found.arn),
            Product::CloudfrontFunction => {
                edge_functions.any(|it| it.arn == found.arn && it.is_published)
            }
        };
        match exists {
            true => Ok(()),
            false => Err(refused(action, "InvalidFunctionAssociation", &found.arn)),
        }
    }

    /// Whether a distribution runs something whose ARN begins so.
    pub(super) fn is_attached(&self, arn: &str) -> bool {
        let mut configs = self.distributions.values().map(|it| &it.config);
        configs.any(|config| config.contains(arn))
    }

    /// Whether the edges have the last change of every distribution.
    pub(super) fn is_deployed(&self) -> bool {
        let mut all = self.distributions.values();
        all.all(|it| it.deployed_at <= self.now)
    }
}

fn domain(id: &str) -> String {
    format!("{}.cloudfront.net", id.to_lowercase())
}

fn status(stored: &Stored, now: Duration) -> String {
    match stored.deployed_at <= now {
        true => "Deployed".to_string(),
        false => "InProgress".to_string(),
    }
}

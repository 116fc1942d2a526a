//! CloudFront: distributions.

use crate::config::Config;
use crate::wire::{Call, CallError, Client, HOME_REGION, Response, Service, percent_encoded};

/// The current state of a distribution.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// `dXXXX.cloudfront.net`.
    pub domain: String,
    /// `Deployed` or `InProgress`.
    pub status: String,
    /// What a change must name.
    pub etag: String,
    /// Its configuration.
    pub config: Config,
}

/// The calls about distributions.
///
/// # Errors
///
/// Each call fails where AWS refuses it, or there is no response.
pub trait CloudFront: Send + Sync + 'static {
    /// A distribution.
    fn distribution(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Distribution, CallError>> + Send;

    /// A distribution's configuration, and the `ETag` that a change of it must name.
    fn distribution_config(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<(Config, String), CallError>> + Send;

    /// `Deployed` or `InProgress`.
    fn distribution_status(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<String, CallError>> + Send;

    /// Replaces a distribution's configuration, if it is still the one with this `ETag`.
    fn update_distribution(
        &self,
        id: &str,
        etag: &str,
        config: &str,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// The domain names of the distributions that a continuous deployment policy sends visitors to, if it is enabled.
    fn staging_domains(
        &self,
        policy: &str,
    ) -> impl Future<Output = Result<Vec<String>, CallError>> + Send;

    /// The id of the distribution with a domain name.
    fn distribution_at(
        &self,
        domain: &str,
    ) -> impl Future<Output = Result<Option<String>, CallError>> + Send;
}

impl CloudFront for Client {
    async fn distribution(&self, id: &str) -> Result<Distribution, CallError> {
        let action = "cloudfront:GetDistribution";
        let path = format!("/distribution/{}", percent_encoded(id));
        let about = self.cloudfront(action, "GET", &path).await?.xml()?;
        let text = |name: &str| about.at(&[name]).unwrap_or_default();
        let (config, etag) = self.distribution_config(id).await?;
        Ok(Distribution {
            id: id.to_string(),
            arn: text("ARN"),
            domain: text("DomainName"),
            status: text("Status"),
            etag,
            config,
        })
    }

    async fn distribution_config(&self, id: &str) -> Result<(Config, String), CallError> {
        let action = "cloudfront:GetDistributionConfig";
        let path = format!("/distribution/{}/config", percent_encoded(id));
        let response = self.cloudfront(action, "GET", &path).await?;
        let etag = response.etag()?;
        let config = Config::parse(response.text()?);
        let config = config.map_err(|why| CallError::invalid_response(action, why))?;
        Ok((config, etag))
    }

    async fn distribution_status(&self, id: &str) -> Result<String, CallError> {
        let path = format!("/distribution/{}", percent_encoded(id));
        let about = self.cloudfront("cloudfront:GetDistribution", "GET", &path);
        Ok(about.await?.xml()?.at(&["Status"]).unwrap_or_default())
    }

    async fn update_distribution(
        &self,
        id: &str,
        etag: &str,
        config: &str,
    ) -> Result<(), CallError> {
        let path = format!("/distribution/{}/config", percent_encoded(id));
        let mut call = call("cloudfront:UpdateDistribution", "PUT", &path);
        call.headers = vec![
            ("content-type", "application/xml".to_string()),
            ("if-match", etag.to_string()),
        ];
        call.body = config.as_bytes().to_vec();
        self.send(&call).await.map(drop)
    }

    async fn staging_domains(&self, policy: &str) -> Result<Vec<String>, CallError> {
        let action = "cloudfront:GetContinuousDeploymentPolicy";
        let path = format!("/continuous-deployment-policy/{}", percent_encoded(policy));
        let response = self.cloudfront(action, "GET", &path).await?.xml()?;
        let config = response.root().child("ContinuousDeploymentPolicyConfig");
        let names = config.map_or(&[][..], |config| {
            config.items("StagingDistributionDnsNames")
        });
        Ok(names.iter().map(|name| response.value(name)).collect())
    }

    async fn distribution_at(&self, domain: &str) -> Result<Option<String>, CallError> {
        let mut marker = String::new();
        loop {
            let path = format!("/distribution{marker}");
            let action = "cloudfront:ListDistributions";
            let response = self.cloudfront(action, "GET", &path).await?.xml()?;
            let items = response.root().child("Items");
            let mut listed = items.map_or(&[][..], |items| items.children()).iter();
            let found =
                listed.find(|one| response.within(one, &["DomainName"]).as_deref() == Some(domain));
            if let Some(found) = found {
                return Ok(response.within(found, &["Id"]));
            }
            match response.at(&["NextMarker"]) {
                Some(next) if !next.is_empty() => {
                    marker = format!("?Marker={}", percent_encoded(&next));
                }
                _ => return Ok(None),
            }
        }
    }
}

impl Client {
    pub(super) async fn cloudfront(
        &self,
        action: &'static str,
        method: &'static str,
        path: &str,
    ) -> Result<Response, CallError> {
        self.send(&call(action, method, path)).await
    }
}

pub(super) fn call(action: &'static str, method: &'static str, path: &str) -> Call<'static> {
    Call {
        service: Service::CloudFront,
        region: HOME_REGION,
        action,
        method,
        path: format!("/2020-05-31{path}"),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

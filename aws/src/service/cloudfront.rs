//! CloudFront: distributions.

use crate::config::Config;
use crate::wire::{Answer, Call, Client, Failure, HOME, Service, encoded};

/// A distribution, as it stands.
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

impl Client {
    /// A distribution.
    ///
    /// # Errors
    ///
    /// Where there is none of this id in the account, or it may not be read.
    pub async fn distribution(&self, id: &str) -> Result<Distribution, Failure> {
        let action = "cloudfront:GetDistribution";
        let path = format!("/distribution/{}", encoded(id));
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

    /// A distribution's configuration, and the `ETag` that a change of it must name.
    pub(crate) async fn distribution_config(&self, id: &str) -> Result<(Config, String), Failure> {
        let action = "cloudfront:GetDistributionConfig";
        let path = format!("/distribution/{}/config", encoded(id));
        let answer = self.cloudfront(action, "GET", &path).await?;
        let etag = answer.etag()?;
        let config = Config::parse(answer.text()?);
        let config = config.map_err(|why| Failure::unreadable(action, why))?;
        Ok((config, etag))
    }

    /// `Deployed` or `InProgress`.
    pub(crate) async fn distribution_status(&self, id: &str) -> Result<String, Failure> {
        let path = format!("/distribution/{}", encoded(id));
        let about = self.cloudfront("cloudfront:GetDistribution", "GET", &path);
        Ok(about.await?.xml()?.at(&["Status"]).unwrap_or_default())
    }

    pub(crate) async fn update_distribution(
        &self,
        id: &str,
        etag: &str,
        config: &str,
    ) -> Result<(), Failure> {
        let path = format!("/distribution/{}/config", encoded(id));
        let mut call = call("cloudfront:UpdateDistribution", "PUT", &path);
        call.headers = vec![
            ("content-type", "application/xml".to_string()),
            ("if-match", etag.to_string()),
        ];
        call.body = config.as_bytes().to_vec();
        self.send(&call).await.map(drop)
    }

    /// The `DomainName`s of the distributions that a continuous deployment policy sends visitors to, if it is on.
    pub(crate) async fn staging_domains(&self, policy: &str) -> Result<Vec<String>, Failure> {
        let action = "cloudfront:GetContinuousDeploymentPolicy";
        let path = format!("/continuous-deployment-policy/{}", encoded(policy));
        let answer = self.cloudfront(action, "GET", &path).await?.xml()?;
        let config = answer.root().child("ContinuousDeploymentPolicyConfig");
        let names = config.map_or(&[][..], |config| {
            config.items("StagingDistributionDnsNames")
        });
        Ok(names.iter().map(|name| answer.value(name)).collect())
    }

    /// The id of the distribution with a `DomainName`.
    pub(crate) async fn distribution_at(&self, domain: &str) -> Result<Option<String>, Failure> {
        let mut marker = String::new();
        loop {
            let path = format!("/distribution{marker}");
            let action = "cloudfront:ListDistributions";
            let answer = self.cloudfront(action, "GET", &path).await?.xml()?;
            let items = answer.root().child("Items");
            let mut listed = items.map_or(&[][..], |items| items.children()).iter();
            let found =
                listed.find(|one| answer.within(one, &["DomainName"]).as_deref() == Some(domain));
            if let Some(found) = found {
                return Ok(answer.within(found, &["Id"]));
            }
            match answer.at(&["NextMarker"]) {
                Some(next) if !next.is_empty() => marker = format!("?Marker={}", encoded(&next)),
                _ => return Ok(None),
            }
        }
    }

    pub(super) async fn cloudfront(
        &self,
        action: &'static str,
        method: &'static str,
        path: &str,
    ) -> Result<Answer, Failure> {
        self.send(&call(action, method, path)).await
    }
}

pub(super) fn call(action: &'static str, method: &'static str, path: &str) -> Call<'static> {
    Call {
        service: Service::CloudFront,
        region: HOME,
        action,
        method,
        path: format!("/2020-05-31{path}"),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

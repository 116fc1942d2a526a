//! CloudFront: distributions and CloudFront Functions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::Config;
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Answer, Call, Client, Failure, HOME, Service, encoded, escaped};

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

/// A CloudFront Function, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeFunction {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// What it was made from.
    pub comment: String,
    /// Whether what is in development is live, too.
    pub is_published: bool,
    /// Whether it carries our tag.
    pub is_ours: bool,
}

const XMLNS: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

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

    /// All CloudFront Functions whose name begins so, in development or live.
    pub(crate) async fn edge_functions(&self, prefix: &str) -> Result<Vec<EdgeFunction>, Failure> {
        let mut found = Vec::new();
        let mut marker = String::new();
        loop {
            let action = "cloudfront:ListFunctions";
            let path = format!("/function?Stage=DEVELOPMENT{marker}");
            let answer = self.cloudfront(action, "GET", &path).await?.xml()?;
            let items = answer.root().child("Items");
            for item in items.map_or(&[][..], |items| items.children()) {
                let text = |path: &[&str]| answer.within(item, path).unwrap_or_default();
                let name = text(&["Name"]);
                if name.starts_with(prefix) {
                    let arn = text(&["FunctionMetadata", "FunctionARN"]);
                    found.push(EdgeFunction {
                        is_ours: self.is_tagged(&arn).await?,
                        is_published: text(&["Status"]) != "UNPUBLISHED",
                        comment: text(&["FunctionConfig", "Comment"]),
                        arn,
                        name,
                    });
                }
            }
            match answer.at(&["NextMarker"]) {
                Some(next) if !next.is_empty() => marker = format!("&Marker={}", encoded(&next)),
                _ => return Ok(found),
            }
        }
    }

    async fn is_tagged(&self, arn: &str) -> Result<bool, Failure> {
        let action = "cloudfront:ListTagsForResource";
        let path = format!("/tagging?Resource={}", encoded(arn));
        let answer = self.cloudfront(action, "GET", &path).await?.xml()?;
        let items = answer.root().child("Items");
        let mut tags = items.map_or(&[][..], |items| items.children()).iter();
        Ok(tags.any(|tag| {
            answer.within(tag, &["Key"]).as_deref() == Some(OWNER_TAG)
                && answer.within(tag, &["Value"]).as_deref() == Some(OWNER)
        }))
    }

    pub(crate) async fn create_edge_function(
        &self,
        name: &str,
        comment: &str,
        code: &[u8],
    ) -> Result<(), Failure> {
        let mut call = call("cloudfront:CreateFunction", "POST", "/function");
        call.headers = vec![("content-type", "application/xml".to_string())];
        call.body = format!(
            "<CreateFunctionRequest xmlns=\"{XMLNS}\"><Name>{name}</Name><FunctionConfig><Comment>{}</Comment>\
             <Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><FunctionCode>{}</FunctionCode>\
             <Tags><Items><Tag><Key>{OWNER_TAG}</Key><Value>{OWNER}</Value></Tag></Items></Tags></CreateFunctionRequest>",
            escaped(comment),
            STANDARD.encode(code),
        )
        .into_bytes();
        match self.send(&call).await {
            // Our own first attempt, whose answer was lost: the plan has seen that nobody else's is there.
            Err(failure) if failure.is_there_already() => Ok(()),
            answer => answer.map(drop),
        }
    }

    pub(crate) async fn publish_edge_function(&self, name: &str) -> Result<(), Failure> {
        let etag = self.edge_etag(name).await?;
        self.changed_edge_function("cloudfront:PublishFunction", "POST", name, "/publish", etag)
            .await
    }

    pub(crate) async fn delete_edge_function(&self, name: &str) -> Result<(), Failure> {
        let etag = match self.edge_etag(name).await {
            Err(failure) if failure.is_missing() => return Ok(()),
            etag => etag?,
        };
        let deleted =
            self.changed_edge_function("cloudfront:DeleteFunction", "DELETE", name, "", etag);
        match deleted.await {
            Err(failure) if failure.is_missing() => Ok(()),
            deleted => deleted,
        }
    }

    async fn edge_etag(&self, name: &str) -> Result<String, Failure> {
        let path = format!("/function/{}/describe?Stage=DEVELOPMENT", encoded(name));
        let answer = self.cloudfront("cloudfront:DescribeFunction", "GET", &path);
        answer.await?.etag()
    }

    async fn changed_edge_function(
        &self,
        action: &'static str,
        method: &'static str,
        name: &str,
        what: &str,
        etag: String,
    ) -> Result<(), Failure> {
        let mut call = call(
            action,
            method,
            &format!("/function/{}{what}", encoded(name)),
        );
        call.headers = vec![("if-match", etag)];
        self.send(&call).await.map(drop)
    }

    async fn cloudfront(
        &self,
        action: &'static str,
        method: &'static str,
        path: &str,
    ) -> Result<Answer, Failure> {
        self.send(&call(action, method, path)).await
    }
}

fn call(action: &'static str, method: &'static str, path: &str) -> Call<'static> {
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

//! CloudFront: its functions, hardtack's and others'.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cloudfront::call;
use super::{Tags, is_managed};
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{CallError, Client, Response, escaped, percent_encoded};

/// The current state of a CloudFront Function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeFunction {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// What it was built from.
    pub comment: String,
    /// Whether its development stage is live, too.
    pub is_published: bool,
    /// Its tags.
    pub tags: Tags,
}

/// The code of a CloudFront Function, whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeCode {
    /// Its text, as it was published.
    pub text: String,
    /// Such as `cloudfront-js-2.0`.
    pub runtime: String,
    /// The key value stores that it reads, by ARN.
    pub stores: Vec<String>,
}

/// A CloudFront Function that is to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewEdgeFunction<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it was built from.
    pub comment: &'a str,
    /// The key value stores that it reads, by ARN.
    pub stores: &'a [String],
    /// Its tags, without the one that says who manages it.
    pub tags: &'a Tags,
    /// Its text.
    pub code: &'a [u8],
}

/// The runtime of the functions that are created here.
pub(crate) use hardtack_cloudfront::runtimes::FUNCTION as RUNTIME;

const XMLNS: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

impl EdgeFunction {
    /// Whether hardtack created it.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        is_managed(&self.tags)
    }
}

/// The calls about CloudFront Functions.
///
/// # Errors
///
/// Each call fails where AWS refuses it, or there is no response.
pub trait CloudFrontFunctions: Send + Sync + 'static {
    /// All functions whose name begins with a prefix, in development or live.
    fn edge_functions(
        &self,
        prefix: &str,
    ) -> impl Future<Output = Result<Vec<EdgeFunction>, CallError>> + Send;

    /// What a function runs for visitors.
    fn edge_code(&self, arn: &str) -> impl Future<Output = Result<EdgeCode, CallError>> + Send;

    /// Asks whether a function is live; where it is not, the call fails as not found.
    fn find_edge_function(&self, arn: &str) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Creates a function in its development stage. One that is there already is left as it is.
    fn create_edge_function(
        &self,
        new: NewEdgeFunction<'_>,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Makes a function live.
    fn publish_edge_function(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Adds tags, and changes those that are there.
    fn tag_edge_function(
        &self,
        arn: &str,
        tags: &Tags,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Deletes a function, where it is there.
    fn delete_edge_function(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<(), CallError>> + Send;
}

impl CloudFrontFunctions for Client {
    async fn edge_functions(&self, prefix: &str) -> Result<Vec<EdgeFunction>, CallError> {
        let mut found = Vec::new();
        let mut marker = String::new();
        loop {
            let action = "cloudfront:ListFunctions";
            let path = format!("/function?Stage=DEVELOPMENT{marker}");
            let response = self.cloudfront(action, "GET", &path).await?.xml()?;
            let items = response.root().child("Items");
            for item in items.map_or(&[][..], |items| items.children()) {
                let text = |path: &[&str]| response.within(item, path).unwrap_or_default();
                let name = text(&["Name"]);
                if name.starts_with(prefix) {
                    let arn = text(&["FunctionMetadata", "FunctionARN"]);
                    found.push(EdgeFunction {
                        tags: self.edge_tags(&arn).await?,
                        is_published: text(&["Status"]) != "UNPUBLISHED",
                        comment: text(&["FunctionConfig", "Comment"]),
                        arn,
                        name,
                    });
                }
            }
            match response.at(&["NextMarker"]) {
                Some(next) if !next.is_empty() => {
                    marker = format!("&Marker={}", percent_encoded(&next));
                }
                _ => return Ok(found),
            }
        }
    }

    async fn edge_code(&self, arn: &str) -> Result<EdgeCode, CallError> {
        let about = self.describe(arn).await?.xml()?;
        let path = format!("/function/{}?Stage=LIVE", percent_encoded(name_of(arn)));
        let code = self.cloudfront("cloudfront:GetFunction", "GET", &path);
        let config = about.root().child("FunctionConfig");
        let stores = config.map_or(&[][..], |it| it.items("KeyValueStoreAssociations"));
        let stores = stores
            .iter()
            .filter_map(|it| about.within(it, &["KeyValueStoreARN"]));
        let runtime = about.at(&["FunctionConfig", "Runtime"]);
        Ok(EdgeCode {
            text: code.await?.text()?,
            runtime: runtime.unwrap_or_default(),
            stores: stores.collect(),
        })
    }

    async fn find_edge_function(&self, arn: &str) -> Result<(), CallError> {
        self.describe(arn).await.map(drop)
    }

    async fn create_edge_function(&self, new: NewEdgeFunction<'_>) -> Result<(), CallError> {
        let mut call = call("cloudfront:CreateFunction", "POST", "/function");
        call.headers = vec![("content-type", "application/xml".to_string())];
        call.body = format!(
            "<CreateFunctionRequest xmlns=\"{XMLNS}\"><Name>{}</Name><FunctionConfig><Comment>{}</Comment>\
             <Runtime>{RUNTIME}</Runtime>{}</FunctionConfig><FunctionCode>{}</FunctionCode>\
             <Tags><Items><Tag><Key>{OWNER_TAG}</Key><Value>{OWNER}</Value></Tag>{}</Items></Tags></CreateFunctionRequest>",
            new.name,
            escaped(new.comment),
            associated(new.stores),
            STANDARD.encode(new.code),
            in_xml(new.tags),
        )
        .into_bytes();
        match self.send(&call).await {
            // Created by a first attempt whose response was lost: the plan has seen that there was none before.
            Err(error) if error.already_exists() => Ok(()),
            result => result.map(drop),
        }
    }

    async fn publish_edge_function(&self, name: &str) -> Result<(), CallError> {
        let etag = self.edge_etag(name).await?;
        self.change_edge_function("cloudfront:PublishFunction", "POST", name, "/publish", etag)
            .await
    }

    async fn tag_edge_function(&self, arn: &str, tags: &Tags) -> Result<(), CallError> {
        let path = format!("/tagging?Operation=Tag&Resource={}", percent_encoded(arn));
        let mut call = call("cloudfront:TagResource", "POST", &path);
        call.headers = vec![("content-type", "application/xml".to_string())];
        let items = in_xml(tags);
        call.body = format!("<Tags xmlns=\"{XMLNS}\"><Items>{items}</Items></Tags>").into_bytes();
        self.send(&call).await.map(drop)
    }

    async fn delete_edge_function(&self, name: &str) -> Result<(), CallError> {
        let etag = match self.edge_etag(name).await {
            Err(error) if error.is_not_found() => return Ok(()),
            etag => etag?,
        };
        let deleted =
            self.change_edge_function("cloudfront:DeleteFunction", "DELETE", name, "", etag);
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            deleted => deleted,
        }
    }
}

impl Client {
    async fn describe(&self, arn: &str) -> Result<Response, CallError> {
        let name = percent_encoded(name_of(arn));
        let path = format!("/function/{name}/describe?Stage=LIVE");
        self.cloudfront("cloudfront:DescribeFunction", "GET", &path)
            .await
    }

    async fn edge_tags(&self, arn: &str) -> Result<Tags, CallError> {
        let action = "cloudfront:ListTagsForResource";
        let path = format!("/tagging?Resource={}", percent_encoded(arn));
        let response = self.cloudfront(action, "GET", &path).await?.xml()?;
        let items = response.root().child("Items");
        let tags = items.map_or(&[][..], |items| items.children()).iter();
        let text = |tag, name| response.within(tag, &[name]);
        Ok(tags
            .filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value")?)))
            .collect())
    }

    async fn edge_etag(&self, name: &str) -> Result<String, CallError> {
        let path = format!(
            "/function/{}/describe?Stage=DEVELOPMENT",
            percent_encoded(name)
        );
        let response = self.cloudfront("cloudfront:DescribeFunction", "GET", &path);
        response.await?.etag()
    }

    async fn change_edge_function(
        &self,
        action: &'static str,
        method: &'static str,
        name: &str,
        what: &str,
        etag: String,
    ) -> Result<(), CallError> {
        let path = format!("/function/{}{what}", percent_encoded(name));
        let mut call = call(action, method, &path);
        call.headers = vec![("if-match", etag)];
        self.send(&call).await.map(drop)
    }
}

/// The name at the end of an ARN.
fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn in_xml(tags: &Tags) -> String {
    let tags = tags.iter().map(|(key, value)| {
        let (key, value) = (escaped(key), escaped(value));
        format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")
    });
    tags.collect()
}

fn associated(stores: &[String]) -> String {
    if stores.is_empty() {
        return String::new();
    }
    let items = stores.iter().map(|arn| {
        let arn = escaped(arn);
        format!("<KeyValueStoreAssociation><KeyValueStoreARN>{arn}</KeyValueStoreARN></KeyValueStoreAssociation>")
    });
    format!(
        "<KeyValueStoreAssociations><Quantity>{}</Quantity><Items>{}</Items></KeyValueStoreAssociations>",
        stores.len(),
        items.collect::<String>()
    )
}

//! CloudFront Functions, ours and others'.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cloudfront::call;
use crate::config::Product;
use crate::names::{OWNER, OWNER_TAG};
use crate::plan::Tags;
use crate::wire::{Client, Failure, encoded, escaped};

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
    /// Its tags.
    pub tags: Tags,
}

/// What a CloudFront Function runs, anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeCode {
    /// Its text, as it was published.
    pub text: String,
    /// Such as `cloudfront-js-2.0`.
    pub runtime: String,
    /// The key value stores that it reads, by ARN.
    pub stores: Vec<String>,
}

impl EdgeFunction {
    /// Whether it carries our tag.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.tags.get(OWNER_TAG).map(String::as_str) == Some(OWNER)
    }
}

/// What ours is made for.
pub(crate) use hardtack_cloudfront::runtimes::FUNCTION as RUNTIME;

const XMLNS: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

impl Client {
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
                        tags: self.edge_tags(&arn).await?,
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

    async fn edge_tags(&self, arn: &str) -> Result<Tags, Failure> {
        let action = "cloudfront:ListTagsForResource";
        let path = format!("/tagging?Resource={}", encoded(arn));
        let answer = self.cloudfront(action, "GET", &path).await?.xml()?;
        let items = answer.root().child("Items");
        let tags = items.map_or(&[][..], |items| items.children()).iter();
        let text = |tag, name| answer.within(tag, &[name]);
        Ok(tags
            .filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value")?)))
            .collect())
    }

    /// Adds tags, and changes those that are there.
    pub(crate) async fn tag_edge_function(&self, arn: &str, tags: &Tags) -> Result<(), Failure> {
        let path = format!("/tagging?Operation=Tag&Resource={}", encoded(arn));
        let mut call = call("cloudfront:TagResource", "POST", &path);
        call.headers = vec![("content-type", "application/xml".to_string())];
        let items = in_xml(tags);
        call.body = format!("<Tags xmlns=\"{XMLNS}\"><Items>{items}</Items></Tags>").into_bytes();
        self.send(&call).await.map(drop)
    }

    /// What a CloudFront Function runs for visitors.
    ///
    /// # Errors
    ///
    /// Where there is none, or it may not be read.
    pub async fn edge_code(&self, arn: &str) -> Result<EdgeCode, Failure> {
        let path = |what: &str| format!("/function/{}{what}?Stage=LIVE", encoded(name_of(arn)));
        let (about, code) = (path("/describe"), path(""));
        let about = self.cloudfront("cloudfront:DescribeFunction", "GET", &about);
        let about = about.await?.xml()?;
        let code = self.cloudfront("cloudfront:GetFunction", "GET", &code);
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

    /// Whether a function that stood somewhere is there no more. One that may not be looked at is taken to be there.
    pub(crate) async fn is_gone(&self, arn: &str) -> Result<bool, Failure> {
        let found = match Product::of(arn) {
            Product::LambdaEdge => self.version_at(arn).await,
            Product::CloudfrontFunction => {
                let path = format!("/function/{}/describe?Stage=LIVE", encoded(name_of(arn)));
                let about = self.cloudfront("cloudfront:DescribeFunction", "GET", &path);
                about.await.map(drop)
            }
        };
        match found {
            Ok(()) => Ok(false),
            Err(failure) if failure.is_missing() => Ok(true),
            Err(failure) if failure.is_denied() => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    pub(crate) async fn create_edge_function(
        &self,
        name: &str,
        comment: &str,
        (stores, tags): (&[String], &Tags),
        code: &[u8],
    ) -> Result<(), Failure> {
        let mut call = call("cloudfront:CreateFunction", "POST", "/function");
        call.headers = vec![("content-type", "application/xml".to_string())];
        call.body = format!(
            "<CreateFunctionRequest xmlns=\"{XMLNS}\"><Name>{name}</Name><FunctionConfig><Comment>{}</Comment>\
             <Runtime>{RUNTIME}</Runtime>{}</FunctionConfig><FunctionCode>{}</FunctionCode>\
             <Tags><Items><Tag><Key>{OWNER_TAG}</Key><Value>{OWNER}</Value></Tag>{}</Items></Tags></CreateFunctionRequest>",
            escaped(comment),
            associated(stores),
            STANDARD.encode(code),
            in_xml(tags),
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

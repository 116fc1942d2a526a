//! Lambda: the function and its versions, in us-east-1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Call, CallError, Client, HOME_REGION, Service, json_string, percent_encoded};

use super::{Tags, is_managed};

/// The unpublished state of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its ARN, without a version.
    pub arn: String,
    /// The SHA-256 of its zip, in base64.
    pub sha256: String,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Module and function.
    pub handler: String,
    /// Megabytes.
    pub memory: u64,
    /// Seconds.
    pub timeout: u64,
    /// The ARN of its role.
    pub role: String,
    /// `Pending`, `Active`, …
    pub state: String,
    /// `InProgress`, `Successful`, …
    pub update: String,
    /// Its tags.
    pub tags: Tags,
}

impl Function {
    /// Whether hardtack created it.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        is_managed(&self.tags)
    }
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Counted from 1.
    pub number: u64,
    /// Its ARN.
    pub arn: String,
    /// The SHA-256 of its zip, in base64.
    pub sha256: String,
    /// What it was built from.
    pub description: String,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Megabytes and seconds.
    pub limits: (u64, u64),
}

/// What a function is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunctionSpec {
    /// Its name.
    pub function: String,
    /// The ARN of its role.
    pub role: String,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Module and function.
    pub handler: String,
    /// Megabytes.
    pub memory: u64,
    /// Seconds.
    pub timeout: u64,
    /// What it was built from.
    pub description: String,
    /// The SHA-256 of the zip, in base64.
    pub sha256: String,
    /// Bytes of zip.
    pub bytes: usize,
}

impl FunctionSpec {
    fn json(&self) -> Value {
        json!({
            "FunctionName": self.function,
            "Role": self.role,
            "Runtime": self.runtime,
            "Handler": self.handler,
            "MemorySize": self.memory,
            "Timeout": self.timeout,
            "Description": self.description,
        })
    }
}

/// The calls about Lambda functions.
///
/// # Errors
///
/// Each call fails where AWS refuses it, or there is no response.
pub trait Lambda: Send + Sync + 'static {
    /// A function.
    fn function(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Option<Function>, CallError>> + Send;

    /// Its published versions, oldest first.
    fn versions(&self, name: &str) -> impl Future<Output = Result<Vec<Version>, CallError>> + Send;

    /// Asks whether a version is there, whoever made it; where it is not, the call fails as not found.
    fn find_version(&self, arn: &str) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Creates a function. One that is there already is left as it is.
    fn create_function(
        &self,
        spec: &FunctionSpec,
        zip: &[u8],
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Changes everything of a function but its code.
    fn configure_function(
        &self,
        spec: &FunctionSpec,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Replaces a function's code.
    fn upload_code(
        &self,
        name: &str,
        zip: &[u8],
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Publishes a function as it stands, if its code has this hash.
    fn publish_version(
        &self,
        name: &str,
        sha256: &str,
        description: &str,
    ) -> impl Future<Output = Result<Version, CallError>> + Send;

    /// Adds tags, and changes those that are there.
    fn tag_function(
        &self,
        arn: &str,
        tags: &Tags,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Deletes a function and all its versions, where it is there.
    fn delete_function(&self, name: &str) -> impl Future<Output = Result<(), CallError>> + Send;
}

impl Lambda for Client {
    async fn function(&self, name: &str) -> Result<Option<Function>, CallError> {
        let path = format!("/2015-03-31/functions/{name}");
        match self.lambda("lambda:GetFunction", "GET", path, None).await {
            Err(error) if error.is_not_found() => Ok(None),
            result => result.map(|found| Some(function(&found))),
        }
    }

    async fn versions(&self, name: &str) -> Result<Vec<Version>, CallError> {
        let mut versions = Vec::new();
        let mut marker = String::new();
        loop {
            let path = format!("/2015-03-31/functions/{name}/versions{marker}");
            let action = "lambda:ListVersionsByFunction";
            let response = match self.lambda(action, "GET", path, None).await {
                Err(error) if error.is_not_found() => return Ok(versions),
                result => result?,
            };
            let listed = response["Versions"].as_array().into_iter().flatten();
            versions.extend(listed.filter_map(version));
            match response["NextMarker"].as_str() {
                Some(next) if !next.is_empty() => {
                    marker = format!("?Marker={}", percent_encoded(next));
                }
                _ => break,
            }
        }
        versions.sort_by_key(|version| version.number);
        Ok(versions)
    }

    async fn find_version(&self, arn: &str) -> Result<(), CallError> {
        let mut parts = arn.rsplitn(3, ':');
        let (version, name) = (parts.next(), parts.next());
        let (name, version) = (name.unwrap_or_default(), version.unwrap_or_default());
        let path = format!("/2015-03-31/functions/{name}?Qualifier={version}");
        let result = self.lambda("lambda:GetFunction", "GET", path, None).await;
        result.map(drop)
    }

    async fn create_function(&self, spec: &FunctionSpec, zip: &[u8]) -> Result<(), CallError> {
        let mut body = spec.json();
        body["Code"] = json!({ "ZipFile": STANDARD.encode(zip) });
        body["Tags"] = json!({ OWNER_TAG: OWNER });
        let path = "/2015-03-31/functions".to_string();
        let action = "lambda:CreateFunction";
        match self.lambda(action, "POST", path, Some(&body)).await {
            // Created by a first attempt whose response was lost: the plan has seen that there was none before.
            Err(error) if error.already_exists() => Ok(()),
            result => result.map(drop),
        }
    }

    async fn configure_function(&self, spec: &FunctionSpec) -> Result<(), CallError> {
        let path = format!("/2015-03-31/functions/{}/configuration", spec.function);
        let action = "lambda:UpdateFunctionConfiguration";
        let result = self.lambda(action, "PUT", path, Some(&spec.json())).await;
        result.map(drop)
    }

    async fn upload_code(&self, name: &str, zip: &[u8]) -> Result<(), CallError> {
        let path = format!("/2015-03-31/functions/{name}/code");
        let body = json!({ "ZipFile": STANDARD.encode(zip) });
        let action = "lambda:UpdateFunctionCode";
        let result = self.lambda(action, "PUT", path, Some(&body)).await;
        result.map(drop)
    }

    async fn publish_version(
        &self,
        name: &str,
        sha256: &str,
        description: &str,
    ) -> Result<Version, CallError> {
        let path = format!("/2015-03-31/functions/{name}/versions");
        let body = json!({ "CodeSha256": sha256, "Description": description });
        let action = "lambda:PublishVersion";
        let response = self.lambda(action, "POST", path, Some(&body)).await?;
        version(&response).ok_or_else(|| CallError::invalid_response(action, "no version"))
    }

    async fn tag_function(&self, arn: &str, tags: &Tags) -> Result<(), CallError> {
        let path = format!("/2017-03-31/tags/{}", percent_encoded(arn));
        let body = json!({ "Tags": tags });
        let result = self.lambda("lambda:TagResource", "POST", path, Some(&body));
        result.await.map(drop)
    }

    async fn delete_function(&self, name: &str) -> Result<(), CallError> {
        let path = format!("/2015-03-31/functions/{name}");
        let action = "lambda:DeleteFunction";
        match self.lambda(action, "DELETE", path, None).await {
            Err(error) if error.is_not_found() => Ok(()),
            result => result.map(drop),
        }
    }
}

impl Client {
    async fn lambda(
        &self,
        action: &'static str,
        method: &'static str,
        path: String,
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let call = Call {
            service: Service::Lambda,
            region: HOME_REGION,
            action,
            method,
            path,
            headers: body
                .map(|_| ("content-type", "application/json".to_string()))
                .into_iter()
                .collect(),
            body: body.map(Value::to_string).unwrap_or_default().into_bytes(),
        };
        self.send(&call).await?.json()
    }
}

fn function(response: &Value) -> Function {
    let found = &response["Configuration"];
    Function {
        arn: json_string(found, "FunctionArn"),
        sha256: json_string(found, "CodeSha256"),
        runtime: json_string(found, "Runtime"),
        handler: json_string(found, "Handler"),
        memory: found["MemorySize"].as_u64().unwrap_or_default(),
        timeout: found["Timeout"].as_u64().unwrap_or_default(),
        role: json_string(found, "Role"),
        state: json_string(found, "State"),
        update: json_string(found, "LastUpdateStatus"),
        tags: tags(&response["Tags"]),
    }
}

fn tags(found: &Value) -> Tags {
    let tags = found.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    tags.map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

/// A version of a list; `$LATEST` is not one.
fn version(listed: &Value) -> Option<Version> {
    let number = listed["Version"].as_str()?.parse().ok()?;
    let arn = json_string(listed, "FunctionArn");
    let suffix = format!(":{number}");
    Some(Version {
        number,
        // Some emulators leave the number out.
        arn: match arn.ends_with(&suffix) {
            true => arn,
            false => format!("{}{suffix}", arn.trim_end_matches(":$LATEST")),
        },
        sha256: json_string(listed, "CodeSha256"),
        description: json_string(listed, "Description"),
        runtime: json_string(listed, "Runtime"),
        limits: (
            listed["MemorySize"].as_u64().unwrap_or_default(),
            listed["Timeout"].as_u64().unwrap_or_default(),
        ),
    })
}

//! Lambda: the function and its versions, in us-east-1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::names::{OWNER, OWNER_TAG};
use crate::plan::Tags;
use crate::wire::{Call, Client, Failure, HOME, Service, encoded, json_string};

/// A function as it stands, unpublished.
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
    /// Whether it carries our tag.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.tags.get(OWNER_TAG).map(String::as_str) == Some(OWNER)
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
    /// What it was made from.
    pub description: String,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Megabytes and seconds.
    pub limits: (u64, u64),
}

/// What a function is to be, but for its code.
#[derive(Clone, Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) name: &'a str,
    pub(crate) role: &'a str,
    pub(crate) runtime: &'a str,
    pub(crate) handler: &'a str,
    pub(crate) memory: u64,
    pub(crate) timeout: u64,
    pub(crate) description: &'a str,
}

impl Shape<'_> {
    fn json(&self) -> Value {
        json!({
            "FunctionName": self.name,
            "Role": self.role,
            "Runtime": self.runtime,
            "Handler": self.handler,
            "MemorySize": self.memory,
            "Timeout": self.timeout,
            "Description": self.description,
        })
    }
}

impl Client {
    pub(crate) async fn function(&self, name: &str) -> Result<Option<Function>, Failure> {
        let path = format!("/2015-03-31/functions/{name}");
        match self.lambda("lambda:GetFunction", "GET", path, None).await {
            Err(failure) if failure.is_missing() => Ok(None),
            answer => answer.map(|answer| Some(function(&answer))),
        }
    }

    /// Published versions, oldest first.
    pub(crate) async fn versions(&self, name: &str) -> Result<Vec<Version>, Failure> {
        let mut versions = Vec::new();
        let mut marker = String::new();
        loop {
            let path = format!("/2015-03-31/functions/{name}/versions{marker}");
            let action = "lambda:ListVersionsByFunction";
            let answer = match self.lambda(action, "GET", path, None).await {
                Err(failure) if failure.is_missing() => return Ok(versions),
                answer => answer?,
            };
            let listed = answer["Versions"].as_array().into_iter().flatten();
            versions.extend(listed.filter_map(version));
            match answer["NextMarker"].as_str() {
                Some(next) if !next.is_empty() => marker = format!("?Marker={}", encoded(next)),
                _ => break,
            }
        }
        versions.sort_by_key(|version| version.number);
        Ok(versions)
    }

    pub(crate) async fn create_function(
        &self,
        shape: &Shape<'_>,
        zip: &[u8],
    ) -> Result<(), Failure> {
        let mut body = shape.json();
        body["Code"] = json!({ "ZipFile": STANDARD.encode(zip) });
        body["Tags"] = json!({ OWNER_TAG: OWNER });
        let path = "/2015-03-31/functions".to_string();
        let action = "lambda:CreateFunction";
        match self.lambda(action, "POST", path, Some(&body)).await {
            // Our own first attempt, whose answer was lost: the plan has seen that nobody else's is there.
            Err(failure) if failure.is_there_already() => Ok(()),
            answer => answer.map(drop),
        }
    }

    pub(crate) async fn configure_function(&self, shape: &Shape<'_>) -> Result<(), Failure> {
        let path = format!("/2015-03-31/functions/{}/configuration", shape.name);
        let action = "lambda:UpdateFunctionConfiguration";
        let answer = self.lambda(action, "PUT", path, Some(&shape.json())).await;
        answer.map(drop)
    }

    pub(crate) async fn upload_code(&self, name: &str, zip: &[u8]) -> Result<(), Failure> {
        let path = format!("/2015-03-31/functions/{name}/code");
        let body = json!({ "ZipFile": STANDARD.encode(zip) });
        let action = "lambda:UpdateFunctionCode";
        let answer = self.lambda(action, "PUT", path, Some(&body)).await;
        answer.map(drop)
    }

    /// Publishes what stands there, if it is the code with this hash.
    pub(crate) async fn publish_version(
        &self,
        name: &str,
        sha256: &str,
        description: &str,
    ) -> Result<Version, Failure> {
        let path = format!("/2015-03-31/functions/{name}/versions");
        let body = json!({ "CodeSha256": sha256, "Description": description });
        let action = "lambda:PublishVersion";
        let answer = self.lambda(action, "POST", path, Some(&body)).await?;
        version(&answer).ok_or_else(|| Failure::unreadable(action, "no version"))
    }

    /// Adds tags, and changes those that are there.
    pub(crate) async fn tag_function(&self, arn: &str, tags: &Tags) -> Result<(), Failure> {
        let path = format!("/2017-03-31/tags/{}", encoded(arn));
        let body = json!({ "Tags": tags });
        let answer = self.lambda("lambda:TagResource", "POST", path, Some(&body));
        answer.await.map(drop)
    }

    /// Asks for a version, anybody's.
    pub(crate) async fn version_at(&self, arn: &str) -> Result<(), Failure> {
        let mut parts = arn.rsplitn(3, ':');
        let (version, name) = (parts.next(), parts.next());
        let (name, version) = (name.unwrap_or_default(), version.unwrap_or_default());
        let path = format!("/2015-03-31/functions/{name}?Qualifier={version}");
        self.lambda("lambda:GetFunction", "GET", path, None)
            .await
            .map(drop)
    }

    /// Deletes a function and all its versions.
    pub(crate) async fn delete_function(&self, name: &str) -> Result<(), Failure> {
        let path = format!("/2015-03-31/functions/{name}");
        let answer = self
            .lambda("lambda:DeleteFunction", "DELETE", path, None)
            .await;
        match answer {
            Err(failure) if failure.is_missing() => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn lambda(
        &self,
        action: &'static str,
        method: &'static str,
        path: String,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let call = Call {
            service: Service::Lambda,
            region: HOME,
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

fn function(answer: &Value) -> Function {
    let found = &answer["Configuration"];
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
        tags: tags(&answer["Tags"]),
    }
}

fn tags(found: &Value) -> Tags {
    let tags = found.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    tags.map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

/// A version of a list; `$LATEST` is none.
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

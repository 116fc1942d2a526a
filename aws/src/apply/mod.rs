//! Executes a plan, step by step. Executing a step again does no harm.

mod associate;
mod error;
mod logs;
mod progress;
#[cfg(test)]
mod tests;
mod wait;

use std::time::Duration;

use crate::api::{Api, FunctionSpec, NewEdgeFunction, Tags};
use crate::plan::{Artifacts, Plan, Step};
use crate::product::Product;
use crate::wire::CallError;

pub use error::ApplyError;
pub use progress::{Progress, ProgressSink};
pub use wait::wait_deployed;

use associate::{associate, is_about_role};
use logs::{delete_logs, keep_logs};
use wait::{PROPAGATION, Wait, wait_ready};

/// How long the edges may take to let go of a function.
const DETACH_TIMEOUT: Duration = Duration::from_secs(1800);
const ROLE_DESCRIPTION: &str = "Lets hardtack's function at the edge write its log";

/// Executes a plan.
///
/// # Errors
///
/// The first step that fails. A new plan goes on from there.
pub async fn apply<A: Api>(
    api: &A,
    plan: &Plan,
    artifacts: Option<&Artifacts>,
    progress: ProgressSink<'_>,
) -> Result<(), ApplyError> {
    let mut run = Run {
        api,
        artifacts,
        published: None,
    };
    for step in &plan.steps {
        progress(Progress::Started(step));
        run.step(step, progress).await?;
        progress(Progress::Finished(step));
    }
    Ok(())
}

struct Run<'a, A> {
    api: &'a A,
    artifacts: Option<&'a Artifacts>,
    /// The ARN of the version that this run has published.
    published: Option<String>,
}

impl<A: Api> Run<'_, A> {
    async fn step(&mut self, step: &Step, progress: ProgressSink<'_>) -> Result<(), ApplyError> {
        let api = self.api;
        match step {
            Step::CreateRole { role, trust } => {
                api.create_role(role, trust, ROLE_DESCRIPTION).await?;
            }
            Step::WriteTrust { role, trust } => api.write_trust(role, trust).await?,
            Step::WriteRolePolicy { role, policy } => api.write_role_policy(role, policy).await?,
            Step::KeepLogs {
                group,
                days,
                regions,
            } => keep_logs(api, group, *days, regions, progress).await,
            Step::CreateFunction { spec } => self.create_function(spec, progress).await?,
            Step::ConfigureFunction { spec, .. } => {
                wait_ready(api, &spec.function, progress).await?;
                api.configure_function(spec).await?;
            }
            Step::UploadCode { function, .. } => {
                wait_ready(api, function, progress).await?;
                api.upload_code(function, self.code(None)).await?;
            }
            Step::PublishVersion {
                function,
                sha256,
                description,
            } => {
                wait_ready(api, function, progress).await?;
                let version = api.publish_version(function, sha256, description).await?;
                self.published = Some(version.arn);
            }
            Step::CreateEdgeFunction {
                name,
                comment,
                wraps,
                addresses,
                stores,
                tags,
                ..
            } => {
                let code = match addresses {
                    None => self.code(wraps.as_deref()),
                    Some(_) => self.request_code(),
                };
                let new = NewEdgeFunction {
                    name,
                    comment,
                    stores,
                    tags,
                    code,
                };
                api.create_edge_function(new).await?;
            }
            Step::PublishEdgeFunction { name } => api.publish_edge_function(name).await?,
            Step::RecordPrevious { product, arn, tags } => self.tag(*product, arn, tags).await?,
            Step::Associate {
                distribution,
                etag,
                changes,
            } => {
                let published = self.published.as_deref();
                associate(api, (distribution, etag), changes, published, progress).await?;
            }
            Step::AwaitDetached { distribution } => {
                wait_deployed(api, distribution, DETACH_TIMEOUT, progress).await?;
            }
            Step::DeleteEdgeFunction { name } => api.delete_edge_function(name).await?,
            Step::DeleteFunction { function } => self.delete_function(function).await?,
            Step::DeleteRole { role } => api.delete_role(role).await?,
            Step::DeleteLogs { group, regions } => {
                delete_logs(api, group, regions, progress).await;
            }
        }
        Ok(())
    }

    /// The code that was built: wrapping the function with this ARN, or plain.
    fn code(&self, wrapped: Option<&str>) -> &[u8] {
        let artifact = self.artifacts.and_then(|all| all.wrapping(wrapped));
        artifact.map_or(&[], |artifact| &artifact.bytes)
    }

    /// The code that gives pages their addresses.
    fn request_code(&self) -> &[u8] {
        let request = self.artifacts.and_then(|all| all.request.as_ref());
        request.map_or(&[], |it| &it.artifact.bytes)
    }

    async fn tag(&self, product: Product, arn: &str, tags: &Tags) -> Result<(), CallError> {
        match product {
            Product::LambdaEdge => self.api.tag_function(arn, tags).await,
            Product::CloudfrontFunction => self.api.tag_edge_function(arn, tags).await,
        }
    }

    /// Lambda does not know a new role at once.
    async fn create_function(
        &self,
        spec: &FunctionSpec,
        progress: ProgressSink<'_>,
    ) -> Result<(), ApplyError> {
        let mut wait = Wait::new(self.api.poll_interval(), PROPAGATION);
        loop {
            match self.api.create_function(spec, self.code(None)).await {
                Err(error) if is_about_role(&error) => {
                    if !wait.once_more(self.api, "the role", progress).await {
                        return Err(error.into());
                    }
                }
                result => return Ok(result?),
            }
        }
    }

    async fn delete_function(&self, function: &str) -> Result<(), ApplyError> {
        match self.api.delete_function(function).await {
            Err(error) if error.message().contains("replicated function") => {
                Err(ApplyError::Replicated)
            }
            result => Ok(result?),
        }
    }
}

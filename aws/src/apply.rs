//! Does what a plan says, step by step. A step that was done already does no harm when it is done again.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::config::{Config, Edit, Product};
use crate::plan::{Artifacts, Move, Plan, Shape, Step, Tags, Target};
use crate::service::Shape as Wire;
use crate::wire::{Client, Failure};

/// A new role is known everywhere after seconds, as a rule.
const PROPAGATION: Duration = Duration::from_secs(90);
/// A function is made, or changed, within seconds.
const READY: Duration = Duration::from_secs(180);

/// Why a plan was not done to its end.
#[derive(Clone, Debug)]
pub enum Stop {
    /// A call failed.
    Failed(Failure),
    /// Someone has changed the distribution since the plan was made: a new plan is needed.
    Outdated,
    /// The function still has replicas, which go away by themselves within hours.
    Replicated,
    /// Something took longer than it should.
    TimedOut(&'static str),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What is told while a plan is done.
#[derive(Clone, Debug)]
pub enum Told<'a> {
    /// A step begins.
    Begins(&'a Step),
    /// A step is done.
    Done(&'a Step),
    /// Something is waited for; so often has it been looked at.
    Waits(&'static str, u32),
    /// Something went wrong that does not stop the plan.
    Warns(String),
}

/// Who is told.
pub type Teller<'a> = &'a mut dyn FnMut(Told<'_>);

/// Does a plan.
///
/// # Errors
///
/// Where it stops. A new plan goes on from there.
pub async fn apply(
    client: &Client,
    plan: &Plan,
    artifacts: Option<&Artifacts>,
    tell: Teller<'_>,
) -> Result<(), Stop> {
    let mut run = Run {
        client,
        artifacts,
        published: None,
    };
    for step in &plan.steps {
        tell(Told::Begins(step));
        run.step(step, tell).await?;
        tell(Told::Done(step));
    }
    Ok(())
}

/// Waits until a change has reached every edge.
///
/// # Errors
///
/// Where a call fails, or it takes longer than `limit`.
pub async fn wait_deployed(
    client: &Client,
    distribution: &str,
    limit: Duration,
    tell: Teller<'_>,
) -> Result<(), Stop> {
    let mut looks = 0;
    let pause = client.look_again() * 3;
    let mut left = limit;
    while client.distribution_status(distribution).await? != "Deployed" {
        looks += 1;
        tell(Told::Waits("the edges", looks));
        left = left
            .checked_sub(pause)
            .ok_or(Stop::TimedOut("the distribution is not deployed yet"))?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

struct Run<'a> {
    client: &'a Client,
    artifacts: Option<&'a Artifacts>,
    /// The ARN of the version that this run has published.
    published: Option<String>,
}

impl Run<'_> {
    async fn step(&mut self, step: &Step, tell: Teller<'_>) -> Result<(), Stop> {
        let client = self.client;
        match step {
            Step::CreateRole { role, trust } => {
                let description = "Lets hardtack's function at the edge write its log";
                client.create_role(role, trust, description).await?;
            }
            Step::WriteTrust { role, trust } => client.write_trust(role, trust).await?,
            Step::WriteRolePolicy { role, policy } => {
                client.write_role_policy(role, policy).await?;
            }
            Step::KeepLogs {
                group,
                days,
                regions,
            } => self.keep_logs(group, *days, regions, tell).await,
            Step::CreateFunction { shape } => self.create_function(shape, tell).await?,
            Step::ConfigureFunction { shape, .. } => {
                self.ready(&shape.function, tell).await?;
                client.configure_function(&wire(shape)).await?;
            }
            Step::UploadCode { function, .. } => {
                self.ready(function, tell).await?;
                client.upload_code(function, self.code(None)).await?;
            }
            Step::PublishVersion {
                function,
                sha256,
                description,
            } => {
                self.ready(function, tell).await?;
                let version = client.publish_version(function, sha256, description);
                self.published = Some(version.await?.arn);
            }
            Step::CreateEdgeFunction {
                name,
                comment,
                runs_first,
                stores,
                tags,
                ..
            } => {
                let code = self.code(runs_first.as_deref());
                client
                    .create_edge_function(name, comment, (stores, tags), code)
                    .await?;
            }
            Step::PublishEdgeFunction { name } => client.publish_edge_function(name).await?,
            Step::Remember { product, arn, tags } => self.remember(*product, arn, tags).await?,
            Step::Associate {
                distribution,
                etag,
                moves,
            } => self.associate(distribution, etag, moves, tell).await?,
            Step::AwaitDetached { distribution } => {
                wait_deployed(client, distribution, Duration::from_secs(1800), tell).await?;
            }
            Step::DeleteEdgeFunction { name } => client.delete_edge_function(name).await?,
            Step::DeleteFunction { function } => self.delete_function(function).await?,
            Step::DeleteRole { role } => client.delete_role(role).await?,
            Step::DeleteLogs { group, regions } => self.delete_logs(group, regions, tell).await,
        }
        Ok(())
    }

    /// What was built, around the function with this ARN or by itself.
    fn code(&self, inner: Option<&str>) -> &[u8] {
        let artifact = self.artifacts.and_then(|all| all.of(inner));
        artifact.map_or(&[], |artifact| &artifact.bytes)
    }

    async fn remember(&self, product: Product, arn: &str, tags: &Tags) -> Result<(), Failure> {
        match product {
            Product::LambdaEdge => self.client.tag_function(arn, tags).await,
            Product::CloudfrontFunction => self.client.tag_edge_function(arn, tags).await,
        }
    }

    /// A role that was just made is not known to Lambda at once.
    async fn create_function(&self, shape: &Shape, tell: Teller<'_>) -> Result<(), Stop> {
        let mut patience = Patience::new(self.client, PROPAGATION);
        loop {
            match self
                .client
                .create_function(&wire(shape), self.code(None))
                .await
            {
                Err(failure) if is_about_role(&failure) => {
                    patience.wait("the role", failure, tell).await?;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Waits until a function takes changes.
    async fn ready(&self, function: &str, tell: Teller<'_>) -> Result<(), Stop> {
        let mut left = READY;
        let mut looks = 0;
        loop {
            let found = self.client.function(function).await?;
            let is_ready = found.is_none_or(|it| {
                // Emulators leave these out.
                it.state != "Pending" && it.update != "InProgress"
            });
            if is_ready {
                return Ok(());
            }
            looks += 1;
            tell(Told::Waits("the function", looks));
            let pause = self.client.look_again();
            left = left
                .checked_sub(pause)
                .ok_or(Stop::TimedOut("the function does not become ready"))?;
            tokio::time::sleep(pause).await;
        }
    }

    /// One call for all behaviours, on the configuration as it stands, if that is the one that the plan was made from.
    async fn associate(
        &self,
        distribution: &str,
        etag: &str,
        moves: &[Move],
        tell: Teller<'_>,
    ) -> Result<(), Stop> {
        let (config, found) = self.client.distribution_config(distribution).await?;
        if found != etag {
            return Err(Stop::Outdated);
        }
        let wanted = config.edited(&edits(moves, self.published.as_deref())?);
        let mut patience = Patience::new(self.client, PROPAGATION);
        loop {
            let update = self.client.update_distribution(distribution, etag, &wanted);
            match update.await {
                Err(failure) if failure.is_outdated() => {
                    return self.is_done(distribution, &wanted).await;
                }
                Err(failure) if is_about_role(&failure) => {
                    patience.wait("the role", failure, tell).await?;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Whether the change that CloudFront refuses as outdated is our own, whose answer was lost.
    async fn is_done(&self, distribution: &str, wanted: &str) -> Result<(), Stop> {
        let (config, _) = self.client.distribution_config(distribution).await?;
        let wanted = Config::parse(wanted.to_string()).map_err(|_| Stop::Outdated)?;
        match config.behaviors() == wanted.behaviors() {
            true => Ok(()),
            false => Err(Stop::Outdated),
        }
    }

    async fn delete_function(&self, function: &str) -> Result<(), Stop> {
        match self.client.delete_function(function).await {
            Err(failure) if failure.message().contains("replicated function") => {
                Err(Stop::Replicated)
            }
            done => Ok(done?),
        }
    }

    /// In all regions at once. A region that is closed to the account must not stand in the way.
    async fn keep_logs(&self, group: &str, days: u64, regions: &[String], tell: Teller<'_>) {
        let mut asked = JoinSet::new();
        for region in regions {
            let (client, region) = (self.client.clone(), region.clone());
            let group = group.to_string();
            asked.spawn(async move { client.keep_logs(&region, &group, days).await });
        }
        warn(asked.join_all().await, tell);
    }

    async fn delete_logs(&self, group: &str, regions: &[String], tell: Teller<'_>) {
        let mut asked = JoinSet::new();
        for region in regions {
            let (client, region) = (self.client.clone(), region.clone());
            let group = group.to_string();
            asked.spawn(async move { client.delete_logs(&region, &group).await });
        }
        warn(asked.join_all().await, tell);
    }
}

fn warn(done: Vec<Result<(), Failure>>, tell: Teller<'_>) {
    let failed = done.into_iter().filter_map(Result::err);
    let told: BTreeSet<_> = failed
        .map(|failure| format!("logs in {}: {failure}", failure.region))
        .collect();
    told.into_iter().for_each(|text| tell(Told::Warns(text)));
}

fn wire(shape: &Shape) -> Wire<'_> {
    Wire {
        name: &shape.function,
        role: &shape.role,
        runtime: &shape.runtime,
        handler: &shape.handler,
        memory: shape.memory,
        timeout: shape.timeout,
        description: &shape.description,
    }
}

fn edits(
    moves: &[Move],
    published: Option<&str>,
) -> Result<Vec<(crate::config::BehaviorName, Edit)>, Stop> {
    let arn = |target: &Target| match target {
        Target::Arn(arn) => Ok(arn.clone()),
        Target::Published => published.map(str::to_string).ok_or(Stop::Outdated),
    };
    let edit = |one: &Move| {
        let edit = match (&one.from, &one.to) {
            (None, None) => return Ok(None),
            (None, Some(to)) => Edit::Attach(one.product, arn(to)?),
            (Some(from), None) => Edit::Detach(one.product, from.clone()),
            (Some(from), Some(to)) => Edit::Replace(one.product, from.clone(), arn(to)?),
        };
        Ok(Some((one.behavior.clone(), edit)))
    };
    moves
        .iter()
        .map(edit)
        .filter_map(Result::transpose)
        .collect()
}

/// What Lambda and CloudFront say of a role, or of its trust, that they don't know yet.
fn is_about_role(failure: &Failure) -> bool {
    let text = failure.message();
    text.contains("cannot be assumed by Lambda") || text.contains("must be assumable with")
}

/// Waits for something to become known, but not for ever.
struct Patience<'a> {
    client: &'a Client,
    left: Duration,
    looks: u32,
}

impl<'a> Patience<'a> {
    const fn new(client: &'a Client, left: Duration) -> Self {
        Self {
            client,
            left,
            looks: 0,
        }
    }

    async fn wait(
        &mut self,
        what: &'static str,
        failure: Failure,
        tell: Teller<'_>,
    ) -> Result<(), Stop> {
        let pause = self.client.look_again();
        match self.left.checked_sub(pause) {
            None => Err(failure.into()),
            Some(left) => {
                self.left = left;
                self.looks += 1;
                tell(Told::Waits(what, self.looks));
                tokio::time::sleep(pause).await;
                Ok(())
            }
        }
    }
}

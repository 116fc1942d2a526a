//! The plan for a deployment.

use crate::config::{Association, Behavior, BehaviorName, EVENT, Product};
use crate::names::{log_rights, trust};
use crate::observe::{LogGroup, Observed};

use super::notes::notes;
use super::{Conflict, Move, Plan, Refusal, Shape, Step, Target};

/// Megabytes: the limit of functions on viewer events, before it was raised.
const MEMORY: u64 = 128;
/// Seconds; likewise.
const TIMEOUT: u64 = 5;
const HANDLER: &str = "index.handler";
/// How many CloudFront Functions are kept: the one that runs, and those that a rollback may want.
const KEPT: usize = 3;

/// What someone wants to run.
#[derive(Clone, Debug)]
pub struct Wish {
    /// On which product.
    pub product: Product,
    /// In which behaviours.
    pub behaviors: Selection,
    /// What.
    pub artifact: Artifact,
    /// Such as `nodejs22.x`; for Lambda.
    pub runtime: String,
    /// Days that logs are kept; for Lambda.
    pub log_days: u64,
    /// Whether another function on viewer-response gives way.
    pub replace: bool,
}

/// Which behaviours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those where it runs already, and else the default one.
    Standing,
    /// These, and those where it runs already.
    Named(Vec<BehaviorName>),
    /// All.
    All,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// A zip, or the code of a CloudFront Function.
    pub bytes: Vec<u8>,
    /// What tells it from others: for a zip its SHA-256 in base64.
    pub identity: String,
    /// What it was made from, such as `hardtack 0.1.0, policy bc28e8a21a811cc2`.
    pub description: String,
}

/// Plans a deployment.
///
/// # Errors
///
/// What stands in its way.
pub fn deploy(wish: &Wish, observed: &Observed) -> Result<Plan, Refusal> {
    check_owner(wish.product, observed)?;
    let behaviors = selected(wish, observed)?;
    let conflicts: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| conflicts(wish, observed, behavior))
        .collect();
    if !conflicts.is_empty() {
        return Err(Refusal::Taken(conflicts));
    }
    let (mut steps, release) = match wish.product {
        Product::LambdaEdge => lambda(wish, observed),
        Product::CloudfrontFunction => edge(wish, observed),
    };
    let moves: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| moves(wish, observed, behavior, &release))
        .collect();
    if !moves.is_empty() {
        steps.push(Step::Associate {
            distribution: observed.target().id.clone(),
            etag: observed.target().etag.clone(),
            moves,
        });
    }
    if wish.product == Product::CloudfrontFunction {
        steps.extend(outdated(observed, &release));
    }
    Ok(Plan {
        notes: notes(wish, observed, &behaviors),
        ..Plan::empty(observed, steps)
    })
}

impl Plan {
    pub(super) fn empty(observed: &Observed, steps: Vec<Step>) -> Self {
        let target = observed.target();
        Self {
            account: observed.account.clone(),
            distribution: target.id.clone(),
            domain: target.domain.clone(),
            aliases: target.config.aliases(),
            steps,
            notes: Vec::new(),
        }
    }
}

/// What is there under our name must be ours.
fn check_owner(product: Product, observed: &Observed) -> Result<(), Refusal> {
    let refusal = |kind, name| Err(Refusal::NotOurs { kind, name });
    let name = observed.names().function();
    match product {
        Product::LambdaEdge => {
            if observed.function.as_ref().is_some_and(|it| !it.is_ours) {
                return refusal("Lambda function", name);
            }
            if observed.role.as_ref().is_some_and(|it| !it.is_ours) {
                return refusal("role", name);
            }
        }
        Product::CloudfrontFunction => {
            let foreign = observed.edge_functions.iter().find(|(_, it)| !it.is_ours);
            if let Some((_, foreign)) = foreign {
                return refusal("CloudFront Function", foreign.name.clone());
            }
        }
    }
    Ok(())
}

fn selected(wish: &Wish, observed: &Observed) -> Result<Vec<Behavior>, Refusal> {
    let all = observed.target().config.behaviors();
    let standing: Vec<_> = observed
        .attached()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let named = match &wish.behaviors {
        Selection::All => return Ok(all),
        Selection::Standing if standing.is_empty() => vec![BehaviorName::Default],
        Selection::Standing => Vec::new(),
        Selection::Named(names) => names.clone(),
    };
    let unknown = named
        .iter()
        .find(|name| !all.iter().any(|it| it.name == **name));
    if let Some(name) = unknown {
        return Err(Refusal::NoSuchBehavior {
            name: name.clone(),
            known: all.into_iter().map(|it| it.name).collect(),
        });
    }
    let is_selected = |it: &Behavior| named.contains(&it.name) || standing.contains(&it.name);
    Ok(all.into_iter().filter(is_selected).collect())
}

/// What stands in our way in a behaviour: a function on viewer-response, or any of the other product on a viewer event,
/// because CloudFront runs both products on viewer events of one behaviour never.
fn conflicts(wish: &Wish, observed: &Observed, behavior: &Behavior) -> Vec<Conflict> {
    let names = observed.names();
    let on_viewer = |it: &&Association| it.event.starts_with("viewer-");
    let foreign = behavior.functions.iter().filter(on_viewer);
    let foreign: Vec<_> = foreign.filter(|it| !names.owns(&it.arn)).collect();
    let other_fits = foreign
        .iter()
        .all(|it| it.product != wish.product && it.event != EVENT);
    foreign
        .into_iter()
        .filter(|it| it.event == EVENT || it.product != wish.product)
        .filter(|it| !(wish.replace && it.event == EVENT))
        .map(|it| Conflict::new(&behavior.name, it, other_fits))
        .collect()
}

fn lambda(wish: &Wish, observed: &Observed) -> (Vec<Step>, Target) {
    let name = observed.names().function();
    let mut steps = role(observed, &name);
    steps.extend(logs(wish, observed));
    let shape = shape(wish, observed);
    match &observed.function {
        None => steps.push(Step::CreateFunction {
            shape: shape.clone(),
        }),
        Some(function) => {
            if function.sha256 != wish.artifact.identity {
                steps.push(Step::UploadCode {
                    function: name.clone(),
                    sha256: wish.artifact.identity.clone(),
                });
            }
            let differs = differences(function, &shape);
            if !differs.is_empty() {
                let shape = shape.clone();
                steps.push(Step::ConfigureFunction { shape, differs });
            }
        }
    }
    // Versions count upwards, and so the newest one is what the last deployment made.
    let newest = observed.versions.last().filter(|version| {
        version.sha256 == shape.sha256
            && version.runtime == shape.runtime
            && version.limits == (shape.memory, shape.timeout)
            && steps.iter().all(|step| !step.changes_function())
    });
    let release = match newest {
        Some(version) => Target::Arn(version.arn.clone()),
        None => {
            steps.push(Step::PublishVersion {
                function: name,
                sha256: shape.sha256,
                description: shape.description,
            });
            Target::Published
        }
    };
    (steps, release)
}

impl Step {
    const fn changes_function(&self) -> bool {
        matches!(
            self,
            Self::CreateFunction { .. } | Self::ConfigureFunction { .. } | Self::UploadCode { .. }
        )
    }
}

fn role(observed: &Observed, name: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let (role, trust) = (name.to_string(), trust());
    match &observed.role {
        None => steps.push(Step::CreateRole { role, trust }),
        Some(found) if found.trust != trust => steps.push(Step::WriteTrust { role, trust }),
        Some(_) => {}
    }
    let policy = log_rights(&observed.account, &observed.names());
    let found = observed.role.as_ref().and_then(|it| it.policy.as_ref());
    if found != Some(&policy) {
        let role = name.to_string();
        steps.push(Step::WriteRolePolicy { role, policy });
    }
    steps
}

fn logs(wish: &Wish, observed: &Observed) -> Option<Step> {
    let is_wrong = |it: &LogGroup| match it {
        LogGroup::Missing => true,
        LogGroup::Keeps(days) => *days != Some(wish.log_days),
        LogGroup::Unknown(_) => false,
    };
    let wrong = observed.logs.iter().filter(|(_, it)| is_wrong(it));
    let regions: Vec<_> = wrong.map(|(region, _)| region.clone()).collect();
    (!regions.is_empty()).then(|| Step::KeepLogs {
        group: observed.names().log_group(),
        days: wish.log_days,
        regions,
    })
}

fn shape(wish: &Wish, observed: &Observed) -> Shape {
    let name = observed.names().function();
    Shape {
        role: format!("arn:aws:iam::{}:role/{name}", observed.account),
        function: name,
        runtime: wish.runtime.clone(),
        handler: HANDLER.to_string(),
        memory: MEMORY,
        timeout: TIMEOUT,
        description: wish.artifact.description.clone(),
        sha256: wish.artifact.identity.clone(),
        bytes: wish.artifact.bytes.len(),
    }
}

fn differences(found: &crate::service::Function, shape: &Shape) -> Vec<String> {
    let texts = [
        ("runtime", &found.runtime, &shape.runtime),
        ("handler", &found.handler, &shape.handler),
        ("role", &found.role, &shape.role),
    ];
    let numbers = [
        ("memory", found.memory, shape.memory),
        ("timeout", found.timeout, shape.timeout),
    ];
    let texts = texts.into_iter().filter(|(_, was, is)| was != is);
    let numbers = numbers.into_iter().filter(|(_, was, is)| was != is);
    texts
        .map(|(what, was, is)| format!("{what} {was} -> {is}"))
        .chain(numbers.map(|(what, was, is)| format!("{what} {was} -> {is}")))
        .collect()
}

/// The newest of our CloudFront Functions where it is what is wanted, else a new one.
fn edge(wish: &Wish, observed: &Observed) -> (Vec<Step>, Target) {
    let newest = observed.edge_functions.last();
    let (name, mut steps) = match newest {
        Some((_, newest)) if newest.comment == wish.artifact.comment() => {
            if newest.is_published {
                return (Vec::new(), Target::Arn(newest.arn.clone()));
            }
            (newest.name.clone(), Vec::new())
        }
        _ => {
            let number = newest.map_or(0, |(number, _)| *number) + 1;
            let name = format!("{}{number}", observed.names().edge_prefix());
            let create = Step::CreateEdgeFunction {
                name: name.clone(),
                comment: wish.artifact.comment(),
                bytes: wish.artifact.bytes.len(),
            };
            (name, vec![create])
        }
    };
    let arn = format!("arn:aws:cloudfront::{}:function/{name}", observed.account);
    steps.push(Step::PublishEdgeFunction { name });
    (steps, Target::Arn(arn))
}

impl Artifact {
    /// What a CloudFront Function of it says about itself: its code holds a secret of its own, and so tells nothing.
    #[must_use]
    pub fn comment(&self) -> String {
        format!("{}, code {}", self.description, self.identity)
    }
}

/// CloudFront Functions that no rollback will want; an account may have a hundred.
fn outdated(observed: &Observed, release: &Target) -> Vec<Step> {
    let attached = observed.attached();
    let is_attached = |arn: &str| attached.iter().any(|(_, found)| found.arn == arn);
    let older = observed.edge_functions.iter().rev().map(|(_, it)| it);
    let older = older.filter(|it| Target::Arn(it.arn.clone()) != *release);
    older
        .skip(KEPT - 1)
        .filter(|it| !is_attached(&it.arn))
        .map(|it| Step::DeleteEdgeFunction {
            name: it.name.clone(),
        })
        .collect()
}

/// What changes in a behaviour so that `release`, and only that, runs there on viewer-response.
fn moves(wish: &Wish, observed: &Observed, behavior: &Behavior, release: &Target) -> Vec<Move> {
    let names = observed.names();
    let is_in_the_way = |it: &&Association| {
        it.event == EVENT && (names.owns(&it.arn) || it.product == wish.product || wish.replace)
    };
    let mut moves = Vec::new();
    let mut is_placed = false;
    for found in behavior.functions.iter().filter(is_in_the_way) {
        let to = (found.product == wish.product && !is_placed).then(|| release.clone());
        is_placed |= to.is_some();
        if to == Some(Target::Arn(found.arn.clone())) {
            continue;
        }
        moves.push(Move {
            behavior: behavior.name.clone(),
            product: found.product,
            from: Some(found.arn.clone()),
            to,
        });
    }
    if !is_placed {
        moves.push(Move {
            behavior: behavior.name.clone(),
            product: wish.product,
            from: None,
            to: Some(release.clone()),
        });
    }
    moves
}

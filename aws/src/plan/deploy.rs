//! The plan for a deployment.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Association, Behavior, BehaviorName, EVENT, Product};
use crate::observe::Observed;

use super::edge::edge;
use super::lambda::lambda;
use super::memory::{Tags, remembered};
use super::notes::notes;
use super::{Conflict, Move, Plan, Refusal, Step, Target};

/// What someone wants to run.
#[derive(Clone, Debug)]
pub struct Wish {
    /// On which product.
    pub product: Product,
    /// In which behaviours.
    pub behaviors: Selection,
    /// What becomes of others that stand there.
    pub others: Others,
    /// What.
    pub artifacts: Artifacts,
    /// Such as `nodejs22.x`; for Lambda.
    pub runtime: String,
    /// Days that logs are kept.
    pub log_days: u64,
    /// Whether the policy has a line logged for each decision. A Lambda function's log is prepared whether or not: Lambda itself writes
    /// there, too.
    pub logs: bool,
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

/// What becomes of another function on viewer-response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It stands in the way.
    Stay,
    /// It gives way, until ours is removed.
    GiveWay,
    /// Ours runs it first; for CloudFront Functions.
    RunFirst,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Artifacts {
    /// Ours, by itself.
    pub alone: Artifact,
    /// Ours around other CloudFront Functions, by their ARNs.
    pub around: BTreeMap<String, Artifact>,
}

/// One thing that was built.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// A zip, or the code of a CloudFront Function.
    pub bytes: Vec<u8>,
    /// What tells it from others: for a zip its SHA-256 in base64.
    pub identity: String,
    /// What it was made from, such as `hardtack 0.1.0, policy bc28e8a21a811cc2`.
    pub description: String,
    /// The key value stores that the function around which it was built reads, by ARN.
    pub stores: Vec<String>,
    /// The runtime that that function was made for.
    pub runtime: String,
}

/// What is to run in a behaviour, by the function that ours runs first there.
pub(super) type Releases = BTreeMap<Option<String>, Target>;

/// The CloudFront Functions that ours is to be built around, by ARN.
///
/// # Errors
///
/// What stands in the way of a deployment anyhow.
pub fn wrapped(
    product: Product,
    behaviors: &Selection,
    others: Others,
    observed: &Observed,
) -> Result<BTreeSet<String>, Refusal> {
    let selected = selected(behaviors, observed)?;
    let inner = selected
        .iter()
        .filter_map(|it| inner(product, others, observed, it));
    Ok(inner.collect())
}

/// Plans a deployment.
///
/// # Errors
///
/// What stands in its way.
pub fn deploy(wish: &Wish, observed: &Observed) -> Result<Plan, Refusal> {
    check_owner(wish.product, observed)?;
    let behaviors = selected(&wish.behaviors, observed)?;
    let conflicts: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| conflicts(wish, observed, behavior))
        .collect();
    if !conflicts.is_empty() {
        return Err(Refusal::Taken(conflicts));
    }
    let (mut steps, releases) = released(wish, observed, &behaviors);
    let moves: Vec<_> = behaviors
        .iter()
        .flat_map(|behavior| moves(wish, observed, behavior, &releases))
        .collect();
    if !moves.is_empty() {
        steps.push(Step::Associate {
            distribution: observed.target().id.clone(),
            etag: observed.target().etag.clone(),
            moves,
        });
    }
    if wish.product == Product::CloudfrontFunction {
        steps.extend(super::edge::outdated(observed, &releases));
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

/// The steps until there is something to attach, and what that is.
fn released(wish: &Wish, observed: &Observed, behaviors: &[Behavior]) -> (Vec<Step>, Releases) {
    let tags: Tags = remembered(observed, behaviors);
    match wish.product {
        Product::LambdaEdge => {
            let (mut steps, release) = lambda(wish, observed);
            steps.extend(super::memory::remember_on_lambda(observed, tags));
            (steps, BTreeMap::from([(None, release)]))
        }
        Product::CloudfrontFunction => {
            let inner = behaviors
                .iter()
                .map(|it| inner(wish.product, wish.others, observed, it));
            edge(wish, observed, &inner.collect(), tags)
        }
    }
}

/// What is there under our name must be ours.
fn check_owner(product: Product, observed: &Observed) -> Result<(), Refusal> {
    let refusal = |kind, name| Err(Refusal::NotOurs { kind, name });
    let name = observed.names().function();
    match product {
        Product::LambdaEdge => {
            if observed.function.as_ref().is_some_and(|it| !it.is_ours()) {
                return refusal("Lambda function", name);
            }
            if observed.role.as_ref().is_some_and(|it| !it.is_ours) {
                return refusal("role", name);
            }
        }
        Product::CloudfrontFunction => {
            let foreign = observed.edge_functions.iter().find(|(_, it)| !it.is_ours());
            if let Some((_, foreign)) = foreign {
                return refusal("CloudFront Function", foreign.name.clone());
            }
        }
    }
    Ok(())
}

fn selected(behaviors: &Selection, observed: &Observed) -> Result<Vec<Behavior>, Refusal> {
    let all = observed.target().config.behaviors();
    let standing: Vec<_> = observed
        .attached()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let named = match behaviors {
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

/// The CloudFront Function that ours is to run first in a behaviour.
fn inner(
    product: Product,
    others: Others,
    observed: &Observed,
    behavior: &Behavior,
) -> Option<String> {
    if product != Product::CloudfrontFunction || others == Others::GiveWay {
        return None;
    }
    let running = behavior.on_event(EVENT)?;
    let is_edge = |arn: &String| Product::of(arn) == Product::CloudfrontFunction;
    if observed.names().owns(&running.arn) {
        let asked = || match others {
            Others::RunFirst => observed.before(observed.target(), &behavior.name, running),
            _ => None,
        };
        return observed.wraps(&running.arn).or_else(asked).filter(is_edge);
    }
    let arn = Some(running.arn.clone()).filter(|_| others == Others::RunFirst);
    arn.filter(is_edge)
}

/// What stands in our way in a behaviour: a function on viewer-response, or any of the other product on a viewer event,
/// because CloudFront runs both products on viewer events of one behaviour never.
fn conflicts(wish: &Wish, observed: &Observed, behavior: &Behavior) -> Vec<Conflict> {
    let names = observed.names();
    let on_viewer = |it: &&Association| it.event.starts_with("viewer-");
    let viewer = behavior.functions.iter().filter(on_viewer);
    let (ours, foreign): (Vec<_>, Vec<_>) = viewer.partition(|it| names.owns(&it.arn));
    let other_fits = foreign
        .iter()
        .all(|it| it.product != wish.product && it.event != EVENT);
    let in_the_way = foreign
        .into_iter()
        .filter(|it| it.event == EVENT || it.product != wish.product)
        .filter(|it| !gives_way(wish, it))
        .map(|it| Conflict::new(&behavior.name, it, other_fits));
    // Lambda@Edge runs no CloudFront Function first: what ours has run would run no more.
    let lost = ours
        .into_iter()
        .filter(|_| wish.product == Product::LambdaEdge && wish.others != Others::GiveWay)
        .filter_map(|it| observed.wraps(&it.arn))
        .map(|arn| Conflict::new(&behavior.name, &Association::edge(arn), false));
    in_the_way.chain(lost).collect()
}

fn gives_way(wish: &Wish, found: &Association) -> bool {
    let both = [wish.product, found.product];
    found.event == EVENT
        && match wish.others {
            Others::Stay => false,
            Others::GiveWay => true,
            Others::RunFirst => both == [Product::CloudfrontFunction; 2],
        }
}

/// What changes in a behaviour so that its release, and only that, runs there on viewer-response.
fn moves(wish: &Wish, observed: &Observed, behavior: &Behavior, releases: &Releases) -> Vec<Move> {
    let inner = inner(wish.product, wish.others, observed, behavior);
    let Some(release) = releases.get(&inner) else {
        return Vec::new();
    };
    let mut moves = Vec::new();
    let mut is_placed = false;
    for found in behavior.functions.iter().filter(|it| it.event == EVENT) {
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

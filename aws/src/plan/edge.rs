//! The steps that bring CloudFront Functions to what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::Names;
use crate::observe::Observed;
use crate::service::EdgeFunction;
use crate::wire::HOME;

use super::deploy::{Artifact, Artifacts, Releases, Wish};
use super::memory::{Tags, WRAPS_TAG, differing};
use super::{Step, Target};

/// How many CloudFront Functions are kept: the one that runs, and those that a rollback may want.
const KEPT: usize = 3;

/// Of each kind, by what it runs first, the newest function where it is what is wanted, else a new one. All that is new
/// carries the tags; where nothing is, the newest of all has them.
pub(super) fn edge(
    wish: &Wish,
    observed: &Observed,
    kinds: &BTreeSet<Option<String>>,
    tags: Tags,
) -> (Vec<Step>, Releases) {
    let newest = observed.edge_functions.last();
    let mut next = newest.map_or(0, |(number, _)| *number) + 1;
    let mut steps = Vec::new();
    let mut releases = BTreeMap::new();
    for kind in kinds {
        let Some(artifact) = wish.artifacts.of(kind.as_deref()) else {
            continue;
        };
        let standing = newest_of(observed, kind).filter(|it| it.comment == artifact.comment());
        let name = match standing {
            Some(it) => it.name.clone(),
            None => {
                let name = format!("{}{next}", observed.names().edge_prefix());
                next += 1;
                // Before there is anything that writes: CloudFront makes a log that is kept for ever.
                steps.extend(wish.logs.then(|| keep_logs(&name, wish.log_days)));
                steps.push(create(&name, kind, artifact, &tags));
                name
            }
        };
        if !standing.is_some_and(|it| it.is_published) {
            steps.push(Step::PublishEdgeFunction { name: name.clone() });
        }
        let arn = standing.map(|it| it.arn.clone());
        let arn = arn.unwrap_or_else(|| arn_of(observed, &name));
        releases.insert(kind.clone(), Target::Arn(arn));
    }
    let is_new = steps
        .iter()
        .any(|it| matches!(it, Step::CreateEdgeFunction { .. }));
    let missing = newest.map(|(_, it)| (it, differing(&it.tags, tags)));
    if let Some((newest, tags)) = missing.filter(|(_, tags)| !is_new && !tags.is_empty()) {
        let (product, arn) = (crate::Product::CloudfrontFunction, newest.arn.clone());
        steps.push(Step::Remember { product, arn, tags });
    }
    (steps, releases)
}

fn keep_logs(name: &str, days: u64) -> Step {
    Step::KeepLogs {
        group: Names::edge_log_group(name),
        days,
        regions: vec![HOME.to_string()],
    }
}

fn create(name: &str, kind: &Option<String>, artifact: &Artifact, tags: &Tags) -> Step {
    let mut tags = tags.clone();
    tags.extend(kind.clone().map(|arn| (WRAPS_TAG.to_string(), arn)));
    Step::CreateEdgeFunction {
        name: name.to_string(),
        comment: artifact.comment(),
        bytes: artifact.bytes.len(),
        runs_first: kind.clone(),
        stores: artifact.stores.clone(),
        tags,
    }
}

fn newest_of<'a>(observed: &'a Observed, kind: &Option<String>) -> Option<&'a EdgeFunction> {
    let mut newest = observed.edge_functions.iter().rev().map(|(_, it)| it);
    newest.find(|it| it.wraps() == *kind)
}

fn arn_of(observed: &Observed, name: &str) -> String {
    format!("arn:aws:cloudfront::{}:function/{name}", observed.account)
}

impl Artifact {
    /// What a CloudFront Function of it says about itself: its code holds a secret of its own, and so tells nothing.
    #[must_use]
    pub fn comment(&self) -> String {
        format!("{}, code {}", self.description, self.identity)
    }
}

impl Artifacts {
    /// What was built to run this function first, or none.
    pub(crate) fn of(&self, inner: Option<&str>) -> Option<&Artifact> {
        match inner {
            None => Some(&self.alone),
            Some(arn) => self.around.get(arn),
        }
    }
}

/// CloudFront Functions that no rollback will want; an account may have a hundred.
pub(super) fn outdated(observed: &Observed, releases: &Releases) -> Vec<Step> {
    let attached = observed
        .distributions()
        .flat_map(|it| observed.attached_to(it));
    let attached: BTreeSet<_> = attached.map(|(_, found)| found.arn).collect();
    let mut kept: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut steps = Vec::new();
    for (_, found) in observed.edge_functions.iter().rev() {
        let kind = found.wraps();
        let release = releases.get(&kind);
        if release == Some(&Target::Arn(found.arn.clone())) {
            continue;
        }
        let kept = kept.entry(kind).or_default();
        *kept += 1;
        if *kept >= KEPT && !attached.contains(&found.arn) {
            let name = found.name.clone();
            steps.push(Step::DeleteEdgeFunction { name });
        }
    }
    steps
}

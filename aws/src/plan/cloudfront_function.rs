//! The steps that bring CloudFront Functions to the desired state: create, publish, record, delete.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{EdgeFunction, Tags};
use crate::names::Names;
use crate::observed::Observed;
use crate::previous::{REQUEST_TAG, WRAPS_TAG};
use crate::product::Product;
use crate::wire::HOME_REGION;

use super::desired::{Artifact, DesiredState};
use super::record::tag_changes;
use super::request::{outdated_request_functions, request_arn};
use super::step::{Release, Releases, Step};

/// How many CloudFront Functions are kept: the one that runs, and those that a rollback may want.
const KEPT: usize = 3;

/// For each wrapped function, and for none: the newest CloudFront Function if it is the desired one, else a new one.
///
/// All new ones carry the tags; where there are no new ones, the tags are added to the newest of all.
pub(super) fn deploy_cloudfront_functions(
    desired: &DesiredState,
    observed: &Observed,
    wrapped: &BTreeSet<Option<String>>,
    tags: Tags,
) -> (Vec<Step>, Releases) {
    let newest = observed.edge_functions.last();
    let mut next = newest.map_or(0, |(number, _)| *number) + 1;
    let request = request_arn(desired, observed);
    let mut steps = Vec::new();
    let mut releases = BTreeMap::new();
    for wrapped in wrapped {
        let Some(artifact) = desired.artifacts.wrapping(wrapped.as_deref()) else {
            continue;
        };
        let arn = match current(observed, wrapped, artifact, request.as_ref()) {
            Some(found) => {
                steps.extend((!found.is_published).then(|| publish(&found.name)));
                found.arn.clone()
            }
            None => {
                let name = format!("{}{next}", observed.names().edge_prefix());
                next += 1;
                // Before the function writes anything: CloudFront would create a log group that keeps its lines for
                // ever.
                steps.extend(desired.logs.then(|| keep_logs(&name, desired.log_days)));
                let tags = tags_of_new(&tags, wrapped.clone(), request.clone());
                steps.push(create(&name, wrapped, artifact, tags));
                steps.push(publish(&name));
                observed.edge_arn(&name)
            }
        };
        releases.insert(wrapped.clone(), Release::Arn(arn));
    }
    let creates = |it: &Step| matches!(it, Step::CreateEdgeFunction { .. });
    if !steps.iter().any(creates) {
        steps.extend(record_on_newest(observed, tags));
    }
    (steps, releases)
}

fn record_on_newest(observed: &Observed, wanted: Tags) -> Option<Step> {
    let (_, newest) = observed.edge_functions.last()?;
    let tags = tag_changes(&newest.tags, wanted);
    let (product, arn) = (Product::CloudfrontFunction, newest.arn.clone());
    (!tags.is_empty()).then_some(Step::RecordPrevious { product, arn, tags })
}

fn keep_logs(name: &str, days: u64) -> Step {
    Step::KeepLogs {
        group: Names::edge_log_group(name),
        days,
        regions: vec![HOME_REGION.to_string()],
    }
}

/// The functions that it records: those that it took the place of, the one that it wraps, and the one on viewer-request
/// that goes with it.
fn tags_of_new(recorded: &Tags, wrapped: Option<String>, request: Option<String>) -> Tags {
    let mut tags = recorded.clone();
    tags.extend(wrapped.map(|arn| (WRAPS_TAG.to_string(), arn)));
    tags.extend(request.map(|arn| (REQUEST_TAG.to_string(), arn)));
    tags
}

fn create(name: &str, wrapped: &Option<String>, artifact: &Artifact, tags: Tags) -> Step {
    Step::CreateEdgeFunction {
        name: name.to_string(),
        comment: artifact.comment(),
        bytes: artifact.bytes.len(),
        wraps: wrapped.clone(),
        addresses: None,
        stores: artifact.stores.clone(),
        tags,
    }
}

fn publish(name: &str) -> Step {
    let name = name.to_string();
    Step::PublishEdgeFunction { name }
}

/// The newest function that wraps this one, if it is the one that is to run.
fn current<'a>(
    observed: &'a Observed,
    wrapped: &Option<String>,
    artifact: &Artifact,
    request: Option<&String>,
) -> Option<&'a EdgeFunction> {
    let mut newest = observed.edge_functions.iter().rev().map(|(_, it)| it);
    let newest = newest.find(|it| it.wrapped() == *wrapped);
    newest.filter(|it| it.comment == artifact.comment() && it.request().as_ref() == request)
}

/// Deletes the CloudFront Functions that no rollback will want; an account may have a hundred.
pub(super) fn outdated(
    desired: &DesiredState,
    observed: &Observed,
    releases: &Releases,
) -> Vec<Step> {
    let deleted = outdated_releases(observed, releases);
    let request = request_arn(desired, observed);
    let requests = outdated_request_functions(
        observed,
        request.as_ref(),
        &deleted.iter().copied().collect(),
    );
    let deleted = deleted
        .into_iter()
        .map(|name| Step::DeleteEdgeFunction { name: name.clone() });
    deleted.chain(requests).collect()
}

fn outdated_releases<'a>(observed: &'a Observed, releases: &Releases) -> Vec<&'a String> {
    let attached = observed
        .distributions()
        .flat_map(|it| observed.attached_to(it));
    let attached: BTreeSet<_> = attached.map(|(_, found)| found.arn).collect();
    let mut kept: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut deleted = Vec::new();
    for (_, found) in observed.edge_functions.iter().rev() {
        let wrapped = found.wrapped();
        if releases.get(&wrapped) == Some(&Release::Arn(found.arn.clone())) {
            continue;
        }
        let kept = kept.entry(wrapped).or_default();
        *kept += 1;
        if *kept >= KEPT && !attached.contains(&found.arn) {
            deleted.push(&found.name);
        }
    }
    deleted
}

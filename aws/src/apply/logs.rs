//! Log groups in many regions at once. A region that is closed to the account must not stop a plan.

use std::collections::BTreeSet;

use tokio::task::JoinSet;

use crate::api::Api;
use crate::wire::CallError;

use super::progress::{Progress, ProgressSink};

pub(super) async fn keep_logs<A: Api>(
    api: &A,
    group: &str,
    days: u64,
    regions: &[String],
    progress: ProgressSink<'_>,
) {
    let mut calls = JoinSet::new();
    for region in regions {
        let (api, region, group) = (api.clone(), region.clone(), group.to_string());
        calls.spawn(async move { api.keep_logs(&region, &group, days).await });
    }
    warn(calls.join_all().await, progress);
}

pub(super) async fn delete_logs<A: Api>(
    api: &A,
    group: &str,
    regions: &[String],
    progress: ProgressSink<'_>,
) {
    let mut calls = JoinSet::new();
    for region in regions {
        let (api, region, group) = (api.clone(), region.clone(), group.to_string());
        calls.spawn(async move { api.delete_logs(&region, &group).await });
    }
    warn(calls.join_all().await, progress);
}

fn warn(results: Vec<Result<(), CallError>>, progress: ProgressSink<'_>) {
    let errors = results.into_iter().filter_map(Result::err);
    let texts: BTreeSet<_> = errors
        .map(|error| format!("logs in {}: {error}", error.region))
        .collect();
    texts
        .into_iter()
        .for_each(|text| progress(Progress::Warning(text)));
}

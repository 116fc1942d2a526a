//! AWS in memory: the calls behind [`Api`](crate::Api), with what AWS checks, takes its time for, and refuses.

mod cloudfront;
mod functions;
mod iam;
mod lambda;
mod logs;
pub(crate) mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::api::{Clock, EdgeFunction, Function, Role, Sts, Version};
use crate::config::Config;
use crate::wire::{CallError, CallErrorKind};

pub(crate) use lambda::hash as lambda_hash;

use site::{ACCOUNT, config, short};

/// An account.
#[derive(Clone, Default)]
pub(crate) struct FakeAws(Arc<Mutex<State>>);

/// What the account holds, and what goes wrong there.
#[derive(Default)]
pub(crate) struct State {
    /// The time that has passed.
    pub(crate) now: Duration,
    /// All calls so far, as policies name them.
    pub(crate) calls: Vec<&'static str>,
    /// What happens to a call, by its number, from 1.
    pub(crate) faults: BTreeMap<usize, Fault>,
    /// Whether changes of a distribution are accepted and forgotten.
    pub(crate) forgets_changes: bool,
    /// Regions that refuse every call.
    pub(crate) closed_regions: BTreeSet<String>,
    /// When a function that the edges run will have no replicas.
    pub(crate) replicated_until: Duration,
    pub(crate) distributions: BTreeMap<String, Stored>,
    pub(crate) roles: BTreeMap<String, (Duration, Role)>,
    pub(crate) functions: BTreeMap<String, (Duration, Function)>,
    pub(crate) versions: BTreeMap<String, Vec<Version>>,
    pub(crate) edge_functions: BTreeMap<String, EdgeFunction>,
    /// The code of each, in development and live.
    pub(crate) edge_code: BTreeMap<String, Vec<u8>>,
    pub(crate) log_groups: BTreeMap<(String, String), Option<u64>>,
}

/// A distribution.
pub(crate) struct Stored {
    pub(crate) config: String,
    pub(crate) etag: u64,
    pub(crate) deployed_at: Duration,
    pub(crate) is_staging: bool,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It never arrives.
    Unsent,
    /// It arrives, and its response is lost.
    Unanswered,
    /// It arrives, its response is lost, and it is sent again.
    Repeated,
    /// It is refused, with this code.
    Refused(&'static str),
}

impl FakeAws {
    /// An account with the distribution `E1` of these behaviours.
    pub(crate) fn with(behaviors: &str) -> Self {
        let aws = Self::default();
        aws.put("E1", &config(behaviors, ""), false);
        aws
    }

    /// Adds a distribution, or changes one as somebody else would.
    pub(crate) fn put(&self, id: &str, config: &str, is_staging: bool) {
        let mut state = self.state();
        let etag = state.distributions.get(id).map_or(1, |it| it.etag + 1);
        let stored = Stored {
            config: config.to_string(),
            etag,
            deployed_at: state.now,
            is_staging,
        };
        state.distributions.insert(id.to_string(), stored);
    }

    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// How many calls there have been.
    pub(crate) fn calls(&self) -> usize {
        self.state().calls.len()
    }

    /// Sets the fault of a later call: the next one where `others` is 0.
    pub(crate) fn fail_after(&self, others: usize, fault: Fault) {
        let mut state = self.state();
        let call = state.calls.len() + others + 1;
        state.faults.insert(call, fault);
    }

    /// Makes a call, with the fault that is set for it.
    fn call<T>(
        &self,
        action: &'static str,
        effect: impl Fn(&mut State) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let mut state = self.state();
        state.calls.push(action);
        let number = state.calls.len();
        match state.faults.get(&number).copied() {
            None => effect(&mut state),
            Some(Fault::Unsent) => Err(unanswered(action)),
            Some(Fault::Unanswered) => {
                let _ = effect(&mut state);
                Err(unanswered(action))
            }
            Some(Fault::Repeated) => {
                let _ = effect(&mut state);
                effect(&mut state)
            }
            Some(Fault::Refused(code)) => Err(refused(action, code, "a fault of the test's")),
        }
    }

    /// Everything in the account, a line each.
    pub(crate) fn listed(&self) -> String {
        let state = self.state();
        let mut text = String::new();
        for (id, stored) in &state.distributions {
            let config = Config::parse(stored.config.clone()).unwrap();
            for behavior in config.behaviors() {
                let functions = behavior.functions.iter();
                let functions = functions.map(|it| format!(" {}={}", it.event, it.arn));
                let functions: String = functions.collect();
                let _ = writeln!(text, "{id} {}:{functions}", behavior.name);
            }
        }
        for (name, (_, role)) in &state.roles {
            let _ = writeln!(text, "role {name}, policy {}", role.policy.is_some());
        }
        for (name, (_, it)) in &state.functions {
            let _ = writeln!(text, "function {name} {} {:?}", it.sha256, it.tags);
        }
        for it in state.versions.values().flatten() {
            let _ = writeln!(text, "version {} {} {}", it.arn, it.sha256, it.description);
        }
        for it in state.edge_functions.values() {
            let live = if it.is_published { "live" } else { "draft" };
            let _ = writeln!(text, "function {} {live} {:?}", it.arn, it.tags);
        }
        for ((region, group), days) in &state.log_groups {
            let _ = writeln!(text, "logs {region} {group} {days:?}");
        }
        short(&text)
    }
}

impl Sts for FakeAws {
    async fn account(&self) -> Result<String, CallError> {
        self.call("sts:GetCallerIdentity", |_| Ok(ACCOUNT.to_string()))
    }
}

impl Clock for FakeAws {
    fn poll_interval(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn sleep(&self, time: Duration) {
        self.state().now += time;
    }
}

/// A call that AWS refuses.
pub(crate) fn refused(action: &'static str, code: &str, text: &str) -> CallError {
    let kind = CallErrorKind::Service {
        status: 400,
        code: code.to_string(),
        message: text.to_string(),
    };
    CallError::new(action, "us-east-1", kind)
}

fn not_found(action: &'static str, name: &str) -> CallError {
    refused(action, "ResourceNotFoundException", name)
}

fn unanswered(action: &'static str) -> CallError {
    let kind = CallErrorKind::Network("the connection was closed".to_string());
    CallError::new(action, "us-east-1", kind)
}

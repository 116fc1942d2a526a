//! Lambda functions. A new role takes seconds until Lambda knows it, and a changed function until it takes changes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::api::{Function, FunctionSpec, Lambda, Tags, Version};
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::CallError;

use super::site::arn;
use super::{FakeAws, State, not_found, refused};

const PROPAGATION: Duration = Duration::from_secs(7);
const BUSY: Duration = Duration::from_secs(5);

/// The hash of a zip, as Lambda reports it.
pub(crate) fn hash(zip: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(zip))
}

impl Lambda for FakeAws {
    async fn function(&self, name: &str) -> Result<Option<Function>, CallError> {
        self.call("lambda:GetFunction", |state| {
            let now = state.now;
            Ok(state.functions.get(name).map(|(ready, function)| Function {
                state: if *ready > now { "Pending" } else { "Active" }.to_string(),
                ..function.clone()
            }))
        })
    }

    async fn versions(&self, name: &str) -> Result<Vec<Version>, CallError> {
        self.call("lambda:ListVersionsByFunction", |state| {
            Ok(state.versions.get(name).cloned().unwrap_or_default())
        })
    }

    async fn find_version(&self, arn: &str) -> Result<(), CallError> {
        let action = "lambda:GetFunction";
        self.call(action, |state| {
            let mut all = state.versions.values().flatten();
            let found = all.find(|it| it.arn == arn);
            found.map(drop).ok_or_else(|| not_found(action, arn))
        })
    }

    async fn create_function(&self, spec: &FunctionSpec, zip: &[u8]) -> Result<(), CallError> {
        let action = "lambda:CreateFunction";
        self.call(action, |state| {
            let now = state.now;
            let role = state.roles.get(&spec.function);
            if role.is_none_or(|(created, _)| *created + PROPAGATION > now) {
                let text = "The role defined for the function cannot be assumed by Lambda.";
                return Err(refused(action, "InvalidParameterValueException", text));
            }
            let mut function = Function {
                arn: arn(&format!("{}:", spec.function))
                    .trim_end_matches(':')
                    .to_string(),
                sha256: hash(zip),
                runtime: String::new(),
                handler: String::new(),
                memory: 0,
                timeout: 0,
                role: String::new(),
                state: String::new(),
                update: String::new(),
                tags: Tags::from([(OWNER_TAG.to_string(), OWNER.to_string())]),
            };
            configure(&mut function, spec);
            let name = spec.function.clone();
            state
                .functions
                .entry(name)
                .or_insert((now + BUSY, function));
            Ok(())
        })
    }

    async fn configure_function(&self, spec: &FunctionSpec) -> Result<(), CallError> {
        let action = "lambda:UpdateFunctionConfiguration";
        self.call(action, |state| {
            let now = state.now;
            let (ready, function) = state.idle(action, &spec.function)?;
            *ready = now + BUSY;
            configure(function, spec);
            Ok(())
        })
    }

    async fn upload_code(&self, name: &str, zip: &[u8]) -> Result<(), CallError> {
        let action = "lambda:UpdateFunctionCode";
        self.call(action, |state| {
            let now = state.now;
            let (ready, function) = state.idle(action, name)?;
            *ready = now + BUSY;
            function.sha256 = hash(zip);
            Ok(())
        })
    }

    async fn publish_version(
        &self,
        name: &str,
        sha256: &str,
        description: &str,
    ) -> Result<Version, CallError> {
        let action = "lambda:PublishVersion";
        self.call(action, |state| {
            let function = state.idle(action, name)?.1.clone();
            if function.sha256 != sha256 {
                return Err(refused(action, "PreconditionFailedException", sha256));
            }
            let versions = state.versions.entry(name.to_string()).or_default();
            let number = versions.last().map_or(1, |it| it.number + 1);
            let version = Version {
                number,
                arn: arn(&format!("{name}:{number}")),
                sha256: function.sha256,
                description: description.to_string(),
                runtime: function.runtime,
                limits: (function.memory, function.timeout),
            };
            // Lambda makes no second version of the same code and configuration.
            match versions.last() {
                Some(last) if last.sha256 == version.sha256 && last.runtime == version.runtime => {}
                _ => versions.push(version),
            }
            Ok(versions.last().unwrap().clone())
        })
    }

    async fn tag_function(&self, arn: &str, tags: &Tags) -> Result<(), CallError> {
        let action = "lambda:TagResource";
        self.call(action, |state| {
            let mut all = state.functions.values_mut().map(|(_, it)| it);
            let found = all.find(|it| it.arn == arn);
            let found = found.ok_or_else(|| not_found(action, arn))?;
            found.tags.extend(tags.clone());
            Ok(())
        })
    }

    async fn delete_function(&self, name: &str) -> Result<(), CallError> {
        let action = "lambda:DeleteFunction";
        self.call(action, |state| {
            let is_replicated = state.is_attached(&arn(&format!("{name}:")))
                || !state.is_deployed()
                || state.now < state.replicated_until;
            if is_replicated {
                let text =
                    "Lambda was unable to delete the function because it is a replicated function.";
                return Err(refused(action, "InvalidParameterValueException", text));
            }
            state.functions.remove(name);
            state.versions.remove(name);
            Ok(())
        })
    }
}

impl State {
    /// A function that takes a change, and the time from which it does.
    fn idle(
        &mut self,
        action: &'static str,
        name: &str,
    ) -> Result<&mut (Duration, Function), CallError> {
        let now = self.now;
        match self.functions.get_mut(name) {
            None => Err(not_found(action, name)),
            Some((ready, _)) if *ready > now => {
                let text = "An update is in progress for resource";
                Err(refused(action, "ResourceConflictException", text))
            }
            Some(found) => Ok(found),
        }
    }
}

fn configure(function: &mut Function, spec: &FunctionSpec) {
    function.runtime.clone_from(&spec.runtime);
    function.handler.clone_from(&spec.handler);
    function.role.clone_from(&spec.role);
    function.memory = spec.memory;
    function.timeout = spec.timeout;
}

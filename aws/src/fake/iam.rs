//! Roles.

use serde_json::Value;

use crate::api::{Iam, Role};
use crate::wire::CallError;

use super::{FakeAws, not_found};

impl Iam for FakeAws {
    async fn role(&self, name: &str) -> Result<Option<Role>, CallError> {
        self.call("iam:GetRole", |state| {
            Ok(state.roles.get(name).map(|(_, role)| role.clone()))
        })
    }

    async fn create_role(&self, name: &str, trust: &Value, _: &str) -> Result<(), CallError> {
        self.call("iam:CreateRole", |state| {
            let role = Role {
                arn: format!("arn:aws:iam::1:role/{name}"),
                trust: trust.clone(),
                is_managed: true,
                policy: None,
            };
            let now = state.now;
            state.roles.entry(name.to_string()).or_insert((now, role));
            Ok(())
        })
    }

    async fn write_trust(&self, name: &str, trust: &Value) -> Result<(), CallError> {
        let action = "iam:UpdateAssumeRolePolicy";
        self.call(action, |state| {
            let found = state.roles.get_mut(name);
            found.ok_or_else(|| not_found(action, name))?.1.trust = trust.clone();
            Ok(())
        })
    }

    async fn write_role_policy(&self, name: &str, policy: &Value) -> Result<(), CallError> {
        let action = "iam:PutRolePolicy";
        self.call(action, |state| {
            let found = state.roles.get_mut(name);
            found.ok_or_else(|| not_found(action, name))?.1.policy = Some(policy.clone());
            Ok(())
        })
    }

    async fn delete_role(&self, name: &str) -> Result<(), CallError> {
        self.call("iam:DeleteRole", |state| {
            state.roles.remove(name);
            Ok(())
        })
    }
}

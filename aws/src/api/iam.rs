//! IAM: the role that the function runs under.

use serde_json::Value;

use super::{Tags, is_managed, query};
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{CallError, Client, Document, Element, Service};

/// A role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Who may assume it.
    pub trust: Value,
    /// Whether hardtack created it.
    pub is_managed: bool,
    /// The inline policy that hardtack writes.
    pub policy: Option<Value>,
}

/// The calls about roles.
///
/// # Errors
///
/// Each call fails where AWS refuses it, or there is no response.
pub trait Iam: Send + Sync + 'static {
    /// A role, with its inline policy of the same name.
    fn role(&self, name: &str) -> impl Future<Output = Result<Option<Role>, CallError>> + Send;

    /// Creates a role. One that is there already is left as it is.
    fn create_role(
        &self,
        name: &str,
        trust: &Value,
        description: &str,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Replaces a role's trust policy.
    fn write_trust(
        &self,
        name: &str,
        trust: &Value,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Creates or replaces a role's inline policy of the same name.
    fn write_role_policy(
        &self,
        name: &str,
        policy: &Value,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// Deletes a role with that policy, where it is there.
    fn delete_role(&self, name: &str) -> impl Future<Output = Result<(), CallError>> + Send;
}

impl Iam for Client {
    async fn role(&self, name: &str) -> Result<Option<Role>, CallError> {
        let action = "iam:GetRole";
        let response = match self.iam(action, &[("RoleName", name)]).await {
            Err(error) if error.is_not_found() => return Ok(None),
            result => result?,
        };
        let role = response
            .root()
            .find(&["GetRoleResult", "Role"])
            .ok_or_else(|| CallError::invalid_response(action, "no role"))?;
        let text = |name| response.within(role, &[name]).unwrap_or_default();
        Ok(Some(Role {
            arn: text("Arn"),
            trust: document(&text("AssumeRolePolicyDocument")),
            is_managed: is_managed(&tags(&response, role)),
            policy: self.role_policy(name).await?,
        }))
    }

    async fn create_role(
        &self,
        name: &str,
        trust: &Value,
        description: &str,
    ) -> Result<(), CallError> {
        let trust = trust.to_string();
        let parameters = [
            ("RoleName", name),
            ("AssumeRolePolicyDocument", &trust),
            ("Description", description),
            ("Tags.member.1.Key", OWNER_TAG),
            ("Tags.member.1.Value", OWNER),
        ];
        match self.iam("iam:CreateRole", &parameters).await {
            // Created by a first attempt whose response was lost: the plan has seen that there was none before.
            Err(error) if error.already_exists() => Ok(()),
            result => result.map(drop),
        }
    }

    async fn write_trust(&self, name: &str, trust: &Value) -> Result<(), CallError> {
        let trust = trust.to_string();
        let parameters = [("RoleName", name), ("PolicyDocument", &trust)];
        let result = self.iam("iam:UpdateAssumeRolePolicy", &parameters).await;
        result.map(drop)
    }

    async fn write_role_policy(&self, name: &str, policy: &Value) -> Result<(), CallError> {
        let policy = policy.to_string();
        let parameters = [
            ("RoleName", name),
            ("PolicyName", name),
            ("PolicyDocument", &policy),
        ];
        self.iam("iam:PutRolePolicy", &parameters).await.map(drop)
    }

    async fn delete_role(&self, name: &str) -> Result<(), CallError> {
        let parameters = [("RoleName", name), ("PolicyName", name)];
        for result in [
            self.iam("iam:DeleteRolePolicy", &parameters).await,
            self.iam("iam:DeleteRole", &parameters[..1]).await,
        ] {
            match result {
                Err(error) if error.is_not_found() => {}
                result => result.map(drop)?,
            }
        }
        Ok(())
    }
}

impl Client {
    async fn role_policy(&self, name: &str) -> Result<Option<Value>, CallError> {
        let parameters = [("RoleName", name), ("PolicyName", name)];
        let response = match self.iam("iam:GetRolePolicy", &parameters).await {
            Err(error) if error.is_not_found() => return Ok(None),
            result => result?,
        };
        let text = response.at(&["GetRolePolicyResult", "PolicyDocument"]);
        Ok(text.map(|text| document(&text)))
    }

    async fn iam(
        &self,
        action: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<Document, CallError> {
        let call = query(Service::Iam, action, "2010-05-08", parameters);
        self.send(&call).await?.xml()
    }
}

/// IAM writes its documents percent-encoded.
fn document(text: &str) -> Value {
    let decoded = url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&decoded))
        .unwrap_or_default()
}

fn tags(response: &Document, role: &Element) -> Tags {
    let tags = role.child("Tags").map_or(&[][..], Element::children).iter();
    let text = |tag, name| response.within(tag, &[name]);
    tags.filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::document;

    #[test]
    fn documents_are_read_encoded_or_not() {
        let expected = json!({ "a": ["b c+d"] });
        assert_eq!(document("%7B%22a%22%3A%5B%22b%20c%2Bd%22%5D%7D"), expected);
        assert_eq!(document("{\"a\":[\"b c+d\"]}"), expected);
    }
}

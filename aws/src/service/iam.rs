//! IAM: the role that the function runs under.

use serde_json::Value;

use super::query;
use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Client, Document, Element, Failure, Service};

/// A role.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Who may assume it.
    pub trust: Value,
    /// Whether it carries our tag.
    pub is_ours: bool,
    /// Our inline policy in it.
    pub policy: Option<Value>,
}

impl Client {
    /// A role, with its policy of the same name.
    pub(crate) async fn role(&self, name: &str) -> Result<Option<Role>, Failure> {
        let action = "iam:GetRole";
        let answer = match self.iam(action, &[("RoleName", name)]).await {
            Err(failure) if failure.is_missing() => return Ok(None),
            answer => answer?,
        };
        let role = answer
            .root()
            .find(&["GetRoleResult", "Role"])
            .ok_or_else(|| Failure::unreadable(action, "no role"))?;
        let text = |name| answer.within(role, &[name]).unwrap_or_default();
        Ok(Some(Role {
            arn: text("Arn"),
            trust: document(&text("AssumeRolePolicyDocument")),
            is_ours: is_ours(&answer, role),
            policy: self.role_policy(name).await?,
        }))
    }

    async fn role_policy(&self, name: &str) -> Result<Option<Value>, Failure> {
        let parameters = [("RoleName", name), ("PolicyName", name)];
        let answer = match self.iam("iam:GetRolePolicy", &parameters).await {
            Err(failure) if failure.is_missing() => return Ok(None),
            answer => answer?,
        };
        let text = answer.at(&["GetRolePolicyResult", "PolicyDocument"]);
        Ok(text.map(|text| document(&text)))
    }

    pub(crate) async fn create_role(
        &self,
        name: &str,
        trust: &Value,
        description: &str,
    ) -> Result<(), Failure> {
        let trust = trust.to_string();
        let parameters = [
            ("RoleName", name),
            ("AssumeRolePolicyDocument", &trust),
            ("Description", description),
            ("Tags.member.1.Key", OWNER_TAG),
            ("Tags.member.1.Value", OWNER),
        ];
        match self.iam("iam:CreateRole", &parameters).await {
            // Our own first attempt, whose answer was lost: the plan has seen that nobody else's is there.
            Err(failure) if failure.is_there_already() => Ok(()),
            answer => answer.map(drop),
        }
    }

    pub(crate) async fn write_trust(&self, name: &str, trust: &Value) -> Result<(), Failure> {
        let trust = trust.to_string();
        let parameters = [("RoleName", name), ("PolicyDocument", &trust)];
        let answer = self.iam("iam:UpdateAssumeRolePolicy", &parameters).await;
        answer.map(drop)
    }

    pub(crate) async fn write_role_policy(
        &self,
        name: &str,
        policy: &Value,
    ) -> Result<(), Failure> {
        let policy = policy.to_string();
        let parameters = [
            ("RoleName", name),
            ("PolicyName", name),
            ("PolicyDocument", &policy),
        ];
        self.iam("iam:PutRolePolicy", &parameters).await.map(drop)
    }

    pub(crate) async fn delete_role(&self, name: &str) -> Result<(), Failure> {
        let parameters = [("RoleName", name), ("PolicyName", name)];
        for answer in [
            self.iam("iam:DeleteRolePolicy", &parameters).await,
            self.iam("iam:DeleteRole", &parameters[..1]).await,
        ] {
            match answer {
                Err(failure) if failure.is_missing() => {}
                answer => answer.map(drop)?,
            }
        }
        Ok(())
    }

    async fn iam(
        &self,
        action: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<Document, Failure> {
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

fn is_ours(answer: &Document, role: &Element) -> bool {
    let tags = role.child("Tags").map_or(&[][..], Element::children);
    tags.iter().any(|tag| {
        answer.within(tag, &["Key"]).as_deref() == Some(OWNER_TAG)
            && answer.within(tag, &["Value"]).as_deref() == Some(OWNER)
    })
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

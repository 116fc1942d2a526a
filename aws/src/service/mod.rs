//! The calls of each service that are used here, and nothing else of it.

mod cloudfront;
mod edge;
mod iam;
mod lambda;
mod logs;

pub use cloudfront::Distribution;
pub(crate) use edge::RUNTIME;
pub use edge::{EdgeCode, EdgeFunction};
pub use iam::Role;
pub(crate) use lambda::Shape;
pub use lambda::{Function, Version};
pub use logs::LogEvent;

use crate::wire::{Call, Client, Failure, HOME, Service};

impl Client {
    /// The account that the credentials belong to.
    ///
    /// # Errors
    ///
    /// Where there are no credentials, or AWS does not take them.
    pub async fn account(&self) -> Result<String, Failure> {
        let action = "sts:GetCallerIdentity";
        let call = query(Service::Sts, action, "2011-06-15", &[]);
        let answer = self.send(&call).await?.xml()?;
        answer
            .at(&["GetCallerIdentityResult", "Account"])
            .ok_or_else(|| Failure::unreadable(action, "no account"))
    }
}

/// A call of the old kind: a form whose `Action` says what is to be done.
fn query(
    service: Service,
    action: &'static str,
    version: &str,
    parameters: &[(&str, &str)],
) -> Call<'static> {
    let name = action.split(':').next_back().unwrap_or(action);
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", name)
        .append_pair("Version", version)
        .extend_pairs(parameters);
    Call {
        service,
        region: HOME,
        action,
        method: "POST",
        path: "/".to_string(),
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded".to_string(),
        )],
        body: form.finish().into_bytes(),
    }
}

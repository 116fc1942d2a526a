//! The calls of AWS that hardtack makes, and no others: one trait for each service.
//!
//! [`Client`] answers them over the network. The tests answer them from memory, so that whole deployments run without
//! AWS.

mod cloudfront;
mod cloudfront_functions;
mod iam;
mod lambda;
mod logs;
mod sts;

use std::collections::BTreeMap;
use std::time::Duration;

pub use cloudfront::{CloudFront, Distribution};
pub(crate) use cloudfront_functions::RUNTIME;
pub use cloudfront_functions::{CloudFrontFunctions, EdgeCode, EdgeFunction, NewEdgeFunction};
pub use iam::{Iam, Role};
pub use lambda::{Function, FunctionSpec, Lambda, Version};
pub use logs::{LogEvent, Logs};
pub use sts::Sts;

use crate::names::{OWNER, OWNER_TAG};
use crate::wire::{Call, Client, HOME_REGION, Service};

/// Everything that hardtack asks of AWS. Cheap to clone, so that many regions can be asked at once.
pub trait Api:
    CloudFront + CloudFrontFunctions + Iam + Lambda + Logs + Sts + Clock + Clone
{
}

impl<T> Api for T where
    T: CloudFront + CloudFrontFunctions + Iam + Lambda + Logs + Sts + Clock + Clone
{
}

/// The time that passes while AWS is busy.
pub trait Clock: Send + Sync + 'static {
    /// How long to wait before something that takes a while is asked for again.
    fn poll_interval(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// The tags of a function.
pub type Tags = BTreeMap<String, String>;

impl Clock for Client {
    fn poll_interval(&self) -> Duration {
        match self.has_own_endpoint() {
            // An emulator is done at once.
            true => Duration::from_millis(100),
            false => Duration::from_secs(2),
        }
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Whether something carries the tag that hardtack gives to all that it creates.
fn is_managed(tags: &Tags) -> bool {
    tags.get(OWNER_TAG).map(String::as_str) == Some(OWNER)
}

/// A call of the Query protocol: a form whose `Action` names the operation.
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
        region: HOME_REGION,
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

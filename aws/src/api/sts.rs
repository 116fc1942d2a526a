//! STS: whose credentials these are.

use super::query;
use crate::wire::{CallError, Client, Service};

/// The call of STS.
pub trait Sts: Send + Sync + 'static {
    /// The account that the credentials belong to.
    ///
    /// # Errors
    ///
    /// Where there are no credentials, or AWS does not accept them.
    fn account(&self) -> impl Future<Output = Result<String, CallError>> + Send;
}

impl Sts for Client {
    async fn account(&self) -> Result<String, CallError> {
        let action = "sts:GetCallerIdentity";
        let call = query(Service::Sts, action, "2011-06-15", &[]);
        let response = self.send(&call).await?.xml()?;
        response
            .at(&["GetCallerIdentityResult", "Account"])
            .ok_or_else(|| CallError::invalid_response(action, "no account"))
    }
}

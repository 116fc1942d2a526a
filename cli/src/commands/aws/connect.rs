//! Reaches AWS.

use std::future::Future;

use hardtack_aws::{Client, Distribution, Options};

use super::args::Cloud;
use super::trouble;
use crate::error::{Error, Kind};

/// Runs something that waits for the network.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Error::io("cannot start", &cause))?
        .block_on(work)
}

/// A client, as the flags and the environment say.
pub(super) async fn client(cloud: &Cloud) -> Client {
    Client::connect(&Options {
        profile: cloud.profile.clone(),
        endpoint: cloud.endpoint.clone(),
    })
    .await
}

/// The distribution that is meant.
pub(super) async fn distribution(client: &Client, cloud: &Cloud) -> Result<Distribution, Error> {
    let found = client.distribution(&cloud.distribution).await;
    match found {
        Ok(found) => Ok(found),
        Err(failure) if failure.is_missing() => {
            let account = client.account().await.map_err(|it| trouble::call(&it))?;
            let message = format!(
                "account {account} has no distribution `{}`",
                cloud.distribution
            );
            Err(Error::new(Kind::Usage, message).hint(
                "look the id up in the CloudFront console, or reach another account with `--profile NAME`",
            ))
        }
        Err(failure) => Err(trouble::call(&failure)),
    }
}

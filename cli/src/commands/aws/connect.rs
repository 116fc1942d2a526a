//! Reaches AWS.

use std::future::Future;

use hardtack_aws::{Client, CloudFront as _, Distribution, Options, Sts as _};

use super::args::Connection;
use super::errors;
use crate::error::{Error, Kind};

/// Runs work that waits for the network.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Error::io("cannot start", &cause))?
        .block_on(work)
}

/// A client, configured by the flags and the environment.
pub(super) async fn client(connection: &Connection) -> Client {
    Client::connect(&Options {
        profile: connection.profile.clone(),
        endpoint: connection.endpoint.clone(),
    })
    .await
}

/// The distribution that the flags name.
pub(super) async fn distribution(
    client: &Client,
    connection: &Connection,
) -> Result<Distribution, Error> {
    let found = client.distribution(&connection.distribution).await;
    match found {
        Ok(found) => Ok(found),
        Err(error) if error.is_not_found() => {
            let account = client
                .account()
                .await
                .map_err(|it| errors::call_error(&it))?;
            let message = format!(
                "account {account} has no distribution `{}`",
                connection.distribution
            );
            Err(Error::new(Kind::Usage, message).hint(
                "look up the id in the CloudFront console, or choose another account with `--profile NAME`",
            ))
        }
        Err(error) => Err(errors::call_error(&error)),
    }
}

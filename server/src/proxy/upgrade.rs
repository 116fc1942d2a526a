//! Connections that change protocol, such as WebSockets: from then on, bytes pass both ways.

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderValue, Response};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::failure::{Exchange, Failure, GeneratedError};
use super::hop_by_hop;
use super::queue::Slot;
use crate::body::Body;

/// A visitor's offer to upgrade the connection.
#[derive(Debug)]
pub(super) struct Offer {
    /// The protocols, as the visitor wrote them.
    pub(super) protocols: HeaderValue,
    on_visitor: OnUpgrade,
}

impl Offer {
    /// Takes the offer out of the request, if there is one.
    pub(super) fn take(request: &mut http::request::Parts) -> Option<Self> {
        let protocols = hop_by_hop::upgrade(request)?;
        let on_visitor = request.extensions.remove()?;
        Some(Self {
            protocols,
            on_visitor,
        })
    }

    /// Joins both sides, now that the upstream has answered 101, and makes the visitor's response.
    ///
    /// The bytes pass in a task of their own, which ends when both sides have, or one breaks.
    pub(super) fn accept(
        self,
        mut response: Response<Incoming>,
        exchange: Exchange,
        slot: Slot,
    ) -> Result<Response<Body>, Failure> {
        let Some(protocol) = response.headers_mut().remove(UPGRADE) else {
            let why = "status 101 without an Upgrade header";
            return Err(Failure::new(GeneratedError::BadResponse, why));
        };
        let on_upstream = hyper::upgrade::on(&mut response);
        let joined = join(self.on_visitor, on_upstream, exchange);
        tokio::spawn(async move {
            joined.await;
            drop(slot);
        });

        let (mut parts, _) = response.into_parts();
        hop_by_hop::strip(&mut parts.headers);
        parts
            .headers
            .insert(CONNECTION, HeaderValue::from_static("upgrade"));
        parts.headers.insert(UPGRADE, protocol);
        Ok(Response::from_parts(parts, Body::empty()))
    }
}

async fn join(visitor: OnUpgrade, upstream: OnUpgrade, exchange: Exchange) {
    match tokio::try_join!(visitor, upstream) {
        Ok((visitor, upstream)) => splice(visitor, upstream, &exchange).await,
        Err(error) => exchange.log(false, &format!("upgrade failed: {error}")),
    }
}

/// Most WebSockets end when one side closes the connection without notice, so that is not worth a warning.
async fn splice(visitor: Upgraded, upstream: Upgraded, exchange: &Exchange) {
    let (mut visitor, mut upstream) = (TokioIo::new(visitor), TokioIo::new(upstream));
    if let Err(error) = copy_bidirectional(&mut visitor, &mut upstream).await {
        exchange.log(false, &format!("upgraded connection broke: {error}"));
    }
}

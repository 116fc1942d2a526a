//! The PROXY protocol: a proxy that passes on bytes alone says in front of them whose they are.
//!
//! The specification is HAProxy's `doc/proxy-protocol.txt`. It leaves no choice of whether a connection begins with a
//! header (§2), so each must, whoever opens it. As with nginx's `set_real_ip_from`, what a peer reports counts only if
//! the peer is trusted: the others keep their own address.

mod fault;
mod header;
mod read;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use tokio::net::TcpStream;

use crate::clients::{ClientPlace, Clients};
use crate::config::Config;
use crate::peer::TrustedProxies;
use crate::throttle::Throttle;

pub(crate) use self::fault::Fault;

/// Whose headers count, and how many connections each of the clients that they name may have.
#[derive(Clone, Debug)]
pub(crate) struct ProxyProtocol {
    trusted: TrustedProxies,
    clients: Clients,
}

impl ProxyProtocol {
    /// `None` if connections begin without a header.
    pub(crate) fn of(config: &Config, clients: &Clients) -> Option<Self> {
        config.proxy_protocol.then(|| Self {
            trusted: config.trusted.clone(),
            clients: clients.clone(),
        })
    }

    /// Reads the header, and nothing behind it. Returns the address that counts as the peer's, and the place among its
    /// connections if it is not the peer's own. `None` if the connection is to close, and nothing is wrong with it: its
    /// client has too many, or closed it and sent nothing, as whoever only looks whether a port is open does.
    ///
    /// # Errors
    ///
    /// If no valid header arrives before `expired` completes.
    pub(crate) async fn identify(
        &self,
        stream: &mut TcpStream,
        peer: SocketAddr,
        expired: impl Future<Output = ()>,
    ) -> Result<Option<(SocketAddr, Option<ClientPlace>)>, Fault> {
        let header = tokio::select! {
            biased;
            header = read::header(stream) => header,
            () = expired => Err(Fault::Timeout),
        };
        let reported = header.and_then(|header| header.map(|it| header::client(&it)).transpose());
        let reported = reported.inspect_err(|fault| warn(peer, *fault))?;
        Ok(reported.and_then(|reported| self.believed(peer, reported)))
    }

    fn believed(
        &self,
        peer: SocketAddr,
        reported: Option<SocketAddr>,
    ) -> Option<(SocketAddr, Option<ClientPlace>)> {
        match reported {
            Some(client) if self.may_report(peer, client) => {
                let place = self.clients.admit(client.ip())?;
                Some((client, Some(place)))
            }
            _ => Some((peer, None)),
        }
    }

    /// Loopback is a client on the proxy's machine: on this one only if the proxy is, too.
    fn may_report(&self, peer: SocketAddr, client: SocketAddr) -> bool {
        let is_loopback = |address: SocketAddr| address.ip().to_canonical().is_loopback();
        self.trusted.trusts(peer.ip()) && (!is_loopback(client) || is_loopback(peer))
    }
}

fn warn(peer: SocketAddr, fault: Fault) {
    static FAULTS: Throttle = Throttle::new();
    tracing::debug!(%peer, "connection closed: {fault}");
    if let Some(count) = FAULTS.count() {
        tracing::warn!(
            %peer, count,
            "closed a connection: {fault}; with --proxy-protocol, each must begin with a header of the PROXY protocol"
        );
    }
}

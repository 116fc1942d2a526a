//! What the connection itself says about a request.

use std::net::SocketAddr;

use hardtack::Scheme;

/// The connection that a request arrived on. The listener makes one value for each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The address that opened the connection: a visitor's, or that of a proxy in front of this server.
    pub peer: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

impl Connection {
    /// The scheme, by whether the connection is encrypted.
    pub const fn scheme(self) -> Scheme {
        match self.tls {
            true => Scheme::Https,
            false => Scheme::Http,
        }
    }
}

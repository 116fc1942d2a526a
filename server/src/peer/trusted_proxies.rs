//! The peers whose `X-Forwarded-*` and `Forwarded` headers count.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// Peers that may report scheme, host and client address in `X-Forwarded-*` and `Forwarded`.
///
/// Default: none, so that no visitor can forge another's address. List the load balancer or CDN in front of the server,
/// and no wider network: every listed address is trusted completely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// `127.0.0.0/8` and `::1` (RFC 6890).
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];

/// The networks of RFC 1918 and the unique local addresses of RFC 4193; not loopback.
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

impl TrustedProxies {
    /// Trusts nobody.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads a list of addresses (`192.0.2.1`), networks (`10.0.0.0/8`), `loopback` and `private`.
    ///
    /// # Errors
    ///
    /// The first entry that is none of these.
    pub fn parse<'a>(
        entries: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, TrustedProxiesError> {
        let mut networks = Vec::new();
        for entry in entries {
            match entry.trim() {
                "loopback" => networks.extend(named(&LOOPBACK)),
                "private" => networks.extend(named(&PRIVATE)),
                entry => networks.push(network(entry)?),
            }
        }
        Ok(Self(networks))
    }

    /// Whether `peer` is trusted. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&peer))
    }
}

/// Entries separated by commas; an empty text trusts nobody.
impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    fn from_str(text: &str) -> Result<Self, TrustedProxiesError> {
        if text.trim().is_empty() {
            return Ok(Self::none());
        }
        Self::parse(text.split(','))
    }
}

/// An entry that is not an address, a network or a known word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxiesError(String);

impl TrustedProxiesError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        "write an address (192.0.2.1), a network (10.0.0.0/8), loopback or private"
    }
}

impl fmt::Display for TrustedProxiesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "trusted proxy '{}' is not a valid address or network",
            self.0
        )
    }
}

impl std::error::Error for TrustedProxiesError {}

fn named(networks: &'static [&'static str]) -> impl Iterator<Item = IpNet> {
    networks.iter().filter_map(|text| text.parse().ok())
}

fn network(entry: &str) -> Result<IpNet, TrustedProxiesError> {
    let address = || {
        entry
            .parse()
            .ok()
            .map(|ip: IpAddr| ip.to_canonical().into())
    };
    let network = entry.parse().ok().or_else(address);
    network.ok_or_else(|| TrustedProxiesError(entry.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, peer: &str, expected: bool) {
        let trusted: TrustedProxies = list.parse().unwrap();
        assert_eq!(
            trusted.trusts(peer.parse().unwrap()),
            expected,
            "{peer} by {list}"
        );
    }

    #[test]
    fn no_peer_is_trusted_unless_listed() {
        check("", "127.0.0.1", false);
        check("  ", "::1", false);
        check("192.0.2.1", "192.0.2.2", false);
    }

    #[test]
    fn addresses_and_networks_are_understood() {
        check("192.0.2.1", "192.0.2.1", true);
        check("192.0.2.1/32", "192.0.2.1", true);
        check("10.0.0.0/8, 2001:db8::/32", "10.255.0.1", true);
        check("10.0.0.0/8, 2001:db8::/32", "2001:db8:1::9", true);
        check("10.0.0.0/8, 2001:db8::/32", "11.0.0.1", false);
        check("0.0.0.0/0", "::1", false);
    }

    #[test]
    fn words_stand_for_well_known_networks() {
        check("loopback", "127.8.9.1", true);
        check("loopback", "::1", true);
        check("loopback", "10.0.0.1", false);
        check("private", "10.0.0.1", true);
        check("private", "172.31.255.255", true);
        check("private", "172.32.0.0", false);
        check("private", "192.168.1.1", true);
        check("private", "fd12::1", true);
        check("private", "127.0.0.1", false);
        check("private,loopback", "127.0.0.1", true);
    }

    #[test]
    fn an_ipv4_mapped_address_is_ipv4() {
        check("127.0.0.1", "::ffff:127.0.0.1", true);
        check("::ffff:192.0.2.1", "192.0.2.1", true);
    }

    #[test]
    fn an_invalid_entry_is_refused() {
        for entry in ["x", "10.0.0.0/33", "10.0.0", "all", "10.0.0.1,", "::/129"] {
            let error = entry.parse::<TrustedProxies>().unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("is not a valid address or network"),
                "{error}"
            );
        }
    }
}

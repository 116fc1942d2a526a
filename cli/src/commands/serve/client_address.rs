//! How much of a client's address the access log has.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use clap::ValueEnum;

/// How much of a client's address to log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClientAddress {
    /// The whole address
    Full,
    /// The network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address
    // As Universal Analytics masks: "the last octet of IPv4 user IP addresses and the last 80 bits of IPv6 addresses"
    // (support.google.com/analytics/answer/2763052). Matomo keeps 24 and 64 bits where it masks one byte, and 16 and
    // 48, its default, where it masks two (`anonymize` in its component-network).
    #[default]
    Truncated,
    /// Nothing
    None,
}

impl ClientAddress {
    /// What is logged of an address.
    pub(crate) fn of(self, address: IpAddr) -> Option<IpAddr> {
        match self {
            Self::Full => Some(address),
            Self::Truncated => Some(truncated(address)),
            Self::None => None,
        }
    }
}

fn truncated(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & (!0 << 8)).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 80)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::ClientAddress;

    #[track_caller]
    fn check(how: ClientAddress, address: &str, expected: &str) {
        let logged = how.of(address.parse().unwrap());
        let logged = logged.map_or_else(|| "-".to_string(), |address| address.to_string());
        assert_eq!(logged, expected);
    }

    #[test]
    fn an_address_is_logged_as_far_as_wanted() {
        check(ClientAddress::Full, "192.0.2.77", "192.0.2.77");
        check(ClientAddress::Truncated, "192.0.2.77", "192.0.2.0");
        check(ClientAddress::Truncated, "::ffff:192.0.2.77", "192.0.2.0");
        check(
            ClientAddress::Truncated,
            "2001:db8:1:2:3:4:5:6",
            "2001:db8:1::",
        );
        check(ClientAddress::Full, "2001:db8:1:2::", "2001:db8:1:2::");
        check(ClientAddress::None, "192.0.2.77", "-");
    }
}

//! What was seen, as plain values.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hardtack::{Country, is_loopback};
use url::Url;

use crate::visit::Visit;

/// All that was asked and all that came.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The page that was examined: where the address led to.
    pub page: Url,
    /// The country that the platform takes the visits to come from.
    pub country: Option<Country>,
    /// Each request with its response, in order.
    pub exchanges: Vec<Exchange>,
    /// Visits that could not be made, and why.
    pub not_made: Vec<(Visit, String)>,
    /// The addresses of the page's host first, and of the site's other hosts that the page names.
    pub dns: Dns,
}

/// One request and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What kind of visit it was.
    pub visit: Visit,
    /// Where.
    pub url: Url,
    /// `GET` or `HEAD`.
    pub method: &'static str,
    /// The request's headers.
    pub sent: Vec<(String, String)>,
    /// The response's status.
    pub status: u16,
    /// The response's headers, names in lower case.
    pub came: Vec<(String, String)>,
    /// The address that answered.
    pub peer: Option<IpAddr>,
    /// Unix time in seconds, when the response was there.
    pub at: u64,
}

impl Exchange {
    /// Every value of a response header.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.came.iter().filter(named).map(|(_, value)| &**value)
    }

    /// The host as a `Host` header has it.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        }
    }

    /// Whether the site is on this machine, where neither https nor caches are expected.
    pub fn is_on_loopback(&self) -> bool {
        is_loopback(self.authority().as_bytes())
    }
}

/// What DNS says of the site's hosts.
#[derive(Clone, Debug, Default)]
pub struct Dns {
    /// The page's host.
    pub document: HostRecord,
    /// The site's other hosts that the page loads something from.
    pub others: Vec<HostRecord>,
}

/// What DNS says of one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRecord {
    /// The name.
    pub name: String,
    /// Its IPv4 addresses.
    pub v4: Vec<Ipv4Addr>,
    /// Its IPv6 addresses.
    pub v6: Vec<Ipv6Addr>,
    /// The chain of CNAMEs, last one last; `None` where no name server could be asked.
    pub cnames: Option<Vec<String>>,
}

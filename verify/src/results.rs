//! The probes' requests and responses, as plain values.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hardtack::{Country, is_loopback};
use url::Url;

use crate::client::ProbeRequest;
use crate::probe::Probe;

/// Every request that was sent, and every response.
#[derive(Clone, Debug)]
pub struct ProbeResults {
    /// The page that was examined: the end of the redirects.
    pub page: Url,
    /// The country that the platform locates the requests in.
    pub country: Option<Country>,
    /// Each request with its response, in order.
    pub exchanges: Vec<Exchange>,
    /// Probes without a response, and why.
    pub failed_probes: Vec<(Probe, String)>,
    /// Probes that were not sent, and why.
    pub unsent_probes: Vec<(Probe, &'static str)>,
    /// Where the page redirects to, if that is another site: its border was not crossed, and nothing else was sent.
    pub other_site: Option<Url>,
    /// The addresses of the page's host, and of the site's other hosts that the page names.
    pub dns: Dns,
}

/// One request and its response.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Which probe it belongs to.
    pub probe: Probe,
    /// The address that was requested.
    pub url: Url,
    /// `GET` or `HEAD`.
    pub method: &'static str,
    /// The request's headers.
    pub request_headers: Vec<(String, String)>,
    /// The response's status.
    pub status: u16,
    /// The response's headers, names in lower case.
    pub response_headers: Vec<(String, String)>,
    /// Where the response shows a visitor's id beside `Set-Cookie`: in its body, or in this header.
    pub shows_id: Option<String>,
    /// The address that answered.
    pub peer: Option<IpAddr>,
    /// Unix time in seconds, when the response arrived.
    pub at: u64,
}

impl Exchange {
    /// A request with a page as its response, to ask what a policy would decide there.
    pub(crate) fn of_page(request: &ProbeRequest) -> Self {
        Self {
            probe: request.probe,
            url: request.url.clone(),
            method: request.method,
            request_headers: request.headers.clone(),
            status: 200,
            response_headers: vec![("content-type".to_string(), "text/html".to_string())],
            shows_id: None,
            peer: None,
            at: 0,
        }
    }

    /// Every value of a response header.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        let headers = self.response_headers.iter().filter(named);
        headers.map(|(_, value)| &**value)
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

/// The DNS records of the site's hosts.
#[derive(Clone, Debug, Default)]
pub struct Dns {
    /// The page's host.
    pub document: HostRecord,
    /// The site's other hosts that the page loads something from.
    pub others: Vec<HostRecord>,
}

/// The DNS records of one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRecord {
    /// The name.
    pub name: String,
    /// Its IPv4 addresses.
    pub v4: Vec<Ipv4Addr>,
    /// Its IPv6 addresses.
    pub v6: Vec<Ipv6Addr>,
    /// The chain of CNAMEs, in order; `None` where no name server answered.
    pub cnames: Option<Vec<String>>,
}

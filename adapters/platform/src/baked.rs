//! A policy as artifacts hold it, and the files that they are made of.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack::{BlobError, DomainSetting, Policy, Settings};

/// A file of an artifact.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name in the artifact.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
}

/// A policy whose domains have been found, ready to be put into an artifact.
#[derive(Clone, Debug)]
pub struct BakedPolicy {
    /// Its checksum, 16 hex digits.
    pub hash: String,
    /// The domains of the cookie; none for a host-only one.
    pub domains: Vec<String>,
    cookie: String,
    blob: Vec<u8>,
    /// A name that the site is served under.
    host: String,
    /// The headers that no client may send, as a list in JavaScript.
    reserved: String,
}

impl BakedPolicy {
    /// Bakes `settings` whose domains have been found, and the policy that they make. `hosts` are the site's.
    ///
    /// # Errors
    ///
    /// If the policy has no blob: its domain is still to be found.
    pub fn new(settings: &Settings, policy: &Policy, hosts: &[String]) -> Result<Self, BlobError> {
        let domains = match &settings.cookie.domain {
            DomainSetting::Listed(domains) => domains.clone(),
            DomainSetting::Auto | DomainSetting::HostOnly => Vec::new(),
        };
        let host = hosts.first().or_else(|| domains.first());
        let host = host.cloned();
        Ok(Self {
            hash: policy.hash()?,
            cookie: policy.cookie_name().to_string(),
            blob: policy.to_blob()?,
            // A header's name holds nothing that a string in JavaScript would have to escape but a quote.
            reserved: match policy.request_header() {
                Some(name) => format!("[\"{name}\"]"),
                None => "[]".to_string(),
            },
            host: host.unwrap_or_else(|| "www.example.com".to_string()),
            domains,
        })
    }

    /// The file `name`, of a template whose braces are filled in: `{version}`, `{hash}`, `{cookie}`, `{domains}`,
    /// `{policy}`, `{host}`, `{zone}` and `{reserved}`.
    pub fn fill(&self, name: &'static str, template: &str) -> File {
        let text = self
            .values()
            .iter()
            .fold(template.to_string(), |text, (key, value)| {
                text.replace(key, value)
            });
        File {
            name,
            bytes: text.into_bytes().into(),
        }
    }

    fn values(&self) -> [(&'static str, Cow<'_, str>); 8] {
        let domains = match &self.domains[..] {
            [] => "for the one host that sets it".to_string(),
            domains => format!("on {}", domains.join(", ")),
        };
        let zone = self.domains.first().map_or("example.com", String::as_str);
        [
            ("{version}", env!("CARGO_PKG_VERSION").into()),
            ("{hash}", self.hash.as_str().into()),
            ("{cookie}", self.cookie.as_str().into()),
            ("{domains}", domains.into()),
            ("{policy}", STANDARD.encode(&self.blob).into()),
            ("{host}", self.host.as_str().into()),
            ("{zone}", zone.into()),
            ("{reserved}", self.reserved.as_str().into()),
        ]
    }
}

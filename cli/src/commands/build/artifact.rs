//! What each platform gets: the adapter's modules, the engine, the policy, and an entry that puts them together.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack::{BlobError, DomainSetting, Policy, Settings};
use hardtack_cloudfront_function::without_comments;

use super::Platform;

/// The engine, prebuilt: users need no WebAssembly toolchain.
const ENGINE: &[u8] = include_bytes!("../../../../adapters/js/engine/engine.wasm");

/// One of the adapter's modules, as it stands there.
macro_rules! module {
    ($name:literal) => {
        File {
            name: $name,
            bytes: Cow::Borrowed(include_bytes!(concat!("../../../../adapters/js/", $name))),
        }
    };
}

/// A file of an artifact.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) bytes: Cow<'static, [u8]>,
}

/// A policy as artifacts hold it.
#[derive(Clone, Debug)]
pub(super) struct Baked {
    /// Its checksum, 16 hex digits.
    pub(super) hash: String,
    /// The domains of the cookie; none for a host-only one.
    pub(super) domains: Vec<String>,
    cookie: String,
    blob: Vec<u8>,
    /// A name that the site is served under.
    host: String,
}

impl Baked {
    /// `settings` with their domains found.
    pub(super) fn new(
        settings: &Settings,
        policy: &Policy,
        hosts: &[String],
    ) -> Result<Self, BlobError> {
        let domains = match &settings.cookie.domain {
            DomainSetting::Listed(domains) => domains.clone(),
            DomainSetting::Auto | DomainSetting::HostOnly => Vec::new(),
        };
        let host = hosts.first().or_else(|| domains.first());
        Ok(Self {
            hash: policy.hash()?,
            cookie: policy.cookie_name().to_string(),
            blob: policy.to_blob()?,
            host: host
                .cloned()
                .unwrap_or_else(|| "www.example.com".to_string()),
            domains,
        })
    }

    /// Fills a template's braces in.
    fn fill(&self, template: &str) -> String {
        let domains = match &self.domains[..] {
            [] => "for the one host that sets it".to_string(),
            domains => format!("on {}", domains.join(", ")),
        };
        let zone = self.domains.first().map_or("example.com", String::as_str);
        let values = [
            ("{version}", env!("CARGO_PKG_VERSION")),
            ("{hash}", &self.hash),
            ("{cookie}", &self.cookie),
            ("{domains}", &domains),
            ("{policy}", &STANDARD.encode(&self.blob)),
            ("{host}", &self.host),
            ("{zone}", zone),
        ];
        values
            .iter()
            .fold(template.to_string(), |text, (key, value)| {
                text.replace(key, value)
            })
    }
}

/// A module without its comments, for where nobody reads it and every byte is loaded at a cold start.
fn packed(file: File) -> File {
    let source = String::from_utf8_lossy(&file.bytes);
    let bytes = without_comments(&source).into_bytes().into();
    File { bytes, ..file }
}

/// The files of an artifact.
pub(super) fn files(platform: Platform, baked: &Baked) -> Vec<File> {
    let filled = |name, template| File {
        name,
        bytes: baked.fill(template).into_bytes().into(),
    };
    let policy = || filled("policy.mjs", include_str!("templates/policy.mjs"));
    match platform {
        // Compiled, not put together.
        Platform::CloudfrontFunction => Vec::new(),
        Platform::LambdaEdge => vec![
            filled("index.mjs", include_str!("templates/lambda-edge.mjs")),
            engine(),
            packed(module!("host.mjs")),
            packed(module!("lambda-edge.mjs")),
        ],
        Platform::Cloudflare => vec![
            filled("worker.mjs", include_str!("templates/worker.mjs")),
            filled("hardtack.mjs", include_str!("templates/cloudflare.mjs")),
            filled("hardtack.d.mts", include_str!("templates/cloudflare.d.mts")),
            filled("wrangler.toml", include_str!("templates/wrangler.toml")),
            policy(),
            engine(),
            module!("host.mjs"),
            module!("fetch.mjs"),
            module!("cloudflare.mjs"),
            module!("host.d.mts"),
            module!("fetch.d.mts"),
            module!("cloudflare.d.mts"),
        ],
        Platform::Fetch => vec![
            filled("hardtack.mjs", include_str!("templates/fetch.mjs")),
            filled("hardtack.d.mts", include_str!("templates/fetch.d.mts")),
            policy(),
            engine_as_text(),
            module!("host.mjs"),
            module!("fetch.mjs"),
            module!("host.d.mts"),
            module!("fetch.d.mts"),
        ],
        Platform::Node => vec![
            filled("index.mjs", include_str!("templates/node.mjs")),
            filled("index.d.mts", include_str!("templates/node.d.mts")),
            filled("package.json", include_str!("templates/package.json")),
            policy(),
            engine_as_text(),
            module!("host.mjs"),
            module!("node.mjs"),
            module!("host.d.mts"),
            module!("node.d.mts"),
        ],
    }
}

const fn engine() -> File {
    File {
        name: "engine.wasm",
        bytes: Cow::Borrowed(ENGINE),
    }
}

fn engine_as_text() -> File {
    let template = include_str!("templates/engine.mjs");
    let text = template.replace("{engine}", &STANDARD.encode(ENGINE));
    File {
        name: "engine.mjs",
        bytes: text.into_bytes().into(),
    }
}

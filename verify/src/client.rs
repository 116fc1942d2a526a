//! Sends one request at a time, with limits on time and size, and a pause before it retries.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hardtack::Country;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::{HttpConnector, HttpInfo};
use hyper_util::rt::TokioExecutor;
use tokio::net::lookup_host;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tower_service::Service;
use url::Url;

use crate::browser::Headers;
use crate::error::{ClientError, DEADLINE};
use crate::probe::Probe;
use crate::results::Exchange;

/// How a site is examined.
#[derive(Clone, Debug)]
pub struct Options {
    /// Further pages: addresses, or paths on the site. Default none.
    pub pages: Vec<String>,
    /// Hosts with addresses that replace those of the system's resolver. Default none.
    pub resolve: Vec<(String, IpAddr)>,
    /// A PEM file of certificate authorities that replace the system's. Default none.
    pub ca: Option<PathBuf>,
    /// The cookies of a visitor who granted consent, as a `Cookie` header has them. Default none: no such probe is
    /// sent.
    pub granted: Option<String>,
    /// The cookies of a visitor who denied consent.
    pub denied: Option<String>,
    /// The country that the site's platform locates this machine in. Default none, as for a platform without countries.
    pub country: Option<Country>,
    /// How long one response may take. Default 15 seconds.
    pub timeout: Duration,
    /// How long the examination may take, all waits included. Default one minute.
    pub deadline: Duration,
    /// How long to wait between two requests. Default 100 ms; loopback needs none.
    pub pause: Duration,
    /// How often to try a request that gets no response, or one from a busy site (429, 503). Default 3.
    pub attempts: u32,
    /// The port of plain http. Default 80 where https is at 443, and none otherwise, so that it is not probed.
    pub plain_port: Option<u16>,
    /// A name server to ask for CNAMEs. Default: the first one in `/etc/resolv.conf`.
    pub name_server: Option<SocketAddr>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            resolve: Vec::new(),
            ca: None,
            granted: None,
            denied: None,
            country: None,
            timeout: Duration::from_secs(15),
            deadline: Duration::from_secs(60),
            pause: Duration::from_millis(100),
            attempts: 3,
            plain_port: None,
            name_server: None,
        }
    }
}

/// One request of a probe.
#[derive(Clone, Debug)]
pub(crate) struct ProbeRequest {
    pub(crate) probe: Probe,
    pub(crate) url: Url,
    pub(crate) method: &'static str,
    pub(crate) headers: Headers,
}

/// How much of a page is read; links further down are not needed.
const MOST_BYTES: usize = 512 * 1024;

/// A few connections, kept open from one request to the next.
pub(crate) struct Client {
    pool: Pool<HttpsConnector<HttpConnector<Resolver>>, Empty<Bytes>>,
    timeout: Duration,
    pause: Duration,
    attempts: u32,
    /// When the examination ends.
    end: Instant,
    /// How many more requests may be sent again: a site that stays busy is not asked thrice by every probe.
    retries: AtomicU32,
}

/// How many requests of an examination may be sent again.
const RETRIES: u32 = 6;

impl Client {
    pub(crate) fn new(options: &Options) -> Result<Self, ClientError> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new(options));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(options.timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(options)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self {
            pool: Pool::builder(TokioExecutor::new()).build(connector),
            timeout: options.timeout,
            pause: options.pause,
            attempts: options.attempts.max(1),
            end: Instant::now() + options.deadline,
            retries: AtomicU32::new(RETRIES),
        })
    }

    /// How much time is left.
    pub(crate) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Waits, unless that would take longer than the examination may.
    async fn wait(&self, wait: Duration) {
        sleep(wait.min(self.left())).await;
    }

    /// Whether a request may be sent again after `wait`.
    fn has_patience(&self, attempt: u32, wait: Duration) -> bool {
        let take = |left: u32| left.checked_sub(1);
        attempt < self.attempts
            && wait < self.left()
            && self
                .retries
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
    }

    /// Sends a request, retries where that can help, and returns the exchange and the beginning of the body.
    pub(crate) async fn send(
        &self,
        request: &ProbeRequest,
    ) -> Result<(Exchange, String), ClientError> {
        let mut attempt = 1;
        loop {
            let result = self.send_once(request).await;
            let wait = match &result {
                Ok((exchange, _)) if is_busy(exchange.status) => retry_after(exchange),
                Ok(_) => None,
                Err(_) => Some(Duration::from_millis(250 << attempt)),
            };
            let Some(wait) = wait.filter(|wait| self.has_patience(attempt, *wait)) else {
                self.wait(self.pause).await;
                return result.map_err(|why| ClientError::NoAnswer(request.url.clone(), why));
            };
            attempt += 1;
            self.wait(wait).await;
        }
    }

    async fn send_once(&self, request: &ProbeRequest) -> Result<(Exchange, String), Vec<String>> {
        let outgoing = outgoing(request).map_err(|error| chain(&error))?;
        let answer = async {
            let response = self.pool.request(outgoing).await;
            let response = response.map_err(|error| chain(&error))?;
            Ok(read(request, response).await)
        };
        let limit = self.timeout.min(self.left());
        match timeout(limit, answer).await {
            Ok(answer) => answer,
            Err(_) if limit < self.timeout => Err(vec![DEADLINE.to_string()]),
            Err(_) => Err(vec![format!("no response within {:?}", self.timeout)]),
        }
    }
}

const fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// `Retry-After` in seconds, up to 20: a site that asks for more is busy for as long as the report can wait.
fn retry_after(exchange: &Exchange) -> Option<Duration> {
    let asked = exchange.values("retry-after").next()?.parse().ok()?;
    (asked <= 20).then(|| Duration::from_secs(asked))
}

fn outgoing(probe: &ProbeRequest) -> Result<Request<Empty<Bytes>>, http::Error> {
    let mut request = Request::builder()
        .method(probe.method)
        .uri(probe.url.as_str());
    for (name, value) in &probe.headers {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        request = request.header(name, HeaderValue::from_bytes(value.as_bytes())?);
    }
    request.body(Empty::new())
}

async fn read(request: &ProbeRequest, response: Response<Incoming>) -> (Exchange, String) {
    let peer = response.extensions().get::<HttpInfo>();
    let peer = peer.map(|info| info.remote_addr().ip());
    let (head, body) = response.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let exchange = Exchange {
        probe: request.probe,
        url: request.url.clone(),
        method: request.method,
        request_headers: request.headers.clone(),
        status: head.status.as_u16(),
        response_headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        shows_id: None,
        peer,
        at: now(),
    };
    // A body that is cut off does not affect the cookie.
    let body = Limited::new(body, MOST_BYTES).collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    (exchange, String::from_utf8_lossy(&body).into_owned())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn chain(error: &dyn StdError) -> Vec<String> {
    let first = error.to_string();
    let causes = std::iter::successors(error.source(), |error| (*error).source());
    std::iter::once(first)
        .chain(causes.map(ToString::to_string))
        .collect()
}

fn tls(options: &Options) -> Result<ClientConfig, ClientError> {
    let refused = |why: &dyn fmt::Display| ClientError::Authorities(why.to_string());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    let config = match &options.ca {
        None => config
            .with_native_roots()
            .map_err(|error| refused(&error))?,
        Some(file) => {
            let mut roots = RootCertStore::empty();
            let pems = CertificateDer::pem_file_iter(file);
            for certificate in pems.map_err(|error| refused(&error))? {
                let certificate = certificate.map_err(|error| refused(&error))?;
                roots.add(certificate).map_err(|error| refused(&error))?;
            }
            config.with_root_certificates(roots)
        }
    };
    Ok(config.with_no_client_auth())
}

/// The system's resolver, except for hosts whose addresses the options give.
#[derive(Clone, Debug)]
pub(crate) struct Resolver(Arc<[(String, IpAddr)]>);

impl Resolver {
    pub(crate) fn new(options: &Options) -> Self {
        Self(options.resolve.clone().into())
    }

    /// A host's addresses.
    pub(crate) async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let given = self
            .0
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(host));
        let given: Vec<IpAddr> = given.map(|(_, address)| *address).collect();
        if !given.is_empty() {
            return Ok(given);
        }
        let found = lookup_host((host, 0)).await?;
        let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
        addresses.dedup();
        Ok(addresses)
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(sockets.collect::<Vec<_>>().into_iter())
        })
    }
}

//! Sends the probes, one after the other, each with what the earlier ones found out.

use hardtack::{Accept, Policy, SetCookieParts, VisitorId};
use url::Url;

use crate::client::{Client, ClientError, Options, ProbeRequest};
use crate::dns;
use crate::observed::ObservedCookie;
use crate::page::Page;
use crate::probe::Probe;
use crate::requests::{Known, document, random_id};
use crate::results::{Dns, Exchange, ProbeResults};

/// Called before each probe: how many requests are done, of how many at most, and which probe comes next.
pub type Progress<'a> = &'a mut (dyn FnMut(usize, usize, Probe) + Send);

/// Sends all probes to a site.
///
/// # Errors
///
/// Where the site cannot be reached at all. A single probe that gets no answer is in [`ProbeResults::failed_probes`].
pub async fn examine(
    url: &Url,
    policy: &Policy,
    options: &Options,
    progress: Progress<'_>,
) -> Result<ProbeResults, ClientError> {
    let client = Client::new(options)?;
    progress(0, Probe::ALL.len(), Probe::New);
    let (redirects, page) = follow(&client, url.clone()).await?;
    let (new, body) = client.send(&document(Probe::New, &page)).await?;
    let mut run = Run {
        client,
        results: ProbeResults {
            page: page.clone(),
            country: options.country,
            exchanges: redirects,
            failed_probes: Vec::new(),
            dns: Dns::default(),
        },
        known: Known {
            options,
            cookie_name: policy.cookie_name(),
            id: issued_id(&new, policy).unwrap_or_else(random_id),
            jar: cookies_set_by(&new),
            content: Page::read(&body, &page),
            new: new.clone(),
        },
        progress,
    };
    run.results.exchanges.push(new);
    run.probes().await;
    run.look_up().await;
    Ok(run.results)
}

/// The most redirects that browsers follow.
const REDIRECTS: usize = 20;

/// Follows redirects without cookies, to the page that is examined.
async fn follow(client: &Client, mut url: Url) -> Result<(Vec<Exchange>, Url), ClientError> {
    let mut redirects = Vec::new();
    for _ in 0..REDIRECTS {
        let (exchange, _) = client.send(&document(Probe::Redirect, &url)).await?;
        let next = exchange.values("location").next();
        let next = next.and_then(|location| url.join(location).ok());
        match next.filter(|_| matches!(exchange.status, 300..=399)) {
            None => return Ok((redirects, url)),
            Some(next) => {
                redirects.push(exchange);
                url = next;
            }
        }
    }
    Err(ClientError::Redirects(url))
}

/// All cookies that a response sets.
fn cookies_set_by(new: &Exchange) -> Vec<(String, String)> {
    let headers = new.values("set-cookie").map(SetCookieParts::of);
    let named = headers.filter(|parts| !parts.name.is_empty());
    named
        .map(|parts| (parts.name.to_string(), parts.value.to_string()))
        .collect()
}

/// The id that the new visitor got, where it is a UUID.
fn issued_id(new: &Exchange, policy: &Policy) -> Option<String> {
    let observed = ObservedCookie::of(new, policy.cookie_name());
    let value = &observed.set()?.value;
    VisitorId::parse(value.as_bytes(), Accept::Any).map(|_| value.clone())
}

/// One examination: what it found so far, and what it needs to go on.
struct Run<'a> {
    client: Client,
    results: ProbeResults,
    known: Known<'a>,
    progress: Progress<'a>,
}

impl Run<'_> {
    async fn probes(&mut self) {
        for &probe in Probe::ALL {
            let done = self.results.exchanges.len();
            let requests = self.known.requests(probe);
            if !requests.is_empty() {
                (self.progress)(done, Probe::ALL.len().max(done + 1), probe);
            }
            for request in requests {
                self.send(&request).await;
            }
        }
    }

    async fn send(&mut self, request: &ProbeRequest) {
        match self.client.send(request).await {
            Ok((exchange, _)) => self.results.exchanges.push(exchange),
            Err(error) => {
                let why = format!("{error}: {}", error.causes().join(": "));
                self.results.failed_probes.push((request.probe, why));
            }
        }
    }

    async fn look_up(&mut self) {
        let host = |url: &Url| url.host_str().map(ToString::to_string);
        let Some(page) = host(&self.results.page) else {
            return;
        };
        let (known, options) = (&self.known, self.known.options);
        self.results.dns.document = dns::look_up(&page, options).await;
        let assets = known.content.assets.iter().map(|(_, url)| url);
        let others = assets.filter(|url| known.is_same_site(url));
        let mut others: Vec<String> = others
            .filter_map(host)
            .filter(|other| *other != page)
            .collect();
        others.sort();
        others.dedup();
        for other in others.iter().take(MOST_HOSTS) {
            let record = dns::look_up(other, options).await;
            self.results.dns.others.push(record);
        }
    }
}

/// How many of the site's other hosts are looked up.
const MOST_HOSTS: usize = 8;

//! Sends the probes, one after the other, each with what the earlier ones found out.

use hardtack::{Accept, Policy, Reason, SetCookieParts, VisitorId};
use url::Url;

use crate::client::{Client, Options, ProbeRequest};
use crate::dns;
use crate::error::{ClientError, DEADLINE};
use crate::expected::Expected;
use crate::observed::ObservedCookie;
use crate::page::Page;
use crate::probe::Probe;
use crate::requests::{Known, document, random_id};
use crate::results::{Dns, Exchange, ProbeResults};
use crate::site;

/// Called before each probe: how many requests are done, of how many at most, and which probe comes next.
pub type Progress<'a> = &'a mut (dyn FnMut(usize, usize, Probe) + Send);

/// Sends all probes to a site, and nothing to another one: where the page redirects there, it stops.
///
/// # Errors
///
/// Where the site cannot be reached at all, or is busy or closed. A single probe that gets no answer is in
/// [`ProbeResults::failed_probes`].
pub async fn examine(
    url: &Url,
    policy: &Policy,
    options: &Options,
    progress: Progress<'_>,
) -> Result<ProbeResults, ClientError> {
    let client = Client::new(options)?;
    progress(0, Probe::ALL.len(), Probe::New);
    let (redirects, end) = follow(&client, url.clone(), policy, options).await?;
    let mut results = ProbeResults {
        page: url.clone(),
        country: options.country,
        exchanges: redirects,
        failed_probes: Vec::new(),
        unsent_probes: Vec::new(),
        other_site: None,
        dns: Dns::default(),
    };
    let (first, first_body) = match end {
        End::Page(exchange, body) => (*exchange, body),
        End::OtherSite(other) => {
            results.other_site = Some(other);
            return Ok(results);
        }
    };
    admitted(&first)?;
    let page = first.url.clone();
    results.page = page.clone();
    let (new, body) = client.send(&document(Probe::New, &page)).await?;
    let consent = granted(&page, policy, options);
    if consent.is_none() {
        admitted(&new)?;
    }
    // Where the page waits for consent, a visitor without it may get nothing but a wall.
    let (shown, content) = match consent {
        Some(_) => (first, &first_body),
        None => (new.clone(), &body),
    };
    let known = Known {
        options,
        cookie_name: policy.cookie_name(),
        consent,
        id: issued_id(&new, policy).unwrap_or_else(random_id),
        jar: cookies_set_by(&new),
        content: Page::read(content, &page),
        new: shown,
    };
    let mut run = Run {
        client,
        policy,
        results,
        known,
        progress,
    };
    run.take(new, &body);
    run.probes().await;
    run.look_up().await;
    Ok(run.results)
}

/// Whether the site lets itself be examined: twenty more requests would tell nothing, and load a busy site.
fn admitted(first: &Exchange) -> Result<(), ClientError> {
    match first.status {
        status @ (401 | 403 | 429 | 502..=504) => {
            Err(ClientError::TurnedAway(first.url.clone(), status))
        }
        _ => Ok(()),
    }
}

/// The cookies that every visitor sends, where the policy waits for consent before a page sets the cookie.
fn granted<'a>(page: &Url, policy: &Policy, options: &'a Options) -> Option<&'a str> {
    let granted = options.granted.as_deref()?;
    let asked = Exchange::of_page(&document(Probe::New, page));
    let expected = Expected::of(policy, &asked, options.country);
    (expected.reason == Reason::ConsentPending).then_some(granted)
}

/// Why some of the pages are not requested.
const OTHER_PAGES: &str = "some addresses that `--pages` names do not belong to this site";

/// Nothing is wrong with a site that does not listen there.
const CLOSED_PORT: &str = "nothing answers over plain http";

/// The most redirects that browsers follow.
const REDIRECTS: usize = 20;

/// Where redirects lead.
enum End {
    Page(Box<Exchange>, String),
    OtherSite(Url),
}

/// Follows redirects, without cookies but those of consent that the policy waits for, to the page that is examined or
/// to the border of the site.
async fn follow(
    client: &Client,
    url: Url,
    policy: &Policy,
    options: &Options,
) -> Result<(Vec<Exchange>, End), ClientError> {
    let mut redirects = Vec::new();
    let mut at = url.clone();
    for _ in 0..REDIRECTS {
        let cookies = granted(&at, policy, options).map(str::to_string);
        let request = document(Probe::Redirect, &at).with_cookies(cookies);
        let (exchange, body) = client.send(&request).await?;
        let next = exchange.values("location").next();
        let next = next.and_then(|location| at.join(location).ok());
        match next.filter(|_| matches!(exchange.status, 300..=399)) {
            None => return Ok((redirects, End::Page(Box::new(exchange), body))),
            Some(next) if !matches!(next.scheme(), "http" | "https") => {
                return Err(ClientError::NotFollowed(at, next.to_string()));
            }
            Some(next) => {
                redirects.push(exchange);
                if !site::is_same(&url, &next) {
                    return Ok((redirects, End::OtherSite(next)));
                }
                at = next;
            }
        }
    }
    Err(ClientError::Redirects(at))
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

/// Where a response shows one of these ids beside `Set-Cookie`: its body, or a header.
fn shows(exchange: &Exchange, body: &str, ids: &[&str]) -> Option<String> {
    let shows = |text: &str| ids.iter().any(|id| text.contains(id));
    if shows(body) {
        return Some("the body".to_string());
    }
    let headers = exchange.response_headers.iter();
    let mut others = headers.filter(|(name, _)| name != "set-cookie");
    others.find_map(|(name, value)| shows(value).then(|| format!("the header {name}")))
}

/// One examination: what it found so far, and what it needs to go on.
struct Run<'a> {
    client: Client,
    policy: &'a Policy,
    results: ProbeResults,
    known: Known<'a>,
    progress: Progress<'a>,
}

impl Run<'_> {
    async fn probes(&mut self) {
        // Where every visitor has to consent, the first one who does gets the id for the others.
        let granted = self
            .known
            .consent
            .is_some()
            .then_some(Probe::ConsentGranted);
        let others = Probe::ALL
            .iter()
            .copied()
            .filter(|probe| granted != Some(*probe));
        for probe in granted.into_iter().chain(others) {
            self.probe(probe).await;
        }
    }

    async fn probe(&mut self, probe: Probe) {
        if self
            .results
            .exchanges
            .iter()
            .any(|exchange| exchange.probe == probe)
        {
            return;
        }
        let requests = self.known.requests(probe);
        if requests.is_empty() {
            let why = self.known.reason_unsent(probe);
            return self.results.unsent_probes.push((probe, why));
        }
        let named = self.known.options.pages.len();
        if probe == Probe::SecondPage && requests.len() < named {
            self.results.unsent_probes.push((probe, OTHER_PAGES));
        }
        let done = self.results.exchanges.len();
        (self.progress)(done, Probe::ALL.len().max(done + 1), probe);
        for request in requests {
            if self.client.left().is_zero() {
                return self.results.unsent_probes.push((probe, DEADLINE));
            }
            self.send(&request).await;
        }
    }

    async fn send(&mut self, request: &ProbeRequest) {
        match self.client.send(request).await {
            Ok((exchange, body)) => {
                if request.probe == Probe::ConsentGranted && self.known.consent.is_some() {
                    self.known.id = issued_id(&exchange, self.policy).unwrap_or_else(random_id);
                    self.known.jar = cookies_set_by(&exchange);
                }
                self.take(exchange, &body);
            }
            Err(_) if request.probe == Probe::PlainHttp && !self.client.left().is_zero() => {
                let closed = (request.probe, CLOSED_PORT);
                self.results.unsent_probes.push(closed);
            }
            Err(error) => {
                let why = format!("{error}: {}", error.causes().join(": "));
                self.results.failed_probes.push((request.probe, why));
            }
        }
    }

    /// Keeps an exchange, and notes whether it shows the visitor's id, or the one that it sets.
    fn take(&mut self, mut exchange: Exchange, body: &str) {
        let set = issued_id(&exchange, self.policy);
        let ids: Vec<&str> = [Some(&*self.known.id), set.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        exchange.shows_id = shows(&exchange, body, &ids);
        self.results.exchanges.push(exchange);
    }

    async fn look_up(&mut self) {
        let host = |url: &Url| url.host_str().map(ToString::to_string);
        let Some(page) = host(&self.results.page).filter(|_| !self.client.left().is_zero()) else {
            return;
        };
        let (known, options) = (&self.known, self.known.options);
        self.results.dns.document = dns::look_up(&page, options).await;
        let assets = known.content.assets.iter().map(|(_, url)| url);
        let others = assets.filter(|url| site::is_same(&self.results.page, url));
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

#[cfg(test)]
mod tests {
    use super::{cookies_set_by, shows};
    use crate::probe::Probe;
    use crate::requests::document;
    use crate::results::Exchange;

    fn exchange(headers: &[(&str, &str)]) -> Exchange {
        let url = "https://www.example.co.uk/".parse().unwrap();
        let headers = headers.iter();
        Exchange {
            response_headers: headers
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            ..Exchange::of_page(&document(Probe::New, &url))
        }
    }

    #[test]
    fn cookies_without_a_name_are_not_kept() {
        let lines = ["a=1; Path=/", "=2", "b=3"].map(|line| ("set-cookie", line));
        let pairs = [("a", "1"), ("b", "3")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(cookies_set_by(&exchange(&lines)), pairs);
    }

    #[track_caller]
    fn check_shown(headers: &[(&str, &str)], body: &str, place: Option<&str>) {
        let shown = shows(&exchange(headers), body, &["one", "two"]);
        assert_eq!(shown.as_deref(), place);
    }

    #[test]
    fn an_id_is_shown_in_the_body_or_in_a_header_but_not_where_it_is_set() {
        check_shown(&[], "you are two", Some("the body"));
        check_shown(&[("x-user", "one")], "", Some("the header x-user"));
        check_shown(&[("set-cookie", "FPD=one")], "", None);
        check_shown(&[("x-user", "three")], "four", None);
    }
}

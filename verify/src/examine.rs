//! Makes the visits, one after the other, each with what the ones before it taught.

use hardtack::{Policy, VisitorId};
use url::Url;

use crate::browser::{self, Destination, Headers};
use crate::client::{Ask, Client, ClientError, Options};
use crate::dns;
use crate::expected::Came;
use crate::page::Page;
use crate::survey::{Dns, Exchange, Survey};
use crate::visit::{INVALID, Visit};

/// Told before each visit: how many are done, of how many at most, and what comes next.
pub type Progress<'a> = &'a mut (dyn FnMut(usize, usize, Visit) + Send);

/// Visits a site.
///
/// # Errors
///
/// Where the site can't be reached at all. A single visit that gets no answer is told in [`Survey::not_made`].
pub async fn examine(
    url: &Url,
    policy: &Policy,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Survey, ClientError> {
    let client = Client::new(options)?;
    progress(0, Visit::ALL.len(), Visit::New);
    let (redirects, page) = follow(&client, url.clone()).await?;
    let mut tour = Tour {
        client,
        policy,
        survey: Survey {
            page: page.clone(),
            country: options.country,
            exchanges: redirects,
            not_made: Vec::new(),
            dns: Dns::default(),
        },
        content: Page::default(),
        id: String::new(),
        jar: Vec::new(),
        options,
        progress,
    };
    tour.make().await?;
    Ok(tour.survey)
}

/// As browsers do: 20 redirects, then no more.
const REDIRECTS: usize = 20;

/// Follows redirects without cookies, to the page that is examined.
async fn follow(client: &Client, mut url: Url) -> Result<(Vec<Exchange>, Url), ClientError> {
    let mut redirects = Vec::new();
    for _ in 0..REDIRECTS {
        let (exchange, _) = client.ask(&document(Visit::Redirect, &url)).await?;
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

fn document(visit: Visit, url: &Url) -> Ask {
    ask(visit, url, Destination::Document)
}

fn ask(visit: Visit, url: &Url, destination: Destination) -> Ask {
    let host = url.host_str().unwrap_or_default();
    let secure = url.scheme() == "https" || hardtack::is_loopback(host.as_bytes());
    Ask {
        visit,
        url: url.clone(),
        method: "GET",
        headers: browser::headers(destination, secure, browser::VISITOR),
    }
}

impl Ask {
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    fn by(mut self, user_agent: &str) -> Self {
        let own: Headers = self
            .headers
            .into_iter()
            .filter(|(name, _)| name != "user-agent")
            .collect();
        self.headers = own;
        self.with("user-agent", user_agent)
    }
}

/// A walk through the site, and what is known of it by now.
struct Tour<'a> {
    client: Client,
    policy: &'a Policy,
    survey: Survey,
    content: Page,
    /// The visitor's id: what the site gave, or one of our own where it gave none.
    id: String,
    /// All that the site gave the new visitor.
    jar: Vec<(String, String)>,
    options: &'a Options,
    progress: Progress<'a>,
}

impl Tour<'_> {
    async fn make(&mut self) -> Result<(), ClientError> {
        let page = self.survey.page.clone();
        let (new, body) = self.client.ask(&document(Visit::New, &page)).await?;
        self.content = Page::read(&body, &page);
        self.remember(&new);
        self.survey.exchanges.push(new);
        for visit in Visit::ALL {
            let done = self.survey.exchanges.len();
            let asks = self.asks(visit);
            if !asks.is_empty() {
                (self.progress)(done, Visit::ALL.len().max(done + 1), visit);
            }
            for ask in asks {
                self.visit(&ask).await;
            }
        }
        self.look_up().await;
        Ok(())
    }

    async fn visit(&mut self, ask: &Ask) {
        match self.client.ask(ask).await {
            Ok((exchange, _)) => self.survey.exchanges.push(exchange),
            Err(error) => {
                let causes = error.causes().join(": ");
                self.survey
                    .not_made
                    .push((ask.visit, format!("{error}: {causes}")));
            }
        }
    }

    /// Keeps the cookies that the new visitor was given.
    fn remember(&mut self, new: &Exchange) {
        let pairs = new.values("set-cookie").filter_map(|header| {
            let (name, value) = header.split(';').next()?.split_once('=')?;
            Some((name.trim().to_string(), value.trim().to_string()))
        });
        self.jar = pairs.collect();
        let given = match Came::of(new, self.policy.cookie_name()) {
            Came::Set(set) => {
                VisitorId::parse(set.value.as_bytes(), hardtack::Accept::Any).map(|_| set.value)
            }
            Came::Nothing | Came::Forgotten(_) => None,
        };
        self.id = given.unwrap_or_else(some_id);
    }

    fn cookie(&self) -> String {
        format!("{}={}", self.policy.cookie_name(), self.id)
    }

    /// The requests that make up a visit; none where the site has nothing to visit so.
    fn asks(&self, visit: Visit) -> Vec<Ask> {
        let page = &self.survey.page;
        let (name, cookie) = (self.policy.cookie_name(), self.cookie());
        let document = || document(visit, page);
        let with = |cookies: String| vec![document().with("cookie", cookies)];
        match visit {
            Visit::Redirect | Visit::New => Vec::new(),
            Visit::Returning => with(cookie),
            Visit::SecondPage => self.further_pages(),
            Visit::Another => vec![document()],
            Visit::Invalid => with(format!("{name}={INVALID}")),
            Visit::Forged => with(format!("{name}={}", some_id())),
            Visit::Duplicate => with(format!("{name}={INVALID}; {cookie}")),
            Visit::Twin => with(format!("{cookie}; {name}={}", some_id())),
            Visit::SplitHeader => {
                let first = document().with("cookie", "theme=dark");
                vec![first.with("cookie", cookie)]
            }
            Visit::OddCookies => with(format!("a=%E0%A4%A; b=%; =; ;; c; d=\"; {cookie}")),
            Visit::Gpc => vec![document().with("sec-gpc", "1")],
            Visit::ConsentDenied => self.options.denied.clone().map_or_else(Vec::new, with),
            Visit::ConsentGranted => self.options.granted.clone().map_or_else(Vec::new, with),
            Visit::Withdrawn => {
                let denied = self.options.denied.as_ref();
                denied.map_or_else(Vec::new, |denied| with(format!("{denied}; {cookie}")))
            }
            Visit::Bot => vec![document().by(browser::BOT)],
            Visit::Prefetch => vec![document().with("sec-purpose", "prefetch")],
            Visit::Worker => {
                vec![ask(visit, page, Destination::PassedOn).with("cookie", cookie)]
            }
            Visit::Frame => vec![ask(visit, page, Destination::Frame)],
            Visit::Call => vec![ask(visit, page, Destination::Call)],
            Visit::Asset => self.assets(),
            Visit::Missing => self.missing().into_iter().collect(),
            Visit::Head => vec![Ask {
                method: "HEAD",
                ..document()
            }],
            Visit::Revalidation => self.revalidation().into_iter().collect(),
            Visit::PlainHttp => self.plain().into_iter().collect(),
        }
    }

    /// The pages that were asked for, or else the first one that the page links to.
    fn further_pages(&self) -> Vec<Ask> {
        let page = &self.survey.page;
        let named = self
            .options
            .pages
            .iter()
            .filter_map(|to| page.join(to).ok());
        let mut pages: Vec<Url> = named.collect();
        if pages.is_empty() {
            let linked = self
                .content
                .links
                .iter()
                .find(|url| self.is_another_page(url));
            pages.extend(linked.cloned());
        }
        let mut cookies = self.jar.clone();
        cookies.retain(|(name, _)| name != self.policy.cookie_name());
        let cookies = cookies
            .iter()
            .map(|(name, value)| format!("; {name}={value}"));
        let cookies = self.cookie() + &cookies.collect::<String>();
        let ask = |url: &Url| document(Visit::SecondPage, url).with("cookie", &*cookies);
        pages.iter().map(ask).collect()
    }

    fn is_another_page(&self, url: &Url) -> bool {
        let page = &self.survey.page;
        let path = url.path();
        let is_page = path.ends_with('/') || path.ends_with(".html") || !path.contains('.');
        // What changes something by being looked at, says so in its name.
        let changes = [
            "logout",
            "signout",
            "sign-out",
            "log-out",
            "delete",
            "remove",
            "unsubscribe",
        ];
        let is_safe = !changes
            .iter()
            .any(|word| path.to_ascii_lowercase().contains(word));
        url.origin() == page.origin() && path != page.path() && is_page && is_safe
    }

    /// One asset of the page's own host, and one of each of two other hosts of the site.
    fn assets(&self) -> Vec<Ask> {
        let mut hosts = Vec::new();
        let mut asks = Vec::new();
        for (destination, url) in &self.content.assets {
            if self.is_same_site(url) && !hosts.contains(&url.host()) && hosts.len() < 3 {
                hosts.push(url.host());
                asks.push(ask(Visit::Asset, url, *destination));
            }
        }
        asks
    }

    fn is_same_site(&self, url: &Url) -> bool {
        let host = |url: &Url| url.host_str().unwrap_or_default().to_string();
        let (page, other) = (host(&self.survey.page), host(url));
        let domain = |host: &str| {
            hardtack_psl::LIST
                .registrable_domain(host.as_bytes())
                .map(<[u8]>::to_vec)
        };
        page == other || domain(&page).is_some_and(|site| domain(&other) == Some(site))
    }

    fn missing(&self) -> Option<Ask> {
        let path = format!("/hardtack-verify-{}", &some_id()[..8]);
        let url = self.survey.page.join(&path).ok()?;
        Some(document(Visit::Missing, &url))
    }

    fn revalidation(&self) -> Option<Ask> {
        let new = self
            .survey
            .exchanges
            .iter()
            .find(|exchange| exchange.visit == Visit::New)?;
        let value = |name| new.values(name).next();
        let (name, value) = match (value("etag"), value("last-modified")) {
            (Some(etag), _) => ("if-none-match", etag),
            (None, Some(date)) => ("if-modified-since", date),
            (None, None) => return None,
        };
        let ask = document(Visit::Revalidation, &self.survey.page);
        Some(ask.with("cookie", self.cookie()).with(name, value))
    }

    fn plain(&self) -> Option<Ask> {
        let mut url = self.survey.page.clone();
        let is_default = url.port().is_none();
        if url.scheme() != "https" {
            return None;
        }
        let port = self
            .options
            .plain_port
            .or_else(|| is_default.then_some(80))?;
        url.set_scheme("http").ok()?;
        url.set_port(Some(port)).ok()?;
        Some(document(Visit::PlainHttp, &url))
    }

    async fn look_up(&mut self) {
        let host = |url: &Url| url.host_str().map(ToString::to_string);
        let Some(page) = host(&self.survey.page) else {
            return;
        };
        self.survey.dns.document = dns::look_up(&page, self.options).await;
        let assets = self.content.assets.iter().map(|(_, url)| url);
        let others = assets.filter(|url| self.is_same_site(url)).filter_map(host);
        let mut others: Vec<String> = others.filter(|other| *other != page).collect();
        others.sort();
        others.dedup();
        for other in others.iter().take(8) {
            let record = dns::look_up(other, self.options).await;
            self.survey.dns.others.push(record);
        }
    }
}

/// A UUID that no visitor has.
fn some_id() -> String {
    VisitorId::from_entropy(rand::random()).to_string()
}

//! The requests that make up each probe.

use hardtack::VisitorId;
use url::Url;

use crate::browser::{self, Destination};
use crate::client::{Options, ProbeRequest};
use crate::page::Page;
use crate::probe::{INVALID, Probe};
use crate::results::Exchange;
use crate::site;

/// What is known of the site after the first probe, for the requests that follow.
pub(crate) struct Known<'a> {
    pub(crate) options: &'a Options,
    pub(crate) cookie_name: &'a str,
    /// The cookies of a visitor who granted consent, where the policy waits for that: all visitors send them.
    pub(crate) consent: Option<&'a str>,
    /// The visitor's id: the one that the site issued, or a random one where it issued none.
    pub(crate) id: String,
    /// All cookies that the site set for the new visitor.
    pub(crate) jar: Vec<(String, String)>,
    /// The response that shows the page: to the first look with consent where the policy waits for it, or else to a
    /// new visitor.
    pub(crate) new: Exchange,
    /// The links and assets of the page.
    pub(crate) content: Page,
}

/// A request for a page in a tab.
pub(crate) fn document(probe: Probe, url: &Url) -> ProbeRequest {
    request(probe, url, Destination::Document)
}

fn request(probe: Probe, url: &Url, destination: Destination) -> ProbeRequest {
    let host = url.host_str().unwrap_or_default();
    let secure = url.scheme() == "https" || hardtack::is_loopback(host.as_bytes());
    ProbeRequest {
        probe,
        url: url.clone(),
        method: "GET",
        headers: browser::headers(destination, secure, browser::VISITOR),
    }
}

/// A UUID that no visitor has.
pub(crate) fn random_id() -> String {
    VisitorId::from_entropy(rand::random()).to_string()
}

impl ProbeRequest {
    pub(crate) fn with_cookies(self, cookies: Option<String>) -> Self {
        match cookies {
            Some(cookies) => self.with("cookie", cookies),
            None => self,
        }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    fn user_agent(mut self, user_agent: &str) -> Self {
        self.headers.retain(|(name, _)| name != "user-agent");
        self.with("user-agent", user_agent)
    }
}

impl Known<'_> {
    /// The requests that make up a probe; none where the site or the options give nothing to probe.
    pub(crate) fn requests(&self, probe: Probe) -> Vec<ProbeRequest> {
        let page = &self.new.url;
        let (name, cookie) = (self.cookie_name, self.cookie());
        let document = || document(probe, page);
        let with = |cookies: String| vec![document().with("cookie", cookies)];
        let visitor = || document().with_cookies(self.consent.map(str::to_string));
        match probe {
            // They are made first.
            Probe::Redirect | Probe::New => Vec::new(),
            Probe::Returning => with(cookie),
            Probe::SecondPage => self.second_pages(),
            Probe::Another => vec![visitor()],
            Probe::Invalid => with(self.consented(format!("{name}={INVALID}"))),
            Probe::Forged => with(self.consented(format!("{name}={}", random_id()))),
            Probe::InvalidFirst => {
                with(self.consented(format!("{name}={INVALID}; {}", self.id_cookie())))
            }
            Probe::BothValid => with(format!("{cookie}; {name}={}", random_id())),
            Probe::SplitHeader => {
                let first = document().with("cookie", self.consented("theme=dark".to_string()));
                vec![first.with("cookie", self.id_cookie())]
            }
            Probe::OddCookies => with(format!("a=%E0%A4%A; b=%; =; ;; c; d=\"; {cookie}")),
            Probe::Gpc => vec![visitor().with("sec-gpc", "1")],
            Probe::ConsentDenied => self.options.denied.clone().map_or_else(Vec::new, with),
            Probe::ConsentGranted => self.options.granted.clone().map_or_else(Vec::new, with),
            Probe::Withdrawn => {
                let denied = self.options.denied.as_ref();
                denied.map_or_else(Vec::new, |denied| {
                    with(format!("{denied}; {}", self.id_cookie()))
                })
            }
            Probe::Bot => vec![visitor().user_agent(browser::BOT)],
            Probe::Prefetch => vec![visitor().with("sec-purpose", "prefetch")],
            Probe::Worker => {
                vec![request(probe, page, Destination::PassedOn).with("cookie", cookie)]
            }
            Probe::Frame => vec![request(probe, page, Destination::Frame)],
            Probe::Fetch => vec![request(probe, page, Destination::Fetch)],
            Probe::Asset => self.assets(),
            Probe::Missing => self.missing().into_iter().collect(),
            Probe::Head => vec![ProbeRequest {
                method: "HEAD",
                ..visitor()
            }],
            Probe::Revalidation => self.revalidation().into_iter().collect(),
            Probe::PlainHttp => self.plain_http().into_iter().collect(),
        }
    }

    /// The cookies of the visitor, after those that say consent.
    fn cookie(&self) -> String {
        self.consented(self.id_cookie())
    }

    fn id_cookie(&self) -> String {
        format!("{}={}", self.cookie_name, self.id)
    }

    fn consented(&self, cookies: String) -> String {
        match self.consent {
            Some(consent) => format!("{consent}; {cookies}"),
            None => cookies,
        }
    }

    /// The pages that the options name, or else the first one that the page links to.
    fn second_pages(&self) -> Vec<ProbeRequest> {
        let page = &self.new.url;
        let named = self.options.pages.iter();
        let named = named.filter_map(|to| page.join(to).ok());
        let mut pages: Vec<Url> = named.filter(|to| site::is_same(page, to)).collect();
        if self.options.pages.is_empty() {
            let mut links = self.content.links.iter();
            pages.extend(links.find(|url| self.is_another_page(url)).cloned());
        }
        let others = self
            .jar
            .iter()
            .filter(|(name, _)| name != self.cookie_name)
            .map(|(name, value)| format!("; {name}={value}"));
        let cookies = self.cookie() + &others.collect::<String>();
        let request = |url: &Url| document(Probe::SecondPage, url).with("cookie", &*cookies);
        pages.iter().map(request).collect()
    }

    fn is_another_page(&self, url: &Url) -> bool {
        let (page, path) = (&self.new.url, url.path());
        let is_page = path.ends_with('/') || path.ends_with(".html") || !path.contains('.');
        let lower = path.to_ascii_lowercase();
        let is_safe = !CHANGES.iter().any(|word| lower.contains(word));
        url.origin() == page.origin() && path != page.path() && is_page && is_safe
    }

    /// One asset of the page's own host, and one of each of two other hosts of the site.
    fn assets(&self) -> Vec<ProbeRequest> {
        let mut hosts = Vec::new();
        let mut requests = Vec::new();
        for (destination, url) in &self.content.assets {
            if site::is_same(&self.new.url, url) && !hosts.contains(&url.host()) && hosts.len() < 3
            {
                hosts.push(url.host());
                requests.push(request(Probe::Asset, url, *destination));
            }
        }
        requests
    }

    /// Why a probe has no request.
    pub(crate) fn reason_unsent(&self, probe: Probe) -> &'static str {
        match probe {
            Probe::Redirect => "the address does not redirect",
            Probe::SecondPage if self.options.pages.is_empty() => {
                "the page links to no other page of its host; `--pages` names one"
            }
            Probe::SecondPage => "no address that `--pages` names belongs to this site",
            Probe::ConsentGranted => "`--granted` was not given",
            Probe::ConsentDenied | Probe::Withdrawn => "`--denied` was not given",
            Probe::Asset => "the page names no image, style or script of this site",
            Probe::Revalidation => "the page has neither ETag nor Last-Modified",
            Probe::PlainHttp if self.new.url.scheme() != "https" => "the page itself is plain http",
            Probe::PlainHttp => {
                "https is not at port 443; `--plain-port` names the port of plain http"
            }
            _ => "there was nothing to request",
        }
    }

    fn missing(&self) -> Option<ProbeRequest> {
        let path = format!("/hardtack-verify-{}", &random_id()[..8]);
        let url = self.new.url.join(&path).ok()?;
        Some(document(Probe::Missing, &url))
    }

    fn revalidation(&self) -> Option<ProbeRequest> {
        let value = |name| self.new.values(name).next();
        let (name, value) = match (value("etag"), value("last-modified")) {
            (Some(etag), _) => ("if-none-match", etag),
            (None, Some(date)) => ("if-modified-since", date),
            (None, None) => return None,
        };
        let request = document(Probe::Revalidation, &self.new.url);
        Some(request.with("cookie", self.cookie()).with(name, value))
    }

    fn plain_http(&self) -> Option<ProbeRequest> {
        let mut url = self.new.url.clone();
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
        Some(document(Probe::PlainHttp, &url))
    }
}

/// Parts of paths that may change something when they are requested.
const CHANGES: [&str; 7] = [
    "logout",
    "signout",
    "sign-out",
    "log-out",
    "delete",
    "remove",
    "unsubscribe",
];

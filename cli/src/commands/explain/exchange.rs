//! A described or recorded exchange, completed so that it can be decided.

use hardtack::{Country, Exchange, Request, Response, Scheme, Target};
use url::{Host, Url};

use crate::error::Error;

/// An exchange, with notes on what is assumed.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) scheme: Scheme,
    pub(crate) host: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) country: Option<Country>,
    pub(crate) request: Vec<(String, String)>,
    pub(crate) status: u16,
    pub(crate) response: Vec<(String, String)>,
    pub(crate) notes: Vec<String>,
}

/// Header fields, as the core reads them.
pub(crate) type Headers = Vec<(String, String)>;

impl Recorded {
    /// A request as a browser or a tool would make it for this URL, answered with status 200 and no headers.
    pub(crate) fn new(url: &Url, method: &str, headers: Headers) -> Result<Self, Error> {
        let scheme = match url.scheme() {
            "https" | "wss" => Scheme::Https,
            "http" | "ws" => Scheme::Http,
            other => {
                let message = format!("the scheme `{other}` is not http or https");
                return Err(Error::usage(message).hint("write https:// or http://"));
            }
        };
        Ok(Self {
            scheme,
            host: host(url, &headers),
            method: method.to_string(),
            path: url.path().to_string(),
            country: None,
            request: headers,
            status: 200,
            response: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// A request from flags. If they do not show the kind of request, it is a browser's request for a page.
    pub(crate) fn from_flags(
        url: &str,
        method: &str,
        headers: &[(String, String)],
    ) -> Result<Self, Error> {
        let url = parse_url(url, "https")?;
        let mut headers = headers.to_vec();
        let assumed = !headers.iter().any(|(name, _)| shows_kind(name));
        if assumed {
            headers.extend(navigation(&url));
        }
        let mut recorded = Self::new(&url, method, headers)?;
        if assumed {
            let note = "assuming the headers of a browser that opens a page; --header sets others";
            recorded.notes.push(note.to_string());
        }
        Ok(recorded)
    }

    /// Sets what is known about the response, and notes what is assumed.
    pub(crate) fn answer(&mut self, status: Option<u16>, headers: &[(String, String)]) {
        if status.is_none() && headers.is_empty() {
            let note = "assuming a page with status 200; --status and --response-header set others";
            self.notes.push(note.to_string());
        }
        self.status = status.unwrap_or(200);
        self.response = headers.to_vec();
    }

    /// The exchange, as the core reads it.
    pub(crate) fn exchange(&self) -> Exchange<'_, Headers, Headers> {
        Exchange {
            request: Request {
                target: Target {
                    scheme: self.scheme,
                    host: self.host.as_bytes(),
                },
                method: self.method.as_bytes(),
                path: self.path.as_bytes(),
                country: self.country,
                fields: &self.request,
            },
            response: Response {
                status: self.status,
                fields: &self.response,
            },
        }
    }
}

/// Parses a URL as browsers do; `scheme` is for an address without one.
pub(crate) fn parse_url(text: &str, scheme: &str) -> Result<Url, Error> {
    let fail = |cause: url::ParseError| {
        let message = format!("`{text}` is not a valid URL");
        Error::usage(message)
            .because(cause)
            .hint("write it like https://www.example.com/page")
    };
    let absolute = match names_scheme(text) {
        true => Url::parse(text),
        false => Url::parse(&format!("{scheme}://{text}")),
    };
    absolute.map_err(fail)
}

/// Whether an address starts with a scheme and slashes. Its query may contain another URL.
pub(crate) fn names_scheme(address: &str) -> bool {
    let is_scheme = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    address
        .split_once("://")
        .is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Reads `Name: value`. HTTP/2's `:authority` is a name, too, as browsers copy it.
pub(crate) fn header(text: &str) -> Result<(String, String), String> {
    let (pseudo, rest) = match text.strip_prefix(':') {
        Some(rest) => (":", rest),
        None => ("", text),
    };
    let (name, value) = rest
        .split_once(':')
        .ok_or("write a name, a colon and a value, such as 'Accept: text/html'")?;
    let (name, value) = (name.trim(), value.trim());
    if !is_token(name) {
        return Err(format!("`{name}` is not a valid header name"));
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err(format!(
            "the value of {name} has a line break or a null in it"
        ));
    }
    Ok((format!("{pseudo}{name}"), value.to_string()))
}

/// Reads a request method.
pub(crate) fn method(text: &str) -> Result<String, String> {
    match is_token(text) {
        true => Ok(text.to_string()),
        false => Err("write a word, such as GET or POST".to_string()),
    }
}

/// Whether a text is a token of HTTP (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// The host of the request: the header's, else the URL's.
fn host(url: &Url, headers: &[(String, String)]) -> String {
    let header = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("host") || name == ":authority");
    match (header, url.host_str(), url.port()) {
        (Some((_, host)), ..) => host.clone(),
        (None, Some(host), Some(port)) => format!("{host}:{port}"),
        (None, host, _) => host.unwrap_or_default().to_string(),
    }
}

/// Whether a header shows what kind of request a browser makes.
fn shows_kind(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "accept" | "x-requested-with") || name.starts_with("sec-fetch-")
}

/// The headers that browsers send when a visitor opens a page. They send fetch metadata to trustworthy URLs only.
fn navigation(url: &Url) -> Headers {
    let accept = (
        "Accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    );
    let metadata = [
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-User", "?1"),
    ];
    let trusted = url.scheme() == "https" || is_loopback(url);
    let metadata = metadata.into_iter().filter(|_| trusted);
    std::iter::once(accept)
        .chain(metadata)
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Recorded, parse_url};

    #[track_caller]
    fn check(address: &str, url: &str) {
        assert_eq!(parse_url(address, "https").unwrap().as_str(), url);
    }

    #[test]
    fn an_address_without_a_scheme_gets_one() {
        check("example.com", "https://example.com/");
        check("localhost:8080/a", "https://localhost:8080/a");
        check(
            "example.com/?to=http://b.example/",
            "https://example.com/?to=http://b.example/",
        );
        check("http://example.com", "http://example.com/");
    }

    #[track_caller]
    fn kind(url: &str, headers: &[(&str, &str)], names: &[&str]) {
        let headers: Vec<_> = headers
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        let recorded = Recorded::from_flags(url, "GET", &headers).unwrap();
        let found: Vec<_> = recorded
            .request
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(found, names);
    }

    #[test]
    fn headers_that_do_not_show_the_kind_of_request_are_completed() {
        let all = [
            "Cookie",
            "Accept",
            "Sec-Fetch-Dest",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Site",
            "Sec-Fetch-User",
        ];
        kind("https://a.example", &[("Cookie", "a=b")], &all);
        kind(
            "https://a.example",
            &[("Sec-Fetch-Dest", "image")],
            &["Sec-Fetch-Dest"],
        );
        kind("https://a.example", &[("accept", "*/*")], &["accept"]);
    }

    #[test]
    fn fetch_metadata_goes_to_trustworthy_urls_only() {
        kind("http://a.example", &[], &["Accept"]);
        for url in [
            "http://localhost:1",
            "http://a.localhost",
            "http://127.1.2.3",
            "http://[::1]",
        ] {
            kind(
                url,
                &[],
                &[
                    "Accept",
                    "Sec-Fetch-Dest",
                    "Sec-Fetch-Mode",
                    "Sec-Fetch-Site",
                    "Sec-Fetch-User",
                ],
            );
        }
    }
}

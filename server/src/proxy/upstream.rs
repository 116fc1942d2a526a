//! The address of the upstream: parsed once, then joined with each request's path.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

use crate::throttle::Throttle;

/// A well-formed upstream address: scheme, host, port and an optional base path.
///
/// With the base path `/base`, a request for `/x?y` becomes one for `/base/x?y`. The response is not rewritten: an
/// upstream under a base path must itself include it in links, redirects and cookies.
#[derive(Clone, Debug)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    /// Empty, or `/like/this` without a slash at its end.
    base: String,
    underscores: bool,
    /// Counted by all clones: each worker has one.
    failures: Arc<Throttle>,
}

impl Upstream {
    /// Parses `http://host[:port][/base]`, or the same with `https`.
    ///
    /// # Errors
    ///
    /// Parts that the proxy would have to ignore are refused: another scheme, a query, a fragment, credentials.
    /// [`UpstreamError::hint`] says what to write instead.
    pub fn parse(text: &str) -> Result<Self, UpstreamError> {
        if text.contains('#') {
            return Err(UpstreamError::Fragment(text.to_owned()));
        }
        let uri: Uri = text
            .parse()
            .map_err(|_| UpstreamError::NotUrl(text.to_owned()))?;
        let scheme = web_scheme(&uri, text)?;
        let authority = plain_authority(&uri, text)?;
        if uri.query().is_some() {
            return Err(UpstreamError::Query(text.to_owned()));
        }
        let base = uri.path().trim_end_matches('/').to_owned();
        Ok(Self {
            scheme,
            authority,
            base,
            underscores: false,
            failures: Arc::default(),
        })
    }

    /// Forwards request headers whose names have an underscore, which are dropped by default. Those that stand for a
    /// header in which proxies report the client, such as `X_Real_IP`, are dropped nevertheless.
    #[must_use]
    pub const fn underscores_in_headers(mut self, forward: bool) -> Self {
        self.underscores = forward;
        self
    }

    pub(super) const fn failures(&self) -> &Arc<Throttle> {
        &self.failures
    }

    pub(super) const fn takes_underscores(&self) -> bool {
        self.underscores
    }

    /// Whether connections to the upstream are encrypted.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Host and port as written, for requests that name no host.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Whether this is the address that the server itself listens on, which would make every request a loop. Names
    /// other than `localhost` are not looked up.
    pub fn is_at(&self, listening: SocketAddr) -> bool {
        let default_port = if self.is_https() { 443 } else { 80 };
        let (ours, port) = (listening.ip().to_canonical(), self.authority.port_u16());
        let is_ours = |ip: IpAddr| {
            let ip = ip.to_canonical();
            ip == ours || ip.is_unspecified() || (ours.is_unspecified() && ip.is_loopback())
        };
        let host = self.authority.host().trim_matches(['[', ']']);
        let is_us = match host.parse() {
            Ok(ip) => is_ours(ip),
            Err(_) => {
                host.eq_ignore_ascii_case("localhost")
                    && (ours.is_loopback() || ours.is_unspecified())
            }
        };
        is_us && port.unwrap_or(default_port) == listening.port()
    }

    /// The upstream's URI for a request.
    ///
    /// Fails if the two together are longer than the `http` crate allows (65,534 bytes).
    pub(super) fn uri(&self, requested: &Uri) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(self.path_and_query(requested)?)
            .build()
    }

    fn path_and_query(&self, requested: &Uri) -> Result<PathAndQuery, http::Error> {
        match requested.path_and_query() {
            // `OPTIONS *` is about the server, so no base path applies.
            Some(asterisk) if asterisk == "*" => Ok(asterisk.clone()),
            Some(whole) if self.base.is_empty() && whole.as_str().starts_with('/') => {
                Ok(whole.clone())
            }
            _ => self.joined(requested.path(), requested.query()),
        }
    }

    fn joined(&self, path: &str, query: Option<&str>) -> Result<PathAndQuery, http::Error> {
        let base = &self.base;
        let joined = match query {
            Some(query) => format!("{base}{path}?{query}"),
            None => format!("{base}{path}"),
        };
        Ok(PathAndQuery::from_maybe_shared(joined.into_bytes())?)
    }
}

impl FromStr for Upstream {
    type Err = UpstreamError;

    fn from_str(text: &str) -> Result<Self, UpstreamError> {
        Self::parse(text)
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base)
    }
}

/// Why an upstream address was refused. Most variants hold the address as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamError {
    /// Not a URL.
    NotUrl(String),
    /// No scheme, or one that is neither `http` nor `https`.
    Scheme(String),
    /// A port that is not a number from 1 to 65535.
    Port(String),
    /// A user name or password. The variant does not hold it, because it would end up in logs.
    Credentials,
    /// A query: requests have their own.
    Query(String),
    /// A fragment: browsers do not send it.
    Fragment(String),
}

impl UpstreamError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::NotUrl(_) => "write it like http://127.0.0.1:3000".to_owned(),
            Self::Scheme(text) => match text.split_once("://") {
                Some((_, rest)) => format!("write http://{rest} or https://{rest}"),
                None => format!("write http://{text} or https://{text}"),
            },
            Self::Port(_) => "write a port from 1 to 65535, or leave it out".to_owned(),
            Self::Credentials => "leave out everything before the @".to_owned(),
            Self::Query(_) => "leave out the ? and what follows it".to_owned(),
            Self::Fragment(_) => "leave out the # and what follows it".to_owned(),
        }
    }
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUrl(text) => write!(f, "upstream '{text}' is not a URL"),
            Self::Scheme(text) => write!(f, "upstream '{text}' is neither http:// nor https://"),
            Self::Port(text) => write!(f, "upstream '{text}' has an invalid port"),
            Self::Credentials => write!(f, "upstream has a user name or password"),
            Self::Query(text) => write!(f, "upstream '{text}' has a query"),
            Self::Fragment(text) => write!(f, "upstream '{text}' has a fragment"),
        }
    }
}

impl std::error::Error for UpstreamError {}

fn web_scheme(uri: &Uri, text: &str) -> Result<Scheme, UpstreamError> {
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => Ok(scheme.clone()),
        // `localhost:3000` parses as a host, and `/path` as a path, which a scheme would not repair.
        None if uri.authority().is_none() => Err(UpstreamError::NotUrl(text.to_owned())),
        _ => Err(UpstreamError::Scheme(text.to_owned())),
    }
}

fn plain_authority(uri: &Uri, text: &str) -> Result<Authority, UpstreamError> {
    let Some(authority) = uri.authority().filter(|a| !a.host().is_empty()) else {
        return Err(UpstreamError::NotUrl(text.to_owned()));
    };
    if authority.as_str().contains('@') {
        return Err(UpstreamError::Credentials);
    }
    let has_port = authority.as_str().len() > authority.host().len();
    if has_port && authority.port_u16().is_none_or(|port| port == 0) {
        return Err(UpstreamError::Port(text.to_owned()));
    }
    Ok(authority.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(upstream: &str, requested: &str, expected: &str) {
        let requested: Uri = requested.parse().unwrap();
        let uri = Upstream::parse(upstream).unwrap().uri(&requested).unwrap();
        assert_eq!(uri.to_string(), expected);
    }

    #[test]
    fn the_path_goes_under_the_base() {
        check("http://up", "/", "http://up/");
        check("http://up/", "/x?y=1", "http://up/x?y=1");
        check("http://up:81/base", "/x?y", "http://up:81/base/x?y");
        check("https://up/a/b//", "/", "https://up/a/b/");
        check("http://[::1]:3000", "/x", "http://[::1]:3000/x");
    }

    #[test]
    fn every_form_of_a_request_target_is_accepted() {
        check("http://up", "https://visitor.example/x?y", "http://up/x?y");
        check("http://up", "https://visitor.example", "http://up/");
        check("http://up", "https://visitor.example?y", "http://up/?y");
        check(
            "http://up/base",
            "https://visitor.example?y",
            "http://up/base/?y",
        );
        check("http://up", "//twice//", "http://up//twice//");
        assert_eq!(
            Upstream::parse("http://up/base")
                .unwrap()
                .uri(&Uri::from_static("*"))
                .unwrap()
                .path(),
            "*"
        );
    }

    #[test]
    fn a_path_too_long_is_an_error() {
        let requested: Uri = format!("/{}", "x".repeat(65_000)).parse().unwrap();
        let base = "b".repeat(1000);
        let upstream = Upstream::parse(&format!("http://up/{base}")).unwrap();
        assert!(upstream.uri(&requested).is_err());
    }

    #[test]
    fn it_is_displayed_without_a_trailing_slash() {
        assert_eq!(
            Upstream::parse("http://up/").unwrap().to_string(),
            "http://up"
        );
        assert_eq!(
            Upstream::parse("HTTP://up/b/").unwrap().to_string(),
            "http://up/b"
        );
    }

    #[test]
    fn it_detects_the_address_of_the_server_itself() {
        for (upstream, listening, expected) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("http://127.0.0.1:8080", "0.0.0.0:8080", true),
            ("http://127.0.0.1:8080", "[::]:8080", true),
            ("http://localhost:8080", "127.0.0.1:8080", true),
            ("http://[::1]:8080", "[::1]:8080", true),
            ("http://0.0.0.0:8080", "127.0.0.1:8080", true),
            ("http://localhost", "127.0.0.1:80", true),
            ("https://localhost", "127.0.0.1:443", true),
            ("http://127.0.0.1:8081", "127.0.0.1:8080", false),
            ("http://127.0.0.2:8080", "127.0.0.1:8080", false),
            ("http://192.0.2.1:8080", "0.0.0.0:8080", false),
            ("http://site.example:8080", "127.0.0.1:8080", false),
        ] {
            let upstream = Upstream::parse(upstream).unwrap();
            assert_eq!(
                upstream.is_at(listening.parse().unwrap()),
                expected,
                "{upstream} {listening}"
            );
        }
    }

    #[track_caller]
    fn refused(text: &str, message: &str, hint: &str) {
        let error = Upstream::parse(text).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.hint().as_str()),
            (message, hint)
        );
    }

    #[test]
    fn unsupported_parts_are_refused_with_a_hint() {
        refused(
            "",
            "upstream '' is not a URL",
            "write it like http://127.0.0.1:3000",
        );
        refused(
            "/base",
            "upstream '/base' is not a URL",
            "write it like http://127.0.0.1:3000",
        );
        refused(
            "http://",
            "upstream 'http://' is not a URL",
            "write it like http://127.0.0.1:3000",
        );
        refused(
            "localhost:3000",
            "upstream 'localhost:3000' is neither http:// nor https://",
            "write http://localhost:3000 or https://localhost:3000",
        );
        refused(
            "ftp://up/x",
            "upstream 'ftp://up/x' is neither http:// nor https://",
            "write http://up/x or https://up/x",
        );
        refused(
            "http://up?x",
            "upstream 'http://up?x' has a query",
            "leave out the ? and what follows it",
        );
        refused(
            "http://up/#x",
            "upstream 'http://up/#x' has a fragment",
            "leave out the # and what follows it",
        );
        for port in ["0", "65536", "", "x1"] {
            assert!(
                Upstream::parse(&format!("http://up:{port}")).is_err(),
                "{port}"
            );
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        refused(
            "http://me:secret@up",
            "upstream has a user name or password",
            "leave out everything before the @",
        );
    }
}

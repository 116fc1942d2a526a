//! The scheme and the host that visitors use, where the operator says so.

use std::fmt;
use std::str::FromStr;

use hardtack::Scheme;
use http::HeaderValue;
use url::{Host, Url};

/// What visitors have in their address bar before the path, such as `https://www.example.com`.
///
/// It is for a proxy that passes on neither, as nginx's `proxy_pass` does by default: it sends the upstream's address
/// as `Host`, and no `X-Forwarded-*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    scheme: Scheme,
    /// With the port, unless it is the scheme's own.
    host: HeaderValue,
}

impl PublicUrl {
    /// The scheme that visitors use.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host that visitors use, in lower case and ASCII; with its port, unless it is the scheme's own.
    pub fn host(&self) -> &str {
        // It was made from ASCII.
        self.host.to_str().unwrap_or_default()
    }

    /// The same, as a header has it.
    pub(super) fn host_value(&self) -> HeaderValue {
        self.host.clone()
    }
}

/// `http://host[:port]` or the same with `https`, and a slash at its end or none.
impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        parse(text).ok_or_else(|| PublicUrlError(text.to_owned()))
    }
}

/// The URL, as it can be written before a path.
impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host())
    }
}

/// A text that is not a scheme and a host alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrlError(String);

impl PublicUrlError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        "write http:// or https:// and a host, such as https://www.example.com, without path, query or credentials"
    }
}

impl fmt::Display for PublicUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "public URL '{}' is not a scheme and a host", self.0)
    }
}

impl std::error::Error for PublicUrlError {}

fn parse(text: &str) -> Option<PublicUrl> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    // The parser of browsers overlooks all of these, or takes them out.
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "/\\?#@".contains(c);
    if authority.contains(is_odd) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = url.host().filter(is_name_or_address)?;
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    };
    Some(PublicUrl {
        scheme: web_scheme(scheme)?,
        host: HeaderValue::try_from(host).ok()?,
    })
}

fn web_scheme(word: &str) -> Option<Scheme> {
    match word {
        _ if word.eq_ignore_ascii_case("https") => Some(Scheme::Https),
        _ if word.eq_ignore_ascii_case("http") => Some(Scheme::Http),
        _ => None,
    }
}

/// Whether DNS can have the name: labels of 1 to 63 letters, digits, hyphens and underscores.
fn is_name_or_address(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return true;
    };
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let url: PublicUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), expected, "{text}");
    }

    #[test]
    fn scheme_and_host_are_read_as_browsers_read_them() {
        check("https://www.example.com", "https://www.example.com");
        check("https://www.example.com/", "https://www.example.com");
        check("HTTPS://WWW.Example.com", "https://www.example.com");
        check("https://bücher.example", "https://xn--bcher-kva.example");
        check("http://www.example.com:8080", "http://www.example.com:8080");
        check("https://www.example.com:443", "https://www.example.com");
        check("http://203.0.113.7", "http://203.0.113.7");
        check("https://[2001:db8::1]:81", "https://[2001:db8::1]:81");
    }

    #[test]
    fn all_else_is_refused() {
        for text in [
            "",
            "www.example.com",
            "//www.example.com",
            "https:www.example.com",
            "https://",
            "https:///www.example.com",
            "ftp://www.example.com",
            "wss://www.example.com",
            "https://www.example.com/shop",
            "https://www.example.com//",
            "https://www.example.com?",
            "https://www.example.com/?a=1",
            "https://www.example.com#",
            "https://me@www.example.com",
            "https://:pw@www.example.com",
            "https://@www.example.com",
            "https://www.example.com\\",
            " https://www.example.com",
            "https://www.exam\tple.com",
            "https://www.example.com:80000",
            "https://www..example.com",
            "https://*.example.com",
            "https://300.0.0.1",
        ] {
            let error = text.parse::<PublicUrl>().unwrap_err();
            assert!(error.to_string().contains(&format!("'{text}'")), "{error}");
        }
        let long = format!("https://{}.example", "a".repeat(64));
        assert!(long.parse::<PublicUrl>().is_err());
    }
}

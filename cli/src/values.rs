//! The values of options, each checked where it enters, with what is allowed in the message.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::builder::RangedU64ValueParser;
use hardtack::Country;
use hardtack_server::peer::{PublicUrl, PublicUrlError, TrustedProxies, TrustedProxiesError};
use url::{Host, Url};

/// Where `serve` listens if nothing else is said.
pub(crate) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What CloudWatch Logs takes (API reference, `PutRetentionPolicy`).
const LOG_DAYS: [u64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// A country by its two letters.
pub(crate) fn country(text: &str) -> Result<Country, String> {
    Country::parse(text.as_bytes()).ok_or_else(|| "write two letters, such as FR".to_string())
}

/// A host, as browsers name it: in lower case, and international names in ASCII. It may have a port.
pub(crate) fn host(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err("write the host alone, such as www.example.com".to_string());
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !text.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("write a port from 0 to 65535, or none".to_string());
    }
    let wrong = || "write a host, such as www.example.com or 127.0.0.1".to_string();
    let name = match Host::parse(name).map_err(|_| wrong())? {
        Host::Domain(name) if !is_domain(&name) => return Err(wrong()),
        host => host.to_string(),
    };
    Ok(match port {
        Some(port) => format!("{name}:{port}"),
        None => name,
    })
}

/// Whether each label has letters, digits, hyphens and underscores, and not too many of them.
fn is_domain(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(is_label)
}

/// A list of proxies.
pub(crate) fn proxies(text: &str) -> Result<TrustedProxies, String> {
    let wrong = |error: TrustedProxiesError| format!("{error}: {}", error.hint());
    text.parse().map_err(wrong)
}

/// An address on the web, as it was written.
pub(crate) fn web_url(text: &str) -> Result<String, String> {
    let is_web = |url: Url| matches!(url.scheme(), "http" | "https");
    match Url::parse(text).is_ok_and(is_web) {
        true => Ok(text.to_string()),
        false => Err("write it with http:// or https://, and a host".to_string()),
    }
}

/// A scheme and a host.
pub(crate) fn public_url(text: &str) -> Result<PublicUrl, String> {
    let url = text.parse();
    url.map_err(|error: PublicUrlError| error.hint().to_string())
}

/// An address and a port. A port alone is one of this machine's.
pub(crate) fn listen(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost").unwrap_or(text);
    if let Ok(port) = local.strip_prefix(':').unwrap_or(local).parse() {
        return Ok(SocketAddr::new(LISTEN.ip(), port));
    }
    text.parse()
        .map_err(|_| "write an address and a port, such as 127.0.0.1:8081, or a port".to_string())
}

/// A number that is not less than `least`: with less, no request could be answered.
pub(crate) fn from<T: TryFrom<u64> + Clone + Send + Sync + 'static>(
    least: u64,
) -> RangedU64ValueParser<T> {
    RangedU64ValueParser::new().range(least..)
}

/// The id of a CloudFront distribution.
pub(crate) fn distribution(text: &str) -> Result<String, String> {
    let is_id = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    match is_id {
        true => Ok(text.to_string()),
        false => Err("write an id, such as E1ABCDEFGHIJKL".to_string()),
    }
}

/// The id of a distribution, or `*` for any.
pub(crate) fn any_distribution(text: &str) -> Result<String, String> {
    match text {
        "*" => Ok(text.to_string()),
        _ => distribution(text),
    }
}

/// The number of an AWS account, or `*` for any.
pub(crate) fn any_account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    match is_account || text == "*" {
        true => Ok(text.to_string()),
        false => Err("write the 12 digits of an account's number".to_string()),
    }
}

/// How long CloudWatch Logs keeps a log, in days.
pub(crate) fn log_days(text: &str) -> Result<u64, String> {
    let days = text.parse().ok().filter(|days| LOG_DAYS.contains(days));
    days.ok_or_else(|| {
        let days = LOG_DAYS.map(|days| days.to_string());
        format!("CloudWatch Logs takes {}", days.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::{any_account, any_distribution, distribution, host, listen, log_days, web_url};

    #[track_caller]
    fn check<T: ToString>(read: fn(&str) -> Result<T, String>, text: &str, expected: Option<&str>) {
        let found = read(text).ok().map(|value| value.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[track_caller]
    fn refused<T: ToString>(read: fn(&str) -> Result<T, String>, texts: &[&str]) {
        for text in texts {
            check(read, text, None);
        }
    }

    #[test]
    fn hosts_are_names_and_addresses() {
        check(host, "www.example.com", Some("www.example.com"));
        check(host, "WWW.Example.com.", Some("www.example.com."));
        check(host, "Bücher.example", Some("xn--bcher-kva.example"));
        check(host, "localhost:8080", Some("localhost:8080"));
        check(host, "127.0.0.1", Some("127.0.0.1"));
        check(host, "[::1]", Some("[::1]"));
        check(host, "[::1]:80", Some("[::1]:80"));
        let long = format!("{}.example", "a".repeat(64));
        refused(
            host,
            &[
                "",
                "bad host",
                "https://www.example.com",
                "www.example.com/",
                "*.example.com",
                "a..b",
                ".example.com",
                "a.example:web",
                "a.example:70000",
                "a.example:",
                "::1",
                "me@a.example",
                &long,
            ],
        );
    }

    #[test]
    fn urls_are_those_of_the_web() {
        let url = "http://127.0.0.1:4566";
        check(web_url, url, Some(url));
        refused(
            web_url,
            &[
                "",
                "127.0.0.1:4566",
                "localhost",
                "ftp://a.example",
                "http://",
            ],
        );
    }

    #[test]
    fn a_port_alone_is_on_this_machine() {
        check(listen, "127.0.0.1:8081", Some("127.0.0.1:8081"));
        check(listen, "18099", Some("127.0.0.1:18099"));
        check(listen, ":18099", Some("127.0.0.1:18099"));
        check(listen, "localhost:18099", Some("127.0.0.1:18099"));
        check(listen, "[::1]:0", Some("[::1]:0"));
        check(listen, "0.0.0.0:80", Some("0.0.0.0:80"));
        refused(
            listen,
            &["", "99999", "127.0.0.1", "example.com:80", "localhost"],
        );
    }

    #[test]
    fn what_aws_names_is_checked() {
        check(distribution, "E1ABCDEFGHIJKL", Some("E1ABCDEFGHIJKL"));
        check(any_distribution, "*", Some("*"));
        refused(
            distribution,
            &["", "*", "E1 A", "E1/A", "https://d1.cloudfront.net"],
        );
        check(any_account, "123456789012", Some("123456789012"));
        check(any_account, "*", Some("*"));
        refused(any_account, &["", "abc", "12345678901", "1234567890123"]);
        check(log_days, "30", Some("30"));
        refused(log_days, &["", "31", "0", "-1", "ever"]);
    }
}

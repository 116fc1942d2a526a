//! Says which `Domain` a host's cookie gets, and why.

use hardtack::{DomainSetting, Host, SetCookieParts, Settings};

use crate::domain_name;
use crate::explain::meanings::example_set_cookie;

/// The `Domain` that pages of one host set the cookie with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteDomain {
    /// The attribute's value; `None` where the cookie is host-only.
    pub domain: Option<String>,
    /// Why, as a lower-case fragment.
    pub why: String,
}

/// Finds the `Domain` for a host as it stands in an address bar, port or not.
pub fn site_domain(settings: &Settings, host: &str) -> SiteDomain {
    let set_cookie = example_set_cookie(settings, host).unwrap_or_default();
    let domain = SetCookieParts::of(&set_cookie)
        .attribute("Domain")
        .map(str::to_string);
    let why = match (&settings.cookie.domain, &domain) {
        (DomainSetting::HostOnly, _) => "the policy says \"none\"".to_string(),
        (DomainSetting::Auto, Some(_)) => {
            "the registrable domain of the host, by the public suffix list".to_string()
        }
        (DomainSetting::Listed(_), Some(domain)) => format!("the policy lists {domain}"),
        (setting, None) => no_domain(setting, host).to_string(),
    };
    SiteDomain { domain, why }
}

fn no_domain(setting: &DomainSetting, host: &str) -> &'static str {
    let canonical = domain_name::canonical(host);
    let host = Host::parse(canonical.as_deref().unwrap_or(host).as_bytes());
    match (host, setting) {
        (Host::Address(_), _) => "an address has no domain",
        (Host::Odd(name), _) if name.ends_with(b".") => "a name with a trailing dot gets no domain",
        (Host::Odd(name) | Host::Name(name), _) if !name.contains(&b'.') => {
            "a name of one label has no domain"
        }
        (Host::Odd(_), _) => "browsers do not accept this as a domain name",
        (Host::Name(_), DomainSetting::Auto) => {
            "the host is a public suffix itself, for which browsers refuse cookies"
        }
        (Host::Name(_), _) => "the host is neither one of the listed domains nor below one",
    }
}

#[cfg(test)]
mod tests {
    use super::site_domain;
    use crate::from_toml;

    #[track_caller]
    fn check(toml: &str, host: &str, domain: Option<&str>, why: &str) {
        let settings = from_toml(toml).unwrap().settings;
        let found = site_domain(&settings, host);
        assert_eq!(found.domain.as_deref(), domain);
        assert!(found.why.contains(why), "{}", found.why);
    }

    #[test]
    fn auto_finds_the_registrable_domain() {
        check(
            "",
            "www.example.co.uk",
            Some("example.co.uk"),
            "registrable",
        );
        check(
            "",
            "Shop.Example.com:8443",
            Some("example.com"),
            "registrable",
        );
        check("", "me.github.io", Some("me.github.io"), "registrable");
        check(
            "",
            "www.bücher.example",
            Some("xn--bcher-kva.example"),
            "registrable",
        );
    }

    #[test]
    fn hosts_without_a_domain_say_why() {
        check("", "d111.cloudfront.net.", None, "trailing dot");
        check("", "github.io", None, "public suffix");
        check("", "localhost:8080", None, "one label");
        check("", "192.0.2.10", None, "address");
        check("", "[2001:db8::1]:443", None, "address");
        check("", "my_host.example.com", None, "do not accept");
        check("", "1.2.3.4.5", None, "address");
        check("", "", None, "one label");
    }

    #[test]
    fn lists_and_none_say_why() {
        let list = "cookie.domain = [\"example.com\", \"shop.example.com\"]";
        check(
            list,
            "a.shop.example.com",
            Some("shop.example.com"),
            "lists shop",
        );
        check(list, "example.org", None, "neither");
        check("cookie.domain = \"none\"", "example.com", None, "\"none\"");
    }
}

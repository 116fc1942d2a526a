//! Finds a site's domains once, for engines that carry no public suffix list.

use hardtack::{DomainSetting, Settings};
use hardtack_psl::LIST;

use crate::domain_name;

/// The settings with [`DomainSetting::Auto`] replaced by the registrable domains of the hosts that the site is served
/// from; any other setting stays.
///
/// A host stands as in an address bar, port or not. One without a registrable domain contributes nothing; where none
/// has one, the cookie is host-only. Two domains of which one is below the other both count, the longer one first.
///
/// What comes out knows the hosts' domains and no suffixes: a redirect to a public suffix below a listed domain, such
/// as from `amazonaws.com` to a bucket, counts as staying on the site.
pub fn resolved(settings: &Settings, hosts: &[impl AsRef<str>]) -> Settings {
    let mut resolved = settings.clone();
    if settings.cookie.domain == DomainSetting::Auto {
        resolved.cookie.domain = domains(hosts);
    }
    resolved
}

fn domains(hosts: &[impl AsRef<str>]) -> DomainSetting {
    let mut domains: Vec<String> = hosts
        .iter()
        .filter_map(|host| registrable_domain(host.as_ref()))
        .collect();
    domains.sort();
    domains.dedup();
    match domains.is_empty() {
        true => DomainSetting::HostOnly,
        false => DomainSetting::Listed(domains),
    }
}

fn registrable_domain(host: &str) -> Option<String> {
    let canonical = domain_name::canonical(host);
    let host = canonical.as_deref().unwrap_or(host);
    let domain = LIST.registrable_domain(host.as_bytes())?;
    let domain = String::from_utf8_lossy(domain);
    Some(domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::resolved;
    use crate::from_toml;
    use hardtack::DomainSetting::{self, HostOnly, Listed};
    use hardtack::Policy;

    #[track_caller]
    fn check(toml: &str, hosts: &[&str], expected: DomainSetting) {
        let settings = from_toml(toml).unwrap().settings;
        let resolved = resolved(&settings, hosts);
        assert_eq!(resolved.cookie.domain, expected);
        Policy::new(&resolved, None).unwrap().to_blob().unwrap();
    }

    fn listed(domains: &[&str]) -> DomainSetting {
        Listed(domains.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn auto_becomes_the_registrable_domains_of_the_hosts() {
        check("", &["www.example.com"], listed(&["example.com"]));
        check("", &["www.example.co.uk"], listed(&["example.co.uk"]));
        check("", &["a.me.github.io"], listed(&["me.github.io"]));
        check(
            "",
            &["www.example.org", "shop.example.com"],
            listed(&["example.com", "example.org"]),
        );
    }

    #[test]
    fn hosts_of_one_domain_give_it_once() {
        check(
            "",
            &["example.com", "www.example.com", "WWW.Example.COM:8443"],
            listed(&["example.com"]),
        );
    }

    #[test]
    fn an_international_host_gives_a_labels() {
        check(
            "",
            &["www.bücher.example"],
            listed(&["xn--bcher-kva.example"]),
        );
        check(
            "",
            &["www.bücher.example:443"],
            listed(&["xn--bcher-kva.example"]),
        );
    }

    #[test]
    fn a_host_without_a_registrable_domain_contributes_nothing() {
        check(
            "",
            &[
                "localhost:8080",
                "www.example.com",
                "192.0.2.1",
                "github.io",
                "",
            ],
            listed(&["example.com"]),
        );
    }

    #[test]
    fn where_no_host_has_one_the_cookie_is_host_only() {
        check("", &["localhost", "127.0.0.1", "[::1]:80"], HostOnly);
        check("", &["example.com."], HostOnly);
        check("", &["my_host.example.com"], HostOnly);
        check("", &[], HostOnly);
    }

    #[test]
    fn what_the_policy_says_stays() {
        check("cookie.domain = \"none\"", &["www.example.com"], HostOnly);
        check(
            "cookie.domain = \"example.org\"",
            &["www.example.com"],
            listed(&["example.org"]),
        );
    }
}

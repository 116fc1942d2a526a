//! Safari's two rules for cookies that subresources set: the CNAME rule and the half-address rule.
//!
//! A cookie that is set with the page itself is not capped (WebKit NetworkTaskCocoa returns early for the top site).
//! The hosts that matter are those that set cookies with something that the page loads.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::findings::Findings;
use crate::fault::Fault;
use crate::probe::Probe;
use crate::report::Row;
use crate::results::{Dns, HostRecord};

pub(crate) fn check(rows: &[Row], dns: &Dns, findings: &mut Findings) {
    let setting: BTreeSet<&str> = rows
        .iter()
        .filter(|row| {
            row.exchange.probe == Probe::Asset && row.exchange.values("set-cookie").next().is_some()
        })
        .filter_map(|row| row.exchange.url.host_str())
        .collect();
    for host in dns
        .others
        .iter()
        .filter(|host| setting.contains(&*host.name))
    {
        if !cloaked(&dns.document, host, findings) {
            addresses(&dns.document, host, findings);
        }
    }
}

fn site(host: &str) -> Option<&[u8]> {
    hardtack_psl::LIST.registrable_domain(host.as_bytes())
}

/// Whether the last CNAME belongs to another site, which is not that of the page's own CNAME.
fn cloaked(document: &HostRecord, host: &HostRecord, findings: &mut Findings) -> bool {
    let last = |record: &HostRecord| {
        record
            .cnames
            .as_ref()
            .and_then(|names| names.last().cloned())
    };
    let Some(cname) = last(host) else {
        return false;
    };
    let own = last(document);
    let is_other =
        site(&cname) != site(&document.name) && own.as_deref().map(site) != Some(site(&cname));
    if is_other {
        findings.add(Fault::CnameCloaked, format!("{} is {cname}", host.name));
    }
    is_other
}

fn addresses(document: &HostRecord, host: &HostRecord, findings: &mut Findings) {
    let (page, name) = (&document.name, &host.name);
    let families = |record: &HostRecord| (record.v4.is_empty(), record.v6.is_empty());
    if families(document) != families(host) {
        let count = |record: &HostRecord| {
            format!(
                "{}: {} A, {} AAAA",
                record.name,
                record.v4.len(),
                record.v6.len()
            )
        };
        let evidence = format!("{}; {}", count(document), count(host));
        findings.add(Fault::MixedFamilies, evidence);
    }
    if let Some(address) = far(&document.v4, &host.v4, half_v4) {
        let evidence = format!("{name} is {address}, {page} is {:?}", document.v4);
        findings.add(Fault::OtherNetworkV4, evidence);
    }
    if let Some(address) = far(&document.v6, &host.v6, half_v6) {
        let evidence = format!("{name} is {address}, {page} is {:?}", document.v6);
        findings.add(Fault::OtherNetworkV6, evidence);
    }
}

/// The first address whose half is none of the page's, where the page has addresses.
fn far<'a, A, H: PartialEq>(page: &[A], host: &'a [A], half: fn(&A) -> H) -> Option<&'a A> {
    let is_far = |address: &&A| !page.iter().any(|own| half(own) == half(address));
    host.iter().find(is_far).filter(|_| !page.is_empty())
}

/// The first 16 of 32 bits.
const fn half_v4(address: &Ipv4Addr) -> u32 {
    address.to_bits() >> 16
}

/// The first 64 of 128 bits.
const fn half_v6(address: &Ipv6Addr) -> u128 {
    address.to_bits() >> 64
}

#[cfg(test)]
mod tests {
    use super::{addresses, cloaked};
    use crate::checks::findings::Findings;
    use crate::fault::Fault;
    use crate::results::HostRecord;

    fn host(name: &str, addresses: &str, cname: &str) -> HostRecord {
        let words = || addresses.split_whitespace();
        HostRecord {
            name: name.to_string(),
            v4: words().filter_map(|word| word.parse().ok()).collect(),
            v6: words().filter_map(|word| word.parse().ok()).collect(),
            cnames: Some(cname.split_whitespace().map(ToString::to_string).collect()),
        }
    }

    #[track_caller]
    fn check_addresses(page: &str, other: &str, expected: &[Fault]) {
        let mut findings = Findings::default();
        addresses(
            &host("www.a.example", page, ""),
            &host("t.a.example", other, ""),
            &mut findings,
        );
        let found: Vec<_> = findings
            .sorted()
            .iter()
            .map(|finding| finding.fault)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_half_of_the_address_must_agree() {
        check_addresses("192.0.2.1", "192.0.99.7", &[]);
        check_addresses("192.0.2.1", "192.1.2.1", &[Fault::OtherNetworkV4]);
        check_addresses("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", &[]);
        check_addresses(
            "2001:db8:0:1::1",
            "2001:db8:0:2::1",
            &[Fault::OtherNetworkV6],
        );
        check_addresses("192.0.2.1", "2001:db8::1", &[Fault::MixedFamilies]);
        check_addresses(
            "192.0.2.1 2001:db8::1",
            "192.0.2.1",
            &[Fault::MixedFamilies],
        );
        check_addresses("192.0.2.1 198.51.100.1", "198.51.0.1", &[]);
    }

    #[track_caller]
    fn check_cname(page: &str, other: &str, expected: bool) {
        let mut findings = Findings::default();
        let found = cloaked(
            &host("www.a.com", "", page),
            &host("t.a.com", "", other),
            &mut findings,
        );
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cname_to_another_site_is_found_unless_the_page_has_one_too() {
        check_cname("", "collect.tracker.net", true);
        check_cname("", "x.a.com", false);
        check_cname("", "x.a.com collect.tracker.net", true);
        check_cname("d1.cdn.net", "d2.cdn.net", false);
        check_cname("d1.cloudfront.net", "d2.cloudfront.net", true);
        check_cname("d1.cdn.net", "", false);
    }
}

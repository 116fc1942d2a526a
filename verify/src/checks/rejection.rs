//! What makes browsers reject the whole cookie (RFC 6265bis §5.7).

use super::findings::Findings;
use crate::fault::Fault;
use crate::observed::SetCookie;
use crate::report::Row;

pub(super) fn check(row: &Row, name: &str, set: &SetCookie, findings: &mut Findings) {
    domain(row, set, findings);
    let reasons = prefixes(name, set).into_iter().chain(attributes(name, set));
    for (_, reason) in reasons.filter(|(is_broken, _)| *is_broken) {
        findings.add_once(Fault::Rejected, format!("{reason}: {}", set.header));
    }
}

fn domain(row: &Row, set: &SetCookie, findings: &mut Findings) {
    let Some(domain) = set.domain() else { return };
    let host = row.exchange.url.host_str().unwrap_or_default();
    let is_address = row.exchange.url.domain().is_none();
    let covers = domain == host || !is_address && host.ends_with(&format!(".{domain}"));
    let registrable = hardtack_psl::LIST.registrable_domain(domain.as_bytes());
    let evidence = format!("Domain={domain} at {host}");
    if registrable.is_none() && !is_address && domain != host {
        findings.add_once(Fault::PublicSuffixDomain, evidence);
    } else if !covers {
        findings.add_once(Fault::ForeignDomain, evidence);
    }
}

fn prefixes(name: &str, set: &SetCookie) -> [(bool, &'static str); 2] {
    let prefixed = |prefix: &str| {
        let start = name.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let is_host_cookie =
        !set.has("domain") && set.attribute("path") == Some("/") && set.has("secure");
    [
        (
            prefixed("__Host-") && !is_host_cookie,
            "__Host- requires Secure, Path=/ and no Domain",
        ),
        (
            prefixed("__Secure-") && !set.has("secure"),
            "__Secure- requires Secure",
        ),
    ]
}

fn attributes(name: &str, set: &SetCookie) -> [(bool, &'static str); 4] {
    let is_control = |byte| byte < b' ' && byte != b'\t' || byte == 0x7f;
    let is_insecure = !set.has("secure");
    [
        (
            set.is_same_site("none") && is_insecure,
            "SameSite=None requires Secure",
        ),
        (
            name.len() + set.value.len() > MOST_BYTES,
            "name and value are longer than 4096 bytes",
        ),
        (
            set.header.bytes().any(is_control),
            "it holds a control character",
        ),
        (
            set.has("partitioned") && is_insecure,
            "Partitioned requires Secure",
        ),
    ]
}

/// How long name and value may be together.
const MOST_BYTES: usize = 4096;

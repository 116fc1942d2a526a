//! Which `Domain` the cookie gets, and which hosts belong to one site.
//!
//! `Domain` is the registrable domain, so that the cookie is one for all hosts of the site. A browser rejects a cookie
//! whose `Domain` is a public suffix (RFC 6265bis §5.7), so the last two labels are no answer: of `shop.example.co.uk`
//! they would be `co.uk`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::host::{Host, MAX_LEN, is_below};

/// The public suffix list, as a function. The core carries no list, because edge builds do without one.
///
/// The crate `hardtack-psl` has the list of <https://publicsuffix.org>, with its private section, as a constant.
///
/// # Example
///
/// ```
/// use hardtack::SuffixList;
///
/// /// A list for tests, with one suffix.
/// fn below_com(host: &[u8]) -> Option<&[u8]> {
///     let stem = host.strip_suffix(b".com")?;
///     let start = stem.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
///     host.get(start..)
/// }
///
/// let list = SuffixList::new(below_com);
/// assert_eq!(list.registrable_domain(b"www.Example.com"), Some(&b"Example.com"[..]));
/// assert_eq!(list.registrable_domain(b"www.example.com."), None);
/// ```
#[derive(Clone, Copy)]
pub struct SuffixList(fn(&[u8]) -> Option<&[u8]>);

impl SuffixList {
    /// Wraps a lookup from a lower-case host in A-label form to its registrable domain, which has to be a tail of that
    /// host. The lookup returns `None` if the host is a public suffix itself, or has one label.
    ///
    /// It is asked for names only ([`Host::Name`]): addresses, trailing dots and empty labels never reach it.
    pub const fn new(registrable_domain: fn(&[u8]) -> Option<&[u8]>) -> Self {
        Self(registrable_domain)
    }

    /// The registrable domain of a host as received, in the host's own case.
    ///
    /// `None` for addresses, single labels, numeric last labels, trailing dots, hosts that are public suffixes, and
    /// names that browsers would not canonicalise.
    ///
    /// ```
    /// let list = hardtack_psl::LIST;
    /// assert_eq!(list.registrable_domain(b"shop.example.co.uk:443"), Some(&b"example.co.uk"[..]));
    /// assert_eq!(list.registrable_domain(b"co.uk"), None);
    /// assert_eq!(list.registrable_domain(b"cloudfront.net"), None);
    /// assert_eq!(list.registrable_domain(b"192.0.2.10"), None);
    /// ```
    pub fn registrable_domain<'a>(&self, host: &'a [u8]) -> Option<&'a [u8]> {
        match Host::parse(host) {
            Host::Name(name) => self.of_name(name),
            Host::Address(_) | Host::Odd(_) => None,
        }
    }

    fn of_name<'a>(&self, name: &'a [u8]) -> Option<&'a [u8]> {
        if !name
            .iter()
            .fold(false, |any, byte| any | byte.is_ascii_uppercase())
        {
            return (self.0)(name);
        }
        let mut buffer = [0; MAX_LEN];
        let lower = buffer.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let len = (self.0)(lower)?.len();
        name.get(name.len().checked_sub(len)?..)
    }
}

impl fmt::Debug for SuffixList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SuffixList")
    }
}

/// How a policy finds the `Domain` attribute: the checked form of [`DomainSetting`](crate::DomainSetting).
#[derive(Clone, Debug)]
pub(crate) enum DomainRule {
    /// Never any: the browser sends the cookie to the one host that set it.
    HostOnly,
    /// The registrable domain of the host.
    Registrable(SuffixList),
    /// The first of these that the host is or is below, else host-only. They are in lower case, longest first.
    Listed(Vec<String>),
}

impl DomainRule {
    /// Sorts the domains, longest first. Each is moved up to its place: a library's sort would be a twelfth of the
    /// WebAssembly engine.
    pub(crate) fn listed(mut domains: Vec<String>) -> Self {
        for end in 1..domains.len() {
            let longer = |pair: &[String]| pair[0].len() >= pair[1].len();
            for at in (0..end).rev() {
                if domains.get(at..at + 2).is_none_or(longer) {
                    break;
                }
                domains.swap(at, at + 1);
            }
        }
        Self::Listed(domains)
    }

    /// The value of `Domain` for a host, in the host's or the list's own case; `None` for a host-only cookie.
    pub(crate) fn domain<'a>(&'a self, host: Host<'a>) -> Option<&'a [u8]> {
        let Host::Name(name) = host else {
            return None;
        };
        match self {
            Self::HostOnly => None,
            Self::Registrable(list) => list.of_name(name),
            Self::Listed(domains) => domains
                .iter()
                .map(String::as_bytes)
                .find(|domain| is_below(name, domain)),
        }
    }

    /// Whether a cookie set by `host` would still be the visitor's on `other`.
    pub(crate) fn same_site(&self, host: Host<'_>, other: Host<'_>) -> bool {
        host.bytes().eq_ignore_ascii_case(other.bytes())
            || match (self.domain(host), self.domain(other)) {
                (Some(here), Some(there)) => here.eq_ignore_ascii_case(there),
                _ => false,
            }
    }
}

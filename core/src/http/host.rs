//! Reads the Host of a request: a name that may have a registrable domain, or something that cannot have one.
//!
//! Browsers refuse a cookie whose `Domain` does not match the host that set it, and they canonicalise that host first
//! (RFC 6265bis §5.1.2, WHATWG URL). So the reader accepts as a name only what every browser reads as that name;
//! everything else gets a host-only cookie, which is always accepted.

use super::split::Split;

/// Whether a `Host` or `:authority`, with a port or without, can only mean this machine: `localhost` and names below
/// it, 127.0.0.0/8, `[::1]`.
///
/// ```
/// use hardtack::is_loopback;
///
/// assert!(is_loopback(b"localhost:8080") && is_loopback(b"app.LOCALHOST"));
/// assert!(is_loopback(b"127.0.0.1") && is_loopback(b"[::1]:8080"));
/// assert!(!is_loopback(b"localhost.example.com") && !is_loopback(b"0.0.0.0"));
/// ```
pub fn is_loopback(authority: &[u8]) -> bool {
    Host::parse(authority).is_loopback()
}

/// The longest name that DNS allows (RFC 1035 §2.3.4).
pub(crate) const MAX_LEN: usize = 253;
const MAX_LABEL: usize = 63;

/// A request's host without its port, in the case in which it was received.
///
/// ```
/// use hardtack::Host;
///
/// assert_eq!(Host::parse(b"WWW.Example.com:443"), Host::Name(b"WWW.Example.com"));
/// assert_eq!(Host::parse(b"192.0.2.10:8080"), Host::Address(b"192.0.2.10"));
/// assert_eq!(Host::parse(b"[2001:db8::1]:443"), Host::Address(b"[2001:db8::1]"));
/// assert_eq!(Host::parse(b"example.com."), Host::Odd(b"example.com."));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A DNS name in A-label form: labels of 1 to 63 letters, digits and hyphens, 253 bytes at most, the last label not
    /// numeric. In any case.
    Name(&'a [u8]),
    /// An IPv6 address in brackets, or what a browser would read as an IPv4 address: the last label is a number, in
    /// decimal or with `0x` (WHATWG URL, "ends in a number").
    Address(&'a [u8]),
    /// Anything else: nothing at all, a trailing dot, an underscore, an unencoded IDN, an impossible port.
    Odd(&'a [u8]),
}

impl<'a> Host<'a> {
    /// Reads a `Host` header or an `:authority`. Blanks around it are ignored.
    pub fn parse(authority: &'a [u8]) -> Self {
        let authority = authority.trim_ascii();
        if authority.starts_with(b"[") {
            return bracketed(authority);
        }
        match without_port(authority) {
            Some(host) if is_numeric(last_label(host)) => Self::Address(host),
            Some(host) if is_name(host) => Self::Name(host),
            Some(host) => Self::Odd(host),
            None => Self::Odd(authority),
        }
    }

    /// The host without its port, in the case in which it was received.
    pub const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Name(bytes) | Self::Address(bytes) | Self::Odd(bytes) => bytes,
        }
    }

    /// Whether the host can only mean this machine: `localhost` and names below it, 127.0.0.0/8, `[::1]`.
    ///
    /// The names are those of W3C Secure Contexts §3.1, which browsers follow.
    pub fn is_loopback(self) -> bool {
        match self {
            Self::Name(name) => is_below(name, b"localhost"),
            Self::Address(address) => is_loopback_v4(address) || address == b"[::1]",
            // Browsers go by the last label alone, and take `localhost.` for the same.
            Self::Odd(odd) => is_below(odd.strip_suffix(b".").unwrap_or(odd), b"localhost"),
        }
    }
}

/// Whether `host` is `domain` or ends with it on a label boundary, in any case: the domain-match of RFC 6265bis §5.1.3.
pub(crate) fn is_below(host: &[u8], domain: &[u8]) -> bool {
    let Some(start) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let (before, tail) = host.split_at(start);
    tail.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with(b"."))
}

/// Whether `host` is a DNS name in A-label form that a browser's canonicalisation accepts: labels of 1 to 63 letters,
/// digits and hyphens. One pass without branches, because every page asks.
pub(crate) fn is_name(host: &[u8]) -> bool {
    let (mut allowed, mut hyphen_ends_label, mut before) = (true, false, b'.');
    for byte in host {
        let dot = *byte == b'.';
        allowed &= LETTER_DIGIT_HYPHEN[usize::from(*byte)] | (dot & (before != b'.'));
        hyphen_ends_label |= dot & (before == b'-');
        before = *byte;
    }
    allowed
        && before != b'.'
        && (host.len() <= MAX_LABEL
            || (host.len() <= MAX_LEN && labels(host).all(|label| label.len() <= MAX_LABEL)))
        && !((hyphen_ends_label || before == b'-') && labels(host).any(is_hollow_a_label))
}

const LETTER_DIGIT_HYPHEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-');
        byte += 1;
    }
    table
};

fn labels(host: &[u8]) -> impl Iterator<Item = &[u8]> {
    host.split(|b| *b == b'.')
}

/// Whether a label is an A-label that cannot be decoded, because it ends with a hyphen. Browsers canonicalise no host
/// that has such a label.
fn is_hollow_a_label(label: &[u8]) -> bool {
    let prefix = label.get(..4);
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--")) && label.ends_with(b"-")
}

fn last_label(host: &[u8]) -> &[u8] {
    host.rsplit(|b| *b == b'.').next().unwrap_or_default()
}

/// A last label that makes browsers read the whole host as an IPv4 address (WHATWG URL, "ends in a number").
fn is_numeric(label: &[u8]) -> bool {
    let hex = label
        .strip_prefix(b"0x")
        .or_else(|| label.strip_prefix(b"0X"));
    match hex {
        Some(digits) => digits.iter().all(u8::is_ascii_hexdigit),
        None => !label.is_empty() && label.iter().all(u8::is_ascii_digit),
    }
}

fn is_loopback_v4(address: &[u8]) -> bool {
    // Nearly always. The rest is rarely needed.
    address == b"127.0.0.1" || is_in_loopback_block(address)
}

fn is_in_loopback_block(address: &[u8]) -> bool {
    let mut parts = Split::new(address, b'.');
    parts.next() == Some(b"127")
        && (0..3).all(|_| parts.next().is_some_and(is_octet))
        && parts.next().is_none()
}

fn is_octet(part: &[u8]) -> bool {
    matches!(part.len(), 1..=3)
        && part.iter().all(u8::is_ascii_digit)
        && part.iter().fold(0_u16, |n, d| n * 10 + u16::from(d - b'0')) <= 255
}

/// The host without the port; `None` if what follows the colon is not a port.
fn without_port(authority: &[u8]) -> Option<&[u8]> {
    let Some(colon) = authority.iter().position(|b| *b == b':') else {
        return Some(authority);
    };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    port.iter().all(u8::is_ascii_digit).then_some(host)
}

/// An address in brackets, as in `[2001:db8::1]:443`. What is inside is not checked, because an address never has a
/// domain.
fn bracketed(authority: &[u8]) -> Host<'_> {
    let Some(end) = authority.iter().position(|b| *b == b']') else {
        return Host::Odd(authority);
    };
    let (address, rest) = authority.split_at(end + 1);
    let port = rest.strip_prefix(b":").unwrap_or(rest);
    let plausible = port.iter().all(u8::is_ascii_digit) && (rest.is_empty() || rest[0] == b':');
    if plausible {
        Host::Address(address)
    } else {
        Host::Odd(authority)
    }
}

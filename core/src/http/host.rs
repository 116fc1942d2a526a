//! Reads the Host of a request: a name that may have a registrable domain, or something that can't.

use super::split::Split;

/// Whether a `Host` or `:authority` can only mean this machine: `localhost` and below, 127.0.0.0/8, `[::1]`.
pub fn is_loopback(authority: &[u8]) -> bool {
    Host::parse(authority).is_loopback()
}

/// The longest name that DNS allows (RFC 1035 §2.3.4).
pub(crate) const MAX_LEN: usize = 253;
const MAX_LABEL: usize = 63;

/// A request's host without its port, as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// Labels of letters, digits and hyphens, the last one not numeric: a DNS name. Any case.
    Name(&'a [u8]),
    /// An IPv4 or IPv6 address, or what a browser would take for one.
    Address(&'a [u8]),
    /// Anything else: empty, a trailing dot, an underscore, an unencoded IDN, an impossible port.
    Odd(&'a [u8]),
}

impl<'a> Host<'a> {
    /// Reads a `Host` header or an `:authority`.
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

    /// The host without its port, case as received.
    pub const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Name(bytes) | Self::Address(bytes) | Self::Odd(bytes) => bytes,
        }
    }

    /// Whether the host can only mean this machine: `localhost` and below, 127.0.0.0/8, `[::1]`.
    ///
    /// The names are those of the Secure Contexts specification §3.1, which browsers follow.
    pub fn is_loopback(self) -> bool {
        match self {
            Self::Name(name) => is_below(name, b"localhost"),
            Self::Address(address) => is_loopback_v4(address) || address == b"[::1]",
            // Browsers go by the last label alone, and take `localhost.` for the same.
            Self::Odd(odd) => is_below(odd.strip_suffix(b".").unwrap_or(odd), b"localhost"),
        }
    }
}

/// Whether `host` is `domain` or ends with it on a label boundary, in any case (RFC 6265bis §5.1.3).
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

/// Whether a label is `xn--` with nothing behind it that could be decoded.
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
    // Nearly always; the rest is rare_edit needed.
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

/// Splits the port off; `None` where what follows the colon is no port.
fn without_port(authority: &[u8]) -> Option<&[u8]> {
    let Some(colon) = authority.iter().position(|b| *b == b':') else {
        return Some(authority);
    };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    port.iter().all(u8::is_ascii_digit).then_some(host)
}

/// `[2001:db8::1]:443`: an address in brackets. Its inside is not looked at: an address never has a domain.
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

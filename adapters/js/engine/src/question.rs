//! What the host asks: an exchange as it stands in the input buffer.

use hardtack::{Country, Exchange, Request, Response, Scheme, Target};

use crate::parts::Parts;

/// An exchange, borrowed from the input.
pub(crate) struct Question<'p, 'a> {
    pub(crate) now: u64,
    pub(crate) entropy: [u8; 16],
    scheme: Scheme,
    status: u16,
    parts: &'p Parts<'a>,
}

impl<'p, 'a> Question<'p, 'a> {
    /// `None` for what no host of this version writes.
    pub(crate) fn read(input: &'a [u8], parts: &'p mut Parts<'a>) -> Option<Self> {
        let (head, rest) = input.split_first_chunk::<4>()?;
        let (now, rest) = rest.split_first_chunk()?;
        let (entropy, rest) = rest.split_first_chunk()?;
        let scheme = match head[..2] {
            [0, 0] => Scheme::Http,
            [1, 0] => Scheme::Https,
            _ => return None,
        };
        Some(Self {
            now: u64::from_le_bytes(*now),
            entropy: *entropy,
            scheme,
            status: u16::from_le_bytes([head[2], head[3]]),
            parts: parts.read(rest)?,
        })
    }

    pub(crate) fn request(&self) -> Request<'p, Parts<'a>> {
        Request {
            target: Target {
                scheme: self.scheme,
                host: self.parts.host,
            },
            method: self.parts.method,
            path: self.parts.path,
            country: Country::parse(self.parts.country),
            fields: self.parts,
        }
    }

    pub(crate) fn exchange(&self) -> Exchange<'p, Parts<'a>, Parts<'a>> {
        Exchange {
            request: self.request(),
            response: Response {
                status: self.status,
                fields: self.parts,
            },
        }
    }
}

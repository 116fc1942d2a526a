//! The host's side of the protocol: written from the description, not with the engine's own code.

use hardtack::{Outcome, Reason, Scheme};
use hardtack_conformance::{Observed, OwnedExchange};

/// Tags of fields, by name.
pub(crate) const TAGS: [(&str, u8); 23] = [
    ("accept", 16),
    ("cookie", 17),
    ("sec-fetch-dest", 18),
    ("sec-fetch-mode", 19),
    ("x-requested-with", 20),
    ("content-type", 32),
    ("location", 33),
    ("set-cookie", 34),
    ("sec-purpose", 21),
    ("purpose", 22),
    ("x-moz", 23),
    ("sec-gpc", 24),
    ("dnt", 25),
    ("user-agent", 26),
    ("upgrade-insecure-requests", 27),
    ("cache-control", 35),
    ("cdn-cache-control", 36),
    ("cloudflare-cdn-cache-control", 37),
    ("vercel-cdn-cache-control", 38),
    ("netlify-cdn-cache-control", 39),
    ("surrogate-control", 40),
    ("edge-control", 41),
    ("x-accel-expires", 42),
];

/// An exchange as it goes into the input buffer.
pub(crate) fn encode(exchange: &OwnedExchange, now: u64, entropy: [u8; 16]) -> Vec<u8> {
    let mut bytes = vec![u8::from(exchange.scheme == Scheme::Https), 0];
    bytes.extend(exchange.status.to_le_bytes());
    bytes.extend(now.to_le_bytes());
    bytes.extend(entropy);
    part(&mut bytes, 1, &exchange.method);
    part(&mut bytes, 2, &exchange.host);
    part(&mut bytes, 3, &exchange.path);
    if let Some(country) = exchange.country {
        part(&mut bytes, 4, &country.code());
    }
    let is_response = |tag| tag >= 32;
    for (fields, of_response) in [(&exchange.request, false), (&exchange.response, true)] {
        for (name, value) in fields {
            let known = TAGS
                .iter()
                .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
            if let Some((_, tag)) = known.filter(|(_, tag)| is_response(*tag) == of_response) {
                part(&mut bytes, *tag, value);
            }
        }
    }
    bytes
}

pub(crate) fn part(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(value);
}

/// What stands in the output buffer; `None` where it is not as described, to the last byte.
pub(crate) fn decode(output: &[u8]) -> Option<Observed> {
    let (&[outcome, reason, flags, edits], mut rest) = output.split_first_chunk()?;
    let mut observed = Observed {
        outcome: Outcome::ALL.get(usize::from(outcome))?.to_string(),
        reason: Reason::ALL
            .get(usize::from(reason))
            .map(ToString::to_string)
            .unwrap_or_default(),
        ..Observed::default()
    };
    if flags & 1 != 0 {
        let id = take(&mut rest, 16)?.try_into().ok()?;
        observed.id = Some(uuid::Uuid::from_bytes(id).to_string());
    }
    if flags & 2 != 0 {
        let len = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
        observed.log = Some(text(take(&mut rest, len.try_into().ok()?)?)?);
    }
    for _ in 0..edits {
        match take(&mut rest, 1)? {
            [1] => observed.set_cookie.push(short(&mut rest)?),
            [2] => observed
                .headers
                .push((short(&mut rest)?, short(&mut rest)?)),
            [3] => observed.append.push((short(&mut rest)?, short(&mut rest)?)),
            [4] => observed.remove.push(short(&mut rest)?),
            _ => return None,
        }
    }
    (flags & !3 == 0 && rest.is_empty()).then_some(observed)
}

fn short(rest: &mut &[u8]) -> Option<String> {
    let len = u16::from_le_bytes(take(rest, 2)?.try_into().ok()?);
    text(take(rest, len.into())?)
}

fn take<'b>(rest: &mut &'b [u8], len: usize) -> Option<&'b [u8]> {
    let (taken, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    Some(taken)
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

//! The host's side of the protocol: written from the description, not with the engine's own code.

use hardtack::{Field, Outcome, Reason, Scheme};
use hardtack_conformance::{Observed, OwnedExchange};

/// The tag of a field's parts, by its name: fields of requests count from 16, those of responses from 32.
pub(crate) fn tag(name: &[u8]) -> Option<u8> {
    let place = |fields: &[Field]| {
        let mut fields = fields.iter();
        let place = fields.position(|field| name.eq_ignore_ascii_case(field.name().as_bytes()));
        place.map(|place| place as u8)
    };
    let request = place(Field::REQUEST).map(|place| 16 + place);
    request.or_else(|| place(Field::RESPONSE).map(|place| 32 + place))
}

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
            let tag = tag(name).filter(|tag| is_response(*tag) == of_response);
            if let Some(tag) = tag {
                part(&mut bytes, tag, value);
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

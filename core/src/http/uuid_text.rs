//! The text form of a UUID, eight characters in one word: every page reads one and writes one.
//!
//! The tests compare each byte in each place with the crate `uuid`, which does the same one character at a time.

/// How many characters a UUID has in its text form (RFC 9562 §4).
pub(crate) const TEXT_LEN: usize = 36;

/// Where the hyphens stand in the 36 characters (RFC 9562 §4).
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Reads 32 hex digits of either case, with hyphens where they belong.
pub(crate) fn decode(text: &[u8; TEXT_LEN]) -> Option<[u8; 16]> {
    let mut number = 0;
    for [first, second] in [[0, 4], [9, 14], [19, 24], [28, 32]] {
        let digits = u64::from(four(text, first)?) << 32 | u64::from(four(text, second)?);
        number = number << 32 | u128::from(decode_quarter(digits)?);
    }
    let has_hyphens = HYPHENS.iter().all(|at| text.get(*at) == Some(&b'-'));
    has_hyphens.then_some(number.to_be_bytes())
}

/// Four characters from here on, as one word.
fn four(text: &[u8; TEXT_LEN], at: usize) -> Option<u32> {
    let characters = text.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*characters))
}

/// Writes 32 hex digits in lower case, and the hyphens.
pub(crate) fn encode(bytes: &[u8; 16], text: &mut [u8; TEXT_LEN]) {
    let number = u128::from_be_bytes(*bytes);
    let [a, b, c, d] = [96, 64, 32, 0].map(|shift| encode_quarter((number >> shift) as u32));
    text[..8].copy_from_slice(&a);
    text[9..13].copy_from_slice(&b[..4]);
    text[14..18].copy_from_slice(&b[4..]);
    text[19..23].copy_from_slice(&c[..4]);
    text[24..28].copy_from_slice(&c[4..]);
    text[28..].copy_from_slice(&d);
    let [a, b, c, d] = HYPHENS;
    [text[a], text[b], text[c], text[d]] = [b'-'; HYPHENS.len()];
}

/// Eight hex digits as the number they are.
///
/// All lanes are below 0x80 where it matters, so no addition carries into the next one.
const fn decode_quarter(digits: u64) -> Option<u32> {
    let lower = digits | repeat(0x20);
    let decimal = at_least(digits, b'0') & !at_least(digits, b'9' + 1);
    let letter = at_least(lower, b'a') & !at_least(lower, b'f' + 1);
    if ((decimal | letter) & !digits & HIGH) != HIGH {
        return None;
    }
    let nibbles = (digits & repeat(0x0f)) + ((letter & HIGH) >> 7) * 9;
    let pairs = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((fours | fours >> 16) as u32)
}

/// A number as eight hex digits.
const fn encode_quarter(number: u32) -> [u8; 8] {
    let fours = (number as u64 | (number as u64) << 16) & 0x0000_ffff_0000_ffff;
    let pairs = (fours | fours << 8) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (pairs | pairs << 4) & repeat(0x0f);
    let letters = ((nibbles + repeat(6)) >> 4) & repeat(1);
    (nibbles + repeat(b'0') + letters * (b'a' - b'9' - 1) as u64).to_be_bytes()
}

const HIGH: u64 = repeat(0x80);

/// Sets the high bit of each lane that is `bound` or more.
const fn at_least(lanes: u64, bound: u8) -> u64 {
    (lanes & !HIGH) + repeat(0x80 - bound)
}

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_byte_in_every_place_is_read_as_the_uuid_crate_reads_it() {
        let text = *b"0123e567-89ab-4def-8a1B-2c3d4E5f6071";
        for at in 0..TEXT_LEN {
            for byte in 0..=255 {
                let mut text = text;
                text[at] = byte;
                let expect = Uuid::try_parse_ascii(&text).ok().map(Uuid::into_bytes);
                assert_eq!(decode(&text), expect, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn every_byte_is_written_as_the_uuid_crate_writes_it() {
        for byte in 0..=255_u8 {
            let bytes = core::array::from_fn(|i| byte.wrapping_add(i as u8 * 17));
            let mut expect = [0; TEXT_LEN];
            Uuid::from_bytes(bytes)
                .hyphenated()
                .encode_lower(&mut expect);
            let mut text = [0; TEXT_LEN];
            encode(&bytes, &mut text);
            assert_eq!(text, expect);
            assert_eq!(decode(&text), Some(bytes));
        }
    }
}

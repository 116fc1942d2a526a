//! Walks through the steps of a reader to the visitor's id in a cookie's value, and takes it over or derives one.
//!
//! A step is one byte that says what to do, and a text: [`Step`](super::Step) as the bytes of a checked policy. An
//! engine has this loop alone, whatever trackers there are.

use crate::http::cookie;
use crate::http::encoded::Encoded;
use crate::http::id::{Accept, VisitorId};
use crate::http::sha256::Hash;
use crate::http::split::Split;
use crate::outcome::Reason;
use crate::rules::mint::IdRule;

/// Separates a cookie from its steps, and these from the next cookie.
pub(super) const SOURCE_END: u8 = 0x1f;
/// Separates steps.
pub(super) const STEP_END: u8 = 0x1e;

// The first byte of a step. The last of them needs no name here: it is what is none of the others.
pub(super) const PERCENT: u8 = b'%';
pub(super) const BASE64: u8 = b'b';
pub(super) const BEGINS: u8 = b'^';
pub(super) const IF_BEGINS: u8 = b'~';
pub(super) const AFTER: u8 = b'>';
pub(super) const UNTIL: u8 = b'=';
pub(super) const UNLESS: u8 = b'!';
#[cfg(feature = "checks")]
pub(super) const UNTIL_IF_ANY: u8 = b'<';

/// Many visitors may share a value that is shorter than this, such as `true`, `undefined` or `deleted`.
const LEAST: usize = 12;
/// Values that are longer than this are not ids, and not worth the time of a hash.
const MOST: usize = 1024;
/// What browsers store of a cookie (RFC 6265bis §5.6): nothing longer is decoded.
const LONGEST: usize = 4096;

/// How many encodings are taken off, one within the other: each takes [`LONGEST`] bytes of the stack.
pub(super) const ENCODINGS: u8 = 3;

/// How ids are made of what is found.
#[derive(Clone, Copy)]
pub(super) struct Reader<'p> {
    pub(super) ids: IdRule<'p>,
    pub(super) derive: bool,
}

impl Reader<'_> {
    /// The id in a text, by the steps that are left. They may take off that many `encodings`; behind more is none.
    #[inline(never)]
    pub(super) fn id_in(
        &self,
        mut steps: Split<'_>,
        mut text: &[u8],
        encodings: u8,
    ) -> Option<(VisitorId, Reason)> {
        while let Some((step, mark)) = steps.next().and_then(<[u8]>::split_first) {
            let at = cookie::find(text, mark, 0);
            match *step {
                PERCENT | BASE64 if encodings == 0 => return None,
                PERCENT => return self.decoded(steps, Encoded::quoted(text), encodings - 1),
                BASE64 => return self.decoded(steps, Encoded::base64(text), encodings - 1),
                IF_BEGINS if at != Some(0) => break,
                BEGINS if at != Some(0) => return None,
                UNLESS if at.is_some() => return None,
                UNLESS => {}
                AFTER | BEGINS | IF_BEGINS => {
                    text = text.get(at? + mark.len()..)?.trim_ascii_start();
                }
                UNTIL => text = text.get(..at?)?,
                _ => text = text.get(..at.unwrap_or(text.len()))?,
            }
        }
        self.id_of(text)
    }

    /// The same in an encoded text.
    fn decoded(
        &self,
        steps: Split<'_>,
        bytes: Encoded<'_>,
        encodings: u8,
    ) -> Option<(VisitorId, Reason)> {
        let mut text = [0; LONGEST];
        let mut len = 0;
        for (place, byte) in text.iter_mut().zip(bytes) {
            *place = byte;
            len += 1;
        }
        self.id_in(steps, text.get(..len)?, encodings)
    }

    /// The UUID in what names the visitor, or else an id derived from it.
    fn id_of(&self, text: &[u8]) -> Option<(VisitorId, Reason)> {
        let ids = self.ids;
        if text.len() > MOST {
            return None;
        }
        let uuid = uuid_in(Encoded::new(text), ids.accept);
        // A sealed id says that we issued it: another's number can only be the seed of one.
        if let (Some(id), None) = (uuid, ids.seal) {
            return Some((id, Reason::TakenOver));
        }
        let seed = uuid.map(|id| id.text());
        let seed = seed.as_ref().map_or(text, |seed| seed);
        (uuid.is_some() || (self.derive && seed.len() >= LEAST))
            .then(|| (derived(ids, seed), Reason::Derived))
    }
}

/// The first UUID that stands alone between characters other than letters, digits and hyphens.
fn uuid_in(mut text: Encoded<'_>, accept: Accept) -> Option<VisitorId> {
    let (mut word, mut len) = ([0; VisitorId::TEXT_LEN], 0);
    loop {
        let next = text.next();
        match next {
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'-' => {
                if let Some(place) = word.get_mut(len) {
                    *place = byte;
                }
                len += 1;
                continue;
            }
            _ if len == VisitorId::TEXT_LEN => {
                if let Some(id) = VisitorId::parse(&word, accept) {
                    return Some(id);
                }
            }
            _ => {}
        }
        next?;
        len = 0;
    }
}

fn derived(ids: IdRule<'_>, part: &[u8]) -> VisitorId {
    let mut hash = Hash::of(b"hardtack-adopt-v1\0");
    hash.update(part);
    let digest = hash.digest();
    let mut seed = [0; 16];
    seed.copy_from_slice(&digest[..16]);
    ids.mint(seed)
}

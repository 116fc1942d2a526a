//! The tagged parts of an exchange, indexed in one pass, so that a field that is absent costs nothing.

use hardtack::{Field, Fields};

/// The parts; every one of them is known to end where it says.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) method: &'a [u8],
    pub(crate) host: &'a [u8],
    pub(crate) path: &'a [u8],
    pub(crate) country: &'a [u8],
    bytes: &'a [u8],
    /// For each field, where its first part begins and its last one ends; parts of others may stand between.
    spans: [(usize, usize); SLOTS],
}

const METHOD: u8 = 1;
const HOST: u8 = 2;
const PATH: u8 = 3;
const COUNTRY: u8 = 4;
const FIRST_REQUEST_FIELD: u8 = 16;
const LAST_REQUEST_FIELD: u8 = FIRST_REQUEST_FIELD + REQUEST_FIELDS as u8 - 1;
const FIRST_RESPONSE_FIELD: u8 = 32;
const REQUEST_FIELDS: usize = Field::REQUEST.len();
/// There is room for 16 fields of requests before those of responses begin.
const _: () = assert!(LAST_REQUEST_FIELD < FIRST_RESPONSE_FIELD);
const SLOTS: usize = Field::ALL.len();

impl<'a> Parts<'a> {
    /// Finds the parts. They are filled in where they stand, for moving them costs as much as finding them. `None`
    /// where one is longer than what is there, or occurs twice and must not.
    pub(crate) fn read(&mut self, bytes: &'a [u8]) -> Option<&Self> {
        self.bytes = bytes;
        let (mut rest, mut seen) = (bytes, [false; COUNTRY as usize + 1]);
        while !rest.is_empty() {
            let begin = bytes.len() - rest.len();
            let (tag, value) = next(&mut rest)?;
            let once = match tag {
                METHOD => &mut self.method,
                HOST => &mut self.host,
                PATH => &mut self.path,
                COUNTRY => &mut self.country,
                _ => {
                    self.extend(tag, begin, bytes.len() - rest.len());
                    continue;
                }
            };
            *once = value;
            if core::mem::replace(&mut seen[usize::from(tag)], true) {
                return None;
            }
        }
        Some(self)
    }

    fn extend(&mut self, tag: u8, begin: usize, end: usize) {
        if let Some(span) = self.spans.get_mut(slot(tag)) {
            let first = if span.1 == 0 { begin } else { span.0 };
            *span = (first, end);
        }
    }
}

impl Fields for Parts<'_> {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let tag = tag(field);
        let (begin, end) = self.spans[field as usize];
        let mut rest = self.bytes.get(begin..end).unwrap_or_default();
        core::iter::from_fn(move || {
            loop {
                let (found, value) = next(&mut rest)?;
                if found == tag {
                    return Some(value);
                }
            }
        })
    }

    fn has_any(&self, fields: &[Field]) -> bool {
        fields
            .iter()
            .any(|field| self.spans[*field as usize].1 != 0)
    }
}

/// Takes one part off the front.
fn next<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (head, tail) = rest.split_first_chunk::<5>()?;
    let [tag, len @ ..] = *head;
    let len = usize::try_from(u32::from_le_bytes(len)).ok()?;
    let (value, tail) = tail.split_at_checked(len)?;
    *rest = tail;
    Some((tag, value))
}

/// The place of a tag's field in the list of spans; past its end for tags of no field.
fn slot(tag: u8) -> usize {
    match tag {
        FIRST_REQUEST_FIELD..=LAST_REQUEST_FIELD => usize::from(tag - FIRST_REQUEST_FIELD),
        FIRST_RESPONSE_FIELD.. => REQUEST_FIELDS + usize::from(tag - FIRST_RESPONSE_FIELD),
        _ => SLOTS,
    }
}

/// The tag of a field's parts: its place among the fields of requests or of responses, counted from the first tag of
/// these.
pub const fn tag(field: Field) -> u8 {
    let place = field as u8;
    match place < REQUEST_FIELDS as u8 {
        true => FIRST_REQUEST_FIELD + place,
        false => FIRST_RESPONSE_FIELD + place - REQUEST_FIELDS as u8,
    }
}

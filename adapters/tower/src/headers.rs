//! Lets the rules read an [`http::HeaderMap`], and writes their edits into one.

use bytes::Bytes;
use hardtack::{Edit, Field, FieldValue, Fields, SetCookie};
use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, ValueIter};

use crate::events;

/// The fields of a header map that rules read, sorted out in one pass: a map hashes the name for every look-up, and
/// most of what the rules look for is hardly ever there.
pub(crate) struct Headers<'a> {
    map: &'a HeaderMap,
    host: Option<&'a HeaderValue>,
    first: [Option<&'a HeaderValue>; Field::ALL.len()],
    /// Bit `i` where the field at `i` has a value.
    present: u32,
    /// Bit `i` where it has further values.
    repeated: u32,
}

impl<'a> Headers<'a> {
    pub(crate) fn of(map: &'a HeaderMap) -> Self {
        let mut headers = Self {
            map,
            host: None,
            first: [None; Field::ALL.len()],
            present: 0,
            repeated: 0,
        };
        for (name, value) in map {
            headers.take(name, value);
        }
        headers
    }

    /// The first `Host`, which no rule reads as a field.
    pub(crate) const fn host(&self) -> Option<&'a HeaderValue> {
        self.host
    }

    fn take(&mut self, name: &HeaderName, value: &'a HeaderValue) {
        match field_of(name.as_str()) {
            Some(Known::Host) => self.host = self.host.or(Some(value)),
            Some(Known::Field(field)) => {
                let bit = 1 << field as usize;
                self.repeated |= self.present & bit;
                self.present |= bit;
                let first = &mut self.first[field as usize];
                *first = first.or(Some(value));
            }
            None => {}
        }
    }
}

impl Fields for Headers<'_> {
    #[inline]
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let further = match self.repeated >> field as usize & 1 {
            0 => Further::None,
            _ => Further::Unread(self.map, field),
        };
        Values {
            first: self.first[field as usize],
            further,
        }
    }

    #[inline]
    fn has_any(&self, fields: &[Field]) -> bool {
        let mut fields = fields.iter();
        fields.any(|field| self.present >> *field as usize & 1 == 1)
    }
}

/// The values of a field. Hardly any has more than one, and most have none: that has to cost nothing.
struct Values<'a> {
    first: Option<&'a HeaderValue>,
    further: Further<'a>,
}

enum Further<'a> {
    None,
    Unread(&'a HeaderMap, Field),
    Read(ValueIter<'a, HeaderValue>),
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let value = match (self.first.take(), &self.further) {
            (Some(first), _) => Some(first),
            (None, Further::None) => None,
            (None, _) => self.further.next(),
        };
        value.map(HeaderValue::as_bytes)
    }
}

impl<'a> Further<'a> {
    #[cold]
    #[inline(never)]
    fn next(&mut self) -> Option<&'a HeaderValue> {
        if let Self::Unread(map, field) = self {
            let mut values = map.get_all(field.name()).into_iter();
            values.next();
            *self = Self::Read(values);
        }
        match self {
            Self::Read(values) => values.next(),
            Self::Unread(..) | Self::None => None,
        }
    }
}

/// A header that is kept when a map is sorted out.
enum Known {
    Host,
    Field(Field),
}

/// A header's name, in lower case, as the rules know it. A field that this adapter has not learned yet would be as if
/// it were never there. Kept apart, so that the walk over a map has the registers to itself.
#[inline(never)]
fn field_of(name: &str) -> Option<Known> {
    match name {
        "host" => Some(Known::Host),
        name => Field::from_name(name).map(Known::Field),
    }
}

/// Removes the header of a name, and all whose names an application behind CGI, FastCGI or WSGI takes for it, such as
/// `X_Visitor` for `X-Visitor`: some gateways make an underscore of every character that is no letter or digit.
pub(crate) fn remove_alike(reserved: &str, headers: &mut HeaderMap) {
    let alike = |name: &&HeaderName| is_alike(name.as_str(), reserved);
    let names: Vec<HeaderName> = headers.keys().filter(alike).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

fn is_alike(name: &str, other: &str) -> bool {
    let comparable = |byte: u8| match byte {
        b'A'..=b'Z' => byte.to_ascii_lowercase(),
        b'a'..=b'z' | b'0'..=b'9' => byte,
        _ => b'-',
    };
    name.len() == other.len()
        && name
            .bytes()
            .zip(other.bytes())
            .all(|(a, b)| comparable(a) == comparable(b))
}

/// Makes the edits. One that can't be made is logged and left out: the visitor gets the page all the same.
pub(crate) fn apply<'e>(edits: impl Iterator<Item = Edit<'e>>, headers: &mut HeaderMap) {
    for edit in edits {
        if !make(edit, headers) {
            events::left_out(header_of(&edit));
        }
    }
}

fn header_of<'e>(edit: &Edit<'e>) -> &'e str {
    match *edit {
        Edit::SetHeader(name, _) | Edit::AppendHeader(name, _) | Edit::RemoveHeader(name) => name,
        _ => "set-cookie",
    }
}

fn make(edit: Edit<'_>, headers: &mut HeaderMap) -> bool {
    match edit {
        Edit::AppendSetCookie(set_cookie) => {
            line(&set_cookie).is_some_and(|value| headers.try_append(SET_COOKIE, value).is_ok())
        }
        Edit::SetHeader(name, value) => {
            field(name, value).is_some_and(|(name, value)| headers.try_insert(name, value).is_ok())
        }
        Edit::AppendHeader(name, value) => {
            field(name, value).is_some_and(|(name, value)| headers.try_append(name, value).is_ok())
        }
        Edit::RemoveHeader(name) => {
            headers.remove(name);
            true
        }
        _ => false,
    }
}

/// Longer than nearly every line. One such buffer on the stack costs less than memory that comes zeroed.
const LINE: usize = 256;

fn line(set_cookie: &SetCookie<'_>) -> Option<HeaderValue> {
    let (mut short, mut long) = ([0; LINE], Vec::new());
    let buffer = match set_cookie.len() {
        ..=LINE => &mut short[..],
        len => {
            long.resize(len, 0);
            &mut long[..]
        }
    };
    HeaderValue::from_bytes(set_cookie.render(buffer)?).ok()
}

/// Checked by the compiler, not for every response.
const PRIVATE: HeaderValue = HeaderValue::from_static("private");
const PRIVATE_NO_CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

fn field(name: &str, value: FieldValue) -> Option<(HeaderName, HeaderValue)> {
    let name = match name {
        "cache-control" => CACHE_CONTROL,
        _ => HeaderName::from_bytes(name.as_bytes()).ok()?,
    };
    let value = match value.as_static() {
        Some("private") => PRIVATE,
        Some("private, no-cache") => PRIVATE_NO_CACHE,
        Some(text) => HeaderValue::from_static(text),
        None => HeaderValue::from_maybe_shared(Bytes::from(value.to_string())).ok()?,
    };
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_rules_is_known_by_its_name() {
        for (i, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, i, "{field:?}");
            let known = field_of(field.name());
            assert!(matches!(known, Some(Known::Field(found)) if found == field));
        }
        assert!(field_of("x-visitor").is_none());
    }

    #[test]
    fn values_come_out_in_order_and_each_once() {
        let mut map = HeaderMap::new();
        for (name, value) in [
            ("cookie", "a"),
            ("x-other", "b"),
            ("host", "h"),
            ("cookie", "c"),
            ("cookie", "d"),
            ("accept", "e"),
        ] {
            map.append(name, HeaderValue::from_static(value));
        }
        let headers = Headers::of(&map);
        let values = |field| {
            headers
                .values(field)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>()
                .concat()
        };
        assert_eq!(values(Field::Cookie), b"acd");
        assert_eq!(values(Field::Accept), b"e");
        assert_eq!(values(Field::Dnt), b"");
        assert_eq!(headers.host().map(HeaderValue::as_bytes), Some(&b"h"[..]));
        for field in Field::ALL {
            let is_there = headers.values(field).next().is_some();
            assert_eq!(headers.has_any(&[field]), is_there, "{field:?}");
        }
        assert!(headers.has_any(&[Field::Dnt, Field::Accept]));
        assert!(!headers.has_any(&[Field::Dnt, Field::SecGpc]));
    }
}

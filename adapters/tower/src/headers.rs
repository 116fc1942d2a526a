//! Lets the rules read an [`http::HeaderMap`], and writes their edits into one.

use bytes::Bytes;
use hardtack::{Decision, Edit, Field, Fields};
use http::header::{
    ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// The fields of a header map.
pub(crate) struct Headers<'a>(pub(crate) &'a HeaderMap);

impl Fields for Headers<'_> {
    fn values(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        let values = name(field).map(|name| self.0.get_all(name).into_iter());
        values.into_iter().flatten().map(HeaderValue::as_bytes)
    }
}

/// `None` for a field that this adapter has not learned yet: the rules then see none of it.
const fn name(field: Field) -> Option<HeaderName> {
    Some(match field {
        Field::Accept => ACCEPT,
        Field::Cookie => COOKIE,
        Field::SecFetchDest => SEC_FETCH_DEST,
        Field::SecFetchMode => SEC_FETCH_MODE,
        Field::XRequestedWith => X_REQUESTED_WITH,
        Field::ContentType => CONTENT_TYPE,
        Field::Location => LOCATION,
        Field::SetCookie => SET_COOKIE,
        _ => return None,
    })
}

/// Makes the edits. One that can't be made is logged and left out: the visitor gets the page all the same.
pub(crate) fn apply(decision: &Decision<'_>, headers: &mut HeaderMap) {
    for edit in decision.edits() {
        if !make(edit, headers) {
            tracing::warn!(target: "hardtack", ?edit, "left out an edit that makes no valid header");
        }
    }
}

fn make(edit: Edit<'_>, headers: &mut HeaderMap) -> bool {
    match edit {
        Edit::AppendSetCookie(set_cookie) => {
            let mut line = vec![0; set_cookie.len()];
            let rendered = set_cookie.render(&mut line).is_some();
            let value = HeaderValue::from_maybe_shared(Bytes::from(line));
            rendered && value.is_ok_and(|value| headers.try_append(SET_COOKIE, value).is_ok())
        }
        Edit::SetHeader(name, signal) => {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_maybe_shared(Bytes::from(signal.to_string()));
            match (name, value) {
                (Ok(name), Ok(value)) => headers.try_insert(name, value).is_ok(),
                _ => false,
            }
        }
        _ => false,
    }
}

//! Lets the rules read an [`http::HeaderMap`], and writes their edits into one.

use bytes::Bytes;
use hardtack::{Edit, Field, FieldValue, Fields};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_TYPE, COOKIE, DNT, HeaderMap, HeaderName, HeaderValue, LOCATION,
    SET_COOKIE, UPGRADE_INSECURE_REQUESTS, USER_AGENT,
};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const X_MOZ: HeaderName = HeaderName::from_static("x-moz");
const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");
const CLOUDFLARE_CDN_CACHE_CONTROL: HeaderName =
    HeaderName::from_static("cloudflare-cdn-cache-control");
const VERCEL_CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("vercel-cdn-cache-control");
const NETLIFY_CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("netlify-cdn-cache-control");
const SURROGATE_CONTROL: HeaderName = HeaderName::from_static("surrogate-control");
const EDGE_CONTROL: HeaderName = HeaderName::from_static("edge-control");
const X_ACCEL_EXPIRES: HeaderName = HeaderName::from_static("x-accel-expires");

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
        Field::UpgradeInsecureRequests => UPGRADE_INSECURE_REQUESTS,
        Field::SecPurpose => SEC_PURPOSE,
        Field::Purpose => PURPOSE,
        Field::XMoz => X_MOZ,
        Field::SecGpc => SEC_GPC,
        Field::Dnt => DNT,
        Field::UserAgent => USER_AGENT,
        Field::ContentType => CONTENT_TYPE,
        Field::Location => LOCATION,
        Field::SetCookie => SET_COOKIE,
        Field::CacheControl => CACHE_CONTROL,
        Field::CdnCacheControl => CDN_CACHE_CONTROL,
        Field::CloudflareCdnCacheControl => CLOUDFLARE_CDN_CACHE_CONTROL,
        Field::VercelCdnCacheControl => VERCEL_CDN_CACHE_CONTROL,
        Field::NetlifyCdnCacheControl => NETLIFY_CDN_CACHE_CONTROL,
        Field::SurrogateControl => SURROGATE_CONTROL,
        Field::EdgeControl => EDGE_CONTROL,
        Field::XAccelExpires => X_ACCEL_EXPIRES,
        _ => return None,
    })
}

/// Makes the edits. One that can't be made is logged and left out: the visitor gets the page all the same.
pub(crate) fn apply<'e>(edits: impl Iterator<Item = Edit<'e>>, headers: &mut HeaderMap) {
    for edit in edits {
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

fn field(name: &str, value: FieldValue) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let value = HeaderValue::from_maybe_shared(Bytes::from(value.to_string())).ok()?;
    Some((name, value))
}

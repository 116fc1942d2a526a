//! What the site serves behind its edge: three pages, a stylesheet, a picture, and a cookie of its own.

use hardtack::{Accept, VisitorId};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::flaw::Flaw;

/// A request, as the site sees it.
pub(crate) struct RequestHead {
    pub(crate) method: String,
    pub(crate) https: bool,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

impl RequestHead {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

pub(crate) fn answer(flaw: Flaw, asked: &RequestHead) -> Response<String> {
    if !asked.https && !matches!(flaw, Flaw::PlainServes | Flaw::PlainSets) {
        let to = format!("https://{}{}", asked.host, asked.path);
        return redirect(&to);
    }
    let mut response = resource(flaw, asked);
    let headers = response.headers_mut();
    if flaw != Flaw::NoHsts {
        add(headers, "strict-transport-security", "max-age=31536000");
    }
    if flaw == Flaw::ClockIsOff {
        headers.insert(
            DATE,
            HeaderValue::from_static("Mon, 01 Jan 2024 00:00:00 GMT"),
        );
    }
    response
}

fn resource(flaw: Flaw, asked: &RequestHead) -> Response<String> {
    let port = asked.host.rsplit(':').next().unwrap_or_default();
    let is_odd = asked.header("cookie").contains('%');
    let has_consent = asked.header("cookie").contains("hardtack_consent=granted");
    let is_returning = asked.header("cookie").contains("FPD=");
    match &*asked.path {
        "/" if flaw == Flaw::ConsentDoor && !has_consent => {
            page(StatusCode::FORBIDDEN, "consent first")
        }
        _ if flaw == Flaw::ConsentWall && !has_consent => redirect("https://consent.example.org/"),
        _ if is_returning && flaw == Flaw::SendsReturningAway => {
            redirect("https://login.example.org/")
        }
        "/" if flaw == Flaw::PageFails => page(StatusCode::INTERNAL_SERVER_ERROR, "sorry"),
        _ if is_odd && flaw == Flaw::ThrowsOnOddCookies => page(StatusCode::BAD_GATEWAY, "502"),
        "/" if asked.header("if-none-match") == "\"1\"" => {
            let mut response = Response::new(String::new());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        }
        "/" => {
            let body = format!(
                "<!doctype html><link rel=stylesheet href=/style.css><a href=/about>about</a>\
                 <img src=https://cdn.example.co.uk:{port}/logo.png>"
            );
            let mut response = page(StatusCode::OK, &body);
            let headers = response.headers_mut();
            add(headers, "etag", "\"1\"");
            if !asked.header("cookie").contains("session=") {
                headers.append(
                    SET_COOKIE,
                    HeaderValue::from_static("session=1; Path=/; HttpOnly"),
                );
            }
            cache(flaw, headers);
            if let (Flaw::ShowsId, Some(id)) = (flaw, returning(asked)) {
                response.body_mut().push_str(id);
                let public = HeaderValue::from_static("public, max-age=60");
                response.headers_mut().insert(CACHE_CONTROL, public);
            }
            response
        }
        "/about" => page(StatusCode::OK, "<a href=/>home</a>"),
        "/style.css" => file("text/css"),
        "/logo.png" => {
            let mut response = file("image/png");
            response
                .headers_mut()
                .append(SET_COOKIE, HeaderValue::from_static("balancer=7; Path=/"));
            response
        }
        "/old" => redirect("/"),
        "/away" => redirect(&format!("https://www.example.co.uk:{port}/")),
        _ => page(StatusCode::NOT_FOUND, "nothing here"),
    }
}

/// The id of a visitor who has one.
fn returning(asked: &RequestHead) -> Option<&str> {
    let id = asked.header("cookie").strip_prefix("FPD=")?.get(..36)?;
    VisitorId::parse(id.as_bytes(), Accept::V4).map(|_| id)
}

fn cache(flaw: Flaw, headers: &mut HeaderMap) {
    match flaw {
        Flaw::PublicCache => add(headers, "cache-control", "public, s-maxage=3600"),
        Flaw::CdnCache => {
            add(headers, "cache-control", "private");
            add(headers, "cdn-cache-control", "max-age=3600");
        }
        _ => add(headers, "cache-control", "private, no-cache"),
    }
}

fn page(status: StatusCode, body: &str) -> Response<String> {
    let mut response = Response::new(body.to_string());
    *response.status_mut() = status;
    add(response.headers_mut(), "content-type", "text/html");
    response
}

fn file(kind: &'static str) -> Response<String> {
    let mut response = Response::new("x".to_string());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=60"),
    );
    response
        .headers_mut()
        .insert(ETAG, HeaderValue::from_static("\"2\""));
    response
}

fn redirect(to: &str) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::FOUND;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_str(to).unwrap());
    response
}

pub(crate) fn add(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.append(
        HeaderName::from_static(name),
        HeaderValue::from_str(value).unwrap(),
    );
}

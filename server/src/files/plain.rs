//! Responses without a file: a status and its name, as plain text.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::body::Body;

/// `404 Not Found`, as plain text.
pub(super) fn text(status: StatusCode) -> Response<Body> {
    let text = format!("{status}\n");
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        ),
        (CONTENT_LENGTH, HeaderValue::from(text.len())),
        (
            CACHE_CONTROL,
            HeaderValue::from_static(cache_control(status)),
        ),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    response(status, HeaderMap::from_iter(headers), Body::from(text))
}

/// 405, with the allowed methods.
pub(super) fn method_not_allowed() -> Response<Body> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// 301 to another path of this site. Browsers ask again each time, because a folder may become a file.
pub(super) fn moved_permanently(location: HeaderValue) -> Response<Body> {
    let mut response = text(StatusCode::MOVED_PERMANENTLY);
    response.headers_mut().insert(LOCATION, location);
    response
}

/// Assembles a response.
pub(super) fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Caches must not store an error of the server.
fn cache_control(status: StatusCode) -> &'static str {
    match status.is_server_error() {
        true => "no-store",
        false => "no-cache",
    }
}

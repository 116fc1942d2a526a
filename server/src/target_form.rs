//! Which form a request's target may have (RFC 9112 §3.2).

use http::{Method, Request};

/// Whether the target's form is one for the method: an authority alone is for `CONNECT`, an asterisk for `OPTIONS`.
pub(crate) fn fits_method<B>(request: &Request<B>) -> bool {
    let (uri, method) = (request.uri(), request.method());
    let is_authority = uri.scheme().is_none() && uri.path_and_query().is_none();
    match uri.path() {
        "*" => *method == Method::OPTIONS,
        _ => !is_authority || *method == Method::CONNECT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: Method, target: &str, expected: bool) {
        let request = Request::builder().method(&method).uri(target).body(());
        let request = request.expect("a target");
        assert_eq!(fits_method(&request), expected, "{method} {target}");
    }

    #[test]
    fn a_target_fits_its_method() {
        check(Method::GET, "/", true);
        check(Method::GET, "/*", true);
        check(Method::GET, "http://a/", true);
        check(Method::GET, "http://a", true);
        check(Method::GET, "*", false);
        check(Method::GET, "a", false);
        check(Method::GET, "a:80", false);
        check(Method::OPTIONS, "*", true);
        check(Method::OPTIONS, "/", true);
        check(Method::OPTIONS, "a", false);
        check(Method::CONNECT, "a:443", true);
        check(Method::CONNECT, "*", false);
    }
}

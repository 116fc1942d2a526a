//! Hop-by-hop fields, which concern one connection only and are not forwarded (RFC 9110 §7.6.1).
//!
//! `Trailer` and `Proxy-Authenticate` are not among them: RFC 9110 allows both to be forwarded, and without the former
//! no trailers would be.

use http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, TE, TRANSFER_ENCODING, UPGRADE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Version};

/// Removed even if `Connection` does not list them.
const ALWAYS_REMOVED: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Removes `Connection`, all fields that it lists, and all that it should list.
///
/// `Content-Length` is removed, too, if `Transfer-Encoding` overrides it (RFC 9112 §6.3): forwarded alone, it would
/// count.
pub(super) fn strip(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    for name in listed(headers) {
        headers.remove(name);
    }
    for name in ALWAYS_REMOVED {
        headers.remove(name);
    }
}

/// Whether the body has a transfer coding that hyper does not decode, such as `gzip, chunked`.
pub(super) fn has_unsupported_coding(headers: &HeaderMap) -> bool {
    let codings = tokens(headers, &TRANSFER_ENCODING);
    let mut rest = codings.filter(|coding| !coding.eq_ignore_ascii_case("identity"));
    let first = rest.next();
    first.is_some_and(|coding| !coding.eq_ignore_ascii_case("chunked")) || rest.next().is_some()
}

/// Whether the sender accepts trailers. The other values of `TE` concern one hop only.
pub(super) fn accepts_trailers(headers: &HeaderMap) -> bool {
    tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case("trailers"))
}

/// The protocols that an HTTP/1.1 request offers to upgrade to, if the offer may be forwarded.
///
/// An offer of `h2c` may not: after an upgrade to HTTP/2, requests would bypass the decision.
pub(super) fn upgrade(request: &Parts) -> Option<HeaderValue> {
    let headers = &request.headers;
    let offers = request.version == Version::HTTP_11
        && tokens(headers, &CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"))
        && !tokens(headers, &UPGRADE).any(|token| token.eq_ignore_ascii_case("h2c"));
    headers.get(UPGRADE).filter(|_| offers).cloned()
}

fn listed(headers: &HeaderMap) -> Vec<HeaderName> {
    let names = tokens(headers, &CONNECTION);
    names
        .filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok())
        .collect()
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[track_caller]
    fn check(lines: &[(&'static str, &'static str)], left: &str) {
        let mut headers = headers(lines);
        strip(&mut headers);
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.join(" "), left, "{lines:?}");
    }

    #[test]
    fn hop_by_hop_fields_are_removed() {
        check(&[("connection", "close")], "");
        check(&[("keep-alive", "timeout=5")], "");
        check(&[("proxy-connection", "keep-alive")], "");
        check(&[("te", "gzip")], "");
        check(&[("transfer-encoding", "chunked")], "");
        check(&[("upgrade", "websocket")], "");
    }

    #[test]
    fn fields_that_connection_lists_are_removed() {
        check(
            &[
                ("connection", "x-one, X-Two"),
                ("x-one", "1"),
                ("x-two", "2"),
            ],
            "",
        );
        check(
            &[
                ("connection", "close"),
                ("connection", ",x-one,"),
                ("x-one", "1"),
            ],
            "",
        );
        check(
            &[
                ("connection", "x-one"),
                ("x-one", "1"),
                ("x-one", "2"),
                ("x-two", "3"),
            ],
            "x-two",
        );
        check(
            &[("connection", "not a name, \u{e9}"), ("x-one", "1")],
            "x-one",
        );
    }

    #[test]
    fn all_other_fields_are_forwarded() {
        check(
            &[("trailer", "x-sum"), ("proxy-authenticate", "Basic")],
            "trailer proxy-authenticate",
        );
        check(
            &[("content-length", "5"), ("set-cookie", "a=1")],
            "content-length set-cookie",
        );
    }

    #[test]
    fn a_length_that_transfer_encoding_overrides_is_removed() {
        check(
            &[("content-length", "5"), ("transfer-encoding", "chunked")],
            "",
        );
    }

    #[test]
    fn a_length_is_removed_when_connection_lists_the_field_that_overrides_it() {
        let hides = ("connection", "transfer-encoding");
        check(
            &[
                hides,
                ("transfer-encoding", "chunked"),
                ("content-length", "5"),
            ],
            "",
        );
    }

    #[test]
    fn only_chunked_is_decoded() {
        for (value, expected) in [
            ("chunked", false),
            ("Chunked", false),
            ("identity", false),
            ("gzip, chunked", true),
            ("gzip", true),
            ("chunked, chunked", true),
            ("", true),
        ] {
            let headers = headers(&[("transfer-encoding", value)]);
            assert_eq!(has_unsupported_coding(&headers), expected, "{value}");
        }
        assert!(!has_unsupported_coding(&HeaderMap::new()));
    }

    #[test]
    fn only_trailers_count_in_te() {
        for (te, expected) in [
            ("trailers", true),
            ("gzip;q=0.5, Trailers", true),
            ("gzip", false),
        ] {
            assert_eq!(accepts_trailers(&headers(&[("te", te)])), expected, "{te}");
        }
    }

    #[track_caller]
    fn check_upgrade(
        version: Version,
        connection: &'static str,
        upgrade_to: &'static str,
        expected: bool,
    ) {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.version = version;
        parts.headers = headers(&[("connection", connection), ("upgrade", upgrade_to)]);
        let upgrade = upgrade(&parts);
        assert_eq!(
            upgrade.is_some(),
            expected,
            "{version:?} {connection} {upgrade_to}"
        );
    }

    #[test]
    fn an_upgrade_needs_http_1_1_and_both_fields() {
        check_upgrade(Version::HTTP_11, "Upgrade", "websocket", true);
        check_upgrade(Version::HTTP_11, "keep-alive, upgrade", "websocket", true);
        check_upgrade(Version::HTTP_11, "keep-alive", "websocket", false);
        check_upgrade(Version::HTTP_10, "upgrade", "websocket", false);
        check_upgrade(Version::HTTP_2, "upgrade", "websocket", false);
    }

    #[test]
    fn an_upgrade_to_http_2_is_not_forwarded() {
        check_upgrade(Version::HTTP_11, "upgrade", "h2c", false);
        check_upgrade(
            Version::HTTP_11,
            "upgrade, http2-settings",
            "websocket, H2C",
            false,
        );
    }
}

//! Viewer-response events, as CloudFront hands them to Lambda@Edge.
//!
//! Source: "Lambda@Edge event structure" in Amazon CloudFront's developer guide.

use std::net::IpAddr;

use http::header::{HOST, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use serde_json::{Map, Value, json};

use crate::headers::is_hidden;

/// A distribution's domain, as AWS writes it in examples.
const DISTRIBUTION_DOMAIN: &str = "d111111abcdef8.cloudfront.net";
/// The same distribution's id.
const DISTRIBUTION_ID: &str = "EDFDVBD6EXAMPLE";

/// Header fields in list form: each name in lower case, and for each value an object with `key` and `value`.
pub(super) type Headers = Map<String, Value>;

/// A viewer's request, kept until its response is there: `cf.request`.
#[derive(Clone, Debug)]
pub struct ViewerRequest(Value);

impl ViewerRequest {
    /// The request as `client`'s browser sent it.
    pub fn new(method: &Method, uri: &Uri, fields: &HeaderMap, client: IpAddr) -> Self {
        let mut headers = headers(fields);
        // HTTP/2 has `:authority` instead; functions see a Host in any case.
        if let (Some(authority), false) = (uri.authority(), headers.contains_key(HOST.as_str())) {
            headers.insert(
                HOST.to_string(),
                json!([{ "key": "Host", "value": authority.as_str() }]),
            );
        }
        Self(json!({
            "clientIp": client.to_string(),
            "headers": headers,
            "method": method.as_str(),
            "querystring": uri.query().unwrap_or_default(),
            "uri": uri.path(),
        }))
    }

    /// The host that it names first, with its port.
    pub fn host(&self) -> &str {
        self.0
            .pointer("/headers/host/0/value")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The event for the response to it. The body of a response is not exposed.
    pub(super) fn answered(&self, status: StatusCode, headers: &Headers) -> Value {
        json!({ "Records": [{ "cf": {
            "config": {
                "distributionDomainName": DISTRIBUTION_DOMAIN,
                "distributionId": DISTRIBUTION_ID,
                "eventType": "viewer-response",
                "requestId": request_id(),
            },
            "request": self.0,
            "response": {
                "headers": headers,
                "status": status.as_str(),
                "statusDescription": status.canonical_reason().unwrap_or_default(),
            },
        } }] })
    }
}

/// The fields that functions see.
pub(super) fn headers(fields: &HeaderMap) -> Headers {
    let seen = fields.keys().filter(|name| !is_hidden(name.as_str()));
    seen.map(|name| {
        let key = capitalised(name);
        let values = fields.get_all(name).into_iter();
        let list = values.map(|value| json!({ "key": key, "value": text(value) }));
        (name.to_string(), list.collect())
    })
    .collect()
}

/// Functions see UTF-8; what is not is taken for ISO-8859-1 and converted.
fn text(value: &HeaderValue) -> String {
    match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_string(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    }
}

/// `x-amz-cf-id` as `X-Amz-Cf-Id`.
fn capitalised(name: &HeaderName) -> String {
    let mut begins = true;
    let letter = |c: char| {
        let written = if begins { c.to_ascii_uppercase() } else { c };
        begins = c == '-';
        written
    };
    name.as_str().chars().map(letter).collect()
}

/// 56 characters, as CloudFront writes them in `X-Amz-Cf-Id`.
fn request_id() -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 64)).copied().map(char::from);
    let random: [u8; 54] = rand::random();
    random
        .into_iter()
        .filter_map(letter)
        .chain("==".chars())
        .collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
    use serde_json::{Value, json};

    use super::{ViewerRequest, headers};

    fn fields(list: &[(&'static str, &[u8])]) -> HeaderMap {
        let parse = |value: &[u8]| HeaderValue::from_bytes(value).unwrap();
        list.iter()
            .map(|(name, value)| (name.parse().unwrap(), parse(value)))
            .collect()
    }

    fn request(uri: &str, list: &[(&'static str, &[u8])]) -> ViewerRequest {
        let uri: Uri = uri.parse().unwrap();
        ViewerRequest::new(&Method::GET, &uri, &fields(list), [192, 0, 2, 1].into())
    }

    #[test]
    fn an_event_is_built_as_the_developer_guide_has_it() {
        let request = request(
            "/a/b?c=d&e",
            &[("host", b"www.example.com"), ("x-one", b"1")],
        );
        let response = headers(&fields(&[("content-type", b"text/html")]));
        let mut event = request.answered(StatusCode::OK, &response);
        let id = event
            .pointer_mut("/Records/0/cf/config/requestId")
            .unwrap()
            .take();
        assert_eq!(id.as_str().unwrap().len(), 56);
        assert_eq!(
            event,
            json!({ "Records": [{ "cf": {
            "config": {
                "distributionDomainName": "d111111abcdef8.cloudfront.net",
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-response",
                "requestId": Value::Null,
            },
            "request": {
                "clientIp": "192.0.2.1",
                "headers": {
                    "host": [{ "key": "Host", "value": "www.example.com" }],
                    "x-one": [{ "key": "X-One", "value": "1" }],
                },
                "method": "GET",
                "querystring": "c=d&e",
                "uri": "/a/b",
            },
            "response": {
                "headers": { "content-type": [{ "key": "Content-Type", "value": "text/html" }] },
                "status": "200",
                "statusDescription": "OK",
            },
        } }] })
        );
    }

    #[test]
    fn each_value_is_an_element_of_its_list() {
        let both = headers(&fields(&[("set-cookie", b"a=1"), ("set-cookie", b"b=2")]));
        let expected = json!([{ "key": "Set-Cookie", "value": "a=1" }, { "key": "Set-Cookie", "value": "b=2" }]);
        assert_eq!(both["set-cookie"], expected);
    }

    #[test]
    fn latin_1_is_converted_and_utf_8_is_left() {
        let list = headers(&fields(&[("x-old", b"caf\xe9"), ("x-new", b"caf\xc3\xa9")]));
        assert_eq!(list["x-old"][0]["value"], "café");
        assert_eq!(list["x-new"][0]["value"], "café");
    }

    #[test]
    fn headers_that_functions_must_not_see_are_left_out() {
        let list: &[(&str, &[u8])] = &[
            ("connection", b"close"),
            ("x-forwarded-proto", b"https"),
            ("x-amz-cf-id", b"1"),
            ("x-edge-location", b"1"),
            ("accept", b"*/*"),
        ];
        let names: Vec<_> = headers(&fields(list))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["accept"]);
    }

    #[test]
    fn http_2_requests_have_a_host_too() {
        assert_eq!(
            request("https://www.example.com/", &[]).host(),
            "www.example.com"
        );
        assert_eq!(
            request("/", &[("host", b"a.example:8443")]).host(),
            "a.example:8443"
        );
        assert_eq!(request("/", &[]).host(), "");
    }
}

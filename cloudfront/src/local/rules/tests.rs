//! One rule after the other.

use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::super::event;
use super::{Violation, apply};

fn origin() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "text/html"),
        ("content-length", "5"),
        ("content-encoding", "br"),
        ("via", "1.1 origin"),
        ("connection", "close"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ] {
        headers.append(name, HeaderValue::from_static(value));
    }
    headers.insert("x-old", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    headers
}

/// Runs an imaginary function on the response.
fn run(function: impl FnOnce(&mut Value)) -> (Result<Vec<String>, Violation>, HeaderMap) {
    let mut headers = origin();
    let before = event::headers(&headers);
    let mut response = json!({ "status": "200", "statusDescription": "OK", "headers": before });
    function(&mut response);
    (
        apply(&before, StatusCode::OK, &response, &mut headers),
        headers,
    )
}

#[track_caller]
fn check_refused(why: &str, function: impl FnOnce(&mut Value)) {
    let (result, headers) = run(function);
    let Err(Violation(message)) = result else {
        panic!("taken: {result:?}")
    };
    assert!(message.contains(why), "{message}");
    assert_eq!(headers, origin(), "a refused response changes nothing");
}

#[track_caller]
fn check_header_refused(why: &str, name: &str, value: Value) {
    check_refused(why, |response| response["headers"][name] = value);
}

#[track_caller]
fn remove(response: &mut Value, name: &str) {
    assert!(
        response["headers"]
            .as_object_mut()
            .unwrap()
            .remove(name)
            .is_some()
    );
}

#[test]
fn what_is_returned_as_it_was_given_changes_no_byte() {
    let (result, headers) = run(|_| {});
    assert_eq!(result, Ok(Vec::new()));
    assert_eq!(headers, origin());
}

#[test]
fn a_cookie_is_appended_behind_the_origins() {
    let (result, headers) = run(|response| {
        let cookies = response["headers"]["set-cookie"].as_array_mut().unwrap();
        cookies.push(json!({ "key": "Set-Cookie", "value": "FPD=x" }));
    });
    assert_eq!(result, Ok(vec!["FPD=x".to_string()]));
    let cookies: Vec<_> = headers.get_all("set-cookie").into_iter().collect();
    assert_eq!(cookies, ["a=1", "b=2", "FPD=x"]);
}

#[test]
fn headers_are_added_changed_and_removed() {
    let (result, headers) = run(|response| {
        response["headers"]["x-new"] = json!([{ "value": "1" }, { "value": "2" }]);
        response["headers"]["content-type"] = json!([{ "value": "text/plain" }]);
        remove(response, "x-old");
    });
    assert_eq!(result, Ok(Vec::new()));
    assert_eq!(headers.get_all("x-new").iter().count(), 2);
    assert_eq!(headers["content-type"], "text/plain");
    assert!(!headers.contains_key("x-old"));
    assert_eq!(
        headers["connection"], "close",
        "what it does not see, it cannot remove"
    );
}

#[test]
fn read_only_headers_stay_as_they_are() {
    for name in ["content-length", "content-encoding", "via"] {
        check_header_refused("read-only", name, json!([{ "value": "7" }]));
        check_refused("read-only", |response| remove(response, name));
    }
    for name in ["warning", "transfer-encoding"] {
        check_header_refused("read-only", name, json!([{ "value": "7" }]));
    }
    check_header_refused("read-only", "Content-Length", json!([{ "value": "5" }]));
}

#[test]
fn hidden_headers_are_not_added() {
    for name in [
        "connection",
        "x-cache",
        "x-amz-cf-id",
        "x-edge-anything",
        "x-forwarded-proto",
        "x-amzn-requestid",
    ] {
        check_header_refused("may not be added", name, json!([{ "value": "7" }]));
    }
}

#[test]
fn headers_have_the_list_form() {
    check_header_refused("a string, not a list", "x-new", json!("1"));
    check_header_refused("an object, not a list", "x-new", json!({ "value": "1" }));
    check_header_refused("without a string `value`", "x-new", json!(["1"]));
    check_header_refused("without a string `value`", "x-new", json!([{ "value": 1 }]));
    check_header_refused(
        "without a string `value`",
        "x-new",
        json!([{ "key": "X-New" }]),
    );
    check_header_refused(
        "has the key",
        "x-new",
        json!([{ "key": "X-Other", "value": "1" }]),
    );
    check_header_refused("not in lower case", "X-New", json!([{ "value": "1" }]));
    check_header_refused(
        "not a valid header name",
        "x new",
        json!([{ "value": "1" }]),
    );
    check_header_refused(
        "a value that no header can",
        "x-new",
        json!([{ "value": "1\r\nx: 2" }]),
    );
    check_refused("headers is a list", |response| {
        response["headers"] = json!([])
    });
}

#[test]
fn the_status_is_not_the_functions() {
    check_refused("changed to 302", |response| {
        response["status"] = json!("302")
    });
    check_refused("changed to 302", |response| response["status"] = json!(302));
    check_refused("not a string", |response| response["status"] = json!(null));
    check_refused("no status", |response| {
        *response = json!({ "headers": response["headers"] })
    });
    assert_eq!(
        run(|response| response["status"] = json!(200)).0,
        Ok(Vec::new())
    );
}

#[test]
fn the_body_is_not_the_functions() {
    check_refused("body", |response| response["body"] = json!("<p>"));
}

#[test]
fn what_is_no_response_is_refused() {
    check_refused("returned nothing", |response| *response = Value::Null);
    check_refused("returned a string", |response| *response = json!("ok"));
    check_refused("read-only", |response| {
        *response = json!({ "status": "200" })
    });
}

//! The form that CloudFront Functions know events in, made of Lambda@Edge's and back.
//!
//! Source: "CloudFront Functions event structure" in Amazon CloudFront's developer guide. It does not say how a Cookie
//! header is taken apart: here at semicolons, and at the first equals sign.

use serde_json::{Map, Value, json};

use super::event::Headers;
use super::rules::Violation;

const COOKIE: &str = "cookie";
const SET_COOKIE: &str = "set-cookie";

/// The event for a function, of one for Lambda@Edge.
pub(super) fn event(lambda: &Value) -> Value {
    let at = |path: &str| lambda.pointer(&format!("/Records/0/cf{path}")).cloned();
    let text = |path: &str| at(path).unwrap_or_default();
    let (asked, given) = (
        object(at("/request/headers")),
        object(at("/response/headers")),
    );
    let status = text("/response/status");
    let status: Option<u16> = status.as_str().and_then(|status| status.parse().ok());
    json!({
        "version": "1.0",
        "context": text("/config"),
        "viewer": { "ip": text("/request/clientIp") },
        "request": {
            "method": text("/request/method"),
            "uri": text("/request/uri"),
            "querystring": query(text("/request/querystring").as_str().unwrap_or_default()),
            "headers": fields(&asked, COOKIE),
            "cookies": cookies(&asked),
        },
        "response": {
            "statusCode": status,
            "statusDescription": text("/response/statusDescription"),
            "headers": fields(&given, SET_COOKIE),
            "cookies": set_cookies(&given),
        },
    })
}

/// What a function returned as a response for Lambda@Edge's rules, and the status that it wants. `before` is what it
/// was shown: cookies that it left alone stay as they were, and where they were.
pub(super) fn response(
    before: &Headers,
    status: u16,
    returned: &Value,
) -> Result<(Value, u16), Violation> {
    let Value::Object(response) = returned else {
        return Err(Violation(
            "the function did not return a response".to_string(),
        ));
    };
    let wanted = response.get("statusCode").and_then(Value::as_u64);
    let wanted = wanted.and_then(|code| u16::try_from(code).ok());
    let wanted = wanted.filter(|code| (200..=599).contains(code));
    let wanted = wanted.ok_or_else(|| Violation("statusCode is not a valid status".to_string()))?;
    let mut headers = Map::new();
    for (name, field) in object(response.get("headers").cloned()) {
        let list = values(&field)
            .map(|value| json!({ "value": value }))
            .collect();
        headers.insert(name, list);
    }
    if headers.contains_key(SET_COOKIE) {
        let why = "headers has set-cookie, which belongs in cookies";
        return Err(Violation(why.to_string()));
    }
    let cookies = changed_cookies(before, &object(response.get("cookies").cloned()))?;
    if !cookies.is_empty() {
        headers.insert(SET_COOKIE.to_string(), Value::Array(cookies));
    }
    let body = response.get("body").cloned();
    let status = status.to_string();
    Ok((
        json!({ "status": status, "headers": headers, "body": body }),
        wanted,
    ))
}

/// The origin's cookies of names that are as they were shown, and behind them all others.
fn changed_cookies(before: &Headers, after: &Headers) -> Result<Vec<Value>, Violation> {
    let shown = set_cookies(before);
    let same = |name: &str| after.contains_key(name) && after.get(name) == shown.get(name);
    let mut lines: Vec<Value> = texts(before, SET_COOKIE)
        .filter(|line| same(&set_cookie(line).0))
        .map(|line| json!({ "value": line }))
        .collect();
    for (name, cookie) in after.iter().filter(|(name, _)| !same(name)) {
        for one in many(cookie) {
            let part = |key| one.get(key).and_then(Value::as_str);
            let value = part("value")
                .ok_or_else(|| Violation(format!("the cookie {name} has no value: {one}")))?;
            let line = match part("attributes") {
                None | Some("") => format!("{name}={value}"),
                Some(attributes) => format!("{name}={value}; {attributes}"),
            };
            lines.push(json!({ "value": line }));
        }
    }
    Ok(lines)
}

fn object(value: Option<Value>) -> Headers {
    match value {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

fn texts<'a>(headers: &'a Headers, name: &str) -> impl Iterator<Item = &'a str> {
    let list = headers.get(name).and_then(Value::as_array);
    let elements = list.into_iter().flatten();
    elements.filter_map(|element| element.get("value")?.as_str())
}

/// All fields but the one that is in `cookies`.
fn fields(headers: &Headers, left: &str) -> Headers {
    let mut all = Map::new();
    for name in headers.keys().filter(|name| *name != left) {
        for value in texts(headers, name) {
            add(&mut all, name, json!({ "value": value }));
        }
    }
    all
}

fn cookies(headers: &Headers) -> Headers {
    let mut all = Map::new();
    let pairs = texts(headers, COOKIE).flat_map(|header| header.split(';'));
    for pair in pairs.map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        add(&mut all, name, json!({ "value": value.trim() }));
    }
    all
}

fn set_cookies(headers: &Headers) -> Headers {
    let mut all = Map::new();
    for line in texts(headers, SET_COOKIE) {
        let (name, cookie) = set_cookie(line);
        add(&mut all, &name, cookie);
    }
    all
}

fn set_cookie(line: &str) -> (String, Value) {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let cookie = json!({ "value": value.trim(), "attributes": attributes.trim() });
    (name.trim().to_string(), cookie)
}

fn query(query: &str) -> Headers {
    let mut all = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        add(&mut all, name, json!({ "value": value }));
    }
    all
}

/// One value is an object; from the second on, all of them are a list in it.
fn add(all: &mut Headers, name: &str, one: Value) {
    match all.get_mut(name) {
        None => {
            all.insert(name.to_string(), one);
        }
        Some(first) => {
            let copy = first.clone();
            let Value::Object(first) = first else { return };
            let list = first.entry("multiValue").or_insert_with(|| json!([copy]));
            if let Value::Array(list) = list {
                list.push(one);
            }
        }
    }
}

fn many(field: &Value) -> Vec<&Value> {
    match field.get("multiValue").and_then(Value::as_array) {
        Some(list) => list.iter().collect(),
        None => vec![field],
    }
}

fn values(field: &Value) -> impl Iterator<Item = Value> {
    let one = |one: &Value| one.get("value").cloned().unwrap_or_default();
    many(field)
        .into_iter()
        .map(one)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::event::Headers;
    use super::{event, response};

    fn lambda() -> Value {
        json!({ "Records": [{ "cf": {
            "config": { "requestId": "abc" },
            "request": {
                "clientIp": "192.0.2.1", "method": "GET", "uri": "/a", "querystring": "b=1&b=2&c",
                "headers": {
                    "host": [{ "key": "Host", "value": "www.example.com" }],
                    "cookie": [{ "key": "Cookie", "value": "a=1; b=2" }, { "key": "Cookie", "value": "a=3=4" }],
                },
            },
            "response": {
                "status": "200", "statusDescription": "OK",
                "headers": { "set-cookie": [{ "value": "sid=1; Path=/" }, { "value": "t=2" }], "x-a": [{ "value": "1" }, { "value": "2" }] },
            },
        } }] })
    }

    fn shown() -> Headers {
        let headers = lambda().pointer("/Records/0/cf/response/headers").cloned();
        super::object(headers)
    }

    #[test]
    fn an_event_is_built_as_the_developer_guide_has_it() {
        assert_eq!(
            event(&lambda()),
            json!({
                "version": "1.0",
                "context": { "requestId": "abc" },
                "viewer": { "ip": "192.0.2.1" },
                "request": {
                    "method": "GET",
                    "uri": "/a",
                    "querystring": { "b": { "value": "1", "multiValue": [{ "value": "1" }, { "value": "2" }] }, "c": { "value": "" } },
                    "headers": { "host": { "value": "www.example.com" } },
                    "cookies": { "a": { "value": "1", "multiValue": [{ "value": "1" }, { "value": "3=4" }] }, "b": { "value": "2" } },
                },
                "response": {
                    "statusCode": 200,
                    "statusDescription": "OK",
                    "headers": { "x-a": { "value": "1", "multiValue": [{ "value": "1" }, { "value": "2" }] } },
                    "cookies": { "sid": { "value": "1", "attributes": "Path=/" }, "t": { "value": "2", "attributes": "" } },
                },
            })
        );
    }

    #[test]
    fn what_a_function_left_alone_stays_and_what_it_adds_comes_last() {
        let mut returned = event(&lambda())["response"].clone();
        returned["cookies"]["a"] = json!({ "value": "new", "attributes": "Secure" });
        returned["cookies"]["sid"]["value"] = json!("changed");
        let (lambda, status) = response(&shown(), 200, &returned).unwrap();
        assert_eq!(status, 200);
        assert_eq!(
            lambda["headers"]["set-cookie"],
            json!([{ "value": "t=2" }, { "value": "a=new; Secure" }, { "value": "sid=changed; Path=/" }])
        );
        assert_eq!(
            lambda["headers"]["x-a"],
            json!([{ "value": "1" }, { "value": "2" }])
        );
    }

    #[test]
    fn anything_but_a_response_is_refused() {
        for returned in [
            json!(null),
            json!({}),
            json!({ "statusCode": 99 }),
            json!({ "statusCode": 200, "headers": { "set-cookie": { "value": "a=1" } } }),
            json!({ "statusCode": 200, "cookies": { "a": {} } }),
        ] {
            assert!(response(&shown(), 200, &returned).is_err(), "{returned}");
        }
    }
}

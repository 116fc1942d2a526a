//! What CloudFront accepts from a viewer-response function, and what becomes of it.
//!
//! Sources: "Restrictions on all edge functions", "Restrictions on Lambda@Edge" and "Lambda@Edge event structure" in
//! Amazon CloudFront's developer guide. Where it forbids something and does not say what happens, this refuses.

#[cfg(test)]
mod tests;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::event::Headers;
use crate::headers::{is_hidden, is_read_only};

/// Why CloudFront would not take what a function returned: a lower-case fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation(pub(super) String);

/// Makes of a response's headers what the function has returned, if CloudFront takes that. `before` is what it was
/// shown. Fields whose values it left alone stay as they are, to the byte.
///
/// Returns the `Set-Cookie` values that are new.
pub(super) fn apply(
    before: &Headers,
    status: StatusCode,
    returned: &Value,
    headers: &mut HeaderMap,
) -> Result<Vec<String>, Violation> {
    let Value::Object(response) = returned else {
        return Err(violation(format!(
            "the function returned {}, which is not a response",
            kind(returned)
        )));
    };
    check_status(status, response.get("status"))?;
    check_body(response.get("body"))?;
    let after = match response.get("headers") {
        None => &Headers::new(),
        Some(Value::Object(headers)) => headers,
        Some(other) => {
            return Err(violation(format!(
                "headers is {}, not an object",
                kind(other)
            )));
        }
    };
    let edits = edits(before, after)?;
    for (name, values) in edits {
        headers.remove(&name);
        for value in values {
            headers.append(&name, value);
        }
    }
    Ok(new_cookies(before, after))
}

/// "Lambda@Edge functions for viewer response events cannot modify the HTTP status code."
fn check_status(before: StatusCode, after: Option<&Value>) -> Result<(), Violation> {
    let after = match after {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => {
            return Err(violation(format!(
                "status is {}, not a string",
                kind(other)
            )));
        }
        None => return Err(violation("the response has no status".to_string())),
    };
    match after == before.as_str() {
        true => Ok(()),
        false => Err(violation(format!(
            "status {before} was changed to {after}, which a viewer response cannot do",
            before = before.as_str()
        ))),
    }
}

/// A viewer response's body is not the function's to see or to set.
fn check_body(body: Option<&Value>) -> Result<(), Violation> {
    match body {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(violation(
            "the response has a body, which a viewer response cannot set".to_string(),
        )),
    }
}

/// The fields to set, with all their values; none for one that is removed.
fn edits(
    before: &Headers,
    after: &Headers,
) -> Result<Vec<(HeaderName, Vec<HeaderValue>)>, Violation> {
    let mut edits = Vec::new();
    for (name, list) in after {
        let values = values(name, list)?;
        if before
            .get(name)
            .is_none_or(|before| texts(before) != values)
        {
            edits.push((allowed(name)?, parsed(name, &values)?));
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        edits.push((allowed(name)?, Vec::new()));
    }
    Ok(edits)
}

/// The name of a field that a function may change.
fn allowed(name: &str) -> Result<HeaderName, Violation> {
    let lower = name.to_ascii_lowercase();
    if is_hidden(&lower) {
        return Err(violation(format!("the header {name} may not be added")));
    }
    if is_read_only(&lower) {
        return Err(violation(format!(
            "the header {name} is read-only, and was added, changed or removed"
        )));
    }
    if lower != name {
        return Err(violation(format!("the header {name} is not in lower case")));
    }
    name.parse()
        .map_err(|_| violation(format!("{name:?} is not a valid header name")))
}

/// The values of a field in list form.
fn values<'a>(name: &str, list: &'a Value) -> Result<Vec<&'a str>, Violation> {
    let Value::Array(list) = list else {
        return Err(violation(format!(
            "the header {name} is {}, not a list",
            kind(list)
        )));
    };
    list.iter().map(|element| value(name, element)).collect()
}

fn value<'a>(name: &str, element: &'a Value) -> Result<&'a str, Violation> {
    match element.get("key") {
        None => {}
        Some(Value::String(key)) if key.eq_ignore_ascii_case(name) => {}
        Some(other) => return Err(violation(format!("the header {name} has the key {other}"))),
    }
    let value = element.get("value").and_then(Value::as_str);
    value.ok_or_else(|| {
        violation(format!(
            "the header {name} has an element without a string `value`: {element}"
        ))
    })
}

fn parsed(name: &str, values: &[&str]) -> Result<Vec<HeaderValue>, Violation> {
    let parse = |value: &&str| {
        HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            violation(format!(
                "the header {name} has a value that no header can: {value:?}"
            ))
        })
    };
    values.iter().map(parse).collect()
}

/// The values of a list that was made here.
fn texts(list: &Value) -> Vec<&str> {
    let elements = list.as_array().into_iter().flatten();
    elements
        .filter_map(|element| element.get("value")?.as_str())
        .collect()
}

fn new_cookies(before: &Headers, after: &Headers) -> Vec<String> {
    let of = |headers: &Headers| {
        let list = headers.get("set-cookie").map(texts).unwrap_or_default();
        list.into_iter().map(str::to_string).collect::<Vec<_>>()
    };
    let old = of(before);
    of(after)
        .into_iter()
        .filter(|cookie| !old.contains(cookie))
        .collect()
}

const fn violation(why: String) -> Violation {
    Violation(why)
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

//! A response of AWS with a good status.

use serde_json::Value;

use super::{CallError, Document};

/// A response with a good status.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) action: &'static str,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The body as text.
    pub(crate) fn text(self) -> Result<String, CallError> {
        String::from_utf8(self.body)
            .map_err(|_| CallError::invalid_response(self.action, "the body is not valid UTF-8"))
    }

    /// The body as XML.
    pub(crate) fn xml(self) -> Result<Document, CallError> {
        let action = self.action;
        Document::parse(self.text()?).map_err(|why| CallError::invalid_response(action, why))
    }

    /// The body as JSON; null where there is none.
    pub(crate) fn json(&self) -> Result<Value, CallError> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body)
            .map_err(|cause| CallError::invalid_response(self.action, cause.to_string()))
    }

    /// The `ETag`, which a later change must name.
    pub(crate) fn etag(&self) -> Result<String, CallError> {
        self.etag
            .clone()
            .ok_or_else(|| CallError::invalid_response(self.action, "no ETag"))
    }
}

/// A text in a JSON object; empty where there is none.
pub(crate) fn json_string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_string()
}

//! What AWS answers.

use serde_json::Value;

use super::{Document, Failure};

/// An answer with a good status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) action: &'static str,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(self) -> Result<String, Failure> {
        String::from_utf8(self.body)
            .map_err(|_| Failure::unreadable(self.action, "the body is no UTF-8"))
    }

    /// The body as XML.
    pub(crate) fn xml(self) -> Result<Document, Failure> {
        let action = self.action;
        Document::parse(self.text()?).map_err(|why| Failure::unreadable(action, why))
    }

    /// The body as JSON; null where there is none.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body)
            .map_err(|cause| Failure::unreadable(self.action, cause.to_string()))
    }

    /// The `ETag`, which a later change must name.
    pub(crate) fn etag(&self) -> Result<String, Failure> {
        self.etag
            .clone()
            .ok_or_else(|| Failure::unreadable(self.action, "no ETag"))
    }
}

/// A text in a JSON object; empty where there is none.
pub(crate) fn json_string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_string()
}

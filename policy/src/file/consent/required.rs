//! `consent.required`: two words, or a list of countries.

use hardtack::Required;
use serde_json::{Value as Json, json};

use crate::file::nearest::nearest;
use crate::file::node::{Node, Value, Wrong};
use crate::file::toml_text::{list, quoted};

/// What the key takes.
pub(in crate::file) const REQUIRED_TAKES: &str =
    "\"nowhere\", \"everywhere\" or a list of countries";

/// Reads the key.
pub(in crate::file) fn required(node: &Node) -> Result<Required, Wrong<'_>> {
    let (what, hint) = match &node.value {
        Value::Text(text) if text == "nowhere" => return Ok(Required::Nowhere),
        Value::Text(text) if text == "everywhere" => return Ok(Required::Everywhere),
        Value::List(items) => {
            let places = items.iter().map(Node::text_or_number);
            return places.collect::<Result<_, _>>().map(Required::In);
        }
        Value::Text(text) => (format!("{text:?}"), Some(correction(text))),
        _ => (node.described(), None),
    };
    let message = format!("`consent.required` is {what}, it takes {REQUIRED_TAKES}");
    Err(node.wrong(message, hint))
}

fn correction(text: &str) -> String {
    match nearest(text, ["nowhere", "everywhere"]) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("write required = [{text:?}] for one country"),
    }
}

/// The key's value in TOML.
pub(in crate::file) fn write_required(required: &Required) -> String {
    match required {
        Required::Nowhere => quoted("nowhere"),
        Required::Everywhere => quoted("everywhere"),
        Required::In(places) => list(places),
    }
}

/// The key's schema.
pub(in crate::file) fn required_schema() -> Json {
    json!({ "anyOf": [
        { "enum": ["nowhere", "everywhere"] },
        { "type": "array", "items": { "type": "string", "pattern": "^(EEA|[A-Z]{2})$" } },
    ] })
}

//! The JSON Schema of a policy, for editors and for everything that writes policies.

use serde_json::{Map, Value, json};

use super::consent;
use super::key::{Key, Section};
use super::keys::SECTIONS;
use super::slot::{Slot, Word};

/// The schema, draft 2020-12. It refuses every value of the wrong shape; contradictions are left to `check`.
pub fn schema() -> Value {
    let sections = SECTIONS
        .iter()
        .map(|section| (section.name.to_string(), of_section(section)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hardtack policy",
        "description": "hardtack.toml: one persistent first-party cookie for every visitor of a site.",
        "type": "object",
        "additionalProperties": false,
        "properties": Map::from_iter(sections),
    })
}

fn of_section(section: &Section) -> Value {
    let keys = section
        .keys
        .iter()
        .map(|key| (key.name.to_string(), of_key(key)));
    json!({
        "description": format!("{}.", section.summary),
        "type": "object",
        "additionalProperties": false,
        "properties": Map::from_iter(keys),
    })
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_value(key);
    let details = match key.details {
        "" => String::new(),
        details => format!(" {details}"),
    };
    schema.insert(
        "description".to_string(),
        json!(format!("{}.{details}", key.summary)),
    );
    if let Some(default) = key.default().as_deref().and_then(json_of_toml) {
        schema.insert("default".to_string(), default);
    }
    schema.into_iter().collect::<Map<String, Value>>().into()
}

fn of_value(key: &Key) -> Map<String, Value> {
    let schema = match &key.slot {
        Slot::Text(_) | Slot::OptionalText(_) => text(key),
        Slot::Flag(_) => json!({ "type": "boolean" }),
        Slot::Seconds(_) => json!({ "anyOf": [
            text(key),
            { "type": "integer", "minimum": 1, "maximum": i32::MAX },
        ] }),
        Slot::Patterns(_) => json!({ "type": "array", "items": text(key) }),
        Slot::Domain(_) => json!({ "anyOf": [
            text(key),
            { "type": "array", "items": text(key), "minItems": 1 },
        ] }),
        Slot::Day(_) => text(key),
        Slot::WordsOrSeconds(words, ..) => json!({ "anyOf": [
            one_of(words),
            text(key),
            { "type": "integer", "minimum": 1, "maximum": i32::MAX },
        ] }),
        Slot::Required(_) => consent::required_schema(),
        Slot::Sources(_) => consent::sources_schema(),
        Slot::Words(words) => one_of(words),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn one_of(words: &[Word]) -> Value {
    let words: Vec<&str> = words.iter().map(|word| word.word).collect();
    json!({ "enum": words })
}

fn text(key: &Key) -> Value {
    match key.pattern {
        Some(pattern) => json!({ "type": "string", "pattern": pattern }),
        None => json!({ "type": "string" }),
    }
}

/// The values in the table are strings, flags and lists of strings, which JSON writes the same way.
fn json_of_toml(value: &str) -> Option<Value> {
    serde_json::from_str(value).ok()
}

//! The keys of `[consent]` that hold more than a word: where consent is required, and the cookies that hold the answer.

use std::fmt::Write as _;

use hardtack::{Cmp, ConsentSource, Required};
use serde_json::{Value as Json, json};

use super::nearest::nearest;
use super::node::{Entry, Node, Value, Wrong};
use super::toml_text::{list, quoted};

pub(crate) const REQUIRED_TAKES: &str = "\"nowhere\", \"everywhere\" or a list of countries";
pub(crate) const SOURCES_TAKES: &str = "a list of platforms, each a word or a table";

/// Reads `consent.required`.
pub(crate) fn required(node: &Node) -> Result<Required, Wrong<'_>> {
    match &node.value {
        Value::Text(text) if text == "nowhere" => Ok(Required::Nowhere),
        Value::Text(text) if text == "everywhere" => Ok(Required::Everywhere),
        Value::List(items) => items
            .iter()
            .map(text)
            .collect::<Result<_, _>>()
            .map(Required::In),
        Value::Text(text) => Err(Wrong {
            node,
            message: format!("`consent.required` is {text:?}, it takes {REQUIRED_TAKES}"),
            hint: Some(match nearest(text, ["nowhere", "everywhere"]) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write required = [{text:?}] for one country"),
            }),
        }),
        _ => Err(Wrong {
            node,
            message: format!(
                "`consent.required` is {}, it takes {REQUIRED_TAKES}",
                node.described()
            ),
            hint: None,
        }),
    }
}

/// Reads one element of `consent.from`.
pub(crate) fn source(node: &Node) -> Result<ConsentSource, Wrong<'_>> {
    let entries = match &node.value {
        Value::Text(_) => return Ok(ConsentSource::new(cmp(node)?)),
        Value::Table(entries) => entries,
        _ => {
            return Err(wrong(
                node,
                format!(
                    "`consent.from` holds {}, it takes {SOURCES_TAKES}",
                    node.described()
                ),
            ));
        }
    };
    let Some(named) = node.entry("cmp") else {
        return Err(Wrong {
            hint: Some("write cmp = \"…\", with the platform's word".to_string()),
            ..wrong(
                node,
                "an element of `consent.from` names no platform".to_string(),
            )
        });
    };
    let mut source = ConsentSource::new(cmp(&named.node)?);
    for entry in entries {
        part(&mut source, entry)?;
    }
    Ok(source)
}

const PARTS: [&str; 6] = ["cmp", "cookie", "needs", "vendor", "granted", "denied"];

fn part<'n>(source: &mut ConsentSource, entry: &'n Entry) -> Result<(), Wrong<'n>> {
    let node = &entry.node;
    match entry.name.as_str() {
        "cmp" => {}
        "cookie" => source.cookie = text(node)?,
        "needs" => source.needs = texts(node)?,
        "granted" => source.granted = texts(node)?,
        "denied" => source.denied = texts(node)?,
        "vendor" => match &node.value {
            Value::Number(_, Some(number @ 1..=65_535)) => source.vendor = *number as u16,
            _ => {
                let message = format!(
                    "`vendor` is {}, it takes a number from 1 to 65535",
                    node.described()
                );
                return Err(wrong(node, message));
            }
        },
        name => {
            let near = nearest(name, PARTS);
            return Err(Wrong {
                hint: Some(near.map_or_else(
                    || format!("there are {}", PARTS.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                )),
                ..wrong(
                    node,
                    format!("unknown key `{name}` in an element of `consent.from`"),
                )
            });
        }
    }
    Ok(())
}

/// Platforms whose cookies, if they set any, cannot be read without the platform itself.
const UNREADABLE: [&str; 3] = ["usercentrics", "osano", "sourcepoint"];
const BRIDGE: &str = "an edge cannot read its answer from a cookie: let the page write a bridge cookie, and read that \
                      as \"plain\" (docs/consent.md)";

fn cmp(node: &Node) -> Result<Cmp, Wrong<'_>> {
    let word = text(node)?;
    let words = Cmp::ALL.map(Cmp::as_str);
    Cmp::ALL
        .into_iter()
        .find(|cmp| cmp.as_str() == word)
        .ok_or_else(|| Wrong {
            hint: Some(match nearest(&word, words) {
                _ if UNREADABLE.contains(&word.as_str()) => BRIDGE.to_string(),
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!(
                    "there are {}; any other cookie can be read as plain, form or json",
                    words.join(", ")
                ),
            }),
            ..wrong(
                node,
                format!("`consent.from` holds {word:?}, which is not a platform that can be read"),
            )
        })
}

/// A text, or a number that stands for one, such as a purpose.
fn text(node: &Node) -> Result<String, Wrong<'_>> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Number(text, Some(_)) => Ok(text.clone()),
        _ => Err(wrong(
            node,
            format!("a string is expected here, not {}", node.described()),
        )),
    }
}

fn texts(node: &Node) -> Result<Vec<String>, Wrong<'_>> {
    match &node.value {
        Value::List(items) => items.iter().map(text).collect(),
        _ => Err(wrong(
            node,
            format!(
                "a list of strings is expected here, not {}",
                node.described()
            ),
        )),
    }
}

fn wrong(node: &Node, message: String) -> Wrong<'_> {
    Wrong {
        node,
        message,
        hint: None,
    }
}

/// The words of the platforms, each with the cookie that it stands for.
pub(crate) fn platforms() -> Vec<(&'static str, String)> {
    let one = |cmp: Cmp| (cmp.as_str(), meaning(cmp.defaults()));
    Cmp::ALL.map(one).to_vec()
}

fn meaning((cookie, needs): (&str, &[&str])) -> String {
    let needs: Vec<String> = needs.iter().map(|need| format!("`{need}`")).collect();
    match (cookie, needs.as_slice()) {
        ("", _) => "a cookie that `cookie` names".to_string(),
        (cookie, []) => format!("the cookie `{cookie}`"),
        (cookie, needs) => format!(
            "the cookie `{cookie}`, with {} granted",
            needs.join(" and ")
        ),
    }
}

/// `consent.required` in TOML.
pub(crate) fn write_required(required: &Required) -> String {
    match required {
        Required::Nowhere => quoted("nowhere"),
        Required::Everywhere => quoted("everywhere"),
        Required::In(places) => list(places),
    }
}

/// `consent.from` in TOML: a word where nothing differs from the platform's own.
pub(crate) fn write_sources(sources: &[ConsentSource]) -> String {
    let sources: Vec<String> = sources.iter().map(write_source).collect();
    format!("[{}]", sources.join(", "))
}

fn write_source(source: &ConsentSource) -> String {
    let usual = ConsentSource::new(source.cmp);
    let word = quoted(source.cmp.as_str());
    if *source == usual {
        return word;
    }
    let mut text = format!("{{ cmp = {word}");
    let mut put = |name, changed: bool, value: String| {
        if changed {
            let _ = write!(text, ", {name} = {value}");
        }
    };
    put(
        "cookie",
        source.cookie != usual.cookie,
        quoted(&source.cookie),
    );
    put("needs", source.needs != usual.needs, list(&source.needs));
    put("vendor", source.vendor != 0, source.vendor.to_string());
    put(
        "granted",
        source.granted != usual.granted,
        list(&source.granted),
    );
    put(
        "denied",
        source.denied != usual.denied,
        list(&source.denied),
    );
    text.push_str(" }");
    text
}

/// The schema of `consent.required`.
pub(crate) fn required_schema() -> Json {
    json!({ "anyOf": [
        { "enum": ["nowhere", "everywhere"] },
        { "type": "array", "items": { "type": "string", "pattern": "^(EEA|[A-Z]{2})$" } },
    ] })
}

/// The schema of `consent.from`.
pub(crate) fn sources_schema() -> Json {
    let cmp = json!({ "enum": Cmp::ALL.map(Cmp::as_str) });
    let texts = json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, { "type": "integer", "minimum": 0 }] } });
    json!({ "type": "array", "items": { "anyOf": [
        cmp,
        {
            "type": "object",
            "additionalProperties": false,
            "required": ["cmp"],
            "properties": {
                "cmp": cmp,
                "cookie": { "type": "string" },
                "needs": texts,
                "vendor": { "type": "integer", "minimum": 1, "maximum": 65_535 },
                "granted": texts,
                "denied": texts,
            },
        },
    ] } })
}

//! The words of consent platforms, as the core lists them.

use hardtack::Cmp;
use serde_json::{Value as Json, json};

use crate::file::nearest::nearest;
use crate::file::node::{Node, Wrong};

/// Platforms whose cookies, if they set any, cannot be read without the platform itself.
const UNREADABLE: [&str; 3] = ["usercentrics", "osano", "sourcepoint"];
const BRIDGE: &str = "an edge cannot read its answer from a cookie: let the page write a bridge cookie, and read that \
                      as \"plain\" (docs/consent.md)";

/// Reads a platform's word.
pub(super) fn platform(node: &Node) -> Result<Cmp, Wrong<'_>> {
    let word = node.text_or_number()?;
    let mut known = Cmp::ALL.into_iter();
    known.find(|cmp| cmp.as_str() == word).ok_or_else(|| {
        let message =
            format!("`consent.from` holds {word:?}, which is not a platform that can be read");
        node.wrong(message, Some(correction(&word)))
    })
}

fn correction(word: &str) -> String {
    let words = Cmp::ALL.map(Cmp::as_str);
    match nearest(word, words) {
        _ if UNREADABLE.contains(&word) => BRIDGE.to_string(),
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!(
            "there are {}; any other cookie can be read as plain, form or json",
            words.join(", ")
        ),
    }
}

/// The words of the platforms, each with its cookie.
pub(in crate::file) fn platforms() -> Vec<(&'static str, String)> {
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

/// The schema of a platform's word.
pub(super) fn platform_schema() -> Json {
    json!({ "enum": Cmp::ALL.map(Cmp::as_str) })
}

//! Reads TOML, and explains in a policy's terms what is wrong with a text that is not TOML.

use toml::de::{DeTable, Error};

use super::node::Node;
use super::problem::{Fault, Position, Problem};

/// Reads a text into a tree.
///
/// # Errors
///
/// The first fault of syntax: the rest of the text cannot be read reliably after it.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    match DeTable::parse(text) {
        Ok(table) => Ok(Node::from_toml(&table)),
        Err(error) => Err(fault(text, &error).into()),
    }
}

fn fault(text: &str, error: &Error) -> Fault {
    let span = error.span().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let (message, hint) = explain(written, error.message());
    Fault {
        message,
        hint: Some(hint),
        key: None,
        place: Some(Position::of(text, span)),
    }
}

/// The parser's words, or better ones for what people get wrong most: values without quotes. And what to do.
fn explain(written: &str, message: &str) -> (String, String) {
    let bare = BARE.iter().any(|begin| message.starts_with(begin));
    match (bare, written) {
        (true, "") => (
            "a value is missing".to_string(),
            "write one after the equals sign, or take the line out".to_string(),
        ),
        (true, _) => (format!("`{written}` is not a valid value"), quoted(written)),
        (false, "") => (message.to_string(), next_step(message)),
        (false, _) => (format!("{message}: `{written}`"), next_step(message)),
    }
}

fn next_step(message: &str) -> String {
    match message {
        "duplicate key" => "keep one of the two".to_string(),
        _ => SYNTAX.to_string(),
    }
}

/// Where to read on.
const SYNTAX: &str = "https://toml.io/en/v1.0.0 shows how TOML is written";

/// How the parser speaks of a word without quotes, by the value that its first letter brings to mind.
const BARE: [&str; 3] = [
    "string values must be quoted",
    "invalid boolean",
    "invalid float",
];

fn quoted(written: &str) -> String {
    match written.to_lowercase().as_str() {
        "true" | "yes" | "on" => "write true".to_string(),
        "false" | "no" | "off" => "write false".to_string(),
        _ => {
            let inner = written.trim_matches(|c| "\"'“”„‘’`".contains(c));
            format!("put it in straight quotes: {inner:?}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SYNTAX, parse};

    #[track_caller]
    fn check(text: &str, problem: &str, hint: Option<&str>) {
        let found = parse(text).unwrap_err();
        assert_eq!(found.to_string(), problem);
        assert_eq!(found.faults()[0].hint.as_deref(), hint);
    }

    #[test]
    fn values_without_quotes_are_quoted() {
        check(
            "[cookie]\nname = FPD\n",
            "line 2, column 8: `FPD` is not a valid value",
            Some("put it in straight quotes: \"FPD\""),
        );
        check(
            "[cookie]\nmax_age = 730d",
            "line 2, column 11: `730d` is not a valid value",
            Some("put it in straight quotes: \"730d\""),
        );
        check(
            "name = “FPD”",
            "line 1, column 8: `“FPD”` is not a valid value",
            Some("put it in straight quotes: \"FPD\""),
        );
    }

    #[test]
    fn flags_of_other_languages_are_put_right() {
        let problem = "line 1, column 10: `True` is not a valid value";
        check("secure = True", problem, Some("write true"));
        let problem = "line 1, column 10: `no` is not a valid value";
        check("secure = no", problem, Some("write false"));
    }

    #[test]
    fn other_faults_keep_the_parsers_words() {
        check(
            "[cookie",
            "line 1, column 8: unclosed table, expected `]`",
            Some(SYNTAX),
        );
        let problem = "line 2, column 1: duplicate key: `a`";
        check("a = 1\na = 2", problem, Some("keep one of the two"));
        let problem = "line 1, column 12: invalid basic string, expected `\"`";
        check("name = \"FPD", problem, Some(SYNTAX));
    }

    #[test]
    fn a_missing_value_is_asked_for() {
        check(
            "name =",
            "line 1, column 7: a value is missing",
            Some("write one after the equals sign, or take the line out"),
        );
    }
}

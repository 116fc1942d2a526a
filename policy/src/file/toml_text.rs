//! Writes strings and lists of strings as TOML.

use std::fmt::Write as _;

/// A list of basic strings.
pub(super) fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{list, quoted};

    #[test]
    fn what_toml_does_not_take_is_escaped() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(quoted("a\nb\u{7f}é"), "\"a\\u000Ab\\u007Fé\"");
        assert_eq!(list(&["a".to_string(), "b".to_string()]), r#"["a", "b"]"#);
    }
}

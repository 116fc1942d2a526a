//! Writes JavaScript literals: strings, and pieces of regular expressions. Plain ASCII comes out, whatever goes in.

use std::fmt::Write as _;

/// The blanks that HTTP allows around a value, in a regular expression.
pub(crate) const BLANK: &str = r"[ \t]*";

/// A string in single quotes.
pub(crate) fn string(text: &str) -> String {
    let mut literal = String::from("'");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'\'' | b'\\')) => literal.extend(['\\', char::from(byte)]),
            Ok(byte @ b' '..=b'~') => literal.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(literal, "\\u{unit:04x}");
            }
        }
    }
    literal.push('\'');
    literal
}

/// Text that a regular expression is to match as it stands.
pub(crate) fn verbatim(text: &str) -> String {
    let mut pattern = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"-_ !\"#%&',:;<=>@`~".contains(&byte) => {
                pattern.push(char::from(byte));
            }
            Ok(byte @ b'!'..=b'~') => pattern.extend(['\\', char::from(byte)]),
            _ => {
                let _ = write!(pattern, "\\u{unit:04x}");
            }
        }
    }
    pattern
}

/// A list of strings.
pub(crate) fn strings(texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| string(text)).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{string, verbatim};

    #[test]
    fn strings_hold_anything() {
        assert_eq!(string("x-visitor"), "'x-visitor'");
        assert_eq!(string("it's \\ \n ü"), r"'it\'s \\ \u000a \u00fc'");
        assert_eq!(string("</script>\u{2028}"), r"'</script>\u2028'");
    }

    #[test]
    fn regular_expressions_match_what_is_meant() {
        assert_eq!(verbatim("/a.b/"), r"\/a\.b\/");
        assert_eq!(verbatim("n$^|*`~!#%&'+-._x"), r"n\$\^\|\*`~!#%&'\+-\._x");
    }
}

//! Takes JavaScript apart into tokens, which is all that the dialect check and the minifier look at.
//!
//! Where only a parser could tell a division from a regular expression, behind a closing bracket, this says division.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or a keyword.
    Word,
    /// A number, with all that belongs to it.
    Number,
    /// A string, with its quotes.
    String,
    /// A piece of a template literal, with its backtick or braces.
    Template,
    /// A regular expression, with its flags.
    Regex,
    /// An operator, a bracket or a separator.
    Punctuator,
    /// A comment of either kind.
    Comment,
    /// A byte that begins no token, or a literal without an end.
    Stray,
}

/// A token, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// As it stands in the source.
    pub text: &'a str,
    /// Bytes before it.
    pub start: usize,
}

/// Words that no identifier can be, and a few that are keywords in places.
pub const KEYWORDS: [&str; 41] = [
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Longest first, so that none is cut short.
const PUNCTUATORS: [&str; 37] = [
    ">>>=", "...", "===", "!==", ">>>", "<<=", ">>=", "**=", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    "<<", ">>", "**", "{", "}", "(", ")",
];

impl Token<'_> {
    /// Whether it is an identifier, and not a keyword.
    pub fn is_name(&self) -> bool {
        self.kind == Kind::Word && !KEYWORDS.contains(&self.text)
    }

    /// Whether an expression may end with it.
    fn ends_expression(&self) -> bool {
        match self.kind {
            Kind::Word => {
                self.is_name() || matches!(self.text, "this" | "null" | "true" | "false" | "super")
            }
            Kind::Number | Kind::String | Kind::Regex => true,
            Kind::Template => self.text.ends_with('`'),
            Kind::Punctuator => matches!(self.text, ")" | "]" | "}" | "++" | "--"),
            Kind::Comment | Kind::Stray => false,
        }
    }
}

/// Line and column of a byte, both from 1; columns count characters.
pub fn place(source: &str, start: usize) -> (usize, usize) {
    let before = source.get(..start).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// All tokens, comments included.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    // For each open `${`: how many braces are open within it.
    let mut templates: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        let before = tokens
            .iter()
            .rev()
            .find(|token| token.kind != Kind::Comment);
        let divides = before.is_some_and(Token::ends_expression);
        let (kind, len) = match templates.last_mut() {
            Some(0) if rest.starts_with('}') => {
                templates.pop();
                template(rest, &mut templates)
            }
            Some(braces) if rest.starts_with('{') => {
                *braces += 1;
                (Kind::Punctuator, 1)
            }
            Some(braces) if rest.starts_with('}') => {
                *braces -= 1;
                (Kind::Punctuator, 1)
            }
            _ if rest.starts_with('`') => template(rest, &mut templates),
            _ => plain(rest, divides),
        };
        let text = &rest[..len.min(rest.len())];
        tokens.push(Token {
            kind,
            text,
            start: at,
        });
        at += text.len();
    }
    tokens
}

/// From a backtick or a closing brace to the next backtick or `${`.
fn template(rest: &str, templates: &mut Vec<usize>) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => return (Kind::Template, at + 1),
            '{' if rest[..at].ends_with('$') => {
                templates.push(0);
                return (Kind::Template, at + 1);
            }
            _ => {}
        }
    }
    (Kind::Stray, rest.len())
}

fn plain(rest: &str, divides: bool) -> (Kind, usize) {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '/' if rest.starts_with("//") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
            Some(end) => (Kind::Comment, end + 4),
            None => (Kind::Stray, rest.len()),
        },
        '/' if !divides => regex(rest),
        '\'' | '"' => string(rest, first),
        '0'..='9' => (Kind::Number, while_word(rest, true)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            (Kind::Number, while_word(rest, true))
        }
        _ if is_word(first) => (Kind::Word, while_word(rest, false)),
        _ => match PUNCTUATORS.iter().find(|one| rest.starts_with(**one)) {
            // `a?.5:b` is a condition and a number.
            Some(&"?.") if rest[2..].starts_with(|c: char| c.is_ascii_digit()) => {
                (Kind::Punctuator, 1)
            }
            Some(found) => (Kind::Punctuator, found.len()),
            None if "[];,<>+-*/%&|^!~?:=.".contains(first) => (Kind::Punctuator, 1),
            None => (Kind::Stray, first.len_utf8()),
        },
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

fn while_word(rest: &str, number: bool) -> usize {
    let goes_on = |c: char| is_word(c) || (number && c == '.');
    rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
}

fn string(rest: &str, quote: char) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return (Kind::Stray, at),
            c if c == quote => return (Kind::String, at + 1),
            _ => {}
        }
    }
    (Kind::Stray, rest.len())
}

fn regex(rest: &str) -> (Kind, usize) {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return (Kind::Stray, at),
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                return (Kind::Regex, at + 1 + while_word(&rest[at + 1..], false));
            }
            _ => {}
        }
    }
    (Kind::Stray, rest.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, place, tokens};

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let found = tokens(source);
        let texts: Vec<_> = found.iter().map(|token| token.text).collect();
        assert_eq!(texts, expected);
        assert!(
            found.iter().all(|token| token.kind != Kind::Stray),
            "{found:?}"
        );
    }

    #[test]
    fn tokens_are_told_apart() {
        check("a=b/c;", &["a", "=", "b", "/", "c", ";"]);
        check(
            "a = /[/]'/gi.test(b)",
            &["a", "=", "/[/]'/gi", ".", "test", "(", "b", ")"],
        );
        check(
            "a?.b ?? c ? .5:1.5",
            &["a", "?.", "b", "??", "c", "?", ".5", ":", "1.5"],
        );
        check(
            "f(...r) // x\n/* y */",
            &["f", "(", "...", "r", ")", "// x", "/* y */"],
        );
        check(
            "`a${b + `c${{}}`}d`",
            &["`a${", "b", "+", "`c${", "{", "}", "}`", "}d`"],
        );
        check(r#"'it\'s' + "\"""#, &[r"'it\'s'", "+", r#""\"""#]);
    }

    #[test]
    fn what_has_no_end_is_stray() {
        for source in ["'a", "`a", "/* a", "= /a", "'a\n'", "#"] {
            assert!(
                tokens(source).iter().any(|token| token.kind == Kind::Stray),
                "{source}"
            );
        }
    }

    #[test]
    fn places_count_from_one() {
        assert_eq!(place("a\nbc", 0), (1, 1));
        assert_eq!(place("a\nbc", 3), (2, 2));
        assert_eq!(place("é x", 3), (1, 3));
    }
}

//! Splits a pasted command into words as a POSIX shell does, including the `$'…'` of bash, in which browsers copy
//! values with quotes or control characters.

use std::iter::Peekable;
use std::str::Chars;

/// The words of a command line. A backslash before a line break joins the lines. `None` if a quote is not closed.
pub(crate) fn split(line: &str) -> Option<Vec<String>> {
    let mut chars = line.chars().peekable();
    let mut words = Vec::new();
    while let Some(word) = next_word(&mut chars)? {
        words.push(word);
    }
    Some(words)
}

/// Converts a line for cmd on Windows, which has a caret before each special character, into one for a POSIX shell.
pub(crate) fn without_carets(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('^', Some('\r' | '\n')) => plain.push(' '),
            ('^', Some(escaped)) => {
                plain.push(escaped);
                chars.next();
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// The outer `None` means an unclosed quote, the inner one the end of the words.
fn next_word(chars: &mut Peekable<Chars<'_>>) -> Option<Option<String>> {
    skip_blanks(chars);
    if chars.peek().is_none() {
        return Some(None);
    }
    let mut word = String::new();
    while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
        match c {
            '\'' => until(chars, '\'', &mut word, |_, _, _| Some(false))?,
            '"' => until(chars, '"', &mut word, in_double_quotes)?,
            '$' if chars.next_if_eq(&'\'').is_some() => {
                until(chars, '\'', &mut word, in_dollar_quotes)?;
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => word.push(c),
            },
            c => word.push(c),
        }
    }
    Some(Some(word))
}

/// Skips white space, and backslashes that join lines.
fn skip_blanks(chars: &mut Peekable<Chars<'_>>) {
    loop {
        let mut ahead = chars.clone();
        match (ahead.next(), ahead.next()) {
            (Some(c), _) if c.is_whitespace() => {}
            (Some('\\'), Some('\n' | '\r')) => {
                chars.next();
            }
            _ => return,
        }
        chars.next();
    }
}

/// Reads characters up to the closing quote. `escape` is called for each backslash, and returns whether it has handled
/// it.
fn until(
    chars: &mut Peekable<Chars<'_>>,
    quote: char,
    word: &mut String,
    escape: fn(&mut Peekable<Chars<'_>>, &mut String, char) -> Option<bool>,
) -> Option<()> {
    loop {
        match chars.next()? {
            c if c == quote => return Some(()),
            '\\' if escape(chars, word, quote)? => {}
            c => word.push(c),
        }
    }
}

/// In double quotes, a backslash escapes four characters and joins lines; before any other character it is literal.
fn in_double_quotes(chars: &mut Peekable<Chars<'_>>, word: &mut String, _: char) -> Option<bool> {
    if chars.next_if_eq(&'\n').is_some() {
        return Some(true);
    }
    match chars.next_if(|c| matches!(c, '"' | '\\' | '$' | '`')) {
        Some(c) => word.push(c),
        None => return Some(false),
    }
    Some(true)
}

/// In `$'…'` a backslash escapes as in C.
fn in_dollar_quotes(chars: &mut Peekable<Chars<'_>>, word: &mut String, _: char) -> Option<bool> {
    let c = match chars.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' | 'E' => '\u{1b}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'x' => code_point(chars, 16, 2),
        'u' => code_point(chars, 16, 4),
        'U' => code_point(chars, 16, 8),
        c => c,
    };
    word.push(c);
    Some(true)
}

fn code_point(chars: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> char {
    let mut code = 0_u32;
    for _ in 0..most {
        match chars
            .next_if(|c| c.is_digit(radix))
            .and_then(|c| c.to_digit(radix))
        {
            Some(digit) => code = code.wrapping_mul(radix) + digit,
            None => break,
        }
    }
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::{split, without_carets};

    #[track_caller]
    fn check(line: &str, words: &[&str]) {
        assert_eq!(split(line).unwrap(), words);
    }

    #[test]
    fn words_end_at_blanks() {
        check("curl  https://a/ \t -I\n", &["curl", "https://a/", "-I"]);
        check("", &[]);
        check(" \n ", &[]);
    }

    #[test]
    fn quotes_keep_words_together() {
        check("-H 'a: \"b\" \\ c'", &["-H", "a: \"b\" \\ c"]);
        check("-H \"a: 'b' \\\" \\n $x\"", &["-H", "a: 'b' \" \\n $x"]);
        check("a'b'\"c\"d", &["abcd"]);
        check("'' \"\"", &["", ""]);
    }

    #[test]
    fn a_backslash_escapes_and_joins_lines() {
        check("a\\ b", &["a b"]);
        check(
            "curl 'a' \\\n  -H 'b' \\\r\n  -I",
            &["curl", "a", "-H", "b", "-I"],
        );
        check("a\\", &["a"]);
    }

    #[test]
    fn dollar_quotes_are_those_of_bash() {
        check("$'a\\'b\\u0021\\n\\x41'", &["a'b!\nA"]);
        check("$'\\u00e9\\ud800'", &["é\u{fffd}"]);
        check("$x '$y'", &["$x", "$y"]);
    }

    #[test]
    fn an_open_quote_is_refused() {
        for line in ["'", "\"a", "$'a\\'", "a 'b"] {
            assert_eq!(split(line), None, "{line}");
        }
    }

    #[test]
    fn carets_of_windows_fall_away() {
        let plain = without_carets("curl ^\"https://a/?b^&c^\" ^\n  -H ^\"d: ^\\^\"e^\\^\"^\"");
        assert_eq!(
            split(&plain).unwrap(),
            ["curl", "https://a/?b&c", "-H", "d: \"e\""]
        );
    }
}

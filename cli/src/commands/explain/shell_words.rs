//! Splits a pasted command into words as a POSIX shell does, including the `$'…'` of bash, in which browsers copy
//! values with quotes or control characters.

use std::iter::Peekable;
use std::str::Chars;

/// A command as the shell reads it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// The words, without redirections and their files.
    pub(crate) words: Vec<String>,
    /// The `&` or `;` that ended the command directly behind a character, as in a URL without quotes.
    pub(crate) cut_at: Option<char>,
}

/// Splits one command off a line: up to a pipe, a semicolon or an ampersand. A backslash before a line break joins the
/// lines. `None` if a quote is not closed.
pub(crate) fn split(line: &str) -> Option<Split> {
    let mut chars = line.chars().peekable();
    let mut words: Vec<String> = Vec::new();
    let mut is_file = false;
    loop {
        let word = next_word(&mut chars)?;
        let is_word = word.is_some();
        let is_redirected = matches!(chars.peek(), Some('<' | '>'));
        // In `2>errors`, the number is the stream that is redirected.
        let word = word.filter(|word| !(is_file || is_redirected && is_stream(word)));
        words.extend(word);
        match chars.next_if(|c| OPERATORS.contains(*c)) {
            Some('<' | '>') => {
                while chars
                    .next_if(|c| matches!(c, '<' | '>' | '&' | '|'))
                    .is_some()
                {}
                is_file = true;
            }
            Some(operator) => {
                let goes_on = chars
                    .peek()
                    .is_some_and(|c| !c.is_whitespace() && *c != operator);
                let cut_at = (is_word && goes_on && operator != '|').then_some(operator);
                return Some(Split { words, cut_at });
            }
            None if chars.peek().is_none() => {
                return Some(Split {
                    words,
                    cut_at: None,
                });
            }
            None => is_file = false,
        }
    }
}

const OPERATORS: &str = "<>|&;";

fn is_stream(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit())
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

/// The outer `None` means an unclosed quote, the inner one that no word comes before an operator or the end.
fn next_word(chars: &mut Peekable<Chars<'_>>) -> Option<Option<String>> {
    let ends_word = |c: &char| c.is_whitespace() || OPERATORS.contains(*c);
    skip_blanks(chars);
    if chars.peek().is_none_or(ends_word) {
        return Some(None);
    }
    let mut word = String::new();
    while let Some(c) = chars.next_if(|c| !ends_word(c)) {
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
        assert_eq!(split(line).unwrap().words, words, "{line}");
    }

    #[track_caller]
    fn cut(line: &str, at: Option<char>) {
        assert_eq!(split(line).unwrap().cut_at, at, "{line}");
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
    fn a_redirection_is_no_word() {
        check("curl a>out.html -I", &["curl", "a", "-I"]);
        check("curl a > out.html 2>&1 -I", &["curl", "a", "-I"]);
        check("curl a 2>/dev/null", &["curl", "a"]);
        check("curl -m 2 >>'o u t' a <in", &["curl", "-m", "2", "a"]);
        check("curl 'a>b' \"c|d\" e\\&f", &["curl", "a>b", "c|d", "e&f"]);
        check("curl a >", &["curl", "a"]);
    }

    #[test]
    fn an_operator_ends_the_command() {
        check("curl a|head b", &["curl", "a"]);
        check("curl a; rm b", &["curl", "a"]);
        check("curl a && rm b", &["curl", "a"]);
        cut("curl a | head", None);
        cut("curl a|| head", None);
        cut("curl a; rm b", None);
        cut("curl a;", None);
        cut("curl a?b=c&d=e -I", Some('&'));
        cut("curl -b a=b;c=d", Some(';'));
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
        check(&plain, &["curl", "https://a/?b&c", "-H", "d: \"e\""]);
    }
}

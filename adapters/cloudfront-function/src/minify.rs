//! Makes a function shorter without making it another one.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::declared;
use crate::syntax::Syntax;
use crate::token::{Kind, Token, tokens};

/// The name that CloudFront calls.
const HANDLER: &str = "handler";

/// The source without comments and blanks, its own names as short as can be. Every statement must end with a semicolon
/// or a brace: line breaks go.
/// No name will be one of `avoid`.
pub(crate) fn minify(source: &str, avoid: &BTreeSet<String>) -> String {
    let short = short_names(source, avoid);
    let syntax = Syntax::new(source);
    let mut text = String::with_capacity(source.len());
    let mut before: Option<Token<'_>> = None;
    for at in 0..syntax.len() {
        let token = *syntax.token(at);
        let name = if syntax.is_property(at) {
            None
        } else {
            short.get(token.text)
        };
        if before.is_some_and(|before| would_join(&before, &token)) {
            text.push(' ');
        }
        // Nothing stands between the last statement of a block and its end.
        if token.text == "}" && token.kind == Kind::Punctuator && text.ends_with(';') {
            text.pop();
        }
        text.push_str(name.map_or(token.text, String::as_str));
        before = Some(token);
    }
    text.push('\n');
    text
}

/// The source with some names replaced, and nothing else. Names of properties stay.
pub(crate) fn renamed(source: &str, names: &BTreeMap<&str, String>) -> String {
    let syntax = Syntax::new(source);
    let mut text = String::with_capacity(source.len());
    let mut done = 0;
    for at in 0..syntax.len() {
        let token = syntax.token(at);
        let is_name = token.kind == Kind::Word && !syntax.is_property(at);
        if let Some(name) = names.get(token.text).filter(|_| is_name) {
            text.push_str(&source[done..token.start]);
            text.push_str(name);
            done = token.start + token.text.len();
        }
    }
    text.push_str(&source[done..]);
    text
}

/// For each declared name a shorter one, the most used names first. Scopes are not told apart, so a name is the same
/// everywhere, before and after.
fn short_names<'a>(source: &'a str, avoid: &BTreeSet<String>) -> BTreeMap<&'a str, String> {
    let syntax = Syntax::new(source);
    let declared = declared(&syntax);
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for token in tokens(source)
        .into_iter()
        .filter(|token| token.kind == Kind::Word)
    {
        match declared.contains(token.text) && token.text != HANDLER {
            true => *uses.entry(token.text).or_default() += 1,
            false => {
                taken.insert(token.text);
            }
        }
    }
    let mut names: Vec<_> = uses.into_iter().collect();
    names.sort_by_key(|(name, uses)| (std::cmp::Reverse(*uses), *name));
    let mut fresh = (0..)
        .map(letters)
        .filter(|name| !taken.contains(name.as_str()) && !avoid.contains(name));
    let pairs = names
        .into_iter()
        .map(|(name, _)| Some((name, fresh.next()?)));
    pairs.flatten().collect()
}

/// `a` to `z`, `A` to `Z`, then two letters.
fn letters(n: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let letter = |n: usize| LETTERS.get(n % 52).copied().map_or('_', char::from);
    match n.checked_sub(52) {
        None => letter(n).to_string(),
        Some(rest) => [letter(rest / 52), letter(rest)].iter().collect(),
    }
}

fn would_join(before: &Token<'_>, token: &Token<'_>) -> bool {
    let is_word = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Number);
    let words = (is_word(before) || before.kind == Kind::Regex) && is_word(token);
    let signs = before.text.ends_with(['+', '-', '/']) && token.text.starts_with(['+', '-', '/']);
    words || signs
}

#[cfg(test)]
mod tests {
    use super::{letters, minify};
    use std::collections::BTreeSet;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(minify(source, &BTreeSet::new()).trim_end(), expected);
    }

    #[test]
    fn blanks_and_comments_go() {
        check("// x\nreturn 1 + +2; /* y */", "return 1+ +2;");
        check("typeof x === 'a  b';\n", "typeof x==='a  b';");
        check("if (1) { 2; }", "if(1){2}");
    }

    #[test]
    fn own_names_get_short_and_others_stay() {
        check(
            "const first = 1; first + second.first;",
            "const a=1;a+second.first;",
        );
        check(
            "function handler(event) { return event.event; }",
            "function handler(a){return a.event}",
        );
        check(
            "const value = 1; f({ value: value });",
            "const a=1;f({value:a});",
        );
        check(
            "const b = 1, long = 2; b ? long : b;",
            "const a=1,b=2;a?b:a;",
        );
    }

    #[test]
    fn short_names_do_not_hide_others() {
        check("const long = 1; a + long;", "const b=1;a+b;");
        assert_eq!(letters(51), "Z");
        assert_eq!(letters(52), "aa");
    }
}

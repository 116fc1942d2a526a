//! The names that a source declares, wherever it does.

use std::collections::BTreeSet;
use std::ops::Range;

use super::syntax::Syntax;

/// Variables, functions, parameters, caught errors and imports. Scopes are not told apart.
pub fn declared<'a>(syntax: &Syntax<'a>) -> BTreeSet<&'a str> {
    declared_in(syntax, 0..syntax.len())
}

/// Those of some of the tokens.
pub fn declared_in<'a>(syntax: &Syntax<'a>, tokens: Range<usize>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for at in tokens {
        match syntax.token(at).text {
            "const" | "let" | "var" => variables(syntax, at, &mut names),
            "function" | "import" => add(syntax, at + 1, &mut names),
            "catch" => add(syntax, at + 2, &mut names),
            "=>" => add(syntax, at.saturating_sub(1), &mut names),
            "(" if syntax.is_parameters(at) => {
                for child in syntax.children(at) {
                    add(syntax, child, &mut names);
                }
            }
            _ => {}
        }
    }
    names
}

fn add<'a>(syntax: &Syntax<'a>, at: usize, names: &mut BTreeSet<&'a str>) {
    if let Some(token) = syntax.get(at).filter(|token| token.is_name()) {
        names.insert(token.text);
    }
}

/// `let a = 1, b;`: the first name, and each behind a comma of the same bracket, up to the semicolon.
fn variables<'a>(syntax: &Syntax<'a>, at: usize, names: &mut BTreeSet<&'a str>) {
    let inside = syntax.parent(at);
    add(syntax, at + 1, names);
    // Destructuring is refused, once and not for each name.
    if syntax.is(at + 1, "{") || syntax.is(at + 1, "[") {
        for child in syntax.children(at + 1) {
            add(syntax, child, names);
        }
    }
    for next in at + 1..syntax.len() {
        if syntax.parent(next) != inside {
            continue;
        }
        match syntax.token(next).text {
            ";" => return,
            // What an initializer has opened it closes, too.
            "}" | ")" if syntax.opening(next) < Some(at) => return,
            "," => add(syntax, next + 1, names),
            _ => {}
        }
    }
}

//! Short names for those that a source declares.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use hardtack_cloudfront::javascript::{Kind, Syntax, declared, declared_in};

/// The name that CloudFront calls.
const HANDLER: &str = "handler";

/// What has a name: something of the whole source, or the names of functions that are theirs alone and are used as much
/// as the others' of the same place are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named<'a> {
    Global(&'a str),
    Local(usize),
}

/// For each token a shorter name, where it is a declared one, the most used names first. What one function at the top
/// level declares and nothing else does is its own; within it, scopes are not told apart.
pub(crate) fn short_names(syntax: &Syntax<'_>, avoid: &BTreeSet<String>) -> Vec<Option<String>> {
    let named = named(syntax);
    let mut uses: BTreeMap<Named<'_>, usize> = BTreeMap::new();
    for one in named.iter().flatten() {
        *uses.entry(*one).or_default() += 1;
    }
    let mut order: Vec<_> = uses.into_iter().collect();
    order.sort_by_key(|(one, uses)| (Reverse(*uses), *one));
    let words = named.iter().enumerate().filter(|(_, one)| one.is_none());
    let taken: BTreeSet<_> = words.map(|(at, _)| syntax.token(at).text).collect();
    let mut fresh = (0..)
        .map(letters)
        .filter(|name| !taken.contains(name.as_str()) && !avoid.contains(name));
    let names = order
        .into_iter()
        .filter_map(|(one, _)| Some((one, fresh.next()?)));
    let names: BTreeMap<_, _> = names.collect();
    let name = |one: &Option<Named<'_>>| names.get(&(*one)?).cloned();
    named.iter().map(name).collect()
}

/// What each token names.
fn named<'a>(syntax: &Syntax<'a>) -> Vec<Option<Named<'a>>> {
    let all = declared(syntax);
    let functions = functions(syntax);
    let outside = outside(syntax, &functions);
    let mut named: Vec<_> = (0..syntax.len())
        .map(|at| {
            let token = syntax.token(at);
            let is_name =
                token.kind == Kind::Word && token.text != HANDLER && !syntax.is_property(at);
            (is_name && all.contains(token.text)).then_some(Named::Global(token.text))
        })
        .collect();
    for (start, end) in functions {
        let own = declared_in(syntax, start..end);
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        let is_own = |text: &str| own.contains(text) && !outside.contains(text);
        for one in &named[start..end] {
            if let Some(Named::Global(text)) = one
                && is_own(text)
            {
                *uses.entry(text).or_default() += 1;
            }
        }
        let mut order: Vec<_> = uses.into_iter().collect();
        order.sort_by_key(|(text, uses)| (Reverse(*uses), *text));
        let place: BTreeMap<_, _> = order
            .iter()
            .enumerate()
            .map(|(place, (text, _))| (*text, place))
            .collect();
        for one in &mut named[start..end] {
            if let Some(Named::Global(text)) = one
                && let Some(place) = place.get(text)
            {
                *one = Some(Named::Local(*place));
            }
        }
    }
    named
}

/// The parameters and the bodies of the functions at the top level, in order.
fn functions(syntax: &Syntax<'_>) -> Vec<(usize, usize)> {
    let outer = (0..syntax.len()).filter(|at| syntax.parent(*at).is_none());
    outer
        .filter_map(|at| named_function(syntax, at).or_else(|| arrow(syntax, at)))
        .collect()
}

fn named_function(syntax: &Syntax<'_>, at: usize) -> Option<(usize, usize)> {
    let ends = |at: &usize| syntax.is(*at, "}") && syntax.parent(*at).is_none();
    let end = syntax
        .is(at, "function")
        .then(|| (at..syntax.len()).find(ends))?;
    Some((at + 2, end.map_or(syntax.len(), |end| end + 1)))
}

/// `(a, b) => …` up to the end of the declaration.
fn arrow(syntax: &Syntax<'_>, at: usize) -> Option<(usize, usize)> {
    let before = at.checked_sub(1).filter(|_| syntax.is(at, "=>"))?;
    let start = syntax.opening(before).unwrap_or(before);
    let ends =
        |at: &usize| syntax.parent(*at).is_none() && (syntax.is(*at, ",") || syntax.is(*at, ";"));
    Some((start, (at..syntax.len()).find(ends).unwrap_or(syntax.len())))
}

/// The names that are declared at the top level, functions' among them.
fn outside<'a>(syntax: &Syntax<'a>, functions: &[(usize, usize)]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    let mut from = 0;
    for (start, end) in functions {
        names.extend(declared_in(syntax, from..*start));
        from = *end;
    }
    names.extend(declared_in(syntax, from..syntax.len()));
    names
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

#[cfg(test)]
mod tests {
    use super::{letters, short_names};
    use hardtack_cloudfront::javascript::Syntax;
    use std::collections::BTreeSet;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let names = short_names(&Syntax::new(source), &BTreeSet::new());
        let names: Vec<_> = names.iter().flatten().map(String::as_str).collect();
        assert_eq!(names, expected, "{source}");
    }

    #[test]
    fn each_function_has_its_own() {
        check(
            "function f(x) { x; } function g(y, z) { y; y; }",
            &["b", "a", "a", "c", "a", "d", "a", "a"],
        );
    }

    #[test]
    fn what_is_declared_outside_is_the_same_everywhere() {
        check(
            "const x = 1; function f(y) { x; y; } function g(x) { x; }",
            &["a", "c", "b", "a", "b", "d", "a", "a"],
        );
    }

    #[test]
    fn arrow_functions_have_their_own_too() {
        check(
            "let f = (x, y) => x + y, g = (z) => z;",
            &["c", "a", "b", "a", "b", "d", "a", "a"],
        );
    }

    #[test]
    fn there_are_names_enough() {
        assert_eq!(letters(51), "Z");
        assert_eq!(letters(52), "aa");
    }
}

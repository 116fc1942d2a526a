//! Makes a function shorter without making it another one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hardtack_cloudfront::javascript::{Kind, Syntax, Token};

use crate::short::short_names;

/// The source without comments and blanks, its own names as short as can be, declarations in one where they follow each
/// other, and what is written often written once. Every statement must end with a semicolon or a brace: line breaks go.
/// No name will be one of `avoid`.
pub(crate) fn minify(source: &str, avoid: &BTreeSet<String>) -> String {
    let shared = shared(&joined(&arrowed(source)));
    let syntax = Syntax::new(&shared);
    let names = short_names(&syntax, avoid);
    printed(&syntax, &names)
}

fn printed(syntax: &Syntax<'_>, names: &[Option<String>]) -> String {
    let mut text = String::new();
    let mut before: Option<Token<'_>> = None;
    for (at, name) in names.iter().enumerate() {
        let token = *syntax.token(at);
        if is_needless(syntax, at) {
            continue;
        }
        if before.is_some_and(|before| would_join(&before, &token)) {
            text.push(' ');
        }
        // Nothing stands between the last statement of a block and its end.
        if token.text == "}" && token.kind == Kind::Punctuator && text.ends_with(';') {
            text.pop();
        }
        text.push_str(name.as_deref().unwrap_or(token.text));
        before = Some(token);
    }
    text.push('\n');
    text
}

/// The parentheses around the one parameter of an arrow function, and a comma in front of the end of a list.
fn is_needless(syntax: &Syntax<'_>, at: usize) -> bool {
    let arrow =
        |open: usize| syntax.is(open, "(") && syntax.is(open + 2, ")") && syntax.is(open + 3, "=>");
    let lone = |open: usize| arrow(open) && syntax.get(open + 1).is_some_and(Token::is_name);
    lone(at)
        || at.checked_sub(2).is_some_and(lone)
        || (syntax.is(at, ",") && (syntax.is(at + 1, ")") || syntax.is(at + 1, "}")))
}

/// Functions at the top level as constants, but for the handler, which CloudFront looks for, and those that a constant
/// holds. None of ours asks for `this` or `arguments`.
///
/// Constants come first, then what is called before what calls it: njs 0.7.9 takes a variable that is declared further
/// down for one without a value, where a function declares another with it.
fn arrowed(source: &str) -> String {
    let syntax = Syntax::new(source);
    let functions = functions(&syntax);
    let is_inside = |at: &usize| {
        functions
            .iter()
            .any(|function| (function.start..function.end).contains(at))
    };
    let constants: Vec<_> = (0..syntax.len()).filter(|at| !is_inside(at)).collect();
    let is_held = |name| constants.iter().any(|at| syntax.token(*at).text == name);
    let (mut arrows, mut rest) = (Vec::new(), Vec::new());
    for function in &functions {
        match function.name {
            name if name == HANDLER || is_held(name) => {
                rest.push(text(&syntax, function.start..function.end))
            }
            _ => arrows.push(function.arrow(&syntax)),
        }
    }
    let constants = constants
        .iter()
        .map(|at| syntax.token(*at).text.to_string());
    let all = constants.chain(arrows.into_iter().rev()).chain(rest);
    all.collect::<Vec<_>>().join(" ")
}

/// A function at the top level: `function name(parameters) { body }`.
struct Function<'a> {
    name: &'a str,
    start: usize,
    parameters: usize,
    body: usize,
    end: usize,
}

fn functions<'a>(syntax: &Syntax<'a>) -> Vec<Function<'a>> {
    let function = |start: usize| {
        let begins = syntax.is(start, "function") && syntax.parent(start).is_none();
        let is_async = start
            .checked_sub(1)
            .is_some_and(|before| syntax.is(before, "async"));
        let parameters = (begins && !is_async).then_some(start + 2)?;
        let body = syntax.closing(parameters)? + 1;
        Some(Function {
            name: syntax.token(start + 1).text,
            start,
            parameters,
            body,
            end: syntax.closing(body)? + 1,
        })
    };
    (0..syntax.len()).filter_map(function).collect()
}

impl Function<'_> {
    /// One that does nothing but return needs no braces.
    fn arrow(&self, syntax: &Syntax<'_>) -> String {
        let ends: Vec<_> = syntax
            .children(self.body)
            .into_iter()
            .filter(|at| syntax.is(*at, ";"))
            .collect();
        let last = self.end - 2;
        let returns =
            syntax.is(self.body + 1, "return") && ends == [last] && !syntax.is(self.body + 2, "{");
        let value = match returns {
            true => text(syntax, self.body + 2..last),
            false => text(syntax, self.body..self.end),
        };
        let parameters = text(syntax, self.parameters..self.body);
        format!("let {} = {parameters} => {value} ;", self.name)
    }
}

fn text(syntax: &Syntax<'_>, tokens: Range<usize>) -> String {
    tokens
        .map(|at| syntax.token(at).text)
        .collect::<Vec<_>>()
        .join(" ")
}

/// `const a = 1; let b;` as `let a=1,b;`. Nothing that is constant is ever assigned to, so `let` does.
fn joined(source: &str) -> String {
    let syntax = Syntax::new(source);
    let mut pieces = Vec::with_capacity(syntax.len());
    // Whether the statement that a bracket, or none, has got to is a declaration.
    let mut declares: BTreeMap<Option<usize>, bool> = BTreeMap::new();
    let is_declaration = |at| syntax.is(at, "const") || syntax.is(at, "let");
    let mut skip = None;
    for at in 0..syntax.len() {
        let parent = syntax.parent(at);
        let declared = declares.get(&parent) == Some(&true);
        pieces.push(match syntax.token(at).text {
            _ if skip == Some(at) => "",
            "const" | "let" if !syntax.is_property(at) => {
                declares.insert(parent, true);
                "let"
            }
            ";" if declared && is_declaration(at + 1) => {
                skip = Some(at + 1);
                ","
            }
            ";" => {
                declares.insert(parent, false);
                ";"
            }
            text => text,
        });
    }
    pieces.join(" ")
}

/// The name that CloudFront calls.
const HANDLER: &str = "handler";

/// How long a name of ours is at most, once it is short.
const NAME: usize = 2;

/// The source with a constant for each string and each name of a property that is written so often that this is
/// shorter.
fn shared(source: &str) -> String {
    let syntax = Syntax::new(source);
    let mut saved: BTreeMap<&str, usize> = BTreeMap::new();
    for at in 0..syntax.len() {
        if let Some((text, bytes)) = shareable(&syntax, at) {
            *saved.entry(text).or_default() += bytes;
        }
    }
    // `,name='text'`
    saved.retain(|text, bytes| *bytes > text.len() + NAME + 4);
    let names: BTreeMap<&str, String> = saved
        .keys()
        .zip(0..)
        .map(|(text, n)| (*text, format!("shared{n}")))
        .collect();
    let declarations: Vec<_> = names
        .iter()
        .map(|(text, name)| format!("{name}='{text}'"))
        .collect();
    let mut pieces = match declarations.is_empty() {
        true => String::new(),
        false => format!("let {};", declarations.join(",")),
    };
    for at in 0..syntax.len() {
        let token = syntax.token(at);
        let name = shareable(&syntax, at).and_then(|(text, _)| names.get(text));
        match name {
            Some(name) if token.kind == Kind::String => pieces.push_str(name),
            Some(name) => {
                // The dot goes.
                pieces.truncate(pieces.trim_end().len() - 1);
                pieces.push_str(&format!("[{name}]"));
            }
            None => pieces.push_str(token.text),
        }
        pieces.push(' ');
    }
    joined(&pieces)
}

/// A string or the name of a property without its quotes or its dot, and how many bytes a name in its place saves.
fn shareable<'a>(syntax: &Syntax<'a>, at: usize) -> Option<(&'a str, usize)> {
    let token = syntax.token(at);
    let before = at.checked_sub(1).map(|at| syntax.token(at).text);
    match token.kind {
        Kind::Word if before == Some(".") => {
            Some((token.text, (token.text.len() + 1).checked_sub(NAME + 2)?))
        }
        Kind::String if !is_key(syntax, at) && !token.text.contains('\\') => {
            // What holds the other kind of quotes stays.
            let text = token.text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some((text, token.text.len().checked_sub(NAME)?))
        }
        _ => None,
    }
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

fn would_join(before: &Token<'_>, token: &Token<'_>) -> bool {
    let is_word = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Number);
    let words = (is_word(before) || before.kind == Kind::Regex) && is_word(token);
    let signs = before.text.ends_with(['+', '-', '/']) && token.text.starts_with(['+', '-', '/']);
    words || signs
}

/// `{ 'cache-control': …`
fn is_key(syntax: &Syntax<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| syntax.token(at).text);
    syntax.is(at + 1, ":") && matches!(before, Some("{" | ","))
}

#[cfg(test)]
mod tests {
    use super::minify;
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
            "let a=1;a+second.first;",
        );
        check(
            "function handler(event) { return event.event; }",
            "function handler(a){return a.event}",
        );
        check(
            "const value = 1; f({ value: value });",
            "let a=1;f({value:a});",
        );
        check("const b = 1, long = 2; b ? long : b;", "let a=1,b=2;a?b:a;");
    }

    #[test]
    fn functions_are_constants_and_come_behind_what_they_call() {
        check(
            "function f(one, two) { return g(one + two); } function g(x) { h(x); return 1; }",
            "let b=a=>{h(a);return 1},d=(a,c)=>b(a+c);",
        );
        check(
            "function f() { return 1; } const x = 1; f(); const y = [g]; function g() { return 2; }",
            "let c=1;a();let d=[b];function a(){return 1}function b(){return 2}",
        );
    }

    #[test]
    fn declarations_that_follow_each_other_are_one() {
        check(
            "const one = 1; let two = 2; f(); const three = 3;",
            "let b=1,c=2;f();let a=3;"
                .replace("let b=1,c=2;f();let a=3;", "let a=1,c=2;f();let b=3;")
                .as_str(),
        );
        check(
            "for (let i = 0; i < 1; i += 1) { const a = i; let b; }",
            "for(let a=0;a<1;a+=1){let b=a,c}",
        );
    }

    #[test]
    fn one_parameter_needs_no_parentheses() {
        check("f((one) => one);", "f(a=>a);");
        check("f((one, two) => one);", "f((a,b)=>a);");
        check("f(() => 1, );", "f(()=>1);");
    }

    #[test]
    fn what_is_written_often_is_written_once() {
        let thrice = "x.toLowerCase(); y.toLowerCase(); 'toLowerCase';";
        check(thrice, "let a='toLowerCase';x[a]();y[a]();a;");
        check("x.value; y.value;", "x.value;y.value;");
        check(
            "f({ 'cache-control': 1 }, 'cache-control', 'cache-control');",
            "let a='cache-control';f({'cache-control':1},a,a);",
        );
    }

    #[test]
    fn short_names_do_not_hide_others() {
        check("const long = 1; a + long;", "let b=1;a+b;");
    }
}

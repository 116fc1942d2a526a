//! What CloudFront's runtime 2.0 would refuse, found here, with its place.
//!
//! An allow-list: what "JavaScript runtime 2.0 features for CloudFront Functions", in Amazon CloudFront's developer
//! guide, does not list is refused. It looks at tokens and brackets, not at a syntax tree: what it refuses is wrong,
//! and a few forms that are wrong too get past it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use crate::javascript::{KEYWORDS, Kind, Syntax, declared, place};

/// Something that the runtime does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What it is, as a lower-case fragment.
    pub what: String,
}

/// What a function can use without declaring it.
const GLOBALS: [&str; 60] = [
    "Array",
    "ArrayBuffer",
    "Boolean",
    "Buffer",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "Float32Array",
    "Float64Array",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "InternalError",
    "JSON",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "RangeError",
    "ReferenceError",
    "RegExp",
    "String",
    "Symbol",
    "SyntaxError",
    "TextDecoder",
    "TextEncoder",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "arguments",
    "atob",
    "btoa",
    "console",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "globalThis",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "require",
    "undefined",
    "get",
    "set",
    "static",
    "from",
    "as",
    "constructor",
    "prototype",
    "length",
    "name",
    "target",
];

/// What `require` and `import` find.
const MODULES: [&str; 5] = ["buffer", "cloudfront", "crypto", "cwt", "querystring"];

/// Keywords that the page does not list.
const REFUSED_KEYWORDS: [&str; 8] = [
    "class", "extends", "super", "export", "yield", "with", "enum", "debugger",
];

/// Flags of regular expressions whose accessors the page lists.
const FLAGS: &str = "gimy";

/// What is wrong with a function, in order: of each line the first, for the rest often follows from it.
pub fn check(source: &str) -> Vec<Violation> {
    let syntax = Syntax::new(source);
    let names = declared(&syntax);
    let mut found: Vec<(usize, String)> = Vec::new();
    for at in 0..syntax.len() {
        let what = token(&syntax, at).or_else(|| name(&syntax, at, &names));
        if let Some(what) = what {
            found.push((syntax.token(at).start, what));
        }
    }
    if !has_handler(&syntax) {
        found.push((0, "no `function handler` at the top level".to_string()));
    }
    let violation = |(start, what)| {
        let (line, column) = place(source, start);
        Violation { line, column, what }
    };
    let mut violations: Vec<_> = found.into_iter().map(violation).collect();
    violations.dedup_by_key(|violation| violation.line);
    violations
}

fn has_handler(syntax: &Syntax<'_>) -> bool {
    (0..syntax.len()).any(|at| {
        syntax.is(at, "function") && syntax.is(at + 1, "handler") && syntax.parent(at).is_none()
    })
}

fn token(syntax: &Syntax<'_>, at: usize) -> Option<String> {
    let token = syntax.token(at);
    let text = token.text;
    match token.kind {
        Kind::Stray => {
            Some("a literal without an end, or a character that begins nothing".to_string())
        }
        Kind::Regex => flags(text),
        Kind::Number if text.ends_with('n') && !text.starts_with("0x") => {
            Some(format!("the BigInt `{text}` is not supported"))
        }
        Kind::Word if syntax.is_property(at) => None,
        Kind::Word => keyword(syntax, at, text),
        Kind::Punctuator => punctuator(syntax, at, text),
        _ => None,
    }
}

fn flags(regex: &str) -> Option<String> {
    let flags = &regex[regex.rfind('/')? + 1..];
    let bad = flags.chars().find(|flag| !FLAGS.contains(*flag))?;
    Some(format!(
        "the flag `{bad}` of a regular expression is not supported"
    ))
}

fn keyword(syntax: &Syntax<'_>, at: usize, text: &str) -> Option<String> {
    match text {
        _ if REFUSED_KEYWORDS.contains(&text) => Some(format!("`{text}` is not supported")),
        "function" if syntax.is(at + 1, "*") => Some("generators are not supported".to_string()),
        "const" | "let" | "var" if syntax.is(at + 1, "{") || syntax.is(at + 1, "[") => {
            Some("destructuring is not supported".to_string())
        }
        "of" if in_for_head(syntax, at) => Some("`for` with `of` is not supported".to_string()),
        "await" if in_arguments(syntax, at) => {
            Some("`await` in arguments is not supported: await into a variable first".to_string())
        }
        "await" if syntax.parent(at).is_none() => {
            Some("`await` outside of async functions is not supported".to_string())
        }
        "async" if !syntax.is(at + 1, "function") => {
            Some("async closures are not supported: write an async function".to_string())
        }
        "import" => import(syntax, at),
        "new" if syntax.is(at + 1, "Function") => {
            Some("function constructors are not supported".to_string())
        }
        "require" => module(syntax, at + 2),
        "console" if syntax.is(at + 1, ".") && !syntax.is(at + 2, "log") => {
            Some("console has nothing but `log`".to_string())
        }
        _ => None,
    }
}

/// `import name from 'module'`, at the top level.
fn import(syntax: &Syntax<'_>, at: usize) -> Option<String> {
    if syntax.parent(at).is_some() || !syntax.is(at + 2, "from") {
        return Some("only `import name from 'module'` at the top level is supported".to_string());
    }
    module(syntax, at + 3)
}

fn module(syntax: &Syntax<'_>, at: usize) -> Option<String> {
    let text = syntax.get(at)?.text;
    let known = MODULES.contains(&text.trim_matches(['\'', '"']));
    (!known).then(|| format!("there is no module {text}"))
}

fn punctuator(syntax: &Syntax<'_>, at: usize, text: &str) -> Option<String> {
    match text {
        "?." | "??" | "??=" | "&&=" | "||=" => {
            Some(format!("the operator `{text}` is not supported"))
        }
        "..." if !is_rest(syntax, at) => Some("spread is not supported".to_string()),
        "=" if is_pattern(syntax, at) => Some("destructuring is not supported".to_string()),
        "(" => syntax
            .is_parameters(at)
            .then(|| parameters(syntax, at))
            .flatten(),
        _ => None,
    }
}

/// `...name` at the end of a parameter list.
fn is_rest(syntax: &Syntax<'_>, at: usize) -> bool {
    syntax
        .parent(at)
        .is_some_and(|open| syntax.is_parameters(open))
        && syntax.is(at + 2, ")")
}

/// A bracket that is assigned to and reads as no element of anything.
fn is_pattern(syntax: &Syntax<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    let starts_expression = |open: usize| {
        open.checked_sub(1)
            .and_then(|at| syntax.get(at))
            .is_none_or(|token| matches!(token.text, ";" | "{" | "}" | "(" | ","))
    };
    match syntax.token(before).text {
        "}" => syntax.opening(before).is_some(),
        "]" => syntax.opening(before).is_some_and(starts_expression),
        _ => false,
    }
}

fn parameters(syntax: &Syntax<'_>, open: usize) -> Option<String> {
    let children = syntax.children(open);
    children
        .into_iter()
        .find_map(|at| match syntax.token(at).text {
            "{" | "[" => Some("destructuring is not supported".to_string()),
            "=" => Some("default parameters are not supported".to_string()),
            _ => None,
        })
}

fn in_for_head(syntax: &Syntax<'_>, at: usize) -> bool {
    let Some(open) = syntax.parent(at) else {
        return false;
    };
    let before = open.checked_sub(1);
    before.is_some_and(|at| syntax.is(at, "for") || syntax.is(at, "await"))
}

/// Whether a call's parentheses stand between a token and the function that it is in.
fn in_arguments(syntax: &Syntax<'_>, at: usize) -> bool {
    let mut open = syntax.parent(at);
    while let Some(bracket) = open {
        if syntax.is(bracket, "{") {
            return false;
        }
        let callee = bracket.checked_sub(1).and_then(|at| syntax.get(at));
        if syntax.is(bracket, "(")
            && callee.is_some_and(|token| token.is_name() || token.text == ")")
        {
            return true;
        }
        open = syntax.parent(bracket);
    }
    false
}

/// A name that is neither declared anywhere in the function nor known to the runtime.
fn name(syntax: &Syntax<'_>, at: usize, declared: &BTreeSet<&str>) -> Option<String> {
    let token = syntax.token(at);
    let used =
        token.kind == Kind::Word && !KEYWORDS.contains(&token.text) && !syntax.is_property(at);
    let known = declared.contains(token.text) || GLOBALS.contains(&token.text);
    (used && !known).then(|| match token.text {
        "eval" | "Function" => format!("`{}` is not supported", token.text),
        text => format!("`{text}` is neither declared here nor known to the runtime"),
    })
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.what
        )
    }
}

//! Puts somebody's own viewer-response function and ours into the one place that CloudFront has for both.
//!
//! Theirs stays as it is, but for the name of its handler, and runs first; what it throws, it throws. Ours gets the
//! response that theirs returned, and names that theirs does not use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hardtack_cloudfront::dialect::{Violation, check};
use hardtack_cloudfront::javascript::{Kind, Syntax, declared};

use crate::minify::renamed;

const HANDLER: &str = "handler";

/// A function that was there before.
#[derive(Clone, Debug)]
pub struct Wrapped {
    text: String,
    handler: String,
    is_async: bool,
    words: BTreeSet<String>,
}

/// Why a function cannot be wrapped: what CloudFront would not run of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapError(pub Vec<Violation>);

impl Wrapped {
    /// Reads a function as it was uploaded.
    ///
    /// # Errors
    ///
    /// If it is not in the runtime's dialect, or has no handler.
    pub fn new(source: &str) -> Result<Self, WrapError> {
        let violations = check(source);
        if !violations.is_empty() {
            return Err(WrapError(violations));
        }
        let syntax = Syntax::new(source);
        let words: BTreeSet<String> = (0..syntax.len())
            .map(|at| syntax.token(at))
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.to_string())
            .collect();
        let handler = fresh("wrapped", &words);
        let is_async = (1..syntax.len()).any(|at| {
            syntax.parent(at).is_none()
                && syntax.is(at - 1, "async")
                && syntax.is(at, "function")
                && syntax.is(at + 1, HANDLER)
        });
        let text = renamed(source, &BTreeMap::from([(HANDLER, handler.clone())]));
        Ok(Self {
            text,
            handler,
            is_async,
            words,
        })
    }

    /// The function, with a line break at its end.
    pub(crate) fn text(&self) -> String {
        format!("{}\n", self.text.trim_end())
    }

    /// The words that it uses.
    pub(crate) const fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// `ours`, with names that theirs does not use, and with a handler that calls both.
    pub(crate) fn around(&self, ours: &str) -> String {
        let syntax = Syntax::new(ours);
        let clashing = declared(&syntax)
            .into_iter()
            .filter(|name| *name != HANDLER && self.words.contains(*name))
            .map(|name| (name, fresh(name, &self.words)));
        let inner = fresh("setCookie", &self.words);
        let names = clashing.chain([(HANDLER, inner.clone())]).collect();
        let (prefix, wait) = match self.is_async {
            true => ("async ", "await "),
            false => ("", ""),
        };
        let handler = &self.handler;
        format!(
            "{}\n{prefix}function handler(event) {{\n  event.response = {wait}{handler}(event);\n  return {inner}(event);\n}}\n",
            renamed(ours, &names).trim_end()
        )
    }
}

/// `name`, or with as many underscores as it takes to be new.
fn fresh(name: &str, words: &BTreeSet<String>) -> String {
    let mut name = name.to_string();
    while words.contains(&name) {
        name.push('_');
    }
    name
}

impl fmt::Display for WrapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for WrapError {}

//! Tokens with their brackets matched, without comments.

use super::token::{Kind, Token, tokens};

/// A source's tokens, and for each of them the bracket that it is in.
#[derive(Debug)]
pub struct Syntax<'a> {
    tokens: Vec<Token<'a>>,
    /// The innermost open bracket; a bracket's own is the one around it.
    parents: Vec<Option<usize>>,
    /// The other one of a pair of brackets.
    partners: Vec<Option<usize>>,
}

impl<'a> Syntax<'a> {
    /// Of a whole source. Brackets that match none are left unmatched.
    pub fn new(source: &'a str) -> Self {
        let all = tokens(source).into_iter();
        let tokens: Vec<_> = all.filter(|token| token.kind != Kind::Comment).collect();
        let mut open = Vec::new();
        let mut partners = vec![None; tokens.len()];
        let mut parents = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let (opens, closes) = brackets(token);
            if closes && let Some(begin) = open.pop() {
                partners[at] = Some(begin);
                partners[begin] = Some(at);
            }
            parents.push(open.last().copied());
            if opens {
                open.push(at);
            }
        }
        Self {
            tokens,
            parents,
            partners,
        }
    }

    /// How many tokens there are.
    pub const fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is nothing but blanks and comments.
    pub const fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The token at a place, or `None` beyond the end.
    pub fn get(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at)
    }

    /// The token at a place. Panics beyond the end, which no loop over [`len`](Self::len) reaches.
    pub fn token(&self, at: usize) -> &Token<'a> {
        &self.tokens[at]
    }

    /// Whether the token at a place is this text.
    pub fn is(&self, at: usize, text: &str) -> bool {
        self.get(at).is_some_and(|token| token.text == text)
    }

    /// The bracket that a token is in.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    /// The opening bracket of a closing one.
    pub fn opening(&self, at: usize) -> Option<usize> {
        self.partners[at]
    }

    /// The closing bracket of an opening one.
    pub fn closing(&self, at: usize) -> Option<usize> {
        self.partners[at]
    }

    /// What stands in a bracket, but not in one within it.
    pub fn children(&self, open: usize) -> Vec<usize> {
        let end = self.partners[open].unwrap_or(self.len());
        (open + 1..end)
            .filter(|at| self.parents[*at] == Some(open))
            .collect()
    }

    /// Whether a parenthesis holds a function's parameters.
    pub fn is_parameters(&self, open: usize) -> bool {
        let Some(close) = self.partners[open].filter(|_| self.is(open, "(")) else {
            return false;
        };
        let named = |back| {
            open.checked_sub(back)
                .is_some_and(|at| self.is(at, "function"))
        };
        self.is(close + 1, "=>") || named(1) || named(2) || self.is_method(open, close)
    }

    /// `name(…) {`, where the name is none that a block follows.
    fn is_method(&self, open: usize, close: usize) -> bool {
        let before = open.checked_sub(1).and_then(|at| self.get(at));
        before.is_some_and(Token::is_name) && self.is(close + 1, "{")
    }

    /// Whether a word is a property's or a label's name: behind a dot, before a colon that ends no condition, or a
    /// method's.
    pub fn is_property(&self, at: usize) -> bool {
        let before = at
            .checked_sub(1)
            .and_then(|at| self.get(at))
            .map(|token| token.text);
        if matches!(before, Some("." | "?." | "break" | "continue")) {
            return true;
        }
        let begins = matches!(
            before,
            None | Some("{" | "}" | "," | ";" | "get" | "set" | "async")
        );
        let method = self.is(at + 1, "(")
            && self.partners[at + 1].is_some_and(|close| self.is(close + 1, "{"));
        begins && (self.is(at + 1, ":") || (method && self.token(at).is_name()))
    }
}

/// Whether a token opens a bracket, and whether it closes one. The middle of a template does both.
fn brackets(token: &Token<'_>) -> (bool, bool) {
    match token.kind {
        Kind::Punctuator => (
            matches!(token.text, "(" | "[" | "{"),
            matches!(token.text, ")" | "]" | "}"),
        ),
        Kind::Template => (token.text.ends_with("${"), token.text.starts_with('}')),
        _ => (false, false),
    }
}

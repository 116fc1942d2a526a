//! How a cookie holds an answer, as data: the reader here and the generator of CloudFront Functions both go by it.
//!
//! A platform's row has a [`Shape`]. A policy may change its parts, and [`ConsentSource::reading`] says what comes of
//! the two: every path cut into steps.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::cmp::Cmp;
use super::settings::ConsentSource;

/// What a cookie's value is.
///
/// Percent-encoding is decoded, once or twice, before anything is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Text: one word, or pairs or fields between separators.
    #[default]
    Text,
    /// JSON, or an object literal as some scripts store it.
    Json,
    /// JSON in base64 or base64url.
    Base64Json,
    /// JSON behind something else: it begins at the first brace.
    PrefixedJson,
}

/// What it means that the thing that has to be granted is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Missing {
    /// A denial where the cookie lists what is granted, else nothing.
    #[default]
    Usual,
    /// Nothing: the visitor has not answered.
    NotGiven,
    /// A denial.
    Denied,
}

/// How a platform's cookie holds its answer: the values that a source begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// What the value is.
    pub container: Container,
    /// For text: see [`ConsentSource::separators`].
    pub separators: &'static str,
    /// See [`ConsentSource::path`].
    pub path: &'static str,
    /// See [`ConsentSource::missing`].
    pub missing: Missing,
    /// What stands beside the answer, in the order in which it is asked: what it does, where it stands, and the word
    /// there. A star stands for what is needed, and no word for a list that is not empty.
    pub beside: &'static [(Effect, &'static str, &'static str)],
}

/// What a word beside the answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It grants.
    Grants,
    /// It denies.
    Denies,
    /// Without it there is no answer.
    Required,
    /// With it there is no answer.
    Voids,
    /// With it a grant does not count.
    Weakens,
    /// With it, nothing that follows is asked.
    Ends,
}

impl Effect {
    /// The character for it in a blob and in a CloudFront Function.
    pub const fn mark(self) -> char {
        match self {
            Self::Grants => '=',
            Self::Denies => '!',
            Self::Required => '+',
            Self::Voids => '?',
            Self::Weakens => '-',
            Self::Ends => '.',
        }
    }
}

impl Shape {
    const fn new(container: Container, separators: &'static str, path: &'static str) -> Self {
        Self {
            container,
            separators,
            path,
            missing: Missing::Usual,
            beside: &[],
        }
    }

    /// One word; or in a form of its own, which has code of its own.
    pub(super) const WORD: Self = Self::new(Container::Text, "", "");

    pub(super) const fn pairs(separators: &'static str, path: &'static str) -> Self {
        Self::new(Container::Text, separators, path)
    }

    pub(super) const fn json(path: &'static str) -> Self {
        Self::new(Container::Json, "", path)
    }

    pub(super) const fn base64(path: &'static str) -> Self {
        Self::new(Container::Base64Json, "", path)
    }

    pub(super) const fn prefixed(path: &'static str) -> Self {
        Self::new(Container::PrefixedJson, "", path)
    }

    pub(super) const fn unless_missing(self, missing: Missing) -> Self {
        Self { missing, ..self }
    }

    pub(super) const fn beside(
        self,
        beside: &'static [(Effect, &'static str, &'static str)],
    ) -> Self {
        Self { beside, ..self }
    }
}

/// What is done to read a source's cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// What the value is.
    pub container: Container,
    /// For text: two characters for each step of a path, or one for fields that are counted; none for one word.
    pub separators: String,
    /// What is looked for, one after the other. A star in a path stands for it.
    pub needs: Vec<String>,
    /// Where to look, in steps; of several the first that leads anywhere. No steps lead to the whole value.
    pub paths: Vec<Vec<String>>,
    /// Whether a list stands there, of what is granted. Otherwise it is a word, or a list of words.
    pub listed: bool,
    /// Whether it denies that the thing is not in the list.
    pub missing_denies: bool,
    /// Whether it denies that no path leads anywhere.
    pub nowhere_denies: bool,
    /// What stands beside the answer: its effect, where, and the word.
    pub beside: Vec<(Effect, Vec<String>, String)>,
}

impl ConsentSource {
    /// What is done to read this source's cookies.
    ///
    /// ```
    /// use hardtack::{Cmp, ConsentSource};
    ///
    /// let reading = ConsentSource::new(Cmp::CookieConsent).reading();
    /// assert_eq!(reading.paths, [["categories"], ["level"]]);
    /// assert!(reading.listed && reading.missing_denies);
    /// ```
    pub fn reading(&self) -> Reading {
        let (mut container, mut path) = (self.container, self.path.as_str());
        let (mut needs, mut paths) = (self.needs.clone(), Vec::new());
        match self.cmp {
            // With names of what is needed, the cookie of a word is an object.
            Cmp::Plain | Cmp::Complianz if !needs.is_empty() && path.is_empty() => {
                (container, path) = (Container::Json, "*");
            }
            // Without a path of its own, what is needed is the path.
            Cmp::Json if path.is_empty() => {
                paths.push(core::mem::take(&mut needs));
            }
            Cmp::Form if path.is_empty() => path = "*",
            _ => {}
        }
        if paths.is_empty() {
            paths.extend(path.split('|').map(steps));
        }
        let starred = paths.iter().flatten().any(|step| step == STAR);
        let listed = !needs.is_empty() && !starred && !path.is_empty();
        if needs.is_empty() {
            needs.push(String::new());
        }
        let beside = self
            .cmp
            .shape()
            .beside
            .iter()
            .map(|(effect, path, word)| (*effect, steps(path), word.to_string()));
        Reading {
            container,
            separators: self.separators.clone(),
            needs,
            paths,
            listed,
            missing_denies: match self.missing {
                Missing::Usual => listed,
                Missing::NotGiven => false,
                Missing::Denied => true,
            },
            nowhere_denies: self.missing == Missing::Denied,
            beside: beside.collect(),
        }
    }
}

/// Stands for what is needed.
pub(super) const STAR: &str = "*";

/// The steps of a path; `/` and nothing lead nowhere but to the whole.
fn steps(path: &str) -> Vec<String> {
    match path {
        "" | "/" => Vec::new(),
        path => path.split('/').map(String::from).collect(),
    }
}

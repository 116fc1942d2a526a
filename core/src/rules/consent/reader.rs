//! One cookie of one consent platform, and how to read it (rule 5).
//!
//! `shape.rs` says how most of them are read, as data that a policy's blob holds. The strings of the IAB are read in
//! files of their own.

use super::answer::Answer;
use super::cmp::Cmp;
use super::cookies::Values;
use super::gpp;
use super::tcf::{self, Requirement};
use crate::http::encoded::Encoded;
use crate::http::json;
use crate::http::split::Split;

/// Separates the items of a list, and stands before each step of a path. No name that a platform gives holds a control
/// character.
pub(super) const SEPARATOR: u8 = 0x1f;
/// Separates paths, and what stands beside an answer.
pub(super) const ALTERNATIVE: u8 = 0x1e;

/// The value is JSON, and not text.
pub(super) const JSON: u8 = 1;
/// The JSON is in base64.
pub(super) const BASE64: u8 = 1 << 1;
/// Something else stands before the JSON.
pub(super) const PREFIXED: u8 = 1 << 2;
/// A list stands at the path, of what is granted.
pub(super) const LIST: u8 = 1 << 3;
/// It denies that something needed is not in the list.
pub(super) const MISSING_DENIES: u8 = 1 << 4;
/// It denies that no path leads anywhere.
pub(super) const NOWHERE_DENIES: u8 = 1 << 5;

/// A reader of a checked policy.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) cmp: Cmp,
    /// How the value is read, in the bits above.
    pub(super) how: u8,
    /// The cookie's name and an equals sign; without it, a number follows.
    pub(super) needle: &'a [u8],
    /// Purposes, groups, categories or services that all have to be granted; one empty text where there is one answer.
    pub(super) needs: &'a [u8],
    pub(super) asked: Requirement,
    /// Words that grant, and words that deny.
    pub(super) granted: &'a [u8],
    pub(super) denied: &'a [u8],
    /// For text: two characters for each step of a path, or one for fields that are counted.
    pub(super) separators: &'a [u8],
    /// Where the answer stands.
    pub(super) paths: &'a [u8],
    /// What stands beside it.
    pub(super) beside: &'a [u8],
}

/// What a reader has to know beside the cookie.
#[derive(Clone, Copy)]
pub(super) struct ReadContext {
    pub(super) now: u64,
    pub(super) us_opt_out: bool,
    /// Whether the visitor has closed OneTrust's banner: before that, its groups are defaults.
    pub(super) banner_closed: bool,
}

impl<'a> Reader<'a> {
    /// The cookie's name, as far as it is known.
    pub(super) fn name(&self) -> &'a str {
        let name = self.needle.strip_suffix(b"=").unwrap_or(self.needle);
        core::str::from_utf8(name).unwrap_or_default()
    }

    /// The answer of this header's cookies and of those before it together.
    #[inline(never)]
    pub(super) fn read_header(
        &self,
        header: &[u8],
        context: ReadContext,
        mut answer: Option<Answer>,
    ) -> Option<Answer> {
        for value in Values::new(header, self.needle) {
            let read = self.read(value, context);
            answer = Some(answer.map_or(read, |answer| answer.or(read)));
        }
        answer
    }

    /// What one value says.
    fn read(&self, value: &[u8], context: ReadContext) -> Answer {
        let text = match self.cmp {
            Cmp::FundingChoices | Cmp::UsPrivacy => self.string(value),
            _ => None,
        };
        let text = text.unwrap_or(value);
        match self.cmp {
            Cmp::Tcf | Cmp::FundingChoices => tcf::read(text, self.asked, context.now),
            Cmp::Gpp => return gpp::read(text, self.asked, context.us_opt_out, context.now),
            Cmp::UsPrivacy => gpp::read_us_privacy(text).filter(|_| context.us_opt_out),
            Cmp::OneTrust if !context.banner_closed => None,
            _ => self.root(value).map(|root| self.all(root)),
        }
        .unwrap_or(Answer::Unknown)
    }

    /// The value, ready to be read.
    #[inline(never)]
    fn root<'v>(&self, value: &'v [u8]) -> Option<Encoded<'v>> {
        if !self.is(JSON) {
            return Some(Encoded::new(value));
        }
        let mut root = if self.is(BASE64) {
            Encoded::base64(value)
        } else {
            Encoded::quoted(value)
        };
        if self.is(PREFIXED) {
            root.skip_to(b'{');
        }
        json::whole(root)
    }

    const fn is(&self, flag: u8) -> bool {
        self.how & flag != 0
    }

    /// A string of the IAB within JSON.
    fn string<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        let at = self.walk(self.root(value)?, self.paths, b"")?;
        at.unquoted().map(|text| text.base64url())
    }

    /// Every need on its own; one that cannot be read is not given.
    fn all(&self, root: Encoded<'_>) -> Answer {
        let mut answer = Answer::Granted;
        for need in Split::new(self.needs, SEPARATOR) {
            answer = answer.and(self.one(root, need).unwrap_or(Answer::Unknown));
        }
        answer
    }

    /// What stands beside the answer first, then what the first path that leads anywhere leads to.
    fn one(&self, root: Encoded<'_>, need: &[u8]) -> Option<Answer> {
        let mut counts = true;
        for beside in Split::new(self.beside, ALTERNATIVE) {
            let Some([effect, word @ ..]) = Split::new(beside, SEPARATOR).next() else {
                break;
            };
            let at = self.walk(root, beside, need);
            match (effect, at.is_some_and(|at| self.says(at, word, need))) {
                (b'=', true) => return Some(Answer::Granted),
                (b'!', true) => return Some(Answer::Denied),
                (b'+', false) | (b'?', true) => return None,
                (b'-', true) => counts = false,
                (b'.', true) => break,
                _ => {}
            }
        }
        let mut paths = Split::new(self.paths, ALTERNATIVE);
        let at = paths.find_map(|path| self.walk(root, path, need));
        let answer = match at {
            Some(at) if !self.is(LIST) => self.word(at)?,
            Some(at) if self.lists(at, need)? => Answer::Granted,
            Some(_) if self.is(MISSING_DENIES) => Answer::Denied,
            None if self.is(NOWHERE_DENIES) => Answer::Denied,
            _ => return None,
        };
        Some(answer.counting(counts))
    }

    /// The value at the end of a path, whose steps stand behind separators. A star in it is what is needed.
    #[inline(never)]
    fn walk<'v>(&self, mut at: Encoded<'v>, path: &[u8], star: &[u8]) -> Option<Encoded<'v>> {
        let mut separators = self.separators;
        for name in Split::new(path, SEPARATOR).skip(1) {
            let name = if name == b"*" { star } else { name };
            at = if self.is(JSON) {
                json::member(at, name)?
            } else {
                let marks = separators;
                separators = marks.get(2..).unwrap_or_default();
                at.field(marks, name)?
            };
        }
        Some(at)
    }

    /// Whether a value beside the answer is this word: a star is what is needed, no word a list with something in it.
    fn says(&self, at: Encoded<'_>, word: &[u8], need: &[u8]) -> bool {
        match word {
            b"" => json::first(at).is_some_and(|first| first != b']'),
            b"*" => self.matches(at, need, false),
            _ => self.matches(at, word, true),
        }
    }

    fn matches(&self, at: Encoded<'_>, word: &[u8], folds: bool) -> bool {
        match self.how & (JSON | LIST) {
            0 => at.is(word),
            LIST => at.lists(word),
            _ => json::holds(at, word, folds) == Some(true),
        }
    }

    /// Whether what is granted, at this place, has this in it: a list, in JSON also one within a string, or an object
    /// with a member of the name that is neither a denial nor empty. Any other value is no such thing, unless
    /// it is the one word.
    fn lists(&self, at: Encoded<'_>, need: &[u8]) -> Option<bool> {
        if !self.is(JSON) {
            return Some(at.lists(need));
        }
        if at.peek() == Some(b'{') {
            return Some(json::member(at, need).is_some_and(|value| {
                !json::is_empty(value) && self.word(value) != Some(Answer::Denied)
            }));
        }
        let list = match at.unquoted() {
            Some(text) if text.peek() == Some(b'[') => json::whole(text)?,
            _ => at,
        };
        let found = json::holds(list, need, false)?;
        (found || list.peek() == Some(b'[')).then_some(found)
    }

    /// What a word says; of a list in JSON, each element: any denying word denies, then any granting word grants.
    #[inline(never)]
    fn word(&self, at: Encoded<'_>) -> Option<Answer> {
        let any = |words| {
            Split::new(words, SEPARATOR)
                .any(|word| !word.is_empty() && self.matches(at, word, true))
        };
        match any(self.denied) {
            true => Some(Answer::Denied),
            false => any(self.granted).then_some(Answer::Granted),
        }
    }
}

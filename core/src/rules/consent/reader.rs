//! One cookie of one consent platform, and how to read it (rule 5).
//!
//! [`Shape`] says how most of them are read. What is left here is what single platforms say beside their answer: that
//! the banner was not closed yet, that consent was implied, that no consent is needed in the visitor's region.

use super::answer::Answer;
use super::cmp::{Cmp, Shape};
use super::cookies::Values;
use super::gpp;
use super::tcf::{self, Requirement};
use crate::http::encoded::Encoded;
use crate::http::json;
use crate::http::split::Split;

/// Separates the items of a list. No name that a platform gives holds a control character.
pub(super) const SEPARATOR: u8 = 0x1f;

/// A reader of a checked policy.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) cmp: Cmp,
    /// The cookie's name and an equals sign; without it, a number follows.
    pub(super) needle: &'a [u8],
    /// Purposes, groups, categories or services that all have to be granted; the path to the value for JSON.
    pub(super) needs: &'a [u8],
    pub(super) asked: Requirement,
    /// Words that grant, and words that deny.
    pub(super) granted: &'a [u8],
    pub(super) denied: &'a [u8],
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

    /// What one value says, by the platform's own code or by its shape.
    fn read(&self, value: &[u8], context: ReadContext) -> Answer {
        match self.cmp {
            Cmp::Tcf => tcf::read(value, self.asked, context.now),
            Cmp::Gpp => return gpp::read(value, self.asked, context.us_opt_out, context.now),
            Cmp::UsPrivacy if context.us_opt_out => gpp::read_us_privacy(value),
            Cmp::UsPrivacy => None,
            Cmp::OneTrust if !context.banner_closed => None,
            Cmp::Json => self.json(value),
            _ if self.needs.is_empty() => self.word(Encoded::new(value)),
            _ => Some(self.all(value)),
        }
        .unwrap_or(Answer::Unknown)
    }

    /// Every need on its own; one that cannot be read is not given.
    fn all(&self, value: &[u8]) -> Answer {
        let shape = self.cmp.shape();
        let mut answer = Answer::Granted;
        for need in Split::new(self.needs, SEPARATOR) {
            let one = match (self.cmp, shape) {
                (Cmp::TrustArc, _) => trustarc(Encoded::new(value), need),
                (Cmp::Form, _) => {
                    form_field(value, need).and_then(|word| self.word(Encoded::new(word)))
                }
                (_, Shape::Pairs(marks)) => self.pair(value, marks, need),
                _ => self.object(value, shape, need),
            };
            answer = answer.and(one.unwrap_or(Answer::Unknown));
        }
        answer
    }

    /// One of several pairs of a name and a word.
    fn pair(&self, value: &[u8], marks: &str, need: &[u8]) -> Option<Answer> {
        let [separator, equals] = *marks.as_bytes().first_chunk()?;
        let (mut pairs, mut counts) = (value, true);
        if self.cmp == Cmp::OneTrust {
            pairs = form_field(value, b"groups")?;
            counts = form_field(value, b"AwaitingReconsent") != Some(b"true");
        }
        let pairs = Encoded::new(pairs);
        let answer = self.word(pairs.field(separator, equals, need)?)?;
        if self.cmp == Cmp::CookieYes && !pairs.field(separator, equals, b"action")?.is(b"yes") {
            return None;
        }
        Some(answer.counting(counts))
    }

    /// A member of an object.
    fn object(&self, value: &[u8], shape: Shape, need: &[u8]) -> Option<Answer> {
        if self.cmp == Cmp::Cookiebot {
            match value {
                // The visitor's region needs no consent.
                b"-1" => return Some(Answer::Granted),
                // An old way to say no.
                b"0" => return Some(Answer::Denied),
                _ => {}
            }
        }
        let root = json::whole(match self.cmp {
            Cmp::Didomi => Encoded::base64(value),
            _ => Encoded::quoted(value),
        })?;
        let holds = |path, word| walk(root, path, need).and_then(|at| json::holds(at, word));
        let is = |path, word| holds(path, word) == Some(true);
        match self.cmp {
            Cmp::Didomi if is(b"purposes/disabled", need) => return Some(Answer::Denied),
            Cmp::Axeptio if !is(b"$$completed", b"true") => return None,
            _ => {}
        }
        let paths = match shape {
            Shape::Members(paths) | Shape::Listed(paths) => paths,
            Shape::Own | Shape::Pairs(_) => "*",
        };
        let mut paths = Split::new(paths.as_bytes(), b'|');
        let at = paths.find_map(|path| walk(root, path, need))?;
        if matches!(shape, Shape::Listed(..)) {
            return json::holds(at, need).map(Answer::yes);
        }
        let implied = self.cmp == Cmp::Cookiebot && is(b"method", b"implied");
        Some(self.scalar(at)?.counting(!implied))
    }

    /// The value at the end of the path. In a list, any denying word denies, then any granting word grants.
    fn json(&self, value: &[u8]) -> Option<Answer> {
        let mut at = json::whole(Encoded::quoted(value))?;
        for name in Split::new(self.needs, SEPARATOR) {
            at = json::member(at, name)?;
        }
        self.scalar(at)
    }

    /// What a value of JSON says; of a list, each element.
    fn scalar(&self, value: Encoded<'_>) -> Option<Answer> {
        self.either(value, true)
    }

    /// What a word says.
    fn word(&self, text: Encoded<'_>) -> Option<Answer> {
        self.either(text, false)
    }

    #[inline(never)]
    fn either(&self, text: Encoded<'_>, in_json: bool) -> Option<Answer> {
        let lists = [
            (Answer::Denied, self.denied),
            (Answer::Granted, self.granted),
        ];
        for (answer, words) in lists {
            for word in Split::new(words, SEPARATOR) {
                let is = match in_json {
                    true => json::holds(text, word) == Some(true),
                    false => text.is(word),
                };
                if is && !word.is_empty() {
                    return Some(answer);
                }
            }
        }
        None
    }
}

/// The value at the end of a path through an object's members. An empty path leads nowhere.
#[inline(never)]
fn walk<'a>(mut at: Encoded<'a>, path: &[u8], star: &[u8]) -> Option<Encoded<'a>> {
    if path.is_empty() {
        return None;
    }
    for name in Split::new(path, b'/') {
        at = json::member(at, if name == b"*" { star } else { name })?;
    }
    Some(at)
}

/// What TrustArc's list of permitted levels says, such as `permit 1,2,3` or `0,1,2:implied`. The lowest level is always
/// in it, so a list without that is not an answer.
fn trustarc(list: Encoded<'_>, need: &[u8]) -> Option<Answer> {
    if list.lists(b"implied") {
        None
    } else if list.lists(need) {
        Some(Answer::Granted)
    } else {
        (list.lists(b"0") || list.lists(b"1")).then_some(Answer::Denied)
    }
}

/// The value of a field in `a=1&b=2`, still encoded: a field whose value holds an encoded ampersand is one field.
#[inline(never)]
fn form_field<'a>(form: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    for field in Split::new(form, b'&') {
        if let Some([b'=', value @ ..]) = field.strip_prefix(name) {
            return Some(value);
        }
    }
    None
}

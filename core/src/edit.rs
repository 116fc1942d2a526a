//! The edits that a decision comes to: a small closed set, in a fixed order, made one by one while an adapter asks.

use core::fmt;

use crate::decision::{Decision, Signal, Visit};
use crate::policy::{CookieText, Policy};
use crate::set_cookie::{Content, SetCookie};

/// One change to a message. An adapter makes them in order, and no others.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Edit<'a> {
    /// Append a `Set-Cookie` header, after those that are there, which stay as they are.
    AppendSetCookie(SetCookie<'a>),
    /// Set a header by this name, in place of any that is there.
    SetHeader(&'a str, FieldValue),
    /// Append a header by this name, after those that are there.
    AppendHeader(&'a str, FieldValue),
    /// Remove every header by this name.
    RemoveHeader(&'a str),
}

/// The value of a header field. It borrows nothing, and shows itself as printable ASCII of at most
/// [`MAX_LEN`](Self::MAX_LEN) bytes.
#[derive(Clone, Copy, Debug)]
pub struct FieldValue(Value);

/// The kinds of values.
#[derive(Clone, Copy, Debug)]
enum Value {
    Signal(Signal),
}

impl FieldValue {
    /// The longest value in bytes.
    pub const MAX_LEN: usize = 160;
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Signal(signal) => signal.fmt(f),
        }
    }
}

/// The edits to a response.
#[derive(Clone, Debug)]
pub struct ResponseEdits<'a> {
    decision: Decision<'a>,
    at: u8,
}

/// The places in the order of a response's edits: cookies that are set, or cookies that expire, then other fields.
const EXPIRATIONS: u8 = 3;
const SIGNAL: u8 = 9;
const END: u8 = 10;

impl<'a> ResponseEdits<'a> {
    pub(crate) const fn new(decision: Decision<'a>) -> Self {
        Self { decision, at: 0 }
    }
}

impl<'a> Iterator for ResponseEdits<'a> {
    type Item = Edit<'a>;

    fn next(&mut self) -> Option<Edit<'a>> {
        while self.at < END {
            let at = self.at;
            self.at += 1;
            let edit = self.decision.edit(at);
            if edit.is_some() {
                return edit;
            }
        }
        None
    }
}

impl<'a> Decision<'a> {
    fn edit(&self, at: u8) -> Option<Edit<'a>> {
        match at {
            0..SIGNAL => self.cookie_line(at).map(Edit::AppendSetCookie),
            _ => {
                let name = self.policy.response_header()?;
                let value = FieldValue(Value::Signal(self.signal()));
                Some(Edit::SetHeader(name, value))
            }
        }
    }

    fn cookie_line(&self, at: u8) -> Option<SetCookie<'a>> {
        if self.outcome().sets_cookie() && at == 0 {
            self.id_line()
        } else if self.outcome().expires_cookie() && at >= EXPIRATIONS {
            self.expiration(at - EXPIRATIONS)
        } else {
            None
        }
    }

    /// The cookie with the id.
    pub(crate) fn id_line(&self) -> Option<SetCookie<'a>> {
        let id = self.id().filter(|_| self.outcome().sets_cookie())?;
        Some(self.line(&self.policy.cookie, Content::Id(id)))
    }

    /// A cookie that a script of the page, or another policy before this one, may have left with the domain or without it:
    /// each is expired both ways (RFC 6265bis §5.7 keeps the two apart).
    fn expiration(&self, which: u8) -> Option<SetCookie<'a>> {
        let text = self.policy.cookies().nth(usize::from(which / 2))?;
        let host_only = which % 2 == 1;
        if !host_only && self.domain.is_none() {
            return None;
        }
        let mut line = self.line(text, Content::Nothing);
        line.max_age = EXPIRED;
        line.domain = line.domain.filter(|_| !host_only);
        Some(line)
    }

    fn line(&self, text: &'a CookieText, content: Content) -> SetCookie<'a> {
        SetCookie {
            name_and_equals: &text.name_and_equals,
            content,
            max_age: &text.max_age,
            domain: self.domain,
            attributes: match self.on_loopback {
                true => &text.loopback_attributes,
                false => &text.attributes,
            },
        }
    }
}

const EXPIRED: &str = "; Max-Age=0";

/// The edits to a request.
#[derive(Clone, Debug)]
pub struct RequestEdits<'p> {
    visit: Visit,
    /// The name of the signal header, until its edit is made.
    name: Option<&'p str>,
}

impl<'p> RequestEdits<'p> {
    pub(crate) const fn new(visit: Visit, policy: &'p Policy) -> Self {
        let name = policy.request_header();
        Self { visit, name }
    }
}

impl<'p> Iterator for RequestEdits<'p> {
    type Item = Edit<'p>;

    fn next(&mut self) -> Option<Edit<'p>> {
        let name = self.name.take()?;
        let value = FieldValue(Value::Signal(Signal(self.visit)));
        Some(Edit::SetHeader(name, value))
    }
}

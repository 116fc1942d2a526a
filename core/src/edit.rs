//! The edits that a decision comes to: a small closed set, in a fixed order, made one by one while an adapter asks.

use core::fmt;

use crate::decision::{Decision, RequestDecision};
use crate::http::field::Field;
use crate::http::set_cookie::{Content, CookieText, SetCookie};
use crate::http::text::{self, Text as _};
use crate::outcome::{Outcome, Reason};
use crate::policy::Policy;
use crate::rules::caches::Control;
use crate::rules::signals::Signal;

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
    Timing(Outcome, Reason),
    Control(Control),
    Text(&'static str),
}

impl FieldValue {
    /// The longest value in bytes.
    pub const MAX_LEN: usize = 160;
}

impl FieldValue {
    /// The value where it is one that many responses get, and need not be put together.
    pub fn as_static(&self) -> Option<&'static str> {
        match self.0 {
            Value::Control(control) => control.as_static(),
            Value::Text(text) => Some(text),
            Value::Signal(_) | Value::Timing(..) => None,
        }
    }

    /// Writes the value, in pieces.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self.0 {
            Value::Signal(signal) => signal.write_to(out),
            Value::Timing(outcome, reason) => {
                let (outcome, reason) = (outcome.as_str(), reason.as_str());
                text::pieces(out, &["hardtack;desc=\"", outcome, " ", reason, "\""])
            }
            Value::Control(control) => control.write_to(out),
            Value::Text(text) => out.write_str(text),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

/// The edits to a response.
#[derive(Clone, Debug)]
pub struct ResponseEdits<'d, 'a> {
    decision: &'d Decision<'a>,
    at: u8,
}

/// The places in the order of a response's edits: cookies that are set, or cookies that expire, then other fields.
const EXPIRATIONS: u8 = 3;
const LAST_COOKIE: u8 = 8;
const CACHE_CONTROL: u8 = LAST_COOKIE + 1;
const FIRST_TARGETED: u8 = 10;
const SIGNAL: u8 = FIRST_TARGETED + Field::TARGETED.len() as u8;
const TIMING: u8 = SIGNAL + 1;
const END: u8 = TIMING + 1;

impl<'a> Iterator for ResponseEdits<'_, 'a> {
    type Item = Edit<'a>;

    fn next(&mut self) -> Option<Edit<'a>> {
        while self.at < END {
            let at = self.at;
            self.at = self.decision.place_after(at);
            let edit = self.decision.edit(at);
            if edit.is_some() {
                return edit;
            }
        }
        None
    }
}

impl<'a> Decision<'a> {
    /// The changes to make to the response, in order: `Set-Cookie` lines first, then other fields.
    pub const fn edits(&self) -> ResponseEdits<'_, 'a> {
        ResponseEdits {
            decision: self,
            at: 0,
        }
    }

    /// The `Set-Cookie` that carries the id, if any. Others may go with it: [`edits`](Self::edits) has them all.
    pub fn set_cookie(&self) -> Option<SetCookie<'a>> {
        let id = self.id().filter(|_| self.outcome().sets_cookie())?;
        Some(self.line(&self.policy.cookie, Content::Id(id)))
    }

    /// Passes over what hardly any response needs: a second cookie, cookies that expire, fields for one kind of cache,
    /// and fields that expose the decision.
    fn place_after(&self, at: u8) -> u8 {
        let mut next = at + 1;
        if next < EXPIRATIONS && !self.policy.has_extras {
            next = EXPIRATIONS;
        }
        if next == EXPIRATIONS && !self.outcome().expires_cookie() {
            next = CACHE_CONTROL;
        }
        if next == FIRST_TARGETED && self.caches.targets_none() {
            next = SIGNAL;
        }
        if next == SIGNAL && !self.policy.has_extras {
            next = END;
        }
        next
    }

    fn edit(&self, at: u8) -> Option<Edit<'a>> {
        match at {
            0 => self.set_cookie().map(Edit::AppendSetCookie),
            CACHE_CONTROL => {
                let value = Value::Control(self.caches.control?);
                Some(Edit::SetHeader("cache-control", FieldValue(value)))
            }
            _ => self.rare_edit(at),
        }
    }

    /// The edits that hardly any response gets, out of the way of the others.
    #[cold]
    #[inline(never)]
    fn rare_edit(&self, at: u8) -> Option<Edit<'a>> {
        match at {
            1..=LAST_COOKIE => self.cookie_line(at).map(Edit::AppendSetCookie),
            FIRST_TARGETED..SIGNAL => {
                let (field, value) = self.caches.targeted(at - FIRST_TARGETED)?;
                Some(Edit::SetHeader(
                    field.name(),
                    FieldValue(Value::Text(value)),
                ))
            }
            SIGNAL => {
                let value = Value::Signal(self.signal());
                Some(Edit::SetHeader(
                    self.policy.response_header()?,
                    FieldValue(value),
                ))
            }
            _ => {
                let value = Value::Timing(self.outcome(), self.reason());
                let edit = Edit::AppendHeader("server-timing", FieldValue(value));
                self.policy.settings.signals.server_timing.then_some(edit)
            }
        }
    }

    fn cookie_line(&self, at: u8) -> Option<SetCookie<'a>> {
        if self.outcome().sets_cookie() && at < EXPIRATIONS {
            self.set_line(at)
        } else if self.outcome().expires_cookie() && at >= EXPIRATIONS {
            self.expiration(at - EXPIRATIONS)
        } else {
            None
        }
    }

    fn set_line(&self, which: u8) -> Option<SetCookie<'a>> {
        match which {
            1 => {
                let marker = self.policy.marker.as_ref()?;
                Some(self.line(&marker.text, Content::Time(self.request.now)))
            }
            _ => Some(self.line(self.policy.script_cookie.as_ref()?, Content::Id(self.id()?))),
        }
    }

    /// A cookie that a script of the page, or another policy before this one, may have left with the domain or without
    /// it: each is expired both ways (RFC 6265bis §5.7 keeps the two apart).
    fn expiration(&self, which: u8) -> Option<SetCookie<'a>> {
        let text = self.policy.cookies().nth(usize::from(which / 2))?;
        let host_only = which % 2 == 1;
        if !host_only && self.domain.is_none() {
            return None;
        }
        let mut line = self.line(text, Content::Nothing);
        line.domain = line.domain.filter(|_| !host_only);
        Some(line)
    }

    const fn line(&self, text: &'a CookieText, content: Content) -> SetCookie<'a> {
        SetCookie {
            text,
            content,
            domain: self.domain,
            on_loopback: self.on_loopback,
        }
    }
}

/// The edits to a request.
#[derive(Clone, Debug)]
pub struct RequestEdits<'p> {
    decision: RequestDecision,
    /// The name of the signal header, until its edit is made.
    name: Option<&'p str>,
}

impl RequestDecision {
    /// The changes to make to the request before the origin gets it, in order: what the client sent under the name of
    /// the signal header goes, always; what takes its place is ours.
    pub const fn request_edits<'p>(&self, policy: &'p Policy) -> RequestEdits<'p> {
        RequestEdits {
            decision: *self,
            name: policy.request_header(),
        }
    }
}

impl<'p> Iterator for RequestEdits<'p> {
    type Item = Edit<'p>;

    fn next(&mut self) -> Option<Edit<'p>> {
        let name = self.name.take()?;
        let value = FieldValue(Value::Signal(self.decision.signal()));
        Some(Edit::SetHeader(name, value))
    }
}
